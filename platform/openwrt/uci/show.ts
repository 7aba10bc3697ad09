/** Codec: `uci show`. */
import type { Document, Option, Section } from "./package.ts";
import { quote } from "./write.ts";

/** @param extended anonymous sections as `@type[index]`; otherwise (`-X`) by the names that the system gave them */
export function showPackage(name: string, document: Document, extended: boolean): string {
  const seen = new Map<string, number>();
  let out = "";
  for (const section of document.sections) {
    const index = seen.get(section.type) ?? 0;
    seen.set(section.type, index + 1);
    const label = extended && section.anonymous ? `@${section.type}[${index}]` : section.name;
    out += showSection(name, section, label);
  }
  return out;
}

export function showSection(name: string, section: Section, label: string): string {
  let out = `${name}.${label}=${section.type}\n`;
  for (const option of section.options) out += showOption(name, label, option);
  return out;
}

export function showOption(name: string, label: string, option: Option): string {
  const { value } = option;
  return `${name}.${label}.${option.name}=${typeof value === "string" ? quote(value) : value.map(quote).join(" ")}\n`;
}
