/** Rule: the engine's edits applied to a Document. */
import { Refused } from "../../../src/errors.ts";
import type { Edit } from "../../../src/ports/config.ts";
import { hasControl } from "./delta.ts";
import type { Document, Section } from "./package.ts";
import { isPackageName } from "./places.ts";
import { isName } from "./scan.ts";
import { toRaw } from "./text.ts";

/** Applies the edits of one package in their order.
 * @param find the section of this document that an edit names
 * @throws Refused for a value that uci could not hold, a section that is missing, or an added one that exists */
export function applyEdits(
  document: Document,
  edits: readonly Edit[],
  find: (name: string) => Section | undefined,
): void {
  for (const edit of edits) {
    check(edit);
    const section = find(edit.section);
    if (edit.edit === "add") add(document, edit, section);
    else if (section === undefined) throw gone(edit);
    else if (edit.edit === "remove") document.remove(section);
    else put(document.own(section), edit.option, edit.edit === "set" ? rawValue(edit.value) : "");
  }
}

export function gone(edit: Edit): Refused {
  const where = `section ${edit.section} of package ${edit.package}`;
  return new Refused(
    `Cannot ${edit.edit} in ${where}: somebody has changed or removed it; read it again and retry`,
  );
}

/** Sets an option; an empty value or list takes it away, as uci has no empty ones. */
export function put(section: Section, name: string, value: string | string[]): void {
  const known = section.option(name);
  if (value.length > 0) section.set(name, value);
  else if (known !== undefined) section.remove(known);
}

export function rawValue(value: string | readonly string[]): string | string[] {
  return typeof value === "string" ? toRaw(value) : value.map(toRaw);
}

function add(document: Document, edit: Edit & { edit: "add" }, known: Section | undefined): void {
  if (known !== undefined) {
    throw new Refused(
      `Cannot add section ${edit.section} to package ${edit.package}: there is one of that name`,
    );
  }
  document.add(edit.type, edit.section);
}

function check(edit: Edit): void {
  const where = `${edit.package}.${edit.section}`;
  if (!isPackageName(edit.package))
    throw new Refused(`Cannot write package "${edit.package}": not a package name`);
  if (!isName(edit.section)) throw new Refused(`Cannot write ${where}: not a section name`);
  if (edit.edit === "add" && !isPlainType(edit.type)) {
    throw new Refused(`Cannot add ${where}: "${edit.type}" is not a section type that uci can write`);
  }
  if ((edit.edit === "set" || edit.edit === "unset") && !isName(edit.option)) {
    throw new Refused(`Cannot write ${where}.${edit.option}: not an option name`);
  }
  // The value may be a secret: it is not shown.
  if (edit.edit === "set" && [edit.value].flat().some(hasControl)) {
    throw new Refused(
      `Cannot write ${where}.${edit.option}: the value has control characters that uci refuses`,
    );
  }
}

/** Visible ASCII that survives being written without quotes. */
function isPlainType(type: string): boolean {
  return /^[!-~]+$/.test(type) && !/['"#;\\]/.test(type);
}
