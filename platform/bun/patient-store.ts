/** Port: the state, on a medium that may be full or read-only. Sessions are held all the same: an ACS that cannot reach
 * the device cannot free it either. Rows that the medium rejects are kept in memory and written again later. A caller
 * that is about to make a promise asks `lasting` first. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Refused } from "../../src/errors.ts";
import { type Shelf, shelves, type Write } from "../../src/ports/store.ts";
import { storeLimits } from "./limits.ts";
import { type FileStore, openStore } from "./store.ts";

export interface PatientStore extends FileStore {
  /** True: rows written from now on last. First the rows that wait are written to the medium again. */
  lasting(): boolean;
  /** Why the state is not on its medium, for people; undefined: it is. */
  trouble(): Trouble | undefined;
}

export interface Trouble {
  readonly why: string;
  /** A sentence. */
  readonly remedy: string;
}

/** By the code of the error that the medium gives. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "Make room on the flash.",
  EDQUOT: "Make room on the flash.",
  EROFS:
    "The flash can only be read: dmesg tells why it was mounted so; then mount -o remount,rw /overlay, or start the device again.",
  EIO: "The flash fails: see dmesg.",
};

/** @throws Refused for a fault other than the medium's: a state of a later version, a path that cannot be */
export async function openPatientStore(directory: string): Promise<PatientStore> {
  try {
    return new Patient(directory, await openStore(directory), undefined);
  } catch (error) {
    const why = error instanceof Refused ? mediumFault(directory) : undefined;
    if (why === undefined) throw error;
    return new Patient(directory, undefined, { why, rows: await copied(directory) });
  }
}

type Rows = ReadonlyMap<Shelf, ReadonlyMap<string, unknown>>;
const names = Object.values(shelves).flat() as readonly Shelf[];

/** Why the database cannot be opened, and its rows. */
interface Fault {
  readonly why: string;
  readonly rows: Rows;
}

class Patient implements PatientStore {
  readonly setAside: string | undefined;
  marked: boolean;
  readonly #directory: string;
  readonly #rows: Rows;
  #inner: FileStore | undefined;
  #why: string | undefined;
  #opening = false;
  /** Written and not on the medium. */
  readonly #waiting = new Map<string, Write>();

  constructor(directory: string, inner: FileStore | undefined, fault: Fault | undefined) {
    this.#directory = directory;
    this.#inner = inner;
    this.#why = fault?.why;
    this.#rows = fault?.rows ?? new Map();
    this.setAside = inner?.setAside;
    this.marked = inner?.marked ?? false;
  }

  get(shelf: Shelf, key: string): unknown {
    const held = this.#waiting.get(`${shelf} ${key}`);
    if (held !== undefined) return held.value ?? undefined;
    return this.#inner === undefined ? this.#rows.get(shelf)?.get(key) : this.#inner.get(shelf, key);
  }

  all(shelf: Shelf): Map<string, unknown> {
    const all = new Map(this.#inner?.all(shelf) ?? this.#rows.get(shelf));
    for (const one of this.#waiting.values()) {
      if (one.shelf !== shelf) continue;
      if (one.value === null) all.delete(one.key);
      else all.set(one.key, one.value);
    }
    return all;
  }

  /** @throws Refused the first time that a write fails: the caller relies on the medium and must know */
  write(writes: readonly Write[]): void {
    if (this.#why === undefined && this.#inner !== undefined) {
      try {
        this.#inner.write(writes);
        return;
      } catch (error) {
        this.#why = words(error);
        throw error;
      }
    }
    for (const one of writes) this.#waiting.set(`${one.shelf} ${one.key}`, one);
    this.#offer();
  }

  mark(on: boolean): void {
    this.marked = on;
    try {
      this.#inner?.mark(on);
    } catch (error) {
      if (this.#why === undefined) throw error;
    }
  }

  lasting(): boolean {
    if (this.#why !== undefined) this.#offer();
    return this.#why === undefined;
  }

  trouble(): Trouble | undefined {
    if (this.#why === undefined) return undefined;
    const fault = mediumFault(this.#directory);
    return { why: fault ?? this.#why, remedy: remedies[fault ?? ""] ?? "It is written again in a moment." };
  }

  close(): void {
    this.#inner?.close();
  }

  #offer(): void {
    if (this.#inner === undefined) {
      void this.#open();
      return;
    }
    try {
      // A write of nothing proves nothing about the medium.
      this.#inner.write([...this.#waiting.values(), { shelf: names[0]!, key: "lasting", value: null }]);
      this.#waiting.clear();
      this.#why = undefined;
    } catch (error) {
      this.#why = words(error);
    }
  }

  async #open(): Promise<void> {
    if (this.#opening || mediumFault(this.#directory) !== undefined) return;
    this.#opening = true;
    this.#inner = await openStore(this.#directory).catch(() => undefined);
    this.#opening = false;
    if (this.#inner !== undefined) this.#offer();
  }
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why nothing can be written there now: full, read-only, broken. undefined: something can. */
function mediumFault(directory: string): string | undefined {
  const probe = join(existing(directory), ".cwmpd-probe");
  try {
    const fd = openSync(probe, "w", 0o600);
    try {
      writeSync(fd, Buffer.alloc(storeLimits.probeBytes));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    return ["ENOSPC", "EROFS", "EDQUOT", "EIO"].includes(code) ? code : undefined;
  } finally {
    discard(probe);
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // If no file could be written, there is none to remove.
  }
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));

/** The rows of a database that cannot be opened where it is, read from a copy in memory.
 * @throws Refused where it is there and cannot be read: it must not look like a device that was never used */
async function copied(directory: string): Promise<Rows> {
  if (!existsSync(join(directory, "state.db"))) return new Map();
  const { tmpdir } = await import("node:os");
  const copy = mkdtempSync(join(tmpdir(), "cwmpd-state-"));
  try {
    for (const suffix of ["", "-wal"]) {
      const file = join(directory, `state.db${suffix}`);
      if (existsSync(file)) copyFileSync(file, join(copy, `state.db${suffix}`));
    }
    const store = await openStore(copy);
    const rows = new Map(names.map((name) => [name, store.all(name)]));
    store.close();
    return rows;
  } catch (error) {
    throw new Refused(`Cannot read the state in ${directory}: ${String(error)}. Free ${tmpdir()}.`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
