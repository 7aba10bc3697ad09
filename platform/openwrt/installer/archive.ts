/** Adapter: archives from the network: gzip and tar, unpacked in memory within bounds. Their content is
 * judged here; nobody trusts a name. */
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { installLimits } from "./limits.ts";

export interface Entry {
  /** Relative, with slashes, without dots; of a plain file. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The plain files of a tar archive, packed or not. Directories are passed over.
 * @throws TransferFailure "corrupted" for everything else in it, "space" past the bounds */
export async function readArchive(bytes: Uint8Array): Promise<readonly Entry[]> {
  const { unpackTar } = await import("modern-tar");
  const tar = isGzip(bytes) ? await unzipped(bytes) : bytes;
  if (tar.length > installLimits.unpackedBytesMax) throw tooLarge();
  let count = 0;
  const found = await unpackTar(tar, {
    filter: (header) => {
      count += 1;
      if (count > installLimits.entriesMax) throw tooMany();
      judge(header.name, header.type);
      return header.type !== "directory";
    },
  }).catch((error: unknown) => {
    if (error instanceof TransferFailure) throw error;
    throw new TransferFailure("corrupted", `The archive cannot be read: ${String((error as Error).message)}`);
  });
  const entries = found.map(({ header, data }) => ({
    name: clean(header.name),
    bytes: data ?? new Uint8Array(),
  }));
  if (entries.length === 0) throw new TransferFailure("corrupted", "The archive holds no file");
  return entries;
}

async function unzipped(bytes: Uint8Array): Promise<Uint8Array> {
  const { gunzip } = await import("node:zlib");
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: installLimits.unpackedBytesMax }, (error, result) => {
      if (error === null) resolve(result);
      else if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") reject(tooLarge());
      else reject(new TransferFailure("corrupted", `The archive cannot be unpacked: ${error.message}`));
    });
  });
}

const tooLarge = () =>
  new TransferFailure("space", `The archive unpacks to more than ${installLimits.unpackedBytesMax} bytes`);

const tooMany = () =>
  new TransferFailure("corrupted", `The archive has more than ${installLimits.entriesMax} entries`);

const clean = (name: string): string => name.replace(/^(?:\.\/)+/, "").replace(/\/$/, "");

/** @throws TransferFailure for a name that leaves the directory, and for an entry that is no plain file */
function judge(name: string, type: string | undefined): void {
  const quoted = JSON.stringify(name.slice(0, installLimits.quotedCharsMax));
  const refuse = (why: string) => new TransferFailure("corrupted", `The archive has ${quoted}, ${why}`);
  if (type !== "file" && type !== "directory") throw refuse(`which is a ${type}: only plain files are taken`);
  const path = clean(name);
  if (path === "" || path === ".") return;
  if (path.startsWith("/") || path.split("/").some((part) => part === ".." || part === "." || part === ""))
    throw refuse("which leads out of its directory");
  if (/[\0-\x1f\x7f\\]/.test(path) || Buffer.byteLength(path) > installLimits.nameBytesMax)
    throw refuse("which is no name for a file here");
}
