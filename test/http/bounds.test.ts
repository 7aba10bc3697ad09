import net, { type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemNet } from "../../platform/bun/net.ts";
import { linkLimits } from "../../src/http/limits.ts";
import { Bench, bytes, soap } from "./scripted.ts";

const servers: net.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A link to a server that does with each request what a test says. */
async function linkTo(answer: (socket: net.Socket) => void, bodyBytesMax = 1_048_576) {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => answer(socket));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return new Bench(`http://127.0.0.1:${port}/`, { bodyBytesMax }).open();
}

const head = "HTTP/1.1 200 X\r\nContent-Type: text/xml\r\n";

/** Some servers close every connection without saying so: the close comes a moment behind the answer. */
test("3.4.2 [R-3.4.2-02] an unannounced close just after the response loses no request", async () => {
  let connections = 0;
  const link = await linkTo((socket) => {
    connections += 1;
    socket.write(`${head}Content-Length: ${soap.length}\r\n\r\n${soap}`);
    setImmediate(() => setImmediate(() => setImmediate(() => socket.end())));
  });
  for (let i = 0; i < 5; i++) await link.post(bytes("<Inform/>"), "call");
  expect(connections).toBe(5);
  link.close();
});

test("3.4.2 [R-3.4.2-02] an unannounced close by a server that kept connections before loses no request", async () => {
  let asked = 0;
  let connections = 0;
  const server = await linkTo((socket) => {
    asked += 1;
    const answer = `${head}Content-Length: ${soap.length}\r\n\r\n${soap}`;
    if (asked % 3 === 0) socket.end(answer);
    else socket.write(answer);
  });
  servers.at(-1)?.on("connection", () => {
    connections += 1;
  });
  for (let i = 0; i < 12; i++) await server.post(bytes("<Inform/>"), "call");
  expect([asked, connections]).toEqual([12, 4]);
  server.close();
});

test("a response that the wire brings byte by byte is the same", async () => {
  const text = `${head}Content-Length: ${soap.length}\r\n\r\n${soap}`;
  const link = await linkTo((socket) => {
    socket.setNoDelay(true);
    const say = (at: number) => {
      socket.write(text[at]!);
      if (at + 1 < text.length) setImmediate(say, at + 1);
    };
    say(0);
  });
  expect(await link.post(bytes("<Inform/>"), "call")).toMatchObject({ bytes: bytes(soap) });
  link.close();
});

test("RFC 2616 10.1 an unrequested 100 (Continue) is skipped, once or twice, in pieces or whole", async () => {
  const go = "HTTP/1.1 100 Continue\r\nServer: x\r\n\r\n";
  const last = `${head}Content-Length: ${soap.length}\r\n\r\n${soap}`;
  const pieces = [
    [`${go}${last}`],
    [go, last],
    [`${go}${go.slice(0, 5)}`, go.slice(5, 30), `${go.slice(30)}${last}`],
  ];
  let request = 0;
  const link = await linkTo((socket) => {
    const left = [...pieces[request++ % pieces.length]!];
    socket.setNoDelay(true);
    const say = () => {
      socket.write(left.shift()!);
      if (left.length > 0) setImmediate(say);
    };
    say();
  });
  for (let i = 0; i < 2 * pieces.length; i++)
    expect(await link.post(bytes("<Inform/>"), "call")).toMatchObject({ bytes: bytes(soap) });
  expect(link.connectionsOpened).toBe(1);
  link.close();
});

test("a body that begins like an interim response is left unchanged", async () => {
  const body = `${soap}HTTP/1.1 100 Continue\r\n\r\n`;
  const link = await linkTo((socket) => {
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${soap}`);
    setImmediate(() => socket.write(body.slice(soap.length)));
  });
  expect(await link.post(bytes("<Inform/>"), "call")).toMatchObject({ bytes: bytes(body) });
  link.close();
});

test("a body of 100 MB is aborted as soon as it passes its bound, and is not kept", async () => {
  const piece = Buffer.alloc(65_536, "x");
  let written = 0;
  const link = await linkTo((socket) => {
    socket.write(`${head}Content-Length: 104857600\r\n\r\n`);
    const go = () => {
      while (!socket.destroyed && written < 104_857_600) {
        written += piece.length;
        if (!socket.write(piece)) return void socket.once("drain", go);
      }
    };
    go();
  }, 32_768);
  await expect(link.post(bytes("<Inform/>"), "call")).rejects.toThrow(/sent more than 16809984 bytes/);
  // What was under way in buffers may have gone out, no more.
  expect(written).toBeLessThan(3 * linkLimits.drainBytesMax);
  link.close();
});

test("a body in many small chunks is kept in one piece", async () => {
  const count = 100_000;
  const link = await linkTo((socket) => {
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n${"1\r\nx\r\n".repeat(count)}0\r\n\r\n`);
  }, 2 * count);
  const answer = await link.post(bytes("<Inform/>"), "call");
  if (answer.empty) expect.fail("it is not empty");
  expect(Buffer.from(answer.bytes).equals(Buffer.alloc(count, "x"))).toBe(true);
  // Not a piece of memory each.
  expect(answer.bytes.buffer.byteLength).toBeLessThan(4 * count);
  link.close();
});

test("only bytes of the body count as progress: not the framing of one-byte chunks, interim responses, or trailers", async () => {
  const said: readonly (readonly [text: string, body: number])[] = [
    [`${head}Transfer-Encoding: chunked\r\n\r\n${"1;some=extension\r\nx\r\n".repeat(50)}`, 50],
    ["HTTP/1.1 102 Processing\r\n\r\n".repeat(50), 0],
    [`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n${"A: b\r\n".repeat(50)}`, 0],
    [`${head}Content-Length: 1000\r\n\r\n${"x".repeat(70)}`, 70],
  ];
  for (const [text, body] of said) {
    let heard = false;
    const server = net.createServer((socket) => {
      socket
        .on("error", () => {})
        .on("data", () =>
          socket.write(text, () => {
            heard = true;
          }),
        );
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const target = { scheme: "http", host: "acs.test", port, address: "127.0.0.1" } as const;
    const line = systemNet.line(target, {
      ca: undefined,
      clientCert: undefined,
      clientKey: undefined,
      checkDates: true,
    });
    const ended = line
      .exchange({ method: "POST", path: "/", headers: [], body: new Uint8Array() }, 1000)
      .catch(() => {});
    await expect.poll(() => heard).toBe(true);
    if (body > 0) await expect.poll(() => line.received).toBe(body);
    line.close();
    await ended;
    expect(line.received).toBe(body);
  }
});

test("headers past their bound, and endless header lines, fail the session", async () => {
  for (const text of [
    `X: ${"y".repeat(linkLimits.headerBytesMax)}\r\n`,
    "A: b\r\n".repeat(linkLimits.headerBytesMax / 2),
  ]) {
    const link = await linkTo((socket) => void socket.write(`${head}${text}\r\n`));
    await expect(link.post(bytes("<Inform/>"), "call")).rejects.toThrow(/^the line to .* broke: /);
    link.close();
  }
});
