/** FTP servers that lie, drip or never end: each is given up within a bound, with the code and the number that an ACS can
 * use. TR-069 A.3.2.8, A.4.1.5, RFC 959, RFC 2428. */
import net, { type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { receiveFtp, sendFtp } from "../../platform/bun/ftp.ts";
import { content, folderFile, type Got, received, sum, toldOf } from "./lab.ts";

const file = content(300_000);

/** Milliseconds for which a server may say nothing where a test waits for that. */
const shortMs = 250;
/** The same where the server has to let the client in before: on a machine that is busy with other things, too. */
const longerMs = 2000;

type Reply = (server: FtpServer, control: Socket, words: string) => void;

/** A well-behaved server of one file, but for the replies that a test puts in place of its own. */
class FtpServer {
  /** Commands, without passwords. */
  readonly heard: string[] = [];
  readonly stored: Buffer[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly control = net.createServer((socket) => this.greet(socket));
  private readonly data = net.createServer((socket) => {
    this.sockets.add(socket);
    socket.on("error", () => {});
    this.opened(socket);
  });
  private opened: (socket: Socket) => void = () => {};
  private from = 0;
  private line: Promise<Socket> = Promise.reject(new Error("no data connection"));

  private constructor(private readonly habits: Readonly<Record<string, Reply>>) {
    this.line.catch(() => {});
  }

  static async open(habits: Readonly<Record<string, Reply>> = {}): Promise<FtpServer> {
    const made = new FtpServer(habits);
    for (const server of [made.control, made.data]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    onTestFinished(() => made.close());
    return made;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.control.close();
    this.data.close();
  }

  get url(): string {
    return `ftp://127.0.0.1:${(this.control.address() as AddressInfo).port}/image.bin`;
  }

  get dataPort(): number {
    return (this.data.address() as AddressInfo).port;
  }

  /** The next data connection; the port that a reply names is where it comes to. */
  expectData(): void {
    this.line = new Promise((resolve) => {
      this.opened = resolve;
    });
  }

  /** 150, and then what is done with the data connection. */
  async transfer(control: Socket, work: (data: Socket) => void): Promise<void> {
    const data = await this.line;
    control.write("150 Here it comes\r\n");
    work(data);
  }

  get rest(): Buffer {
    return file.subarray(this.from);
  }

  private greet(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => {});
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      const lines = text.split("\r\n");
      text = lines.pop()!;
      for (const line of lines) this.obey(socket, line);
    });
    const greeting = this.habits.greeting;
    if (greeting === undefined) socket.write("220 Ready\r\n");
    else greeting(this, socket, "");
  }

  private obey(control: Socket, line: string): void {
    const [verb = "", ...words] = line.split(" ");
    this.heard.push(verb === "PASS" ? verb : line);
    (this.habits[verb] ?? usual[verb] ?? say("502 No such command"))(this, control, words.join(" "));
    if (verb === "REST") this.from = Number(words[0]);
  }
}

const say =
  (text: string): Reply =>
  (_server, control) =>
    control.write(`${text}\r\n`);

const usual: Readonly<Record<string, Reply>> = {
  USER: say("331 Password"),
  PASS: say("230 Come in"),
  FEAT: say("211 None"),
  TYPE: say("200 Binary"),
  STRU: say("200 File"),
  OPTS: say("200 UTF8"),
  SIZE: say(`213 ${file.length}`),
  MDTM: say("213 20260101000000"),
  REST: say("350 From there"),
  EPSV: (server, control) => {
    server.expectData();
    control.write(`229 Extended (|||${server.dataPort}|)\r\n`);
  },
  PASV: (server, control) => {
    server.expectData();
    control.write(`227 Passive (127,0,0,1,${server.dataPort >> 8},${server.dataPort & 0xff})\r\n`);
  },
  RETR: (server, control) =>
    void server.transfer(control, (data) => {
      data.end(server.rest);
      control.write("226 Done\r\n");
    }),
  STOR: (server, control) =>
    void server.transfer(control, (data) => {
      data.on("data", (piece: Buffer) => server.stored.push(piece));
      data.on("end", () => control.write("226 Done\r\n"));
    }),
};

/** The same text for ever. */
const pour =
  (first: string, text: string): Reply =>
  (_server, control) => {
    control.write(first);
    const more = () => {
      while (!control.destroyed && control.write(text)) {}
    };
    control.on("drain", more);
    more();
  };

/** A byte every 20 ms, for ever: the library's own timeout never passes. */
const drip =
  (text: string): Reply =>
  (_server, socket) => {
    let at = 0;
    const timer = setInterval(() => socket.write(text.charAt(at++ % text.length)), 20);
    socket.on("close", () => clearInterval(timer));
  };

