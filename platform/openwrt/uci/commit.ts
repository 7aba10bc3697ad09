/** Adapter: changes to several packages that take effect all or none.
 *
 * stage    locks the packages, reads them again under the locks, applies the edits, writes each new file beside the old.
 * then     the caller makes the intent last. From here on the change will happen, even after a crash.
 * commit   renames the new files into place, writes them into the old, still locked inodes too (others already wait
 *          for those locks and will read there), and releases the locks.
 * A crash before the intent lasts leaves everything old; one after it, everything new once `recover` has run. */
import { dirname } from "node:path";
import { Refused } from "../../../src/errors.ts";
import type { ConfigView, Edit, Reverted, Staged } from "../../../src/ports/config.ts";
import { type Files, syncDirectory, type Temporary, writeTemporary } from "./files.ts";
import type { Intent } from "./intent.ts";
import { type Held, hold, release } from "./lock.ts";
import type { Places } from "./places.ts";
import { readBytes } from "./reading.ts";
import type { Replaced } from "./replaced.ts";
import { type Prepared, prepare, prepareRevert, refuseSnapshot } from "./stage.ts";
import { toBytes } from "./text.ts";
import { readUndo, type Undo, undoOf } from "./undo.ts";
import { PackageView } from "./view.ts";

/** A package that is locked and whose new file lies beside it. */
interface Slot {
  readonly held: Held;
  readonly bytes: Uint8Array;
  readonly temporary: Temporary;
  /** The new file has the name now. */
  placed: boolean;
}

/** @throws Refused and nothing has changed */
export async function stage(
  files: Files,
  places: Places,
  replaced: Replaced,
  view: ConfigView,
  edits: readonly Edit[],
): Promise<Staged> {
  const names = edits.map((edit) => edit.package);
  return stageEach(files, places, replaced, names, (held) => {
    const read = view.package(held.name);
    const own = edits.filter((edit) => edit.package === held.name);
    return prepare(files, places, held, read instanceof PackageView ? read : undefined, own);
  });
}

/** @param changes oldest first
 * @throws Refused and nothing has changed */
export async function stageRevert(
  files: Files,
  places: Places,
  replaced: Replaced,
  changes: readonly Undo[],
): Promise<Reverted> {
  const all = changes.flatMap(({ packages }) => packages);
  const left: string[] = [];
  const staged = await stageEach(
    files,
    places,
    replaced,
    all.map(({ name }) => name),
    (held) =>
      prepareRevert(
        files,
        places,
        held,
        all.filter(({ name }) => name === held.name),
        left,
      ),
  );
  return {
    intent: staged.intent,
    undo: (earlier) => staged.undo(earlier),
    commit: () => staged.commit(),
    abort: () => staged.abort(),
    packages: staged.intent.packages.map(({ name }) => name),
    left,
  };
}

async function stageEach(
  files: Files,
  places: Places,
  replaced: Replaced,
  names: readonly string[],
  prepared: (held: Held) => Prepared | undefined,
): Promise<Change> {
  const slots: Slot[] = [];
  const packages: Prepared[] = [];
  try {
    refuseSnapshot(files, places);
    // In sorted order, so that two of us never wait for each other.
    for (const name of [...new Set(names)].sort()) {
      const held = await hold(files, places, replaced, name);
      const one = holding(files, replaced, held, () => prepared(held));
      if (one === undefined) continue;
      packages.push(one);
      slots.push(holding(files, replaced, held, () => writeSlot(files, held, one.after)));
    }
    await files.syncAll(slots.map(({ temporary }) => temporary.fd));
  } catch (error) {
    abort(files, replaced, slots);
    throw refusal(error);
  }
  return new Change(files, replaced, slots, packages);
}

/** Gives the lock back if the work fails or finds nothing to do. */
function holding<T>(files: Files, replaced: Replaced, held: Held, work: () => T): T {
  let done: T | undefined;
  try {
    done = work();
    return done;
  } finally {
    if (done === undefined) release(files, replaced, held);
  }
}

class Change implements Staged {
  readonly intent: Intent;
  readonly #files: Files;
  readonly #replaced: Replaced;
  readonly #packages: readonly Prepared[];
  #slots: readonly Slot[];

  constructor(files: Files, replaced: Replaced, slots: readonly Slot[], packages: readonly Prepared[]) {
    this.#files = files;
    this.#replaced = replaced;
    this.#slots = slots;
    this.#packages = packages;
    this.intent = { packages: packages.map(({ intent }) => intent) };
  }

