/** Codec: a request to the LAN page, bytes to value, and its answer back to bytes. RFC 9112. */
import { originForm, readHead } from "../connreq/request.ts";
import { Malformed } from "../errors.ts";
import { pageLimits as limits } from "./limits.ts";
import type { PageAnswer, PageRequest } from "./request.ts";

export type ReadRequest = Omit<PageRequest, "client" | "local" | "onGone">;

/** The body is longer than the bound, or its length is not given. */
class TooLong extends Error {
  override readonly name = "TooLong";
}

/** @returns the request once all of it is there; undefined: more bytes are needed
 * @throws Malformed, whose answer is 400
 * @throws TooLong, whose answer is 413 */
export function readRequest(bytes: Uint8Array, seen = 0): ReadRequest | undefined {
  const read = readHead(bytes, seen, limits);
  if (read === "more") return undefined;
  const { head, end } = read;
  const length = head.body;
  if (length === "unknown" || length > limits.bodyBytesMax) throw new TooLong();
  if (bytes.length < end + length) return undefined;
  const target = originForm(head.target);
  const at = target.indexOf("?");
  return {
    method: head.method,
    path: at < 0 ? target : target.slice(0, at),
    query: at < 0 ? "" : target.slice(at + 1).replace(/#.*$/s, ""),
    headers: head.headers,
    body: bytes.subarray(end, end + length),
  };
}

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  302: "Found",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  421: "Misdirected Request",
  429: "Too Many Requests",
  500: "Internal Server Error",
};

const text = new TextEncoder();

/** The answer, after which the connection ends. */
export function writeAnswer({ status, headers, body }: PageAnswer, head: boolean): Uint8Array {
  const bytes = typeof body === "string" ? text.encode(body) : body;
  // Leave out characters that no header may hold, line ends above all (RFC 9110 5.5).
  const fields = headers.filter(([, value]) => /^[\t\x20-\x7e]*$/.test(value));
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? "Unknown"}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    ...(head ? [] : [`Content-Length: ${bytes.length}`]),
    "Connection: close",
  ];
  const start = text.encode(`${lines.join("\r\n")}\r\n\r\n`);
  const all = new Uint8Array(start.length + bytes.length);
  all.set(start);
  all.set(bytes, start.length);
  return all;
}

/** Answers bytes that are no request. */
export const refusalOf = (error: unknown): PageAnswer => ({
  status: error instanceof TooLong ? 413 : error instanceof Malformed ? 400 : 500,
  headers: [["Content-Type", "text/plain; charset=utf-8"]],
  body: error instanceof TooLong ? "The request is too long.\n" : "This is no request.\n",
});