const fetch = (server: FtpServer, patienceMs?: number, room?: number): Promise<Got> =>
  received(
    (into, told) => receiveFtp({ url: server.url, username: "", password: "" }, into, told, patienceMs),
    room === undefined ? {} : { room },
  );

/** How often a command was heard. */
const times = (server: FtpServer, verb: string) =>
  server.heard.filter((line) => line.split(" ")[0] === verb).length;

interface Case {
  readonly habits: Readonly<Record<string, Reply>>;
  readonly code: number;
  readonly says: string | RegExp;
  /** Times that the file was asked for. */
  readonly asked: number;
  readonly room?: number;
  readonly patienceMs?: number;
}

const refused = say("500 Not here");

const cases: Readonly<Record<string, Case>> = {
  "a greeting without end": {
    habits: { greeting: pour("220-Welcome\r\n", "220-to the endless server\r\n".repeat(100)) },
    code: 9015,
    says: "The file server lets nobody in: its reply has no end",
    asked: 0,
  },
  "a greeting of lines that are no reply, for ever": {
    habits: { greeting: drip("hello\r\n") },
    patienceMs: shortMs,
    code: 9015,
    says: "The file server lets nobody in: The file server moves fewer than 4096 bytes a second",
    asked: 0,
  },
  "no greeting": {
    habits: { greeting: () => {} },
    patienceMs: shortMs,
    code: 9015,
    says: /^The file server lets nobody in: (it said nothing for|The file server moves fewer)/,
    asked: 0,
  },
  "a reply of many lines without end to the password": {
    habits: { PASS: pour("230-Rules:\r\n", "no running\r\n".repeat(100)) },
    code: 9015,
    says: "its reply has no end",
    asked: 0,
  },
  "a reply of many lines without end where the file is due": {
    habits: { RETR: pour("150-Rules:\r\n", "no running\r\n".repeat(100)) },
    code: 9016,
    says: "The file server sent 0 of 300,000 bytes: its reply has no end",
    asked: 1,
  },
  "a login that is refused": {
    habits: { PASS: say("530 No") },
    code: 9012,
    says: "refuses the user name and the password",
    asked: 0,
  },
  "a service that is not available": {
    habits: { greeting: say("421 Too many\x1b users") },
    code: 9016,
    says: "The file server answers 421 Too many  users",
    asked: 0,
  },
  "a data connection that leads to another host": {
    habits: { EPSV: refused, PASV: say("227 Passive (10,9,8,7,4,1)") },
    code: 9016,
    says: "it wants the data connection to go to another host, 10.9.8.7",
    asked: 0,
  },
  "neither EPSV nor PASV": {
    habits: { EPSV: refused, PASV: refused },
    code: 9017,
    says: "The file server sent 0 of 300,000 bytes: 500 Not here",
    asked: 0,
  },
  "a PASV reply that names no place": {
    habits: { EPSV: refused, PASV: say("227 Passive (127,0,0,1,99)") },
    code: 9017,
    says: "Can't parse response to 'PASV'",
    asked: 0,
  },
  "more than SIZE has said": {
    habits: { SIZE: say("213 1000") },
    code: 9018,
    says: "The file server sends more than the 1,000 bytes that it announced",
    asked: 1,
  },
  "less than SIZE has said": {
    habits: { SIZE: say("213 400000") },
    code: 9017,
    says: "The file server sent 300,000 of 400,000 bytes: the connection ended early",
    asked: 6,
  },
  "a SIZE beyond the room there is": {
    habits: { SIZE: say("213 1000001") },
    code: 9010,
    says: "The file has 1,000,001 bytes, and there is room for 1,000,000",
    asked: 0,
    room: 1_000_000,
  },
  "a file without end": {
    habits: {
      SIZE: say("213 many"),
      RETR: (server, control) =>
        void server.transfer(control, (data) => pour("", "x".repeat(65_536))(server, data, "")),
    },
    code: 9010,
    says: /^The file has at least 1,0\d\d,\d\d\d bytes, and there is room for 1,000,000$/,
    asked: 1,
    room: 1_000_000,
  },
  "a transfer that the server gives up each time": {
    habits: {
      RETR: (server, control) =>
        void server.transfer(control, (data) => {
          data.end(server.rest.subarray(0, 1000));
          control.write("426 Connection closed\r\n");
        }),
    },
    code: 9017,
    says: /^The file server sent \d,000 of 300,000 bytes, and answers 426 Connection closed$/,
    asked: 6,
  },
};

for (const [what, { habits, code, says, asked, room, patienceMs }] of Object.entries(cases)) {
  test(`A.3.2.8 ${what}: ${code}`, async () => {
    const server = await FtpServer.open(habits);
    const [told, text] = toldOf(await fetch(server, patienceMs, room));
    expect([told, text]).toEqual([code, expect.stringMatching(says)]);
    expect(text.length).toBeLessThan(256);
    expect(times(server, "RETR")).toBe(asked);
  });
}

