/** Adapter: a package in a file, read from its beginning and hashed piece by piece. TR-069 E.2. */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type ParsedPackage, readHead } from "../../src/package/head.ts";
import type { JudgedPackage, Piece } from "../../src/package/judge.ts";
import { packageLimits } from "../../src/package/limits.ts";
import { PackageRefused } from "../../src/package/reason.ts";

/** An open package. It keeps the head and one chunk in memory, however long the payload is. */
export class PackageFile {
  readonly bytes: number;
  private readonly chunk = Buffer.allocUnsafe(packageLimits.chunkBytes);

  private constructor(private readonly fd: number) {
    this.bytes = fstatSync(fd).size;
  }

  /** @throws PackageRefused where it cannot be read */
  static open(path: string): PackageFile {
    let fd: number | undefined;
    try {
      // A pipe is not to be waited for: it is no package in any case.
      fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      if (fstatSync(fd).isFile()) return new PackageFile(fd);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new PackageRefused("unreadable", `The package cannot be read: ${why}.`);
    }
    closeSync(fd);
    throw new PackageRefused("unreadable", `The package cannot be read: ${path} is no regular file.`);
  }

  close(): void {
    closeSync(this.fd);
  }

  /** Header, commands and signature block. @throws PackageRefused */
  head(): ParsedPackage {
    let bytes = Buffer.alloc(0);
    for (;;) {
      const reading = readHead(bytes);
      if (reading.is === "parsed") return reading.parsed;
      if (reading.bytes > packageLimits.headBytesMax) {
        throw new PackageRefused("too-large", "Header, commands and signatures are too long.");
      }
      // A longer read saves a second one: octets behind the head are not used.
      const wanted = Buffer.alloc(Math.min(this.bytes, Math.max(reading.bytes, firstBytes)));
      readSync(this.fd, wanted, 0, wanted.length, 0);
      if (wanted.length < reading.bytes) {
        throw new PackageRefused(
          "truncated",
          `The file ends after ${this.bytes} octets, before its payload begins.`,
        );
      }
      bytes = wanted;
    }
  }

  /** The octets of a piece, a chunk at a time; a chunk is good until the next one.
   * @throws PackageRefused where the file ends before it */
  *chunks(piece: Piece): Generator<Uint8Array> {
    const { at, length } = piece;
    for (let done = 0; done < length; ) {
      const count = Math.min(length - done, this.chunk.length);
      const got = readSync(this.fd, this.chunk, 0, count, at + done);
      if (got === 0) throw cutOff(piece);
      yield this.chunk.subarray(0, got);
      done += got;
    }
  }

  /** SHA-1 of every payload file, by the place of its command. Lets others run between the files. Small ones are hashed
   * beside each other, while the next are read. */
  async hashes({ pieces }: JudgedPackage): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    const waiting = pieces.values();
    const lane = async () => {
      let buffer = Buffer.alloc(0);
      for (const piece of waiting) {
        if (piece.length > packageLimits.wholeBytesMax) {
          found.set(piece.command, await this.hashOf(piece));
          continue;
        }
        if (buffer.length < piece.length) buffer = Buffer.allocUnsafeSlow(piece.length);
        this.readWhole(piece, buffer);
        const digest = await crypto.subtle.digest("SHA-1", buffer.subarray(0, piece.length));
        found.set(piece.command, Buffer.from(digest).toString("hex"));
      }
    };
    await Promise.all(Array.from({ length: packageLimits.lanes }, lane));
    return found;
  }

  private readWhole(piece: Piece, into: Uint8Array): void {
    for (let done = 0; done < piece.length; ) {
      const got = readSync(this.fd, into, done, piece.length - done, piece.at + done);
      if (got === 0) throw cutOff(piece);
      done += got;
    }
  }

  private async hashOf(piece: Piece): Promise<string> {
    const hash = createHash("sha1");
    for (const chunk of this.chunks(piece)) {
      hash.update(chunk);
      await breathe(chunk.length);
    }
    return hash.digest("hex");
  }
}

function cutOff({ command }: Piece): PackageRefused {
  return new PackageRefused("truncated", "The file ends before the command's file does.", command);
}

/** The octets of any file, a chunk at a time; a chunk is good until the next one. */
export function* fileChunks(path: string): Generator<Uint8Array> {
  const chunk = Buffer.allocUnsafe(packageLimits.chunkBytes);
  const fd = openSync(path, "r");
  try {
    for (let got = readSync(fd, chunk); got > 0; got = readSync(fd, chunk)) yield chunk.subarray(0, got);
  } finally {
    closeSync(fd);
  }
}

/** Octets that are asked for at first: most heads are in them. */
const firstBytes = 65_536;
/** Octets after which others are let run. */
const breathBytes = 4_194_304;
let worked = 0;

/** Work on long files is cut into parts of some 10 ms, so that the agent answers others in between. */
export async function breathe(bytes: number): Promise<void> {
  worked += bytes;
  if (worked < breathBytes) return;
  worked = 0;
  await new Promise((resolve) => setImmediate(resolve));
}
