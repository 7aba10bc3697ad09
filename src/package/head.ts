/** Codec: everything before the payload: header, command list, signature block. TR-069 E.2, E.3, E.5. */
import type { Command } from "./commands.ts";
import { type Header, headerBytes, parseHeader } from "./header.ts";
import { packageLimits } from "./limits.ts";
import { parseList } from "./list.ts";
import { PackageRefused } from "./reason.ts";

/** A package whose parts are known, and nothing of it judged. */
export interface ParsedPackage {
  readonly header: Header;
  readonly commands: readonly Command[];
  /** Header and command list: the octets that signatures are over (E.5). */
  readonly signed: Uint8Array;
  /** The PKCS #7 object, DER. */
  readonly block: Uint8Array;
  /** The position of the payload, in octets from the start of the file. */
  readonly payloadAt: number;
  /** Octets of the whole file. */
  readonly totalBytes: number;
}

export type Reading =
  /** So many octets, counted from the start of the file, are needed to know more. */
  { readonly is: "more"; readonly bytes: number } | { readonly is: "parsed"; readonly parsed: ParsedPackage };

/** Reads the received part of a package's beginning, without a guess at the rest.
 * @param bytes from the start of the file; may reach into the payload
 * @throws PackageRefused as soon as the received part is wrong */
export function readHead(bytes: Uint8Array): Reading {
  if (bytes.length < headerBytes) return { is: "more", bytes: headerBytes };
  const header = parseHeader(bytes);
  const blockAt = headerBytes + header.listBytes;
  if (bytes.length < blockAt + 2) return { is: "more", bytes: blockAt + 2 };
  const block = blockExtent(bytes, blockAt);
  if (block === undefined) return { is: "more", bytes: blockAt + 6 };
  const payloadAt = blockAt + block;
  if (payloadAt > packageLimits.headBytesMax) {
    throw new PackageRefused(
      "too-large",
      `Header, commands and signatures have ${payloadAt} octets; at most ${packageLimits.headBytesMax} are taken.`,
    );
  }
  if (bytes.length < payloadAt) return { is: "more", bytes: payloadAt };
  return {
    is: "parsed",
    parsed: {
      header,
      commands: parseList(bytes.subarray(headerBytes, blockAt)),
      signed: bytes.subarray(0, blockAt),
      block: bytes.subarray(blockAt, payloadAt),
      payloadAt,
      totalBytes: payloadAt + header.payloadBytes,
    },
  };
}

/** Octets of the DER object at `at`; the header does not give them (E.3). undefined: its length has not arrived yet. */
function blockExtent(bytes: Uint8Array, at: number): number | undefined {
  const identifier = bytes[at]!;
  // E.5: a tag of at most 30 has one octet. SignedData and ContentInfo are both SEQUENCEs.
  if (identifier !== 0x30) {
    throw new PackageRefused(
      "signature-block",
      `The signature block begins with octet ${identifier.toString(16).padStart(2, "0")}, not with a SEQUENCE (30).`,
    );
  }
  const first = bytes[at + 1]!;
  if (first < 0x80) return 2 + first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) {
    throw new PackageRefused(
      "signature-block",
      "The signature block is not DER: its length is not definite.",
    );
  }
  if (bytes.length < at + 2 + octets) return undefined;
  let length = 0;
  for (let i = 0; i < octets; i++) length = length * 256 + bytes[at + 2 + i]!;
  return 2 + octets + length;
}
