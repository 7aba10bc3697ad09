/** Codec: values of ASN.1 in DER, one level at a time. ITU-T X.690 8.1, 10.1.
 *
 * The reader never recurses: a caller descends only as deep as the structure that it expects, so hostile nesting costs
 * nothing. */
import { Malformed } from "../errors.ts";
import { packageLimits } from "./limits.ts";

export interface Der {
  /** Identifier octet. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** The whole of it. */
  readonly raw: Uint8Array;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  time: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Context-specific tag [number], as everything in it is constructed. */
export const context = (number: number): number => 0xa0 | number;

/** The value at the beginning of the bytes. @throws Malformed */
export function readDer(bytes: Uint8Array, at = 0): Der {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new Malformed("a value is cut off");
  if ((tag & 0x1f) === 0x1f) throw new Malformed("a tag has several octets");
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4) throw new Malformed("a length is not definite");
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (bytes[start + i] ?? 0);
    start += octets;
  }
  if (start + length > bytes.length) throw new Malformed("a value is cut off");
  return { tag, content: bytes.subarray(start, start + length), raw: bytes.subarray(at, start + length) };
}

/** The values within a constructed one, which they fill. @throws Malformed */
export function partsOf(der: Der, tag: number): Der[] {
  if (der.tag !== tag) throw new Malformed(`tag ${der.tag} where ${tag} is expected`);
  const parts: Der[] = [];
  for (let at = 0; at < der.content.length; ) {
    const part = readDer(der.content, at);
    parts.push(part);
    at += part.raw.length;
    if (parts.length > packageLimits.asn1ValuesMax) throw new Malformed("there are too many values");
  }
  return parts;
}

/** Takes values one after the other out of a SEQUENCE. */
export class Taking {
  private at = 0;

  constructor(private readonly parts: readonly Der[]) {}

  /** The next one. @throws Malformed where there is none, or one of another tag */
  next(tag?: number): Der {
    const part = this.parts[this.at];
    if (part === undefined) throw new Malformed("a value is missing");
    if (tag !== undefined && part.tag !== tag)
      throw new Malformed(`tag ${part.tag} where ${tag} is expected`);
    this.at += 1;
    return part;
  }

  /** The next one, if it has one of these tags. */
  maybe(...wanted: readonly number[]): Der | undefined {
    const part = this.parts[this.at];
    return part !== undefined && wanted.includes(part.tag) ? this.next() : undefined;
  }

  /** @throws Malformed where something is left */
  end(): void {
    if (this.at < this.parts.length) throw new Malformed("there are values too many");
  }
}

/** "1.2.840.113549.1.7.1". @throws Malformed */
export function oidOf(der: Der): string {
  if (der.tag !== tags.oid || der.content.length === 0 || der.content.length > 64) {
    throw new Malformed("an object identifier is expected");
  }
  const numbers: number[] = [];
  let value = 0;
  for (const octet of der.content) {
    value = value * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join(".");
}

/** Milliseconds since 1970; NaN for another form than UTC to the second (RFC 5280 4.1.2.5). */
export function timeOf({ tag, content }: Der): number {
  const text = String.fromCharCode(...content.subarray(0, 20));
  const digits = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.slice(1).map(Number);
  const years = tag === tags.utcTime ? 13 : tag === tags.time ? 15 : 0;
  if (digits === undefined || content.length !== years) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = digits;
  const full = years === 15 ? year : year + (year < 50 ? 2000 : 1900);
  const date = new Date(0);
  date.setUTCFullYear(full, month - 1, day);
  const sound =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return sound ? date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 : Number.NaN;
}
