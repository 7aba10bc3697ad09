/** Adapter: the new file of one package after its edits, and the checks that allow it. */
import { join } from "node:path";
import { Refused } from "../../../src/errors.ts";
import type { Edit } from "../../../src/ports/config.ts";
import { replay } from "./delta.ts";
import { applyEdits } from "./edit.ts";
import type { Files } from "./files.ts";
import { digest, type PackageIntent, type PackageUndo } from "./intent.ts";
import { uciLimits } from "./limits.ts";
import type { Held } from "./lock.ts";
import { Finder } from "./merge.ts";
import { digestAt, type Origin, readStrictly, written } from "./origin.ts";
import type { Document, Section } from "./package.ts";
import { parse } from "./parse.ts";
import { ageMs, type Places } from "./places.ts";
import { readFile, readOpen, refuseEmptied } from "./reading.ts";
import { shifts, takeBack, textBefore } from "./undo.ts";
import type { PackageView } from "./view.ts";
import { write } from "./write.ts";

/** The new text of a package. */
export interface Prepared {
  readonly intent: PackageIntent;
  readonly after: string;
  /** The package as it was read; undefined for a change that undoes others. */
  readonly origin?: Origin;
}

/** @param read the package as the edits' maker saw it
 * @returns undefined: the edits change nothing
 * @throws Refused */
export function prepare(
  files: Files,
  places: Places,
  held: Held,
  read: PackageView | undefined,
  edits: readonly Edit[],
): Prepared | undefined {
  const raw = held.fd === undefined ? undefined : readOpen(files, held.fd, held.path);
  if (raw === "" && (read?.base.sections.length ?? 0) > 0) refuseEmptied(held.path, files.stat(held.path));
  const origin = readStrictly(held.path, raw);
  const { document } = origin;
  const delta = new Delta(files, places, held.name);
  if (edits.some((edit) => edit.edit === "remove")) delta.refuseShift(document);
  refusePending(read, edits, delta.path);
  const before = raw === undefined ? null : digestAt(held.path, raw);
  const finder = new Finder(document, read?.base);
  applyEdits(document, edits, (name) => finder.find(name));
  const after = written(origin);
  if (after === undefined) return undefined;
  delta.refuseOverruled(document, edits, finder);
  const traces = finder.traces();
  // An anonymous section is found again by its content, which others may have: of such a section the edits say too little.
  const byEdits = before !== null && Object.keys(traces).length === 0;
  const outcome = byEdits ? { outcome: digestAt(held.path, after) } : { after };
  return { intent: { name: held.name, before, ...outcome, edits, traces }, after, origin };
}

/** The text of a package after the changes are reverted.
 * @param changes of that package, oldest first
 * @param left gets the names of values that stay because others have changed them since
 * @returns undefined: there is nothing to revert
 * @throws Refused */
export function prepareRevert(
  files: Files,
  places: Places,
  held: Held,
  changes: readonly PackageUndo[],
  left: string[],
): Prepared | undefined {
  const raw = held.fd === undefined ? undefined : readOpen(files, held.fd, held.path);
  if (raw === undefined) {
    left.push(held.name);
    return undefined;
  }
  if (shifts(changes)) new Delta(files, places, held.name).refuseShift(parse(raw, false).document);
  const after = textBefore(changes, raw) ?? merged(held.path, raw, changes, left);
  if (after === undefined || after === raw) return undefined;
  const plain = { name: held.name, before: digest(raw), after, edits: [], traces: {} };
  return { intent: { ...plain, undone: changes }, after };
}

function merged(
  path: string,
  raw: string,
  changes: readonly PackageUndo[],
  left: string[],
): string | undefined {
  const origin = readStrictly(path, raw);
  left.push(...takeBack(origin.document, changes));
  return written(origin);
}

/** LuCI's "apply" restores its snapshot over everything unless it is confirmed in time: our writes would be lost then.
 * @throws Refused while that may happen */
export function refuseSnapshot(files: Files, places: Places): void {
  const stat = files.stat(places.snapshot);
  if (stat === undefined) return;
  const left = uciLimits.snapshotMsMax - ageMs(stat.modified, Date.now());
  if (left <= 0) return;
  const seconds = Math.ceil(left / 1000);
  throw new Refused(
    `Cannot write the configuration: LuCI may still take its last "apply" back (${places.snapshot}); retry in ${seconds} s`,
  );
}

/** @throws Refused for a section that only an uncommitted change makes */
function refusePending(read: PackageView | undefined, edits: readonly Edit[], deltaPath: string): void {
  for (const edit of edits) {
    if (edit.edit === "add" || read?.document.section(edit.section) === undefined) continue;
    if (read.base.section(edit.section) !== undefined) continue;
    throw new Refused(
      `Cannot ${edit.edit} in ${edit.package}.${edit.section}: it is an uncommitted change in ${deltaPath}; commit or revert that first`,
    );
  }
}

/** The uncommitted changes of others. These changes stay uncommitted and are replayed on top of our text. So no edit
 * may make them hit another section, and no edit is promised that they would overrule at once. */
class Delta {
  readonly path: string;
  readonly #name: string;
  readonly #raw: string;

  constructor(files: Files, places: Places, name: string) {
    this.path = join(places.savedir, name);
    this.#name = name;
    this.#raw = readFile(files, this.path).raw ?? "";
  }

  /** Removing a section renumbers the anonymous ones behind it; new sections are appended and renumber none.
   * @throws Refused */
  refuseShift(document: Document): void {
    if (this.#raw === "") return;
    if (!document.sections.some((section) => section.anonymous)) return;
    const { changes } = replay(this.#raw, this.#name, document.clone());
    if (!changes.some((change) => /^cfg[0-9a-f]{6,}$/.test(change.section))) return;
    throw new Refused(
      `Cannot remove sections of ${this.#name}: uncommitted changes in ${this.path} name its anonymous sections by number; commit or revert them first`,
    );
  }

  /** @throws Refused where an edit would not be seen because a pending change hides it */
  refuseOverruled(document: Document, edits: readonly Edit[], finder: Finder): void {
    if (this.#raw === "") return;
    const seen = parse(write(document), true).document;
    const twins = [...seen.sections];
    replay(this.#raw, this.#name, seen);
    for (const edit of edits) {
      const section = finder.find(edit.section);
      const seenAs = section === undefined ? undefined : twins[document.sections.indexOf(section)];
      const overruled =
        section === undefined || seenAs === undefined
          ? seen.sections.some((other) => other.name === edit.section && !twins.includes(other))
          : !seen.sections.includes(seenAs) || !showsAlike(section, seenAs, edit);
      if (!overruled) continue;
      throw new Refused(
        `Cannot ${edit.edit} in ${edit.package}.${edit.section}: an uncommitted change in ${this.path} overrules it; commit or revert that first`,
      );
    }
  }
}

/** Whether `seen` shows the edit's result: `section`, as the edit has left it. */
function showsAlike(section: Section, seen: Section, edit: Edit): boolean {
  if (seen.type !== section.type || (!section.anonymous && seen.name !== section.name)) return false;
  if (edit.edit !== "set" && edit.edit !== "unset") return true;
  const value = (where: Section) => JSON.stringify(where.option(edit.option)?.value);
  return value(seen) === value(section);
}
