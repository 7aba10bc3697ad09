/** Port: every call to the file system by which a package is staged and installed, so that tests can end a process, or
 * fill the disk, at each of them. */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  statfsSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { systemLibrary } from "../bun/libc.ts";

export interface Disk {
  /** A new file of mode 0600; fails where there is anything by that name. */
  create(path: string): number;
  /** An existing file, to be written in place. */
  edit(path: string): number;
  /** A file or directory. */
  open(path: string): number;
  read(fd: number, into: Uint8Array, at: number): number;
  /** All of the bytes, at a position or behind the last. */
  write(fd: number, bytes: Uint8Array, at?: number): void;
  sync(fd: number): void;
  /** Everything on the file system that holds the path is on the medium when this returns. */
  syncAll(path: string): void;
  close(fd: number): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  unlink(path: string): void;
  makeDirectory(path: string, mode: number): void;
  removeDirectory(path: string): void;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  /** undefined: there is nothing. A symbolic link is not followed. */
  stat(path: string): Stats | undefined;
  names(path: string): string[];
  readText(path: string): string;
  /** Octets that are free to this user. */
  free(path: string): number;
}

export const systemDisk: Disk = {
  create: (path) =>
    openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600),
  edit: (path) => openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW),
  open: (path) => openSync(path, constants.O_RDONLY),
  read: (fd, into, at) => readSync(fd, into, 0, into.length, at),
  write(fd, bytes, at) {
    for (let done = 0; done < bytes.length; ) {
      const position = at === undefined ? null : at + done;
      done += writeSync(fd, bytes, done, bytes.length - done, position);
    }
  },
  sync: fsyncSync,
  syncAll,
  close: closeSync,
  rename: renameSync,
  link: linkSync,
  unlink: unlinkSync,
  makeDirectory: (path, mode) => void mkdirSync(path, { mode }),
  removeDirectory: rmdirSync,
  chmod: chmodSync,
  chown: chownSync,
  stat: (path) => lstatSync(path, { throwIfNoEntry: false }),
  names: (path) => readdirSync(path),
  readText: (path) => readFileSync(path, "utf8"),
  free(path) {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  },
};

/** True where the error is the file system's, with that code. */
export function failedWith(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Loaded where it is needed: the binary never does. */
function syncByProgram(path: string): boolean {
  const { spawnSync } = createRequire(import.meta.url)(
    "node:child_process",
  ) as typeof import("node:child_process");
  return spawnSync("sync", ["-f", path]).status === 0;
}

let library: { syncfs(fd: number): number } | undefined;

/** Syncs the whole file system: one call is several times faster than one call for each file. Node, which runs the
 * tests, has no such call, so the program sync is run there. */
function syncAll(path: string): void {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    library ??= systemLibrary({ syncfs: { args: ["i32"], returns: "i32" } });
    const failed = library === undefined ? !syncByProgram(path) : library.syncfs(fd) !== 0;
    if (failed) {
      throw Object.assign(new Error(`EIO: the file system of ${path} could not be written`), {
        code: "EIO",
        syscall: "syncfs",
      });
    }
  } finally {
    closeSync(fd);
  }
}
