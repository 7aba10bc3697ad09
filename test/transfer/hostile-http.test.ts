/** HTTP servers that lie, drip or never end: each is given up within a bound, with the code and the number that an ACS can
 * use. TR-069 A.3.2.8, A.4.1.5. */
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import type { Progress } from "../../src/ports/installer.ts";
import { sendHttp } from "../../src/transfer/http.ts";
import { transferLimits } from "../../src/transfer/limits.ts";
import { settled, VirtualClock } from "../world/clock.ts";
import { type Asked, content, folderFile, type Got, ports, receive, scripted, sum, toldOf } from "./lab.ts";

const file = content(300_000);

const head = (...lines: readonly string[]) => `${lines.join("\r\n")}\r\n\r\n`;
const ok = "HTTP/1.1 200 OK";

/** The same bytes for ever. */
function pour(socket: Socket, piece: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece)) {}
  };
  socket.on("drain", more);
  more();
}

interface Case {
  readonly answer: (socket: Socket, asked: Asked, count: number) => void;
  readonly code: number;
  readonly says: string | RegExp;
  /** Requests that the server gets. */
  readonly asked: number;
  readonly room?: number;
}

const cases: Readonly<Record<string, Case>> = {
  "a head without end": {
    answer: (socket) => {
      socket.write(`${ok}\r\n`);
      pour(socket, Buffer.from("X-Line: x\r\n".repeat(1000)));
    },
    code: 9015,
    says: "HTTP",
    asked: 1,
  },
  "interim answers without end": {
    answer: (socket) => pour(socket, Buffer.from(head("HTTP/1.1 103 Early Hints").repeat(500))),
    code: 9015,
    says: "HTTP",
    asked: 1,
  },
  "a body without end": {
    answer: (socket) => {
      socket.write(head(ok));
      pour(socket, Buffer.alloc(65_536));
    },
    code: 9010,
    says: /^The file has at least 1,0\d\d,\d\d\d bytes, and there is room for 1,000,000$/,
    asked: 1,
    room: 1_000_000,
  },
  "chunks without end": {
    answer: (socket) => {
      socket.write(head(ok, "Transfer-Encoding: chunked"));
      pour(socket, Buffer.concat([Buffer.from("1000\r\n"), Buffer.alloc(4096), Buffer.from("\r\n")]));
    },
    code: 9010,
    says: "room for 1,000,000",
    asked: 1,
    room: 1_000_000,
  },
  "a length beyond the room there is": {
    answer: (socket) => {
      socket.write(head(ok, "Content-Length: 1000001"));
      pour(socket, Buffer.alloc(1000));
    },
    code: 9010,
    says: "The file has 1,000,001 bytes, and there is room for 1,000,000",
    asked: 1,
    room: 1_000_000,
  },
  "a length that is no number": {
    answer: (socket) => socket.end(`${head(ok, "Content-Length: 5 apples")}12345`),
    code: 9017,
    says: "Content-Length is no number",
    asked: 6,
  },
  "two lengths": {
    answer: (socket) => socket.end(`${head(ok, "Content-Length: 5", "Content-Length: 4")}12345`),
    code: 9017,
    says: "Content-Length is no number",
    asked: 6,
  },
  "a coding that was not asked for": {
    answer: (socket) => socket.end(`${head(ok, "Content-Encoding: gzip", "Content-Length: 5")}12345`),
    code: 9016,
    says: "coded as gzip",
    asked: 1,
  },
  "416 to a request for the whole": {
    answer: (socket) => socket.end(head("HTTP/1.1 416 Range Not Satisfiable", "Content-Length: 0")),
    code: 9016,
    says: "HTTP status 416",
    asked: 1,
  },
  "206 to a request for the whole": {
    answer: (socket) =>
      socket.end(
        `${head("HTTP/1.1 206 Partial Content", "Content-Range: bytes 0-4/5", "Content-Length: 5")}12345`,
      ),
    code: 9018,
    says: "bytes 0 to 4",
    asked: 1,
  },
  "a redirect to nowhere": {
    answer: (socket) => socket.end(head("HTTP/1.1 302 Found", "Content-Length: 0")),
    code: 9016,
    says: "The file server redirects without saying where to",
    asked: 1,
  },
  "a login of a kind that nobody supports": {
    answer: (socket) =>
      socket.end(head("HTTP/1.1 401 Unauthorized", "WWW-Authenticate: Negotiate", "Content-Length: 0")),
    code: 9012,
    says: "The file server asks for a login that is not supported: negotiate",
    asked: 1,
  },
};

