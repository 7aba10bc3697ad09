import { describe, expect, test } from "vitest";
import { Malformed } from "../../src/errors.ts";
import { linkLimits } from "../../src/http/limits.ts";
import { ResponseReader } from "../../src/http/response.ts";

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

interface Expected {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly keeps?: boolean;
}

/** What each is read as, whole and byte by byte. */
const rows: Readonly<Record<string, readonly [text: string, expected: Expected]>> = {
  "a body of known length": ["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", { body: "abc" }],
  "204, whatever length it names": ["HTTP/1.1 204 X\r\nContent-Length: 3\r\n\r\n", { status: 204 }],
  "no reason": ["HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", {}],
  "bare LF": ["HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", { body: "abc" }],
  "empty lines before it": ["\r\n\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", {}],
  "the same length twice": [
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3, 3\r\n\r\nabc",
    { body: "abc" },
  ],
  "a folded field": [
    "HTTP/1.1 200 OK\r\nX: a\r\n\t b \r\nContent-Length: 0\r\n\r\n",
    {
      headers: [
        ["X", "a b"],
        ["Content-Length", "0"],
      ],
    },
  ],
  "folds with nothing in them": [
    "HTTP/1.1 200 OK\r\nX:\r\n \r\n a\r\n \t\r\nContent-Length: 0\r\n\r\n",
    {
      headers: [
        ["X", "a"],
        ["Content-Length", "0"],
      ],
    },
  ],
  "blanks before a colon": ["HTTP/1.1 200 OK\r\nContent-Length \t: 3\r\n\r\nabc", { body: "abc" }],
  "bytes above ASCII in a field": [
    "HTTP/1.1 200 OK\r\nX: \xfc\r\nContent-Length: 0\r\n\r\n",
    {
      headers: [
        ["X", "\xfc"],
        ["Content-Length", "0"],
      ],
    },
  ],
  "interim responses before it": [
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nLink: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz",
    { body: "z" },
  ],
  "chunks with extensions and a trailer": [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n002 ;a=b\r\nab\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
    { body: "ab0123456789" },
  ],
  "chunks and a length: chunks, and no further request": [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
    { keeps: false },
  ],
  "Connection: close": [
    "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n",
    { keeps: false },
  ],
  "HTTP/1.0": ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", { keeps: false }],
  "HTTP/1.0 that keeps the connection": [
    "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
    {},
  ],
};

describe("3.4.2 HTTP responses", () => {
  for (const [name, [text, { status = 200, body = "", headers, keeps = true }]] of Object.entries(rows)) {
    test(`3.4.2 ${name}: whole, byte by byte, and with a tail`, () => {
      const bytes = latin1(text);
      const reader = new ResponseReader(1000);
      const response = reader.take(bytes);
      expect(response).toMatchObject({ status, truncated: false });
      expect(Buffer.from(response!.body).toString("latin1")).toBe(body);
      if (headers) expect(response!.headers).toEqual(headers);
      expect(reader.keepsAlive).toBe(keeps);

      const slow = new ResponseReader(1000);
      for (const byte of bytes.subarray(0, -1)) expect(slow.take(Uint8Array.of(byte))).toBeUndefined();
      expect(slow.take(bytes.subarray(-1))).toEqual(response);

      const tailed = new ResponseReader(1000);
      expect(tailed.take(latin1(`${text}HTTP/1.1 200 OK\r\n`))).toEqual(response);
      expect(tailed.keepsAlive).toBe(false);
    });
  }

  test("3.4.2 without a length the body ends with the connection", () => {
    const reader = new ResponseReader(1000);
    expect(reader.take(latin1("HTTP/1.1 200 OK\r\n\r\nab"))).toBeUndefined();
    expect(reader.take(latin1("c"))).toBeUndefined();
    expect(reader.end()).toEqual({ status: 200, headers: [], body: latin1("abc"), truncated: false });
  });

  for (const [name, text] of Object.entries({
    "another protocol": "SSH-2.0-OpenSSH_9\r\n\r\n",
    "HTTP/2": "HTTP/2 200 OK\r\n\r\n",
    "a status of two digits": "HTTP/1.1 20 OK\r\n\r\n",
    "another protocol switched to": "HTTP/1.1 101 X\r\nUpgrade: y\r\n\r\n",
    "a field without a colon": "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
    "a fold without a field": "HTTP/1.1 200 OK\r\n x\r\n\r\n",
    NUL: "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    "CR alone": "HTTP/1.1 200 OK\r\nX: a\rY: b\r\n\r\n",
    "two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a length that is no number": "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
    "a coding that nobody asked for": "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "a chunk size that is none": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    "a chunk longer than it says": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    "a head without end": `HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(linkLimits.headerBytesMax / 6)}`,
    "interim responses without end": "HTTP/1.1 100 C\r\n\r\n".repeat(linkLimits.headerBytesMax / 17),
    "a chunk line without end": `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${"x".repeat(linkLimits.headerBytesMax)}`,
    "a trailer without end": `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${"X: y\r\n".repeat(linkLimits.headerBytesMax / 4)}`,
  })) {
    test(`3.4.2 ${name} is malformed`, () => {
      expect(() => new ResponseReader(1000).take(latin1(text))).toThrow(Malformed);
    });
  }

  test("3.4.2 a response that its connection cuts short is malformed, wherever it is cut", () => {
    for (const text of [
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    ]) {
      for (let length = 0; length < text.length; length++) {
        const reader = new ResponseReader(1000);
        if (length > 0) expect(reader.take(latin1(text.slice(0, length)))).toBeUndefined();
        expect(() => reader.end()).toThrow(/ended before the response/);
      }
    }
  });
});
