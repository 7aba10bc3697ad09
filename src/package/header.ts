/** Codec: the header of a signed package, 24 octets. TR-069 E.3 Table 71. */
import { packageLimits } from "./limits.ts";
import { PackageRefused } from "./reason.ts";

export interface Header {
  readonly major: number;
  readonly minor: number;
  /** Octets of the command list. */
  readonly listBytes: number;
  /** Octets of all payload files together. */
  readonly payloadBytes: number;
}

export const headerBytes = 24;

/** "2WIRE_SP" */
const preamble = Uint8Array.of(0x32, 0x57, 0x49, 0x52, 0x45, 0x5f, 0x53, 0x50);

/** True where the file is a signed package, by its first eight octets. */
export function isPackage(start: Uint8Array): boolean {
  return start.length >= preamble.length && preamble.every((octet, at) => start[at] === octet);
}

/** @param bytes at least the 24 octets
 * @throws PackageRefused */
export function parseHeader(bytes: Uint8Array): Header {
  if (!isPackage(bytes)) {
    throw new PackageRefused(
      "not-a-package",
      "The file does not begin with 2WIRE_SP: it is no signed package.",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const header = {
    major: view.getUint32(8),
    minor: view.getUint32(12),
    listBytes: view.getUint32(16),
    payloadBytes: view.getUint32(20),
  };
  if (header.major !== 1) {
    throw new PackageRefused(
      "format-version",
      `The package has format ${header.major}.${header.minor}; only major version 1 can be read.`,
    );
  }
  if (header.listBytes > packageLimits.listBytesMax) {
    throw new PackageRefused(
      "too-large",
      `The command list has ${header.listBytes} octets; at most ${packageLimits.listBytesMax} are allowed.`,
    );
  }
  if (header.payloadBytes > packageLimits.payloadBytesMax) {
    throw new PackageRefused(
      "too-large",
      `The payload has ${header.payloadBytes} octets; at most ${packageLimits.payloadBytesMax} are taken.`,
    );
  }
  return header;
}

export function writeHeader(header: Header): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  bytes.set(preamble);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, header.major);
  view.setUint32(12, header.minor);
  view.setUint32(16, header.listBytes);
  view.setUint32(20, header.payloadBytes);
  return bytes;
}
