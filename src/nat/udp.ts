/** Codec: UDP Connection Requests, bytes to value and back. TR-069 G.2.1.4, G.2.2.3; RFC 2616 4, 5.
 *
 * Strict: lines end with CRLF, the version is HTTP/1.1, Host is there once, nothing is folded, nothing is in a URI
 * that has no place there. Lenient in two points that change nothing: a path of `/`, which RFC 3986 6.2.3 calls equal
 * to none, and names in the query that Annex G does not know. A body is ignored, as G.2.1.4 asks. */

import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import { fromLatin1 } from "../latin1.ts";
import type { Endpoint, HmacSha1 } from "../ports/udp.ts";
import { writeEndpoint } from "./endpoint.ts";
import { natLimits as limits } from "./limits.ts";

/** The request of the ACS. Texts are one character a byte, decoded from the URI. */
export interface UdpRequest {
  /** Seconds since 1970, as written. */
  readonly ts: string;
  /** An unsigned integer, as written. */
  readonly id: string;
  readonly un: string;
  readonly cn: string;
  /** 40 hexadecimal digits, lower case. */
  readonly sig: string;
}

const malformed = (why: string): Malformed => new Malformed(`Cannot parse UDP Connection Request: ${why}`);

const headerLine = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
/** RFC 3986 3.2.2, 3.2.3; an empty port means 80. */
const hostPort = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[0-9A-Za-z\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::(\d{0,5}))?$/;
const target = /^(?:http|HTTP):\/\/([^/?#]*)\/?\?((?:[0-9A-Za-z\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)$/;

/** @throws Malformed */
export function parseUdpRequest(bytes: Uint8Array): UdpRequest {
  if (bytes.length > limits.requestBytesMax) throw malformed(`longer than ${limits.requestBytesMax} bytes`);
  // Looked at before all else: a flood of other bytes is to cost little.
  if (!get.every((byte, at) => bytes[at] === byte)) throw malformed("expected the method GET");
  const text = fromLatin1(bytes);
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) throw malformed("no empty line ends its head");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  if (lines.length > limits.headersMax) throw malformed("too many headers");
  checkHeaders(lines, bytes.length - end - 4);
  const [method, uri = "", version, ...more] = first.split(" ");
  if (method !== "GET" || version !== "HTTP/1.1" || more.length > 0)
    throw malformed("expected GET URI HTTP/1.1");
  const [, authority, query] = target.exec(uri) ?? [];
  if (authority === undefined || query === undefined) {
    throw malformed("expected a URI of http://HOST[:PORT]?QUERY");
  }
  if (!isHostPort(authority)) throw malformed("expected HOST[:PORT] in the URI");
  return fieldsOf(query);
}

/** "GET " */
const get = [0x47, 0x45, 0x54, 0x20];

function isHostPort(text: string): boolean {
  const found = hostPort.exec(text);
  return found !== null && Number(found[1] ?? 0) <= 65_535;
}

/** Headers whose values are checked. */
const counted = ["host", "content-length", "transfer-encoding"] as const;

/** @throws Malformed */
function checkHeaders(lines: readonly string[], bodyBytes: number): void {
  const found = new Map<string, string[]>(counted.map((name) => [name, []]));
  for (const line of lines) {
    if (!headerLine.test(line)) throw malformed("not a header line");
    const colon = line.indexOf(":");
    const values = found.get(line.slice(0, colon).toLowerCase());
    values?.push(line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, ""));
  }
  const [hosts = [], lengths = [], codings = []] = counted.map((name) => found.get(name));
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) throw malformed("expected Host once");
  if (host !== "" && !isHostPort(host)) throw malformed("expected HOST[:PORT] in Host");
  if (lengths.length > 1 || !lengths.every((length) => /^\d{1,9}$/.test(length))) {
    throw malformed("expected one number as Content-Length");
  }
  if (Number(lengths[0] ?? 0) > bodyBytes) throw malformed("its body is shorter than Content-Length");
  if (codings.length > 0 && (lengths.length > 0 || codings.join().toLowerCase() !== "chunked")) {
    throw malformed("expected no Transfer-Encoding");
  }
}

const names = ["ts", "id", "un", "cn", "sig"] as const;

/** application/x-www-form-urlencoded. A name of ours that occurs twice would leave open which of the two is signed. */
function fieldsOf(query: string): UdpRequest {
  const found = new Map<string, string>();
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const name = unescaped(equals < 0 ? pair : pair.slice(0, equals));
    if (found.has(name) && names.some((known) => known === name)) throw malformed(`${name} twice`);
    found.set(name, equals < 0 ? "" : unescaped(pair.slice(equals + 1)));
  }
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined) throw malformed(`${missing} is missing`);
  const field = (name: (typeof names)[number]) => found.get(name)!;
  const [ts, id, sig] = [field("ts"), field("id"), field("sig")];
  if (!/^\d{1,16}$/.test(ts) || BigInt(ts) > limits.timestampMax) throw malformed("ts is no timestamp");
  if (!/^\d+$/.test(id) || id.length > limits.idDigitsMax) throw malformed("id is no unsigned integer");
  if (!/^[0-9A-Fa-f]{40}$/.test(sig)) throw malformed("sig is not 40 hexadecimal digits");
  return { ts, id, un: field("un"), cn: field("cn"), sig: sig.toLowerCase() };
}

/** Most texts hold no escape: looking for one costs less than a replacement. */
const unescaped = (text: string): string =>
  text.includes("%") || text.includes("+")
    ? text
        .replaceAll("+", " ")
        .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
          String.fromCharCode(Number.parseInt(digits, 16)),
        )
    : text;

/** G.2.2.3: HMAC-SHA1 over the values of ts, id, un and cn, in hexadecimal digits.
 * @param password bytes of ConnectionRequestPassword */
export const signature = (
  { ts, id, un, cn }: Omit<UdpRequest, "sig">,
  password: Uint8Array,
  mac: HmacSha1 = plainMac,
): string => mac(password, ts + id + un + cn);

const plainMac: HmacSha1 = (key, text) =>
  bytesToHex(
    hmac(
      sha1,
      key,
      Uint8Array.from(text, (char) => char.charCodeAt(0)),
    ),
  );

/** The request as an ACS sends it. G.2.2.3.
 * @param to the destination: its port is in the URI unless it is 80 */
export function writeUdpRequest(
  fields: Omit<UdpRequest, "sig">,
  password: Uint8Array,
  to: Endpoint,
): Uint8Array {
  const host = writeEndpoint(to).replace(/:80$/, "");
  const all = { ...fields, sig: signature(fields, password) };
  const query = names.map((name) => `${name}=${escaped(all[name])}`).join("&");
  return new TextEncoder().encode(`GET http://${host}?${query} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
}

const escaped = (text: string): string =>
  text.replace(
    /[^0-9A-Za-z\-._~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
