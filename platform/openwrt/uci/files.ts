/** Port: the file system as this room uses it, one call a step, so that a test can end the process at any of them. */
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { openedByNobodyElse, tryLock, unlock } from "./flock.ts";

export interface Stat {
  readonly device: bigint;
  readonly inode: bigint;
  readonly mode: number;
  readonly owner: number;
  readonly group: number;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
  /** The same of the last change of any kind: time stamps can be set back, this one not. */
  readonly changed: bigint;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
}

/** Every call throws the errors of node:fs, and waits for nothing. */
export interface Files {
  /** undefined: nothing there. */
  stat(path: string): Stat | undefined;
  fstat(fd: number): Stat;
  realpath(path: string): string;
  isLink(path: string): boolean;
  /** Names in a directory; none where there is no directory. */
  list(directory: string): readonly string[];
  /** `create`: it must not exist yet, and only its owner may read it. */
  open(path: string, how: "read" | "change" | "create"): number;
  /** From the start, wherever the last read or write ended. */
  read(fd: number, bytesMax: number): Uint8Array;
  /** @param at the place of the first byte in the file; absent: the start */
  write(fd: number, bytes: Uint8Array, at?: number): void;
  truncate(fd: number, length: number): void;
  chmod(fd: number, mode: number): void;
  chown(fd: number, owner: number, group: number): void;
  /** Sets when a file was last written. @param seconds since 1970 */
  stamp(fd: number, seconds: number): void;
  sync(fd: number): void;
  /** The same for several files at once: the file system then writes its journal once for all of them. */
  syncAll(fds: readonly number[]): Promise<void>;
  close(fd: number): void;
  rename(from: string, to: string): void;
  /** Gives a file another name, which must be free. */
  link(from: string, to: string): void;
  remove(path: string): void;
  /** Takes the exclusive flock; false while somebody else has it. */
  tryLock(fd: number): boolean;
  unlock(fd: number): void;
  /** True: the file has no name any more, and nobody else has it open. It must be closed at once. False also where that
   * is unknown. */
  openedByNobodyElse(fd: number): boolean;
}

const flags = {
  // Without O_NONBLOCK a FIFO that lies there by mistake would hold us for ever.
  read: fs.constants.O_RDONLY | fs.constants.O_NONBLOCK,
  change: fs.constants.O_RDWR | fs.constants.O_NONBLOCK,
  create: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL,
};

const fsync = (fd: number): Promise<void> =>
  new Promise((resolve, reject) => fs.fsync(fd, (error) => (error === null ? resolve() : reject(error))));

export const systemFiles: Files = {
  stat(path) {
    try {
      const stat = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? undefined : statOf(stat);
    } catch (error) {
      // A link in a circle leads nowhere; an attempt to open it fails with that error.
      if (errorCode(error) === "ENOTDIR" || errorCode(error) === "ELOOP") return undefined;
      throw error;
    }
  },
  fstat: (fd) => statOf(fs.fstatSync(fd, { bigint: true })),
  realpath: (path) => fs.realpathSync(path),
  isLink: (path) => fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false,
  list(directory) {
    try {
      return fs.readdirSync(directory);
    } catch (error) {
      if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
      throw error;
    }
  },
  open: (path, how) => fs.openSync(path, flags[how], 0o600),
  read(fd, bytesMax) {
    const size = Math.min(fs.fstatSync(fd).size, bytesMax);
    let bytes = Buffer.allocUnsafe(size + 1);
    let length = 0;
    for (;;) {
      const count = fs.readSync(fd, bytes, length, bytes.length - length, length);
      length += count;
      if (count === 0 || length > bytesMax) return bytes.subarray(0, length);
      if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)]);
    }
  },
  write(fd, bytes, at = 0) {
    let done = 0;
    while (done < bytes.length) done += fs.writeSync(fd, bytes, done, bytes.length - done, at + done);
  },
  truncate: (fd, length) => fs.ftruncateSync(fd, length),
  chmod: (fd, mode) => fs.fchmodSync(fd, mode),
  chown: (fd, owner, group) => fs.fchownSync(fd, owner, group),
  stamp: (fd, seconds) => fs.futimesSync(fd, seconds, seconds),
  sync: (fd) => fs.fsyncSync(fd),
  async syncAll(fds) {
    // The threads that sync several files side by side cost more than one file's sync.
    if (fds.length === 1) return fs.fsyncSync(fds[0]!);
    const outcomes = await Promise.allSettled(fds.map((fd) => fsync(fd)));
    for (const one of outcomes) if (one.status === "rejected") throw one.reason;
  },
  close: (fd) => fs.closeSync(fd),
  rename: (from, to) => fs.renameSync(from, to),
  link: (from, to) => fs.linkSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  openedByNobodyElse,
  tryLock,
  unlock,
};

