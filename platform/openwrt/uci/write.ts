/** Codec: a Document to the text that `uci commit` and `uci export` write. */
import type { Document, Option, Section } from "./package.ts";

/** The file after a commit: anonymous sections without names, no package line. */
export function write(document: Document): string {
  return sections(document, false);
}

/** @param names `-n`: anonymous sections show the names that the system gave them */
export function writeExport(name: string, document: Document, names: boolean): string {
  return `package ${escaped(name)}\n${sections(document, names)}`;
}

/** In single quotes nothing means anything but the quote itself. */
export function quote(value: string): string {
  return `'${escaped(value)}'`;
}

function escaped(value: string): string {
  return value.includes("'") ? value.replaceAll("'", "'\\''") : value;
}

function sections(document: Document, names: boolean): string {
  let out = "";
  for (const section of document.sections) out += sectionText(section, names);
  return `${out}\n`;
}

/** A section as a commit writes it, with the blank line before it. */
export function writeSection(section: Section): string {
  return sectionText(section, false);
}

function sectionText(section: Section, names: boolean): string {
  // Write the type unquoted even where it needs quotes: libuci does the same and loses such a type.
  let out = `\nconfig ${escaped(section.type)}`;
  out += section.anonymous && !names ? "\n" : ` '${section.name}'\n`;
  for (const option of section.options) out += writeOption(option, "\t");
  return out;
}

export function writeOption({ name, value }: Option, indent: string): string {
  if (typeof value === "string") return `${indent}option ${name} ${quote(value)}\n`;
  let out = "";
  for (const item of value) out += `${indent}list ${name} ${quote(item)}\n`;
  return out;
}
