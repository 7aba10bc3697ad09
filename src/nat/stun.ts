/** Codec: STUN messages, bytes to value and back. RFC 3489 11.1, 11.2; RFC 5389 6, 15.
 *
 * The transaction id is all sixteen bytes of RFC 3489; where its first four are the magic cookie of RFC 5389, they are
 * part of it all the same. Attributes are padded to four bytes, as RFC 5389 has it; a message whose length is no
 * multiple of four is sent by a server that does not pad, and is read so. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import { natLimits } from "./limits.ts";

export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** An attribute of a received message, and the position of its first byte. */
export interface PlacedAttribute extends Attribute {
  readonly at: number;
}

export interface StunMessage {
  readonly type: number;
  /** 32 lower-case hexadecimal digits. */
  readonly id: string;
  readonly attributes: readonly PlacedAttribute[];
}

export const headerBytes = 20;
const attributeHeaderBytes = 4;

/** The first byte of every STUN message is 0 or 1, that of a UDP Connection Request a letter. G.2.1.4. */
export const looksLikeStun = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes[0]! <= 1;

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const toFour = (length: number): number => (length + 3) & ~3;
const malformed = (why: string): Malformed => new Malformed(`Cannot parse STUN message: ${why}`);

/** @throws Malformed */
export function decode(bytes: Uint8Array): StunMessage {
  if (bytes.length < headerBytes)
    throw malformed(`expected ${headerBytes} bytes of header, got ${bytes.length}`);
  if (bytes.length > natLimits.messageBytesMax)
    throw malformed(`longer than ${natLimits.messageBytesMax} bytes`);
  const type = uint16(bytes, 0);
  if (type > 0x3fff) throw malformed("the first two bits are not zero");
  const length = uint16(bytes, 2);
  if (length !== bytes.length - headerBytes) {
    throw malformed(`its length says ${length} bytes of attributes, ${bytes.length - headerBytes} came`);
  }
  const padded = length % 4 === 0;
  const attributes: PlacedAttribute[] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    if (at + attributeHeaderBytes > bytes.length) throw malformed(`attribute cut off at byte ${at}`);
    const begin = at + attributeHeaderBytes;
    const size = uint16(bytes, at + 2);
    if (begin + size > bytes.length) throw malformed(`attribute at byte ${at} is longer than the message`);
    attributes.push({ type: uint16(bytes, at), value: bytes.subarray(begin, begin + size), at });
    at = begin + (padded ? toFour(size) : size);
  }
  return { type, id: bytesToHex(bytes.subarray(4, headerBytes)), attributes };
}

/** @param id 32 hexadecimal digits */
export function encode(type: number, id: string, attributes: readonly Attribute[]): Uint8Array {
  const length = attributes.reduce((sum, a) => sum + attributeHeaderBytes + toFour(a.value.length), 0);
  const bytes = new Uint8Array(headerBytes + length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, type);
  view.setUint16(2, length);
  bytes.set(hexToBytes(id), 4);
  let at = headerBytes;
  for (const { type: kind, value } of attributes) {
    view.setUint16(at, kind);
    view.setUint16(at + 2, value.length);
    bytes.set(value, at + attributeHeaderBytes);
    at += attributeHeaderBytes + toFour(value.length);
  }
  return bytes;
}
