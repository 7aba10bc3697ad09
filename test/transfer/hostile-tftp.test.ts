/** TFTP servers that lie, repeat themselves or never end: each is given up within a bound, with the code and the number that
 * an ACS can use. TR-069 A.3.2.8, RFC 1350, RFC 1123 4.2.3.1, RFC 2347 to 2349. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { expect, onTestFinished, test } from "vitest";
import { receiveTftp, sendTftp } from "../../platform/bun/tftp.ts";
import { writeAck, writeData } from "../../src/transfer/tftp.ts";
import { content, folderFile, type Got, received, sum, toldOf } from "./lab.ts";

/** Waits are short where a test waits for them; the patience with the whole is not. */
const hasty = { firstWaitMs: 5, answerMsMax: 60_000 };
/** For tests in which a packet must not be sent again because the machine is slow. */
const calm = { firstWaitMs: 10_000, answerMsMax: 60_000 };

const errorPacket = (code: number, text: string) =>
  Buffer.from(`\0\x05\0${String.fromCharCode(code)}${text}\0`, "latin1");

const optionsPacket = (options: Readonly<Record<string, string>>) =>
  Buffer.from(
    `\0\x06${Object.entries(options)
      .map(([name, value]) => `${name}\0${value}\0`)
      .join("")}`,
    "latin1",
  );

interface Heard {
  readonly code: number;
  /** The block, or the first letters of the file's name. */
  readonly block: number;
  readonly bytes: Buffer;
  readonly words: readonly string[];
}

type Answer = (heard: Heard, send: (packet: Uint8Array) => void, count: number) => void;

