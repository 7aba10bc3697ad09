/** Codec: TFTP packets. RFC 1350, options of RFC 2347, blksize of RFC 2348, tsize of RFC 2349. */
import { Malformed } from "../errors.ts";

export type TftpPacket =
  | { readonly is: "data"; readonly block: number; readonly bytes: Uint8Array }
  | { readonly is: "ack"; readonly block: number }
  | { readonly is: "options"; readonly options: ReadonlyMap<string, string> }
  | { readonly is: "error"; readonly code: number; readonly text: string };

const codes = { read: 1, write: 2, data: 3, ack: 4, error: 5, options: 6 } as const;

/** RRQ or WRQ in octet mode. @throws Malformed a name with a NUL in it */
export function writeRequest(
  what: "read" | "write",
  file: string,
  options: Readonly<Record<string, number>>,
): Uint8Array {
  if (file === "" || file.includes("\0")) throw new Malformed("Cannot write TFTP request: no such file name");
  const words = [file, "octet", ...Object.entries(options).flatMap(([name, value]) => [name, `${value}`])];
  const text = new TextEncoder().encode(`${words.join("\0")}\0`);
  return Uint8Array.of(0, codes[what], ...text);
}

export const writeAck = (block: number): Uint8Array =>
  Uint8Array.of(0, codes.ack, (block >> 8) & 0xff, block & 0xff);

export function writeData(block: number, bytes: Uint8Array): Uint8Array {
  const packet = new Uint8Array(4 + bytes.length);
  packet.set([0, codes.data, (block >> 8) & 0xff, block & 0xff]);
  packet.set(bytes, 4);
  return packet;
}

/** @throws Malformed */
export function readPacket(packet: Uint8Array): TftpPacket {
  const [zero, code, high = 0, low = 0] = packet;
  if (packet.length < 4 || zero !== 0) throw new Malformed("Cannot parse TFTP packet: too short");
  const number = (high << 8) | low;
  switch (code) {
    case codes.data:
      return { is: "data", block: number, bytes: packet.subarray(4) };
    case codes.ack:
      return { is: "ack", block: number };
    case codes.error:
      return { is: "error", code: number, text: textOf(packet.subarray(4)) };
    case codes.options:
      return { is: "options", options: readOptions(packet.subarray(2)) };
    default:
      throw new Malformed(`Cannot parse TFTP packet: unknown code ${code}`);
  }
}

const textOf = (bytes: Uint8Array): string =>
  new TextDecoder()
    .decode(bytes.subarray(0, 200))
    .split("\0")[0]!
    .replace(/[\x00-\x1f\x7f]/g, " ");

function readOptions(bytes: Uint8Array): Map<string, string> {
  const words = new TextDecoder().decode(bytes.subarray(0, 512)).split("\0");
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) found.set(words[at]!.toLowerCase(), words[at + 1]!);
  return found;
}
