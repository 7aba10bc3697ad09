/** Table: the effect of a staged change, as JSON, enough to finish it after a crash. It holds values, secrets too. */
import { Malformed } from "../../../src/errors.ts";
import type { Edit } from "../../../src/ports/config.ts";
import { sha256 } from "../../bun/sha256.ts";
import { type Document, type Section, sameValue } from "./package.ts";
import { isPackageName } from "./places.ts";

export interface Intent {
  readonly packages: readonly PackageIntent[];
}

export interface PackageIntent {
  readonly name: string;
  /** SHA-256 of the file as it was; null: there was none. */
  readonly before: string | null;
  /** The new file, as a byte string; or the SHA-256 of it in `outcome`, where the edits make it of the old file again: a
   * package of thousands of sections would else be written to the store with each change. */
  readonly after?: string;
  readonly outcome?: string;
  /** Edits to apply to the file if another program has changed it since. */
  readonly edits: readonly Edit[];
  /** The anonymous sections that the edits name, so that they can be found again. */
  readonly traces: Readonly<Record<string, Trace>>;
  /** Changes to revert, oldest first, in the same case. */
  readonly undone?: readonly PackageUndo[];
}

/** An anonymous section has no name that lasts; it is known by its content. */
export interface Trace {
  readonly before: Content;
  /** null: the edits remove it. */
  readonly after: Content | null;
  /** How many sections were like `before` at first, and like `after` at last, itself included. */
  readonly twins: { readonly before: number; readonly after: number };
}

export interface Content {
  readonly type: string;
  readonly options: readonly (readonly [name: string, value: string | readonly string[]])[];
}

/** The effect of one change on a package, enough to undo it (undo.ts). */
export interface PackageUndo {
  readonly name: string;
  /** SHA-256 of the file before and after the change; null: there was none. */
  readonly before: string | null;
  readonly after: string;
  /** The file before the change; null: there was none. Absent where an earlier change holds its own. */
  readonly text?: string | null;
  readonly sections: readonly SectionUndo[];
}

/** A section that the change has made, changed or removed. */
export interface SectionUndo {
  readonly name: string;
  readonly anonymous: boolean;
  /** null: the change made the section. */
  readonly before: Content | null;
  /** null: the change removed the section. */
  readonly after: Content | null;
}

export const digest = (raw: string): string => sha256(Buffer.from(raw, "latin1"));

export function contentOf(section: Section): Content {
  const options = section.options.map(
    ({ name, value }) => [name, typeof value === "string" ? value : [...value]] as const,
  );
  return { type: section.type, options };
}

/** Asked of every section for every one that is looked for: ends at the first difference. */
function hasContent({ type, options }: Section, content: Content): boolean {
  if (type !== content.type || options.length !== content.options.length) return false;
  return options.every(({ name, value }, i) => {
    const [other, wanted] = content.options[i]!;
    return name === other && sameValue(value, wanted);
  });
}

/** Anonymous sections like that one, in order. */
export function twinsOf(document: Document, content: Content): readonly Section[] {
  return document.sections.filter((section) => section.anonymous && hasContent(section, content));
}

/** Checks an intent that was read from the store. @throws Malformed */
export function readIntent(value: unknown): Intent {
  const packages = (value as Partial<Intent> | null)?.packages;
  if (!Array.isArray(packages) || !packages.every(isPackageIntent)) {
    throw new Malformed(
      "Cannot finish a configuration change: what was kept of it is not an intent of this program",
    );
  }
  return { packages };
}

function isPackageIntent(value: Partial<PackageIntent> | null): boolean {
  return (
    typeof value?.name === "string" &&
    isPackageName(value.name) &&
    (value.before === null || typeof value.before === "string") &&
    (typeof value.after === "string" || (value.before !== null && typeof value.outcome === "string")) &&
    Array.isArray(value.edits) &&
    typeof value.traces === "object"
  );
}
