/** Codec: values as one line of text and back. */
import { Malformed } from "./errors.ts";

const named: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const meant: Readonly<Record<string, string>> = { "\\": "\\", n: "\n", r: "\r", t: "\t" };

/** Makes text fit one line and harmless to a terminal (C0, DEL and C1 can steer one). */
export function escapeText(text: string): string {
  return text.replace(
    /[\\\x00-\x1f\x7f-\x9f]/g,
    (char) => named[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** What `escapeText` wrote. @throws Malformed for an escape that it never writes */
export function unescapeText(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([\s\S]?))/g, (all, hex: string | undefined, one: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const char = meant[one];
    if (char === undefined)
      throw new Malformed(`Cannot read "${all}": expected \\\\, \\n, \\r, \\t or \\xHH`);
    return char;
  });
}

/** Ends for people: "1 event", "2 events". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
