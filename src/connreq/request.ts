/** Codec: the head of an HTTP request, bytes to value. TR-069 3.2.2, RFC 9112 2 to 6.
 *
 * Lenient where field clients are odd: bare LF, empty lines first, absolute URIs, no Host. Strict where two
 * readers could see two requests: repeated framing headers, folded lines, NUL, bare CR. */
import { Malformed } from "../errors.ts";
import { fieldName, headEnd, headLines, headStart, listOf, trim } from "../http/head.ts";
import { connectionRequestLimits as limits } from "./limits.ts";

export interface RequestHead {
  readonly method: string;
  /** As sent: with query, and with scheme and authority where it was absolute. */
  readonly target: string;
  /** By lower-case name; repeated ones joined as a list. */
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes of the body that follows, or that it has no end known before. */
  readonly body: number | "unknown";
  readonly minor: 0 | 1;
  /** The client may send another request on this connection. RFC 9112 9.3. */
  readonly keepAlive: boolean;
}

/** Bytes of a head and of one of its lines, and lines. */
export type HeadBounds = Readonly<Record<"headBytesMax" | "lineBytesMax" | "headersMax", number>>;

const text = new TextDecoder();
const decode = (bytes: Uint8Array): string => text.decode(bytes);
const requestLine = /^([A-Z]{1,32}) ([!-~]+) HTTP\/1\.(\d)$/;
/** Two of these would leave open which one counts. */
const single = new Set(["authorization", "content-length", "host", "transfer-encoding"]);

/** Reads one head from the start of the bytes received so far.
 * @param seen how many of these bytes an earlier call has answered "more" to
 * @param bounds of a server that takes longer heads than Connection Requests have
 * @returns the head and where it ends, or "more"
 * @throws Malformed */
export function readHead(
  bytes: Uint8Array,
  seen = 0,
  bounds: HeadBounds = limits,
): { head: RequestHead; end: number } | "more" {
  const start = headStart(bytes);
  const end = headEnd(bytes, start, seen, bounds.headBytesMax);
  if (end === undefined) return "more";
  const lines = headLines(bytes.subarray(start, end), decode, bounds.lineBytesMax);
  return { head: parseHead(lines, bounds.headersMax), end };
}

/** The part that names the resource and its query, in every form of the target. RFC 9112 3.2. */
export function originForm(target: string): string {
  const authority = /^http:\/\/[^/?#]*/i.exec(target)?.[0];
  if (authority === undefined) return target;
  const rest = target.slice(authority.length);
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function malformed(why: string): Malformed {
  return new Malformed(`Cannot parse request: ${why}`);
}

function parseHead(lines: readonly string[], headersMax: number): RequestHead {
  if (lines.length - 1 > headersMax) throw malformed("too many headers");
  const [, method, target, minorText] = requestLine.exec(lines[0]!) ?? [];
  if (method === undefined || target === undefined) throw malformed("no request line");
  const minor = minorText === "0" ? 0 : 1;
  const headers = parseHeaders(lines.slice(1));
  const body = bodyOf(headers);
  return { method, target, headers, body, minor, keepAlive: keepsAlive(headers, minor, body) };
}

function parseHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    // Also obs-fold (RFC 9112 5.2), and a space before the colon (5.1).
    if (!fieldName.test(name)) throw malformed("not a header line");
    const value = trim(line.slice(colon + 1));
    const earlier = headers.get(name);
    if (earlier !== undefined && single.has(name)) throw malformed(`${name} twice`);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

function bodyOf(headers: ReadonlyMap<string, string>): number | "unknown" {
  const length = headers.get("content-length");
  if (headers.has("transfer-encoding")) {
    if (length !== undefined) throw malformed("both Content-Length and Transfer-Encoding");
    return "unknown";
  }
  if (length === undefined) return 0;
  if (!/^\d{1,15}$/.test(length)) throw malformed("Content-Length is no number");
  return Number(length);
}

/** A body that is not worth skipping ends the connection; so does a body that may never be sent (Expect). */
function keepsAlive(headers: ReadonlyMap<string, string>, minor: 0 | 1, body: number | "unknown"): boolean {
  if (body === "unknown" || body > limits.bodyBytesMax || headers.has("expect")) return false;
  const options = listOf(headers.get("connection") ?? "");
  if (options.includes("close")) return false;
  return minor === 1 || options.includes("keep-alive");
}