const stalling: Readonly<Record<string, (server: FtpServer, control: Socket, data: Socket) => void>> = {
  "a byte now and then": (server, _control, data) => drip("x")(server, data, ""),
  "a data connection that never closes": (server, control, data) => {
    data.write(server.rest.subarray(0, 1000));
    control.write("226 Done\r\n");
  },
  "a transfer that is never said to be done": (server, _control, data) =>
    data.end(server.rest.subarray(0, 1000)),
  "lines that are no reply, for ever": (server, control) => drip("hello\r\n")(server, control, ""),
};

for (const [what, stall] of Object.entries(stalling)) {
  test(`A.3.2.8 ${what}: aborted in time, and the next attempt receives the file`, async () => {
    let turn = 0;
    const server = await FtpServer.open({
      RETR: (self, control, words) =>
        turn++ === 0
          ? void self.transfer(control, (data) => stall(self, control, data))
          : usual.RETR!(self, control, words),
    });
    const got = await fetch(server, longerMs);
    expect(toldOf(got)[1]).toBe("");
    expect(got.bytes).toHaveLength(file.length);
    expect(turn).toBeGreaterThan(1);
  });
}

test("A.3.2.8 a server that is down after the first lost connection: 9017 with the bytes received, and no new attempt", async () => {
  const server = await FtpServer.open({
    RETR: (self, control) =>
      void self.transfer(control, (data) => {
        data.end(self.rest.subarray(0, 1000));
        data.on("close", () => {
          self.close();
        });
      }),
  });
  const got = await fetch(server);
  expect(toldOf(got)).toEqual([
    9017,
    expect.stringMatching(/^The file server sent 1,000 of 300,000 bytes: .*ECONNREFUSED/),
  ]);
  expect(got.failure!.begun).toBe(true);
});

test("A.3.2.8 a server without EPSV is asked for PASV, and an interrupted transfer continues with REST", async () => {
  let broken = 0;
  const server = await FtpServer.open({
    EPSV: refused,
    RETR: (self, control) =>
      void self.transfer(control, (data) => {
        const cut = broken++ === 0;
        data.end(cut ? self.rest.subarray(0, 100_000) : self.rest);
        data.on("close", () => control.write(cut ? "426 Connection closed\r\n" : "226 Done\r\n"));
      }),
  });
  const got = await fetch(server);
  expect(toldOf(got)).toEqual([0, ""]);
  expect(sum(got.bytes!)).toBe(sum(file));
  const place = server.heard.find((line) => line.startsWith("REST "));
  expect(Number(place?.slice(5))).toBeGreaterThan(0);
});

test("A.3.2.8 a file that has changed between two attempts is received from its start", async () => {
  let turn = 0;
  const server = await FtpServer.open({
    MDTM: (_, control) => control.write(`213 2026010100000${turn}\r\n`),
    RETR: (self, control) =>
      void self.transfer(control, (data) => {
        data.end(turn++ === 0 ? self.rest.subarray(0, 100_000) : self.rest);
        data.on("close", () => control.write("226 Done\r\n"));
      }),
  });
  const got = await fetch(server);
  expect(sum(got.bytes!)).toBe(sum(file));
  expect(times(server, "REST")).toBe(0);
});

test("A.3.2.8 a file name that is not valid text is refused without a connection", async () => {
  const server = await FtpServer.open();
  for (const name of ["%ff", "%00", "", "a%0d%0aDELE%20b"]) {
    const url = server.url.replace("image.bin", name);
    const got = await received((into, told) => receiveFtp({ url, username: "", password: "" }, into, told));
    expect(toldOf(got)[0]).toBe(9016);
  }
  expect(server.heard).toEqual([]);
});

test("A.4.1.5 an upload that the server accepts slowly or not at all is aborted, with the bytes sent", async () => {
  const source = await folderFile(content(8_000_000));
  const place = { username: "", password: "" };
  const stuck = await FtpServer.open({
    STOR: (server, control) => void server.transfer(control, (data) => data.pause()),
  });
  await expect(sendFtp({ url: stuck.url, ...place }, source, () => {}, longerMs)).rejects.toMatchObject({
    kind: "incomplete",
    message: expect.stringMatching(/^The file server took [\d,]+ of 8,000,000 bytes: /),
  });
  const full = await FtpServer.open({ STOR: say("552 Quota") });
  await expect(sendFtp({ url: full.url, ...place }, source, () => {})).rejects.toMatchObject({
    kind: "access",
    message: "The file server answers 552 Quota",
  });
});
