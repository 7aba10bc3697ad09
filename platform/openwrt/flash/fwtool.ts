/** Codec: the metadata at the end of an OpenWrt image, as fwtool writes it: blocks of a payload and a trailer of 16
 * bytes (`FWx0`, CRC-32 of all before it without the last inversion, type, three bytes of padding, size). The last
 * block may be a signature; the one before it holds the metadata. */
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { asJson, asList, asText, type Json, parseJson } from "../read.ts";
import { crc32 } from "./crc32.ts";
import { flashLimits } from "./limits.ts";

export interface ImageMetadata {
  /** Names of boards that the image is for. */
  readonly boards: readonly string[];
  /** The DISTRIB_REVISION of the image; empty: the image does not name it. */
  readonly revision: string;
}

/** Reads bytes of the image from a place on. */
export type ReadAt = (at: number, length: number) => Uint8Array;

const magic = 0x46577830;
const trailerBytes = 16;
const kinds = { signature: 0, metadata: 1 } as const;

/** @param size of the file
 * @returns undefined: it has no metadata; @throws TransferFailure "corrupted" */
export function readMetadata(read: ReadAt, size: number): ImageMetadata | undefined {
  let end = size;
  let found: Json | undefined;
  // Images have two blocks, metadata and a signature behind it; four is a bound for bad ones.
  for (let blocks = 0; blocks < 4 && end >= trailerBytes; blocks++) {
    const trailer = Buffer.from(read(end - trailerBytes, trailerBytes));
    if (trailer.readUInt32BE(0) !== magic) break;
    const length = trailer.readUInt32BE(12);
    if (length < trailerBytes || length > end || length > flashLimits.metadataBytesMax) {
      throw new TransferFailure("corrupted", "The image's metadata has an impossible length");
    }
    if (trailer.readUInt32BE(4) !== checksum(read, end - trailerBytes)) {
      throw new TransferFailure("corrupted", "The checksum of the image is wrong");
    }
    if (trailer[8] === kinds.metadata) {
      // Eight bytes of version and flags come first.
      const payload = read(end - length + 8, length - trailerBytes - 8);
      found = parseJson(Buffer.from(payload).toString("utf8"));
    }
    end -= length;
  }
  if (found === undefined) return undefined;
  const newer = asList(found.new_supported_devices);
  const named = newer.length > 0 ? newer : asList(found.supported_devices);
  const boards = named.filter((board) => typeof board === "string");
  return { boards, revision: asText(asJson(found.version).revision) };
}

/** Writes the metadata block for the end of an image. */
export function metadataBlock(image: Uint8Array, metadata: unknown): Uint8Array {
  const payload = Buffer.concat([Buffer.alloc(8), Buffer.from(JSON.stringify(metadata))]);
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32BE(magic, 0);
  trailer.writeUInt32BE(~crc32(Buffer.concat([image, payload])) >>> 0, 4);
  trailer[8] = kinds.metadata;
  trailer.writeUInt32BE(payload.length + trailerBytes, 12);
  return Buffer.concat([payload, trailer]);
}

function checksum(read: ReadAt, end: number): number {
  let sum = 0;
  for (let at = 0; at < end; at += flashLimits.copyBytes) {
    sum = crc32(read(at, Math.min(flashLimits.copyBytes, end - at)), sum);
  }
  return ~sum >>> 0;
}
