/** Codec: the text of a value by its type, in any form that a peer may send and in the one that we keep.
 * TR-069 A.2.1 Table 9. */
import { parseDateTime, unknownTime } from "../datetime.ts";
import type { Now } from "../ports/clock.ts";
import type { XsdType } from "../soap/names.ts";
import { trimmed } from "../space.ts";

/** The value of a parameter of that type that has nothing to show. */
export const emptyValue: Readonly<Record<XsdType, string>> = {
  string: "",
  int: "0",
  unsignedInt: "0",
  boolean: "0",
  dateTime: unknownTime,
  base64: "",
};

/** @returns undefined: not a text of that type, even without its range */
type Canonical = (text: string, now: Now) => string | undefined;

const booleans: ReadonlyMap<string, string> = new Map([
  ["0", "0"],
  ["1", "1"],
  ["false", "0"],
  ["true", "1"],
]);

/** XSD collapses white space in all but strings. */
export const canonicalText: Readonly<Record<XsdType, Canonical>> = {
  string: (text) => text,
  int: (text) => canonicalInteger(trimmed(text)),
  unsignedInt: (text) => canonicalInteger(trimmed(text)),
  boolean: (text) => booleans.get(trimmed(text)),
  dateTime: canonicalTime,
  base64: (text) => canonicalBase64(text.replace(/[ \t\r\n]+/g, "")),
};

function canonicalInteger(text: string): string | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const digits = text.replace(/^[+-]/, "").replace(/^0+(?=.)/, "");
  return text.startsWith("-") && digits !== "0" ? `-${digits}` : digits;
}

function canonicalBase64(text: string): string | undefined {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? text : undefined;
}

/** UTC. Time since boot becomes absolute where absolute time is known; otherwise it stays as it was written. */
function canonicalTime(text: string, now: Now): string | undefined {
  const time = parseDateTime(text);
  if (time === undefined) return undefined;
  if (time.is === "unknown") return unknownTime;
  if (time.is === "time") return writeTime(time.ms);
  if (now.known) return writeTime(wholeSecond(now.wall - now.mono + time.ms));
  return writeTime(earliest + time.ms).slice(0, -1);
}

const wholeSecond = (ms: number): number => Math.round(ms / 1000) * 1000;

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: four digits hold no other year. */
const [earliest, latest] = [-62_135_596_800_000, 253_402_300_799_000];

/** UTC with its fraction of a second.
 * @param ms since 1970; a moment outside the years 1 to 9999 is clamped to them */
export function writeTime(ms: number): string {
  const text = new Date(Math.min(Math.max(ms, earliest), latest)).toISOString();
  return text.replace(/\.000Z$/, "Z");
}