/** A server that answers each packet as it is told to; all from one port. */
async function tftpServer(
  answer: Answer,
): Promise<{ readonly url: string; readonly heard: Heard[]; readonly socket: Socket }> {
  const socket = createSocket("udp4");
  const heard: Heard[] = [];
  socket.on("message", (bytes: Buffer, from: RemoteInfo) => {
    const one = {
      code: bytes.readUInt16BE(0),
      block: bytes.readUInt16BE(2),
      bytes: bytes.subarray(4),
      words: bytes.subarray(2).toString("latin1").split("\0"),
    };
    heard.push(one);
    answer(one, (packet) => socket.send(packet, from.port, from.address), heard.length);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  return { url: `tftp://127.0.0.1:${socket.address().port}/image.bin`, heard, socket };
}

const fetch = (url: string, patience = hasty, room?: number): Promise<Got> =>
  received(
    (into, told) => receiveTftp({ url, username: "", password: "" }, into, told, patience),
    room === undefined ? {} : { room },
  );

const read = 1;
const write = 2;
const data = 3;
const acknowledged = 4;

/** Serves the file in blocks of 512 bytes, without options. */
const serving =
  (file: Buffer, repeat = 1): Answer =>
  ({ code, block }, send) => {
    const next = code === read ? 1 : block + 1;
    const piece = file.subarray((next - 1) * 512, next * 512);
    if (code === acknowledged && block * 512 > file.length) return;
    for (let i = 0; i < repeat; i++) send(writeData(next, piece));
  };

interface Case {
  readonly answer: Answer;
  readonly code: number;
  readonly says: string | RegExp;
  readonly room?: number;
}

const full = Buffer.alloc(512, "x");

const cases: Readonly<Record<string, Case>> = {
  "nothing but a block that is not due": {
    answer: (_, send) => send(writeData(7, full)),
    code: 9017,
    says: "The file server answers no more: 0 bytes until now",
  },
  "the same block for ever": {
    answer: (_, send) => send(writeData(1, full)),
    code: 9017,
    says: "The file server answers no more: 512 bytes until now",
  },
  "blocks without end": {
    answer: ({ code, block }, send) => send(writeData(code === read ? 1 : (block + 1) & 0xffff, full)),
    code: 9010,
    says: "The file has at least 100,352 bytes, and there is room for 100,000",
    room: 100_000,
  },
  "a block that is too long": {
    answer: (_, send) => send(writeData(1, Buffer.alloc(513))),
    code: 9018,
    says: "a block of 513 bytes, and 512 were agreed on",
  },
  "packets that are none": {
    answer: (_, send) => {
      for (const junk of ["", "\0", "\0\x09ab", "x".repeat(2000)]) send(Buffer.from(junk, "latin1"));
    },
    code: 9015,
    says: "The file server does not answer",
  },
  "more than tsize": {
    answer: ({ code, block }, send) =>
      send(code === read ? optionsPacket({ tsize: "1000" }) : writeData(block + 1, full)),
    code: 9018,
    says: "more than the 1,000 bytes that it announced",
  },
  "less than tsize": {
    answer: ({ code, block }, send) =>
      send(code === read ? optionsPacket({ tsize: "8388608" }) : writeData(block + 1, full.subarray(0, 500))),
    code: 9017,
    says: "The file server sent 500 of 8,388,608 bytes",
  },
  "a tsize beyond the room there is": {
    answer: (_, send) => send(optionsPacket({ tsize: "1099511627776" })),
    code: 9010,
    says: "The file has 1,099,511,627,776 bytes, and there is room for 100,000",
    room: 100_000,
  },
  "a missing file": {
    answer: (_, send) => send(errorPacket(1, "File not found\x1b[2J")),
    code: 9016,
    says: /The file server answers: File not found \[2J \(error 1\)/,
  },
  "a refusal without words": {
    answer: (_, send) => send(errorPacket(2, "")),
    code: 9016,
    says: /no reason \(error 2\)/,
  },
  "options refused, and the plain request, too": {
    answer: (_, send) => send(errorPacket(8, "No options")),
    code: 9016,
    says: /No options \(error 8\)/,
  },
  "an error in the middle": {
    answer: ({ code }, send) => send(code === read ? writeData(1, full) : errorPacket(0, "Disk gone")),
    code: 9016,
    says: /Disk gone \(error 0\)/,
  },
};

for (const [name, value] of [
  ["blksize", "65464"],
  ["blksize", "7"],
  ["blksize", "-1"],
  ["blksize", "many"],
  ["tsize", "-1"],
  ["tsize", "99999999999999999999"],
] as const) {
  test(`A.3.2.8 ${name} ${value}: 9018, with the text of the server`, async () => {
    const { url } = await tftpServer((_, send) => send(optionsPacket({ [name]: value })));
    const [code, text] = toldOf(await fetch(url));
    expect([code, text]).toEqual([9018, expect.stringContaining(`${name} "${value}`)]);
  });
}

for (const [what, { answer, code, says, room }] of Object.entries(cases)) {
  test(`A.3.2.8 ${what}: ${code}`, async () => {
    const { url } = await tftpServer(answer);
    const [told, text] = toldOf(await fetch(url, hasty, room));
    expect([told, text]).toEqual([code, expect.stringMatching(says)]);
    expect(text.length).toBeLessThan(256);
  });
}

test("A.3.2.8 no response: 9015 after six packets, and the attempt does not count", async () => {
  const { url, heard } = await tftpServer(() => {});
  const got = await fetch(url);
  expect(toldOf(got)).toEqual([9015, "The file server does not answer"]);
  expect(got.failure!.begun).toBe(false);
  expect(heard).toHaveLength(6);
});

test("A.3.2.8 an occasional block of eight bytes: 9017, however often a packet arrives", async () => {
  const { url } = await tftpServer(({ code, block }, send) => {
    if (code === read) send(optionsPacket({ blksize: "8" }));
    else send(writeData(block + 1, full.subarray(0, 8)));
  });
  const got = await fetch(url, { firstWaitMs: 1000, answerMsMax: 0 });
  expect(toldOf(got)).toEqual([
    9017,
    expect.stringMatching(/^The file server moves fewer than 4096 bytes a second: [\d,]+ bytes until now$/),
  ]);
});

test("A.3.2.8 each packet twice: every block is written once and acknowledged once", async () => {
  const file = content(20_000);
  const { url, heard } = await tftpServer(serving(file, 2));
  const got = await fetch(url, calm);
  expect(sum(got.bytes!)).toBe(sum(file));
  const acks = heard.filter(({ code }) => code === acknowledged).map(({ block }) => block);
  expect(acks).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

test("A.4.1.5 each acknowledgement twice, and old ones again: every block is sent once", async () => {
  const file = content(20_000);
  const pieces: Buffer[] = [];
  const { url, heard } = await tftpServer(({ code, block, bytes }, send) => {
    const at = code === write ? 0 : block;
    if (code === data) pieces.push(Buffer.from(bytes));
    for (const old of [Math.max(at - 1, 0), at, at]) send(writeAck(old));
  });
  const source = await folderFile(file);
  await sendTftp({ url, username: "", password: "" }, source, () => {}, calm);
  expect(sum(Buffer.concat(pieces))).toBe(sum(file));
  expect(heard).toHaveLength(41);
});

test("A.3.2.8 packets from another port are ignored", async () => {
  const file = content(20_000);
  const stranger = createSocket("udp4");
  onTestFinished(() => void stranger.close());
  const honest = serving(file);
  let client: RemoteInfo | undefined;
  const { url, socket } = await tftpServer(({ code, block, ...more }, send, count) => {
    const next = code === read ? 1 : block + 1;
    const go = () => honest({ code, block, ...more }, send, count);
    // The server has answered before, so its port is known.
    if (client === undefined || code === read) return go();
    stranger.send(writeData(next, Buffer.alloc(512, "!")), client.port, client.address, go);
  });
  socket.on("message", (_, from) => {
    client = from;
  });
  const got = await fetch(url, calm);
  expect(sum(got.bytes!)).toBe(sum(file));
});

test("A.3.2.8 a server that refuses options gets the request without them", async () => {
  const file = content(3000);
  const plain = serving(file);
  const { url, heard } = await tftpServer((one, send, count) => {
    if (one.code === read && one.words.includes("blksize")) send(errorPacket(8, "No options"));
    else plain(one, send, count);
  });
  expect(sum((await fetch(url, calm)).bytes!)).toBe(sum(file));
  expect(heard.filter(({ code }) => code === read).map(({ words }) => words)).toEqual([
    ["image.bin", "octet", "blksize", "1428", "tsize", "0", ""],
    ["image.bin", "octet", ""],
  ]);
});

test("A.3.2.8 if the first address of a host does not respond, the next one is tried", async () => {
  const file = content(3000);
  const { url } = await tftpServer(serving(file));
  // `localhost` is ::1 and 127.0.0.1 where the machine has both, and the server is at the second.
  const got = await fetch(url.replace("127.0.0.1", "localhost"), { ...hasty, firstWaitMs: 20 });
  expect(sum(got.bytes!)).toBe(sum(file));
});

test("A.3.2.8 a file name that is not valid text is refused without a packet", async () => {
  const { url, heard } = await tftpServer(() => {});
  for (const name of ["%ff", "%00", "a%00octet", ""]) {
    expect(toldOf(await fetch(url.replace("image.bin", name)))[0]).toBe(9016);
  }
  expect(heard).toEqual([]);
});
