/** Rule: the digest of RFC 2617, for sessions and Connection Requests alike. TR-069 3.4.5. */
import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import { fromLatin1 } from "../latin1.ts";

export type Algorithm = "MD5" | "MD5-sess";

export interface DigestInput {
  readonly algorithm: Algorithm;
  /** As people write it, as is the password; the other fields are as a header has them. */
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly method: string;
  /** As in the request line. */
  readonly uri: string;
  readonly nonce: string;
  /** undefined: the old form of RFC 2069. */
  readonly qop?: "auth";
  /** Eight hex digits. */
  readonly nc?: string;
  readonly cnonce?: string;
}

const encoder = new TextEncoder();

/** Text as a header has it: its UTF-8 bytes, one character each. */
export const headerText = (text: string): string => fromLatin1(encoder.encode(text));

/** @param text one character a byte */
const hash = (text: string): string => bytesToHex(md5(Uint8Array.from(text, (char) => char.charCodeAt(0))));

/** Hex request-digest. RFC 2617 3.2.2.1. A realm or nonce beyond ASCII is hashed in the bytes that were received. */
export function digestResponse(input: DigestInput): string {
  const { realm, nonce, cnonce = "", nc = "", qop } = input;
  const secret = hash(`${headerText(input.username)}:${realm}:${headerText(input.password)}`);
  const a1 = input.algorithm === "MD5-sess" ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const a2 = hash(`${input.method}:${input.uri}`);
  return hash(qop === undefined ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`);
}

const parameter =
  /[\s,]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s,;"]*))[ \t]*(?=,|$)/y;

/** The auth-params of a header, names in lower case; the first of a name counts. RFC 2617 1.2.
 * @throws Malformed */
export function parseParameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  while (!/^[\s,]*$/.test(text.slice(at))) {
    parameter.lastIndex = at;
    const match = parameter.exec(text);
    if (match === null)
      throw new Malformed(`Cannot parse auth-param: expected name=value at character ${at}`);
    const name = match[1]!.toLowerCase();
    if (!found.has(name)) found.set(name, match[3] ?? match[2]!.replace(/\\(.)/g, "$1"));
    at = parameter.lastIndex;
  }
  return found;
}
