/** Codec: the distinguished encoding (DER) of ASN.1, as far as certificates and keys use it. X.690 8.1, 10.1. */
import { Malformed } from "../errors.ts";

export interface Der {
  /** The identifier octet: class, constructed or not, number. */
  readonly tag: number;
  /** Contents octets. */
  readonly body: Uint8Array;
  /** Identifier, length and contents. */
  readonly whole: Uint8Array;
}

export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

function broken(what: string): never {
  throw new Malformed(`Cannot parse DER: ${what}`);
}

/** The elements in a sequence of octets, one after the other.
 * @throws Malformed for octets that end early, or are not in the one encoding that DER allows */
export function derParts(bytes: Uint8Array): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at]!;
    if ((tag & 0x1f) === 0x1f) broken("a tag of more than one octet");
    const { length, start } = lengthAt(bytes, at + 1);
    const end = start + length;
    if (end > bytes.length) broken("an element reaches past its end");
    found.push({ tag, body: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

/** X.690 10.1: the definite form in as few octets as possible. */
function lengthAt(bytes: Uint8Array, at: number): { readonly length: number; readonly start: number } {
  const first = bytes[at] ?? broken("an element without length");
  if (first < 0x80) return { length: first, start: at + 1 };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4 || at + 1 + octets > bytes.length) broken("a length that cannot be");
  let length = 0;
  for (const octet of bytes.subarray(at + 1, at + 1 + octets)) length = length * 256 + octet;
  if (length < 0x80 || length < 256 ** (octets - 1)) broken("a length in more octets than it needs");
  return { length, start: at + 1 + octets };
}

/** Reads an element that nothing follows. @throws Malformed */
export function derOne(bytes: Uint8Array, tag: number, what: string): Der {
  const [only, ...rest] = derParts(bytes);
  if (only === undefined || rest.length > 0) broken(`${what} is not one element`);
  return derOf(only, tag, what);
}

/** The element itself, if it has that tag. @throws Malformed */
export function derOf(element: Der | undefined, tag: number, what: string): Der {
  if (element?.tag !== tag) broken(`${what} is missing`);
  return element;
}

/** A whole number that is not negative. X.690 8.3. @throws Malformed */
export function derInteger(element: Der | undefined, what: string): bigint {
  const { body } = derOf(element, derTag.integer, what);
  if (body.length === 0 || body[0]! >= 0x80) broken(`${what} is not a positive number`);
  if (body.length > 1 && body[0] === 0 && body[1]! < 0x80) broken(`${what} begins with idle octets`);
  return toBigInt(body);
}

/** Octets that are read as one number, the first the most significant. */
export function toBigInt(bytes: Uint8Array): bigint {
  let digits = "";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return digits === "" ? 0n : BigInt(`0x${digits}`);
}

/** The number in that many octets; the most significant ones are lost where it has more. */
export function fromBigInt(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let left = value;
  for (let at = length - 1; at >= 0; at--) {
    bytes[at] = Number(left & 0xffn);
    left >>= 8n;
  }
  return bytes;
}

/** Bits of a number: 0 for 0. */
export const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);

/** An object identifier in dotted numbers. X.690 8.19. @throws Malformed */
export function derOid(element: Der | undefined, what: string): string {
  const { body } = derOf(element, derTag.oid, what);
  const arcs: number[] = [];
  let arc = 0;
  for (const [index, octet] of body.entries()) {
    arc = arc * 128 + (octet & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) broken(`${what} is an identifier too large`);
    if (octet >= 0x80) {
      if (index === body.length - 1) broken(`${what} ends early`);
      continue;
    }
    arcs.push(arc);
    arc = 0;
  }
  const [first, ...rest] = arcs;
  if (first === undefined) broken(`${what} is empty`);
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join(".");
}

/** Bits in whole octets, as signatures and keys are. X.690 8.6. @throws Malformed */
export function derBits(element: Der | undefined, what: string): Uint8Array {
  const { body } = derOf(element, derTag.bitString, what);
  if (body[0] !== 0) broken(`${what} is not in whole octets`);
  return body.subarray(1);
}
