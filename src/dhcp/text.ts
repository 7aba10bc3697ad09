/** Codec: sub-options as text, and octets as hexadecimal. TR-069 3.1 Table 2, F.2.5. */
import { Malformed } from "../errors.ts";
import { fromLatin1 } from "../latin1.ts";
import { optionLimits } from "./limits.ts";
import type { Note } from "./options.ts";
import type { Suboptions } from "./suboptions.ts";

/** The text of a sub-option, without the NUL that ends it (R-3.1-14).
 * @returns undefined where there is none, or where its octets are no text */
export function suboptionText(list: Suboptions, code: number, name: string, note: Note): string | undefined {
  const body = list.get(code);
  return body === undefined ? undefined : textOf(body, () => `Sub-option ${code} of ${name}`, note);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Octets as text. A NUL ends it, as in C: neither the NUL nor the octets after it belong to the value. */
function textOf(octets: Uint8Array, name: () => string, note: Note): string | undefined {
  const whole = decoded(octets);
  if (whole !== undefined && !whole.includes("\0")) return whole;
  const nul = octets.indexOf(0);
  const text = nul < 0 ? undefined : decoded(octets.subarray(0, nul));
  if (text === undefined) {
    note(`${name()} is not text: "${quoted(octets)}"`);
    return undefined;
  }
  const rest = octets.subarray(nul).some((octet) => octet !== 0);
  note(`${name()} ends in a NUL, which is no part of the value${rest ? "; what follows it is ignored" : ""}`);
  return text;
}

function decoded(octets: Uint8Array): string | undefined {
  try {
    return utf8.decode(octets);
  } catch {
    return undefined;
  }
}

const quoted = (octets: Uint8Array): string =>
  fromLatin1(octets.subarray(0, optionLimits.quotedBytesMax)).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );

/** True for text without control characters that a parameter of that length can hold. */
export const printable = (text: string, charsMax: number): boolean =>
  text.length <= charsMax && !/[\x00-\x1f\x7f-\x9f\ufffd\ud800-\udfff]/.test(text);

/** Hexadecimal digits as octets: two digits each, blanks and colons between them allowed, `0x` before them too.
 * @throws Malformed for anything else */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/^\s*0x/i, "").replace(/[\s:]/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits))
    throw new Malformed(
      `Expected pairs of hexadecimal digits, got "${text.slice(0, optionLimits.quotedBytesMax)}"`,
    );
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}
