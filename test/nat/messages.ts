/** STUN messages byte by byte, made without the product's own codec. RFC 3489 11, RFC 5389 15. */
import { createHmac } from "node:crypto";

export const id = "2112a442000102030405060708090a0b";
export const bindingRequest = 0x0001;
export const bindingResponse = 0x0101;
export const bindingError = 0x0111;

export function attribute(type: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value as string);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([head, bytes, Buffer.alloc(-bytes.length & 3)]);
}

export function address(type: number, ip: string, port: number): Buffer {
  const bytes = ip.split(".").map(Number);
  return attribute(type, Uint8Array.from([0, 1, port >> 8, port & 255, ...bytes]));
}

export function errorCode(code: number, reason = ""): Buffer {
  return attribute(
    9,
    Buffer.concat([Buffer.from([0, 0, Math.floor(code / 100), code % 100]), Buffer.from(reason)]),
  );
}

export function message(type: number, attributes: readonly Buffer[], transaction = id): Buffer {
  const body = Buffer.concat(attributes);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, Buffer.from(transaction, "hex"), body]);
}

/** With MESSAGE-INTEGRITY as RFC 3489 (filled to 64 bytes) or RFC 5389 (not filled) computes it. */
export function signed(
  type: number,
  attributes: readonly Buffer[],
  password: string,
  how: "classic" | "modern" = "classic",
  transaction = id,
): Buffer {
  const blank = attribute(8, Buffer.alloc(20));
  const bytes = message(type, [...attributes, blank], transaction);
  const text = bytes.subarray(0, -24);
  const filling = how === "classic" ? Buffer.alloc(-text.length & 63) : Buffer.alloc(0);
  createHmac("sha1", password)
    .update(text)
    .update(filling)
    .digest()
    .copy(bytes, bytes.length - 20);
  return bytes;
}

export const mapped = (ip: string, port: number): Buffer => address(1, ip, port);
