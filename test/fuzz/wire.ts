/** Fuzz: the bytes of HTTP responses, broken by seed. Each ends as a response, as "more", as `Lost` or as `Malformed`;
 * the same in one piece and in many; and of the body no more is kept than was asked for. RFC 9112, TR-069 3.4.2. */
import { Lost, Malformed } from "../../src/errors.ts";
import { linkLimits } from "../../src/http/limits.ts";
import { ResponseReader } from "../../src/http/response.ts";
import type { HttpResponse } from "../../src/ports/net.ts";
import { encode, seeded } from "../connreq/desk.ts";
import { lineSplices, mutate } from "./mutate.ts";

type Dice = ReturnType<typeof seeded>;

export interface WireOutcome {
  whole: number;
  more: number;
  ended: number;
  malformed: number;
}

const bodyBytesMax = 200;

const responses = [
  "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Envelope/>",
  "HTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\n\r\n",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n<Enve\r\n6\r\nlope/>\r\n0\r\nA: b\r\n\r\n",
  "HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n<Envelope/>",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
  `HTTP/1.1 200\nContent-Length: 400\nX: a\n  b\n\n${"y".repeat(400)}`,
];

const splices = [
  ...lineSplices,
  ";",
  "0\r\n\r\n",
  "\r\n\r\n",
  "\r\n ",
  "ffffffffffff\r\n",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 101 Switching Protocols\r\n\r\n",
  "HTTP/1.0 200 OK\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: 999999999999999\r\n",
  "Content-Length: 5, 5\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: gzip, chunked\r\n",
  "Connection: close\r\n",
  "Connection: keep-alive\r\n",
  "a".repeat(5000),
  "A: b\r\n".repeat(70),
  "X".repeat(linkLimits.headerBytesMax),
];

/** @throws Error with the seed and the case, when a bound or a promise does not hold */
export function fuzzResponseBytes(seed: number, count: number): WireOutcome {
  const dice = seeded(seed);
  const outcome: WireOutcome = { whole: 0, more: 0, ended: 0, malformed: 0 };
  for (let index = 0; index < count; index += 1) {
    const bytes = mutate(encode(responses[dice.below(responses.length)]!), splices, dice);
    try {
      const whole = told(read([bytes]), outcome);
      const pieces = told(read(cut(bytes, dice)));
      if (pieces !== whole) throw new Error(`in pieces ${pieces}, in one ${whole}`);
    } catch (problem) {
      throw new Error(`seed ${seed}, case ${index}: ${problem}`, { cause: problem });
    }
  }
  return outcome;
}

/** Pieces of all sizes; a piece may be empty of use, never of bytes. */
function cut(bytes: Uint8Array, dice: Dice): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const most = dice.below(3) === 0 ? 3 : bytes.length;
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1 + dice.below(most), Math.ceil(bytes.length / 500));
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  return pieces;
}

type Read = { readonly is: keyof WireOutcome; readonly response?: HttpResponse; readonly keeps?: boolean };

function read(pieces: readonly Uint8Array[]): Read {
  const reader = new ResponseReader(bodyBytesMax);
  try {
    for (const [at, piece] of pieces.entries()) {
      const response = reader.take(piece);
      // What comes behind it in later pieces is the line's to judge.
      if (response) return { is: "whole", response, keeps: reader.keepsAlive && at === pieces.length - 1 };
    }
    return { is: "ended", response: reader.end() };
  } catch (error) {
    if (error instanceof Malformed)
      return { is: error.message.includes("before the response") ? "more" : "malformed" };
    if (error instanceof Lost) return { is: "malformed" };
    throw error;
  }
}

function told({ is, response, keeps }: Read, outcome?: WireOutcome): string {
  if (outcome) outcome[is] += 1;
  if (response === undefined) return is;
  const { status, headers, body, truncated } = response;
  if (body.length > bodyBytesMax) throw new Error(`a body of ${body.length} bytes`);
  if (status < 200 || status > 999) throw new Error(`status ${status}`);
  for (const [name, value] of headers) {
    if (/[^!-~]/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw new Error(`header ${name}: ${value}`);
  }
  return JSON.stringify([is, status, headers, [...body], truncated, keeps]);
}
