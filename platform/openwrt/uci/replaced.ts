/** Adapter: files that we have replaced and that others may still wait for.
 *
 * libuci opens a package, waits for its lock, and does not look whether the file it then holds is still the one of that
 * name. A process that waited while we replaced the file gets the lock of the old file as soon as we release it. If we
 * took the new file's lock meanwhile, both of us would write, and one update would be lost. So the old files stay open
 * for a while, and we write only while we hold their locks as well as the new one's. */
import type { Files } from "./files.ts";
import { uciLimits } from "./limits.ts";

interface Kept {
  readonly path: string;
  readonly fd: number;
  /** When its lock was last given back, in monotonic milliseconds; undefined while we have it. */
  freed: number | undefined;
}

export class Replaced {
  readonly #files: Files;
  #kept: Kept[] = [];
  /** The bytes that we have written into each old file, by its descriptor. */
  readonly #left = new Map<number, Uint8Array>();
  #timer: NodeJS.Timeout | undefined;

  constructor(files: Files) {
    this.#files = files;
  }

  /** Takes the locks of all old files of a path that another process may still have open. An old file has lost its
   * name, so that nobody opens it any more: it is closed as soon as nobody else has it open.
   * @returns false: somebody has one of them, and none is taken */
  tryLock(path: string): boolean {
    for (const kept of this.#of(path)) {
      if (this.#files.openedByNobodyElse(kept.fd)) {
        this.#drop(kept);
        continue;
      }
      if (!this.#files.tryLock(kept.fd)) {
        this.unlock(path);
        return false;
      }
      kept.freed = undefined;
    }
    return true;
  }

  /** The old files of the path that are locked. */
  locked(path: string): readonly number[] {
    return this.#of(path)
      .filter((kept) => kept.freed === undefined)
      .map((kept) => kept.fd);
  }

  /** The bytes of an old file whose lock we have, if it is as we have left it: an ACS that changes much one by one has
   * dozens of them open, and each is as long as the package. undefined: it has to be read, for a process that waited
   * for its lock may have written into it. */
  left(fd: number): Uint8Array | undefined {
    const bytes = this.#left.get(fd);
    if (bytes === undefined) return undefined;
    const { modified, size } = this.#files.fstat(fd);
    return modified === BigInt(uciLimits.leftSeconds) * 1_000_000_000n && size === bytes.length
      ? bytes
      : undefined;
  }

  /** The old file holds these bytes now. Two writes within one tick of the clock leave the same time stamp: so we leave
   * one that no other process does. */
  leave(fd: number, bytes: Uint8Array): void {
    this.#left.delete(fd);
    try {
      this.#files.stamp(fd, uciLimits.leftSeconds);
      this.#left.set(fd, bytes);
    } catch {
      // The file is another user's: it is read the next time.
    }
  }

  unlock(path: string): void {
    for (const kept of this.#of(path)) {
      if (kept.freed !== undefined) continue;
      this.#files.unlock(kept.fd);
      kept.freed = performance.now();
    }
  }

  /** Keeps a file that has been replaced just now, instead of closing it, and gives its lock back. */
  keep(path: string, fd: number): void {
    this.#files.unlock(fd);
    this.#kept.push({ path, fd, freed: performance.now() });
    const free = this.#kept.find((kept) => kept.freed !== undefined);
    if (free !== undefined && this.#kept.length > uciLimits.replacedMax) this.#drop(free);
    this.#wait();
  }

  #of(path: string): readonly Kept[] {
    return this.#kept.filter((kept) => kept.path === path);
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#dropOld();
      if (this.#kept.length > 0) this.#wait();
    }, uciLimits.replacedMs).unref();
  }

  /** Every process that waited for the old file's lock has had it by now. From here on its pending commit shows as a
   * temporary file. */
  #dropOld(): void {
    const before = performance.now() - uciLimits.replacedMs;
    for (const kept of this.#kept) if (kept.freed !== undefined && kept.freed <= before) this.#drop(kept);
  }

  #drop(kept: Kept): void {
    this.#kept = this.#kept.filter((other) => other !== kept);
    this.#left.delete(kept.fd);
    this.#files.close(kept.fd);
  }
}
