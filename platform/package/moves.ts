/** Adapter: the moves of a journal, forward and back. Each may be repeated after a crash at any moment: the files on
 * the disk show whether the move has been done. */
import { join } from "node:path";
import type { Move } from "../../src/package/journal.ts";
import { type Disk, failedWith } from "./disk.ts";

type Of<Do extends Move["do"]> = Extract<Move, { do: Do }>;

/** Moves every old file to its slot. */
export function take(disk: Disk, { path, slot }: Of<"take">): void {
  if (disk.stat(path) !== undefined) carry(disk, path, slot);
}

export function takeBack(disk: Disk, { path, slot }: Of<"take">): void {
  if (disk.stat(slot) !== undefined) carry(disk, slot, path);
}

/** A rename; on an overlay a directory of the lower file system cannot be renamed, so its entries are, one by one. */
function carry(disk: Disk, from: string, to: string): void {
  try {
    disk.rename(from, to);
    return;
  } catch (error) {
    const directory = disk.stat(from)?.isDirectory() === true;
    if (!directory || !failedWith(error, "EXDEV", "ENOTEMPTY", "EEXIST")) throw error;
  }
  const { mode, uid, gid } = disk.stat(from)!;
  if (disk.stat(to) === undefined) {
    disk.makeDirectory(to, 0o700);
    give(disk, to, uid, gid);
    disk.chmod(to, mode & 0o7777);
  }
  for (const name of disk.names(from)) carry(disk, join(from, name), join(to, name));
  disk.removeDirectory(from);
}

/** Only root may give a file away; everybody else's files are its own already. */
export function give(disk: Disk, path: string, uid: number, gid: number): void {
  try {
    disk.chown(path, uid, gid);
  } catch (error) {
    if (!failedWith(error, "EPERM")) throw error;
  }
}

export function make(disk: Disk, { path }: Of<"make">): void {
  if (disk.stat(path) === undefined) disk.makeDirectory(path, 0o755);
}

export function makeBack(disk: Disk, { path }: Of<"make">): void {
  try {
    disk.removeDirectory(path);
  } catch (error) {
    if (!failedWith(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
  }
}

/** Puts a file in its place. The file that it replaces gets a second name (a hard link) first, so that it can be
 * restored and the place is never empty. On a file system without hard links the old file is renamed instead. */
export function come(disk: Disk, move: Of<"write" | "put">): void {
  if (disk.stat(move.slot) === undefined) return;
  const kept = move.do === "write" ? move.kept : undefined;
  if (kept !== undefined && disk.stat(kept) === undefined && disk.stat(move.path) !== undefined) {
    keep(disk, move.path, kept);
  }
  disk.rename(move.slot, move.path);
}

function keep(disk: Disk, path: string, kept: string): void {
  try {
    disk.link(path, kept);
  } catch (error) {
    if (!failedWith(error, "EPERM", "EOPNOTSUPP", "ENOTSUP", "EMLINK", "EXDEV")) throw error;
    disk.rename(path, kept);
  }
}

export function comeBack(disk: Disk, move: Of<"write" | "put">): void {
  const waits = disk.stat(move.slot) !== undefined;
  const there = disk.stat(move.path) !== undefined;
  if (move.do === "put") {
    if (!waits && there) disk.rename(move.path, move.slot);
  } else if (move.kept !== undefined) {
    if (disk.stat(move.kept) !== undefined) disk.rename(move.kept, move.path);
  } else if (!waits && there) {
    disk.unlink(move.path);
  }
}

/** A directory of the installer's own with all that is in it; a link in it is not followed. */
export function discard(disk: Disk, path: string): void {
  const stat = disk.stat(path);
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    disk.unlink(path);
    return;
  }
  // The directory that was taken may deny access to everybody.
  if ((stat.mode & 0o700) !== 0o700) disk.chmod(path, 0o700);
  for (const name of disk.names(path)) discard(disk, join(path, name));
  disk.removeDirectory(path);
}
