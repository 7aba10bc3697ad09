/** Port: the state, on a medium that may be full or read-only. Sessions are held all the same: an ACS that cannot reach
 * the device cannot free it either. What the medium does not take is kept in memory and offered to it again; whoever has
 * to promise something asks `lasting` first. */
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
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Refused } from "../../src/errors.ts";
import { type Shelf, shelves, type Write } from "../../src/ports/store.ts";
import { storeLimits } from "./limits.ts";
import { type FileStore, openStore } from "./store.ts";

export interface PatientStore extends FileStore {
  /** True: what is written from now on lasts. Offers what waits to the medium first. */
  lasting(): boolean;
  /** Why the state is not on its medium, for people; undefined: it is. */
  trouble(): string | undefined;
}

/** @throws Refused for what has nothing to do with the medium: a later version, a place that cannot be */
export async function openPatientStore(directory: string): Promise<PatientStore> {
  try {
    return patient(directory, await openStore(directory), undefined);
  } catch (error) {
    const why = error instanceof Refused ? mediumFault(directory) : undefined;
    if (why === undefined) throw error;
    return patient(directory, undefined, { why, rows: await copied(directory) });
  }
}

type Rows = ReadonlyMap<Shelf, ReadonlyMap<string, unknown>>;
const names = Object.values(shelves).flat() as readonly Shelf[];

function patient(
  directory: string,
  opened: FileStore | undefined,
  fault: { readonly why: string; readonly rows: Rows } | undefined,
): PatientStore {
  let inner = opened;
  let why = fault?.why;
  let marked = opened?.marked ?? false;
  let opening = false;
  /** Written and not on the medium. */
  const waiting = new Map<string, Write>();

  /** @throws Refused the first time: whoever has just relied on it must know */
  function write(writes: readonly Write[]): void {
    if (why === undefined && inner !== undefined) {
      try {
        inner.write(writes);
        return;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
        throw error;
      }
    }
    for (const one of writes) waiting.set(`${one.shelf} ${one.key}`, one);
    offer();
  }

  function offer(): void {
    if (inner === undefined) {
      void open();
      return;
    }
    try {
      // A write of nothing tells nothing of the medium.
      inner.write([...waiting.values(), { shelf: names[0]!, key: "lasting", value: null }]);
      waiting.clear();
      why = undefined;
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }

  async function open(): Promise<void> {
    if (opening || mediumFault(directory) !== undefined) return;
    opening = true;
    inner = await openStore(directory).catch(() => undefined);
    opening = false;
    if (inner !== undefined) offer();
  }

  const base = (shelf: Shelf): ReadonlyMap<string, unknown> =>
    inner?.all(shelf) ?? fault?.rows.get(shelf) ?? new Map();

  return {
    setAside: opened?.setAside,
    get(shelf: Shelf, key: string): unknown {
      const held = waiting.get(`${shelf} ${key}`);
      if (held !== undefined) return held.value ?? undefined;
      return inner === undefined ? base(shelf).get(key) : inner.get(shelf, key);
    },
    all(shelf: Shelf): Map<string, unknown> {
      const all = new Map(base(shelf));
      for (const one of waiting.values()) {
        if (one.shelf !== shelf) continue;
        if (one.value === null) all.delete(one.key);
        else all.set(one.key, one.value);
      }
      return all;
    },
    write,
    mark(on) {
      marked = on;
      try {
        inner?.mark(on);
      } catch (error) {
        if (why === undefined) throw error;
      }
    },
    get marked() {
      return marked;
    },
    lasting() {
      if (why !== undefined) offer();
      return why === undefined;
    },
    trouble: () => why,
    close: () => inner?.close(),
  };
}

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
    // Where nothing could be written there is nothing to remove.
  }
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));

/** The rows of a database that cannot be opened where it is, read from a copy in memory.
 * @throws Refused where it is there and cannot be read: it must not look like a device that was never used */
async function copied(directory: string): Promise<Rows> {
  if (!existsSync(join(directory, "state.db"))) return new Map();
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