for (const [what, { answer, code, says, asked: count, room }] of Object.entries(cases)) {
  test(`A.3.2.8 ${what}: ${code}, after ${count === 1 ? "one request" : `${count} requests`}`, async () => {
    const { url, asked } = await scripted(answer);
    const login = { username: "user", password: "secret" };
    const [told, text] = toldOf(await receive(url, login, {}, ports(), room));
    expect([told, text]).toEqual([code, expect.stringMatching(says)]);
    expect(text.length).toBeLessThan(256);
    expect(asked).toHaveLength(count);
  });
}

/** A server that sends a byte of that text in each minute, after `atOnce`, on a clock that goes on only then.
 * @param ready the client has taken in what came at once */
async function dripping(
  atOnce: string,
  text: string,
  ready: (seen: readonly Progress[], asked: number) => boolean,
): Promise<{ readonly got: Got; readonly asked: number }> {
  const clock = new VirtualClock();
  let socket: Socket | undefined;
  let lost = false;
  const { url, asked } = await scripted((latest) => {
    socket = latest;
    lost = false;
    latest.write(atOnce);
  });
  const log = () => {
    lost = true;
  };
  const made = ports({ clock, log });
  let got: Got | undefined;
  void receive(url, undefined, {}, made).then((result) => {
    got = result;
  });
  for (let minutes = 0; got === undefined; ) {
    await settled();
    const soon = (clock.next ?? Number.POSITIVE_INFINITY) - clock.time.mono <= transferLimits.continueWaitMs;
    if (lost && soon) await clock.pass(transferLimits.continueWaitMs);
    if (lost || asked.length === 0 || !ready(made.seen, asked.length)) continue;
    socket?.write(text.charAt(minutes++ % text.length));
    await clock.pass(60_000);
  }
  return { got, asked: asked.length };
}

test("A.3.2.8 a head at a byte a minute, and no response at all: 9015, without another request", async () => {
  for (const text of [head(ok, "X: y"), ""]) {
    const { got, asked } = await dripping("", text, () => true);
    expect(toldOf(got)).toEqual([9015, "The file server has not answered within 60 s"]);
    expect(asked).toBe(1);
  }
});

test("A.3.2.8 a body at a byte a minute: 9017 after six requests, with the bytes received", async () => {
  // Each answer tells of its beginning, at byte 0.
  const begun = (seen: readonly Progress[], asked: number) =>
    seen.filter(({ bytes }) => bytes === 0).length >= asked;
  const { got, asked } = await dripping(head(ok, "Content-Length: 8388608"), "x", begun);
  const sent = /^The file server (sent \d of 8,388,608 bytes|moves fewer than 4096 bytes a second: \d bytes)/;
  expect(toldOf(got)).toEqual([9017, expect.stringMatching(sent)]);
  expect(asked).toBe(6);
});

/** The first answer is cut off after 100,000 bytes of the file; the second is the one given. */
async function afterCut(
  first: readonly string[],
  second: (socket: Socket, request: Asked) => void,
): Promise<{ readonly got: Got; readonly ranges: readonly (string | undefined)[] }> {
  const { url, asked } = await scripted((socket, request, count) => {
    if (count === 2) return second(socket, request);
    const whole = count === 1 ? first : first.map((line) => line.replace('"one"', '"two"'));
    socket.write(head(ok, `Content-Length: ${file.length}`, ...whole));
    socket.end(count === 1 ? file.subarray(0, 100_000) : Buffer.from(file).reverse());
  });
  const got = await receive(url);
  return { got, ranges: asked.map(({ headers }) => headers.get("range")) };
}