  undo(earlier: readonly unknown[]): Undo {
    const known = new Set(earlier.map(readUndo).flatMap(({ packages }) => packages.map(({ name }) => name)));
    const packages = this.#packages.flatMap(({ intent: { name }, after, origin }) =>
      origin === undefined ? [] : [undoOf(name, origin, after, !known.has(name))],
    );
    return { packages };
  }

  commit(): void {
    const slots = this.#slots;
    this.#slots = [];
    try {
      place(this.#files, this.#replaced, slots);
    } catch (error) {
      throw refusal(error);
    } finally {
      abort(this.#files, this.#replaced, slots);
    }
  }

  abort(): void {
    abort(this.#files, this.#replaced, this.#slots);
    this.#slots = [];
  }
}

function writeSlot(files: Files, held: Held, after: string): Slot {
  const bytes = toBytes(after);
  const like = held.fd === undefined ? undefined : files.fstat(held.fd);
  return {
    held,
    bytes,
    temporary: writeTemporary(files, held.target, held.name, bytes, like),
    placed: false,
  };
}

/** Replaces one package whose lock is held, and releases the lock. */
export function replace(files: Files, replaced: Replaced, held: Held, after: string): void {
  const slot = holding(files, replaced, held, () => writeSlot(files, held, after));
  try {
    files.sync(slot.temporary.fd);
    place(files, replaced, [slot]);
  } finally {
    abort(files, replaced, [slot]);
  }
}

function place(files: Files, replaced: Replaced, slots: readonly Slot[]): void {
  for (const slot of slots) {
    const { held, temporary } = slot;
    // A file that did not exist could not be locked: link() fails if another process has created it meanwhile.
    if (held.fd === undefined) files.link(temporary.path, held.target);
    else files.rename(temporary.path, held.target);
    slot.placed = true;
  }
  for (const directory of new Set(slots.map(({ held }) => dirname(held.target))))
    syncDirectory(files, directory);
  const failures = slots.flatMap(({ held, bytes }) => {
    if (held.fd === undefined) return [];
    const prefixOf = commonPrefix(bytes);
    return [held.fd, ...replaced.locked(held.path)].flatMap((fd) =>
      handOver(files, replaced, fd, held.path, bytes, prefixOf),
    );
  });
  if (failures.length > 0) throw failures[0];
}

/** Writes the new bytes into an old file whose lock we have, from where they differ: most of each is as it was.
 * @returns the errors */
function handOver(
  files: Files,
  replaced: Replaced,
  fd: number,
  path: string,
  bytes: Uint8Array,
  prefixOf: (old: Uint8Array) => number,
): readonly unknown[] {
  let old: Uint8Array | undefined;
  try {
    old = replaced.left(fd) ?? readBytes(files, fd, path);
    const from = prefixOf(old);
    if (from < bytes.length) files.write(fd, bytes.subarray(from), from);
    if (old.length > bytes.length) files.truncate(fd, bytes.length);
    replaced.leave(fd, bytes);
    return [];
  } catch (error) {
    if (old !== undefined) putBack(files, fd, old);
    return [error];
  }
}

/** @returns the bytes from the start that another text has in common with these. Old files that we have left as they
 * are share one text */
function commonPrefix(one: Uint8Array): (other: Uint8Array) => number {
  const found = new Map<Uint8Array, number>();
  return (other) => {
    const known = found.get(other) ?? prefix(one, other);
    found.set(other, known);
    return known;
  };
}

function prefix(one: Uint8Array, other: Uint8Array): number {
  let [same, end] = [0, Math.min(one.length, other.length)];
  while (same < end) {
    const half = (same + end + 1) >> 1;
    if (Buffer.compare(one.subarray(same, half), other.subarray(same, half)) === 0) same = half;
    else end = half - 1;
  }
  return same;
}

/** On a full disk, programs that wait for this file find its old text, not half of the old and half of the new. */
function putBack(files: Files, fd: number, old: Uint8Array): void {
  try {
    overwrite(files, fd, old);
  } catch {
    // As good as can be had.
  }
}

function overwrite(files: Files, fd: number, bytes: Uint8Array): void {
  files.write(fd, bytes);
  files.truncate(fd, bytes.length);
}

/** Removes the temporary files that have not been renamed and releases the locks. */
function abort(files: Files, replaced: Replaced, slots: readonly Slot[]): void {
  for (const { held, temporary, placed } of slots) {
    try {
      // A rename has taken the name away; a link has not.
      if (!placed || held.fd === undefined) files.remove(temporary.path);
    } catch {
      // The next sweep removes the temporary file; the locks must be released now.
    }
    files.close(temporary.fd);
    release(files, replaced, held, placed);
  }
}

export function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  return new Refused(
    `Cannot write the configuration: ${error.message}; see that /etc is writable and has room`,
  );
}