function statOf(stat: fs.BigIntStats): Stat {
  return {
    device: stat.dev,
    inode: stat.ino,
    mode: Number(stat.mode) & 0o7777,
    owner: Number(stat.uid),
    group: Number(stat.gid),
    size: Number(stat.size),
    modified: stat.mtimeNs,
    changed: stat.ctimeNs,
    isFile: stat.isFile(),
    isDirectory: stat.isDirectory(),
  };
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** Makes a rename or a new name last. */
export function syncDirectory(files: Files, directory: string): void {
  const fd = files.open(directory, "read");
  try {
    files.sync(fd);
  } finally {
    files.close(fd);
  }
}

/** A file being written beside its target: `.PACKAGE.cwmp-XXXXXX`, a name that uci's listings skip. It is locked as
 * long as its maker lives, so that a file left by a crash differs from a file that is being written. */
export interface Temporary {
  readonly path: string;
  readonly fd: number;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Writes a temporary file, which its caller has to sync. If that fails, the file is removed.
 * @param like the file to be replaced: users who may read it may read the new file */
export function writeTemporary(
  files: Files,
  target: string,
  name: string,
  bytes: Uint8Array,
  like: Stat | undefined,
): Temporary {
  const { path, fd } = createTemporary(files, dirname(target), name);
  try {
    files.write(fd, bytes);
    if (like !== undefined) permit(files, fd, like);
    return { path, fd };
  } catch (error) {
    files.close(fd);
    files.remove(path);
    throw error;
  }
}

function permit(files: Files, fd: number, like: Stat): void {
  try {
    files.chown(fd, like.owner, like.group);
  } catch (error) {
    // Only root can give files away. A process that is not root keeps the files that it writes, as uci does.
    if (errorCode(error) !== "EPERM") throw error;
  }
  files.chmod(fd, like.mode);
}

/** Tries until a new file is there and locked: before it is locked, another process may take it for a leftover. */
function createTemporary(files: Files, directory: string, name: string): Temporary {
  for (;;) {
    const path = join(directory, `.${name}.cwmp-${suffix()}`);
    const fd = openNew(files, path);
    if (fd === undefined) continue;
    if (files.tryLock(fd) && files.stat(path)?.inode === files.fstat(fd).inode) return { path, fd };
    files.close(fd);
    files.remove(path);
  }
}

function suffix(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
}

/** @returns undefined: the name is taken */
function openNew(files: Files, path: string): number | undefined {
  try {
    return files.open(path, "create");
  } catch (error) {
    if (errorCode(error) === "EEXIST") return undefined;
    throw error;
  }
}

/** Removes the temporary files that a crash left in a directory. A file that cannot be removed does no harm. */
export function sweep(files: Files, directory: string): void {
  for (const entry of files.list(directory)) {
    if (/^\.[A-Za-z0-9_-]+\.cwmp-[A-Za-z0-9]{6}$/.test(entry)) sweepOne(files, join(directory, entry));
  }
}

function sweepOne(files: Files, path: string): void {
  let fd: number | undefined;
  try {
    fd = openIfThere(files, path);
    if (fd !== undefined && files.tryLock(fd)) files.remove(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  } finally {
    if (fd !== undefined) files.close(fd);
  }
}

/** @returns undefined: no such file */
export function openIfThere(
  files: Files,
  path: string,
  how: "read" | "change" = "change",
): number | undefined {
  try {
    return files.open(path, how);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}
