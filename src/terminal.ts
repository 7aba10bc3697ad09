/** Codec: values as one line of text and back. */
import { Malformed } from "./errors.ts";

const named: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const meant: Readonly<Record<string, string>> = { "\\": "\\", n: "\n", r: "\r", t: "\t" };

/** Characters that control a terminal or change how a line is shown: C0, DEL and C1; format characters, among them
 * those that reverse the direction of writing or are invisible; separators of lines and paragraphs; halves of
 * characters. Unicode 4.4, UAX 9 2, Trojan Source (CVE-2021-42574). */
const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const hex = (unit: string, digits: number): string => unit.charCodeAt(0).toString(16).padStart(digits, "0");

/** Writes `\uHHHH`, as in JSON, for all that steers; a character beyond 16 bits is two of them. */
export const escapeSteering = (text: string, kept = ""): string =>
  text.replace(steering, (char) =>
    kept.includes(char) ? char : char.replace(/[\s\S]/g, (unit) => `\\u${hex(unit, 4)}`),
  );

/** JSON that does no harm to a terminal, and ends its line. To a program it says the same.
 * @param indent blanks of each level; absent: all of it in one line */
export const jsonText = (value: unknown, indent?: number): string =>
  `${escapeSteering(JSON.stringify(value, null, indent), "\n")}\n`;

/** Makes text fit one line and harmless to a terminal. */
export function escapeText(text: string): string {
  const plain = text.replace(/[\\\x00-\x1f\x7f-\x9f]/g, (char) => named[char] ?? `\\x${hex(char, 2)}`);
  return escapeSteering(plain);
}

/** The text that `escapeText` has escaped. @throws Malformed for an escape that it never writes */
export function unescapeText(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]?))/g,
    (all, byte: string | undefined, unit: string | undefined, one: string) => {
      const code = byte ?? unit;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      const char = meant[one];
      if (char === undefined)
        throw new Malformed(`Cannot read "${all}": expected \\\\, \\n, \\r, \\t, \\xHH or \\uHHHH`);
      return char;
    },
  );
}

/** Ends for people: "1 event", "2 events". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
