/** Codec: a Document to the text that `uci commit` and `uci export` write. */
import type { Document } from "./package.ts";

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
  for (const section of document.sections) {
    // The type goes out bare even where it would need quotes: such a type does not survive. libuci, so do we.
    out += `\nconfig ${escaped(section.type)}`;
    out += section.anonymous && !names ? "\n" : ` '${section.name}'\n`;
    for (const { name, value } of section.options) {
      if (typeof value === "string") out += `\toption ${name} ${quote(value)}\n`;
      else for (const item of value) out += `\tlist ${name} ${quote(item)}\n`;
    }
  }
  return `${out}\n`;
}
