/** Rule: the effect of a change on each package, and the package with that effect undone. Three-way: an option goes
 * back only where it still has the value that the change gave it; where others have set it since, theirs stays.
 *
 * A package that nobody else has touched gets its old text back, byte for byte. All strings are byte strings
 * (text.ts). */
import { Refused } from "../../../src/errors.ts";
import { put } from "./edit.ts";
import { type Content, contentOf, digest, type PackageUndo, type SectionUndo, twinsOf } from "./intent.ts";
import type { Origin } from "./origin.ts";
import { type Document, type Section, sameValue } from "./package.ts";
import { isPackageName } from "./places.ts";

export interface Undo {
  readonly packages: readonly PackageUndo[];
}

/** @param origin the package as it was read, its document with the change in it
 * @param after the file after the change
 * @param whole the old text is to be held as well */
export function undoOf(name: string, origin: Origin, after: string, whole: boolean): PackageUndo {
  const { raw, document, reading } = origin;
  const left = new Set(document.sections);
  const touched = reading.document.sections.flatMap((was): readonly SectionUndo[] => {
    const section = document.standIn(was);
    const there = left.delete(section);
    if (there && section === was) return [];
    const now = there ? contentOf(section) : null;
    const then = contentOf(was);
    if (now !== null && JSON.stringify(now) === JSON.stringify(then)) return [];
    return [{ name: was.name, anonymous: was.anonymous, before: then, after: now }];
  });
  const made = [...left].map((section) => ({
    name: section.name,
    anonymous: section.anonymous,
    before: null,
    after: contentOf(section),
  }));
  return {
    name,
    before: raw === undefined ? null : digest(raw),
    after: digest(after),
    ...(whole ? { text: raw ?? null } : {}),
    sections: [...touched, ...made],
  };
}

/** The text from before the changes, if the file is still as the last of them left it and each found it as the one
 * before it left it; undefined: others have written in between.
 * @param changes oldest first */
export function textBefore(changes: readonly PackageUndo[], raw: string | undefined): string | undefined {
  const [first] = changes;
  const chained = changes.every((change, i) => i === 0 || change.before === changes[i - 1]!.after);
  if (first?.text === undefined || raw === undefined || !chained) return undefined;
  return digest(raw) === changes.at(-1)!.after ? (first.text ?? "") : undefined;
}

/** Reverts the changes in a document that others have changed since.
 * @param changes of that package, oldest first
 * @returns names of sections and options that stay because others have changed them since */
export function takeBack(document: Document, changes: readonly PackageUndo[]): readonly string[] {
  const left: string[] = [];
  for (const { name, sections } of changes.toReversed()) {
    for (const section of sections.toReversed()) {
      left.push(...restore(document, section).map((what) => `${name}.${what}`));
    }
  }
  return [...new Set(left)];
}

/** True where taking the changes back adds or removes sections, which renumbers the anonymous ones. */
export const shifts = (changes: readonly PackageUndo[]): boolean =>
  changes.some(({ sections }) => sections.some(({ before, after }) => before === null || after === null));

function restore(document: Document, change: SectionUndo): readonly string[] {
  const { before, after } = change;
  if (after === null) return before === null ? [] : revive(document, change, before);
  const section = found(document, change, after);
  if (section === undefined) return before === null ? [] : [change.name];
  const names = [...new Set([...after.options, ...(before?.options ?? [])].map(([name]) => name))];
  const theirs = names.filter((name) => {
    const [was, ours] = [valueIn(before, name), valueIn(after, name)];
    const now = section.option(name)?.value;
    if (same(was, ours) || same(now, was)) return false;
    if (!same(now, ours)) return true;
    put(document.own(section), name, was === undefined ? "" : typeof was === "string" ? was : [...was]);
    return false;
  });
  // A section that the change made goes with the last option in it; options of others keep it.
  const now = document.standIn(section);
  if (before === null && now.options.length === 0) document.remove(now);
  return theirs.map((name) => `${section.name}.${name}`);
}

/** Brings a section back that the change has removed. */
function revive(document: Document, { name, anonymous }: SectionUndo, before: Content): readonly string[] {
  const there = anonymous ? undefined : document.section(name);
  if (there !== undefined) return JSON.stringify(contentOf(there)) === JSON.stringify(before) ? [] : [name];
  const made = document.add(before.type, anonymous ? undefined : name);
  for (const [option, value] of before.options)
    made.append(option, typeof value === "string" ? value : [...value]);
  return [];
}

/** The section as the document has it now. An anonymous one is known by its content: all of it, else most of it. */
function found(document: Document, { name, anonymous }: SectionUndo, content: Content): Section | undefined {
  if (!anonymous) {
    const section = document.section(name);
    return section === undefined || section.anonymous || section.type !== content.type ? undefined : section;
  }
  const twins = twinsOf(document, content);
  if (twins.length > 0) return twins.find((twin) => twin.name === name) ?? twins[0];
  const alike = document.sections
    .filter((section) => section.anonymous && section.type === content.type)
    .map((section) => ({ section, likeness: likeness(section, content) }))
    .filter((one) => one.likeness > 0.5)
    .sort((a, b) => b.likeness - a.likeness);
  const [first, second] = alike;
  return first !== undefined && first.likeness > (second?.likeness ?? 0) ? first.section : undefined;
}

/** How much of the larger of the two is in both. */
function likeness(section: Section, { options }: Content): number {
  const both = options.filter(([name, value]) => same(section.option(name)?.value, value)).length;
  return both / Math.max(options.length, section.options.length, 1);
}

type Value = string | readonly string[] | undefined;

const valueIn = (content: Content | null, option: string): Value =>
  content?.options.find(([name]) => name === option)?.[1];

const same = (one: Value, other: Value): boolean =>
  one === undefined || other === undefined ? one === other : sameValue(one, other);

/** Checks a record that was read from the store. @throws Refused */
export function readUndo(value: unknown): Undo {
  const packages = (value as Partial<Undo> | null)?.packages;
  if (!Array.isArray(packages) || !packages.every(isPackageUndo)) {
    throw new Refused("Cannot take a change back: its record is not of this program");
  }
  return { packages };
}

const isPackageUndo = (value: Partial<PackageUndo> | null): boolean =>
  typeof value?.name === "string" &&
  isPackageName(value.name) &&
  (value.before === null || typeof value.before === "string") &&
  typeof value.after === "string" &&
  Array.isArray(value.sections);
