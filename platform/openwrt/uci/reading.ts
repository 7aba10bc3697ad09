/** Adapter: one file as it was at one moment. */
import { Refused } from "../../../src/errors.ts";
import { type Files, openIfThere, type Stat } from "./files.ts";
import { uciLimits } from "./limits.ts";
import { ageMs } from "./places.ts";
import { fromBytes } from "./text.ts";

export interface Reading {
  readonly path: string;
  /** The file's bytes; undefined: there is none, or it is no plain file. */
  readonly raw: string | undefined;
  /** The file with those bytes; undefined: there is none. The same file has the same bytes, if `settled`. */
  readonly stat: Stat | undefined;
  /** False while the time stamp is too young to distinguish one write from the next. */
  readonly settled: boolean;
}

/** Reads without a lock, so it looks whether the file changed meanwhile and then reads again.
 * @throws Refused for a file past the limit; the error of node:fs for a file that cannot be read */
export function readFile(files: Files, path: string): Reading {
  for (let left: number = uciLimits.rereadsMax; ; left--) {
    const fd = openIfThere(files, path, "read");
    if (fd === undefined) return { path, raw: undefined, stat: undefined, settled: true };
    try {
      const before = files.fstat(fd);
      const raw = before.isFile ? readOpen(files, fd, path) : undefined;
      const after = files.fstat(fd);
      if (sameFile(before, after) || left === 0) {
        return {
          path,
          raw,
          stat: after,
          settled: ageMs(after.modified, Date.now()) > uciLimits.racyMs,
        };
      }
    } finally {
      files.close(fd);
    }
  }
}

/** The file of a package. A path that is no plain file (a directory, a pipe, a link to nowhere) is an error and no
 * absence: it was put there by mistake.
 * @throws Refused for such a path; the errors of `readFile` */
export function readPackageFile(files: Files, path: string): Reading {
  const reading = readFile(files, path);
  if (reading.raw !== undefined) return reading;
  if (reading.stat !== undefined) throw new Refused(`${path} is no plain file`);
  if (files.isLink(path)) throw new Refused(`${path} is a symbolic link to nowhere`);
  return reading;
}

/** libuci writes no package of 0 bytes. A file that has just become one is most likely being written in its place, as
 * rpcd and editors do: an emptied file is not an empty package.
 * @param stat of a file without bytes
 * @throws Refused while more may come */
export function refuseEmptied(path: string, stat: Stat | undefined): void {
  if (stat !== undefined && ageMs(stat.modified, Date.now()) <= uciLimits.emptiedMs)
    throw new Refused(`${path} has lost all its bytes a moment ago, as while it is written anew`);
}

/** @throws Refused past the limit */
export function readOpen(files: Files, fd: number, path: string): string {
  return fromBytes(readBytes(files, fd, path));
}

/** @throws Refused past the limit */
export function readBytes(files: Files, fd: number, path: string): Uint8Array {
  const bytes = files.read(fd, uciLimits.fileBytesMax);
  if (bytes.length > uciLimits.fileBytesMax) {
    throw new Refused(
      `Cannot read ${path}: it is longer than ${uciLimits.fileBytesMax} bytes; no package is`,
    );
  }
  return bytes;
}

/** Whether nobody has written the file, or put another one in its place, between the two looks. */
export function sameFile(one: Stat | undefined, other: Stat | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.changed === other.changed &&
    one.modified === other.modified &&
    one.inode === other.inode &&
    one.device === other.device &&
    one.size === other.size &&
    one.mode === other.mode
  );
}