const partial = "HTTP/1.1 206 Partial Content";
const rest = file.subarray(100_000);

test("A.3.2.8 a range of a changed file: the new file is received from its start", async () => {
  for (const [range, etag] of [
    [`bytes 100000-${file.length - 1}/${file.length}`, 'ETag: "two"'],
    [`bytes 100000-299999/400000`, 'ETag: "one"'],
  ]) {
    const { got, ranges } = await afterCut(['ETag: "one"'], (socket) => {
      socket.write(head(partial, `Content-Range: ${range}`, `Content-Length: ${rest.length}`, etag!));
      socket.end(rest);
    });
    expect(sum(got.bytes!)).toBe(sum(Buffer.from(file).reverse()));
    expect(ranges).toEqual([undefined, "bytes=100000-", undefined]);
  }
});

test("A.3.2.8 an impossible range: 9018, with the range received and the range requested", async () => {
  const wrong: Readonly<Record<string, readonly string[]>> = {
    "bytes 0 to 299,999": ["Content-Range: bytes 0-299999/300000", "Content-Length: 300000"],
    "bytes 100,001 to 299,999": ["Content-Range: bytes 100001-299999/300000"],
    "bytes 100,000 to 99,999": ["Content-Range: bytes 100000-99999/300000"],
    "up to byte 300,000 of a file of 300,000": ["Content-Range: bytes 100000-300000/300000"],
    "without its place": ["Content-Range: lines 5-6/7"],
  };
  for (const [says, lines] of Object.entries(wrong)) {
    const { got } = await afterCut(['ETag: "one"'], (socket) => socket.end(head(partial, ...lines)));
    expect(toldOf(got)).toEqual([9018, expect.stringContaining(says)]);
  }
});

test("A.3.2.8 a range beyond the end of the file: 9018", async () => {
  const { got } = await afterCut(['ETag: "one"'], (socket) => {
    socket.write(head(partial, "Content-Range: bytes 100000-299999/300000", "Transfer-Encoding: chunked"));
    pour(socket, Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536), Buffer.from("\r\n")]));
  });
  expect(toldOf(got)).toEqual([9018, "The file server sends more than the 300,000 bytes that it announced"]);
});

test("A.3.2.8 bytes after the announced length are ignored", async () => {
  const { url } = await scripted((socket) => socket.end(`${head(ok, "Content-Length: 5")}12345678`));
  expect((await receive(url)).bytes?.toString()).toBe("12345");
});

test("A.4.1.5 an upload is aborted if the server never responds, or refuses it midway", async () => {
  const place = { username: "", password: "" };
  const silent = await scripted(() => {});
  const clock = new VirtualClock();
  const sending = sendHttp(
    { url: silent.url, ...place },
    await folderFile(content(1000)),
    {},
    ports({ clock }),
  );
  let over = false;
  const failed = sending.then(
    () => undefined,
    (error: unknown) => error,
  );
  void failed.then(() => {
    over = true;
  });
  while (!over) {
    await settled();
    if (silent.asked.length > 0) await clock.pass(60_000);
  }
  expect(await failed).toMatchObject({
    kind: "unreached",
    begun: true,
    message: expect.stringContaining("has not answered within 60 s"),
  });
  const refusing = await scripted((socket) =>
    socket.end(head("HTTP/1.1 507 Insufficient Storage", "Content-Length: 0", "Connection: close")),
  );
  await expect(
    sendHttp({ url: refusing.url, ...place }, await folderFile(content(3_000_000)), {}, ports()),
  ).rejects.toMatchObject({ begun: true });
});
