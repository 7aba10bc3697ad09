import { describe, expect, test } from "vitest";
import { connectionRequestLimits as limits } from "../../src/connreq/limits.ts";
import { originForm, readHead } from "../../src/connreq/request.ts";
import { Malformed } from "../../src/errors.ts";
import { encode } from "./desk.ts";

function read(text: string) {
  const outcome = readHead(encode(text));
  if (outcome === "more") throw new Error("more");
  return outcome;
}

const rows = {
  plain: "GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
  "HTTP/1.0 without a header": "GET /a HTTP/1.0\r\n\r\n",
  "bare LF": "GET /a HTTP/1.1\nHost: x\nX: 1\n\n",
  "mixed line ends": "GET /a HTTP/1.1\r\nHost: x\n\r\n",
  "empty lines first": "\r\n\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n",
  "absolute URI": "GET http://x:1/a?b=c HTTP/1.1\r\nHost: x\r\n\r\n",
  "bytes above ASCII in a value": "GET /a HTTP/1.1\r\nX: \u00fc\r\n\r\n",
};

describe("3.2.2 request heads", () => {
  for (const [name, text] of Object.entries(rows)) {
    test(`3.2.2 ${name}: whole, byte by byte, and with a tail`, () => {
      const whole = read(text);
      expect(whole.end).toBe(encode(text).length);
      expect(whole.head.method).toBe("GET");
      const bytes = encode(text);
      for (let count = 0; count < bytes.length; count += 1) {
        expect(readHead(bytes.subarray(0, count), Math.max(0, count - 1))).toBe("more");
      }
      expect(readHead(bytes, bytes.length - 1)).toEqual(whole);
      expect(read(`${text}GET /b`)).toEqual(whole);
    });
  }

  test("3.2.2 reads method, target, version, headers and body length", () => {
    const { head } = read("POST /a?b HTTP/1.1\r\nHost:x\r\nA: 1 \r\na:\t2\r\nContent-Length: 12\r\n\r\n");
    expect(head).toMatchObject({ method: "POST", target: "/a?b", minor: 1, body: 12, keepAlive: true });
    expect(Object.fromEntries(head.headers)).toEqual({ host: "x", a: "1, 2", "content-length": "12" });
  });

  test.each([
    ["HTTP/1.1", "", true],
    ["HTTP/1.1", "Connection: Close\r\n", false],
    ["HTTP/1.1", "Connection: a, close\r\n", false],
    ["HTTP/1.0", "", false],
    ["HTTP/1.0", "Connection: Keep-Alive\r\n", true],
    ["HTTP/1.1", "Transfer-Encoding: chunked\r\n", false],
    ["HTTP/1.1", "Expect: 100-continue\r\n", false],
    ["HTTP/1.1", `Content-Length: ${limits.bodyBytesMax}\r\n`, true],
    ["HTTP/1.1", `Content-Length: ${limits.bodyBytesMax + 1}\r\n`, false],
  ])("3.2.2 %s %s keeps the connection: %s", (version, header, keepAlive) => {
    expect(read(`GET / ${version}\r\n${header}\r\n`).head.keepAlive).toBe(keepAlive);
  });

  test.each([
    ["two lengths", "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"],
    ["length and encoding", "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["two encodings", "GET / HTTP/1.1\r\nTransfer-Encoding: a\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["two authorizations", "GET / HTTP/1.1\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"],
    ["signed length", "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n"],
    ["list of lengths", "GET / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n"],
    ["folded line", "GET / HTTP/1.1\r\nA: 1\r\n b\r\n\r\n"],
    ["space before colon", "GET / HTTP/1.1\r\nContent-Length : 1\r\n\r\n"],
    ["no colon", "GET / HTTP/1.1\r\nabc\r\n\r\n"],
    ["empty name", "GET / HTTP/1.1\r\n: abc\r\n\r\n"],
    ["NUL", "GET / HTTP/1.1\r\nA: \u0000\r\n\r\n"],
    ["bare CR", "GET / HTTP/1.1\r\nA: a\rB: b\r\n\r\n"],
    ["space in the target", "GET /a b HTTP/1.1\r\n\r\n"],
    ["two spaces", "GET  /a HTTP/1.1\r\n\r\n"],
    ["lower-case version", "GET /a http/1.1\r\n\r\n"],
    ["HTTP/0.9", "GET /a\r\n\r\n"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\n"],
    ["TLS", "\u0016\u0003\u0001"],
    ["long line", `GET / HTTP/1.1\r\nA: ${"a".repeat(limits.lineBytesMax)}\r\n\r\n`],
    ["many headers", `GET / HTTP/1.1\r\n${"A: 1\r\n".repeat(limits.headersMax + 1)}\r\n`],
    ["long head", `GET / HTTP/1.1\r\n${`A: ${"a".repeat(1000)}\r\n`.repeat(9)}\r\n`],
    ["endless head", "\r\n".repeat(limits.headBytesMax)],
  ])("3.2.2 %s is malformed", (_name, text) => {
    expect(() => read(text)).toThrow(Malformed);
  });

  test("3.2.2 takes every head up to the limits", () => {
    const line = `A: ${"a".repeat(limits.lineBytesMax - 5)}\r\n`;
    expect(read(`GET / HTTP/1.1\r\n${line}\r\n`).head.headers.get("a")).toHaveLength(limits.lineBytesMax - 5);
    expect(read(`GET / HTTP/1.1\r\n${"A: 1\r\n".repeat(limits.headersMax)}\r\n`).head.headers.size).toBe(1);
    const head = `GET /${"a".repeat(3000)} HTTP/1.1\r\nA: ${"a".repeat(4000)}\r\nB: `;
    const full = `${head}${"b".repeat(limits.headBytesMax - head.length - 4)}\r\n\r\n`;
    expect(read(full).end).toBe(limits.headBytesMax);
    expect(() => read(full.replace("B: ", "B: b"))).toThrow(Malformed);
  });

  test.each([
    ["/a?b", "/a?b"],
    ["http://h:80/a?b", "/a?b"],
    ["HTTP://h", "/"],
    ["http://h?b", "/?b"],
    ["*", "*"],
    ["https://h/a", "https://h/a"],
  ])("3.2.2 target %s names %s", (target, expected) => {
    expect(originForm(target)).toBe(expected);
  });
});
