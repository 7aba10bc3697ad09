/** Adapter: changes to several packages that take effect all or none., "Safe direct edit".
 *
 * stage    locks the packages, reads them again under the locks, applies the edits, writes each new file beside the old.
 * then     the caller makes the intent last. From here on the change will happen, whatever dies.
 * commit   renames the new files into place, writes them into the old, still locked inodes too (others already wait
 *          for those locks and will read there), and lets go.
 * A crash before the intent lasts leaves everything old; one after it, everything new once `recover` has run. */
import { dirname } from "node:path";
import { Refused } from "../../../src/errors.ts";
import type { ConfigView, Edit, Staged } from "../../../src/ports.ts";
import { type Files, syncDirectory, type Temporary, writeTemporary } from "./files.ts";
import type { Intent, PackageIntent } from "./intent.ts";
import { type Held, hold, release } from "./lock.ts";
import type { Places } from "./places.ts";
import { prepare, refuseSnapshot } from "./stage.ts";
import { toBytes } from "./text.ts";
import { PackageView } from "./view.ts";

/** A package that is locked and whose new file lies beside it. */
interface Slot {
  readonly held: Held;
  readonly bytes: Uint8Array;
  readonly temporary: Temporary;
}

/** @throws Refused and nothing has changed */
export async function stage(
  files: Files,
  places: Places,
  view: ConfigView,
  edits: readonly Edit[],
): Promise<Staged> {
  const slots: Slot[] = [];
  const packages: PackageIntent[] = [];
  try {
    refuseSnapshot(files, places);
    // In sorted order, so that two of us never wait for each other.
    for (const name of [...new Set(edits.map((edit) => edit.package))].sort()) {
      const read = view.package(name);
      const own = edits.filter((edit) => edit.package === name);
      const held = await hold(files, places, name);
      const intent = holding(files, held, () =>
        prepare(files, places, held, read instanceof PackageView ? read : undefined, own),
      );
      if (intent === undefined) continue;
      packages.push(intent);
      slots.push(holding(files, held, () => writeSlot(files, held, intent.after)));
    }
  } catch (error) {
    abort(files, slots);
    throw refusal(error);
  }
  return new Change(files, slots, { packages });
}

/** Gives the lock back if the work fails or finds nothing to do. */
function holding<T>(files: Files, held: Held, work: () => T): T {
  let done: T | undefined;
  try {
    done = work();
    return done;
  } finally {
    if (done === undefined) release(files, held);
  }
}

class Change implements Staged {
  readonly intent: Intent;
  readonly #files: Files;
  #slots: readonly Slot[];

  constructor(files: Files, slots: readonly Slot[], intent: Intent) {
    this.#files = files;
    this.#slots = slots;
    this.intent = intent;
  }

  commit(): void {
    const slots = this.#slots;
    this.#slots = [];
    try {
      place(this.#files, slots);
    } catch (error) {
      throw refusal(error);
    } finally {
      abort(this.#files, slots);
    }
  }

  abort(): void {
    abort(this.#files, this.#slots);
    this.#slots = [];
  }
}

function writeSlot(files: Files, held: Held, after: string): Slot {
  const bytes = toBytes(after);
  const mode = held.fd === undefined ? 0o600 : files.fstat(held.fd).mode;
  return { held, bytes, temporary: writeTemporary(files, held.target, held.name, bytes, mode) };
}

/** Replaces one package whose lock is held, and lets go. */
export function replace(files: Files, held: Held, after: string): void {
  const slot = holding(files, held, () => writeSlot(files, held, after));
  try {
    place(files, [slot]);
  } finally {
    abort(files, [slot]);
  }
}

function place(files: Files, slots: readonly Slot[]): void {
  for (const { held, temporary } of slots) {
    // Where there was no file there was no lock: a link fails if somebody has made one meanwhile.
    if (held.fd === undefined) files.link(temporary.path, held.target);
    else files.rename(temporary.path, held.target);
  }
  for (const directory of new Set(slots.map(({ held }) => dirname(held.target))))
    syncDirectory(files, directory);
  for (const { held, bytes } of slots) {
    if (held.fd === undefined) continue;
    files.write(held.fd, bytes);
    files.truncate(held.fd, bytes.length);
  }
}

/** Removes what has not been renamed and gives the locks back. */
function abort(files: Files, slots: readonly Slot[]): void {
  for (const { held, temporary } of slots) {
    try {
      files.remove(temporary.path);
    } catch {
      // The next sweep takes it; the locks must go now.
    }
    files.close(temporary.fd);
    release(files, held);
  }
}

export function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  return new Refused(
    `Cannot write the configuration: ${error.message}; see that /etc is writable and has room`,
  );
}
