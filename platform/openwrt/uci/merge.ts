/** Rule: edits that were made against one reading of a package, applied to the present package. */
import type { Edit } from "../../../src/ports/config.ts";
import { put, rawValue } from "./edit.ts";
import { type Content, contentOf, type PackageIntent, type Trace, twinsOf } from "./intent.ts";
import type { Document, Section } from "./package.ts";

/** Finds the sections that edits name. A named one has its name; an anonymous one is that with the same made-up name
 * and the same content, or else the only one with that content. */
export class Finder {
  readonly #now: Document;
  readonly #read: Document | undefined;
  readonly #found = new Map<string, Section>();
  readonly #before = new Map<string, { content: Content; twins: number }>();

  /** @param read the file as it was when the edits were made */
  constructor(now: Document, read: Document | undefined) {
    this.#now = now;
    this.#read = read;
  }

  find(name: string): Section | undefined {
    const known = this.#found.get(name);
    if (known !== undefined) {
      const now = this.#now.standIn(known);
      return this.#now.sections.includes(now) ? now : undefined;
    }
    const was = this.#read?.section(name);
    const section = was?.anonymous ? this.#findAnonymous(name, contentOf(was)) : this.#findNamed(name, was);
    if (section !== undefined) this.#found.set(name, section);
    return section;
  }

  #findNamed(name: string, was: Section | undefined): Section | undefined {
    const section = this.#now.section(name);
    if (section === undefined || section.anonymous) return undefined;
    return was === undefined || was.type === section.type ? section : undefined;
  }

  #findAnonymous(name: string, content: Content): Section | undefined {
    const twins = twinsOf(this.#now, content);
    const section = twins.find((twin) => twin.name === name) ?? (twins.length === 1 ? twins[0] : undefined);
    if (section !== undefined) this.#before.set(name, { content, twins: twins.length });
    return section;
  }

  /** The traces of the anonymous sections that were found. A change needs them again after a crash. */
  traces(): Record<string, Trace> {
    const traces: Record<string, Trace> = {};
    for (const [name, { content, twins }] of this.#before) {
      const section = this.find(name);
      const after = section === undefined ? null : contentOf(section);
      const left = after === null ? 0 : twinsOf(this.#now, after).length;
      traces[name] = { before: content, after, twins: { before: twins, after: left } };
    }
    return traces;
  }
}

/** Does the edits of an intent to a package that has changed since, as far as they still mean something there. Doing
 * them twice changes nothing more.
 * @returns the edits that mean nothing any more */
export function replayIntent(now: Document, intent: PackageIntent): readonly Edit[] {
  const anonymous = new Map<string, Section | undefined>();
  for (const [name, trace] of Object.entries(intent.traces)) anonymous.set(name, retrace(now, name, trace));
  return intent.edits.filter((edit) => {
    const named = now.section(edit.section);
    const section = anonymous.has(edit.section)
      ? anonymous.get(edit.section)
      : named?.anonymous
        ? undefined
        : named;
    return !redo(now, edit, section);
  });
}

function redo(now: Document, edit: Edit, before: Section | undefined): boolean {
  const section = before && now.standIn(before);
  if (edit.edit === "add") {
    if (section === undefined) now.add(edit.type, edit.section);
    return section === undefined || section.type === edit.type;
  }
  if (section === undefined) return edit.edit === "remove";
  if (edit.edit === "remove") {
    if (now.sections.includes(section)) now.remove(section);
  } else {
    put(now.own(section), edit.option, edit.edit === "set" ? rawValue(edit.value) : "");
  }
  return true;
}

/** An anonymous section again, or undefined where it has gone; numbers show whether the change is already done. */
function retrace(now: Document, name: string, { before, after, twins }: Trace): Section | undefined {
  const left = twinsOf(now, before);
  if (after === null && left.length < twins.before) return undefined;
  const done = after === null ? [] : twinsOf(now, after);
  if (done.length > 0 && done.length >= twins.after) return done[0];
  return left.find((section) => section.name === name) ?? (left.length === 1 ? left[0] : undefined);
}
