/** Codec: the common parts of request and response heads: their end, their lines, their fields.
 * RFC 9112 2.2, 5. Lenient with bare LF; strict with control characters, which end a head for some readers. */
import { Malformed } from "../errors.ts";
import { trimmed } from "../space.ts";

const LF = 10;
const CR = 13;
const TAB = 9;
const DEL = 127;

export const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The characters that a line of a head may hold, one character a byte. Some readers end the line at any other. */
export const sendable = /^[\t\x20-\x7e\x80-\xff]*$/;

export const malformed = (why: string): Malformed => new Malformed(`Cannot parse HTTP: ${why}`);

/** The position at which the first head in these bytes begins, after any empty lines. */
export function headStart(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length && (bytes[at] === LF || bytes[at] === CR)) at += 1;
  return at;
}

/** The position at which the head ends, after its empty line. Only the new bytes and one line end before them are
 * searched.
 * @param seen how many of the bytes an earlier call has looked at
 * @returns undefined: not yet
 * @throws Malformed */
export function headEnd(
  bytes: Uint8Array,
  start: number,
  seen: number,
  bytesMax: number,
): number | undefined {
  const stop = Math.min(bytes.length, bytesMax);
  for (let at = Math.max(start, seen); at < stop; at += 1) {
    const byte = bytes[at]!;
    if ((byte < 32 && byte !== LF && byte !== CR && byte !== TAB) || byte === DEL) {
      throw malformed(`control character at byte ${at}`);
    }
    if (byte !== LF) continue;
    const before = bytes[at - 1] === CR ? at - 2 : at - 1;
    if (before >= start && bytes[before] === LF) return at + 1;
  }
  if (bytes.length >= bytesMax) throw malformed("head too long");
  return undefined;
}

/** The lines of a head without their ends. Each character counts as one byte of the bound of a line.
 * @throws Malformed */
export function headLines(
  head: Uint8Array,
  decode: (bytes: Uint8Array) => string,
  lineBytesMax: number,
): string[] {
  // Behind the last line stands the empty one that ends the head.
  const lines = decode(head).split("\n").slice(0, -2);
  return lines.map((ended) => {
    if (ended.length >= lineBytesMax) throw malformed("line too long");
    const line = ended.endsWith("\r") ? ended.slice(0, -1) : ended;
    if (line.includes("\r")) throw malformed("CR without LF");
    return line;
  });
}

/** Without the blanks around it. */
export const trim = (value: string): string => trimmed(value, " \t");

/** The members of a list such as that of Connection, in lower case. */
export const listOf = (value: string): string[] => value.toLowerCase().split(",").map(trim);
