/** Codec: the text of a value by its type, in any form that a peer may send and in the one that we keep.
 * TR-069 A.2.1 Table 9. */
import { unknownTime } from "../datetime.ts";
import type { Now } from "../ports/clock.ts";
import type { XsdType } from "../soap/names.ts";
import { trimmed } from "../space.ts";

/** What a parameter of the type reads as when it has nothing to show. */
export const emptyValue: Readonly<Record<XsdType, string>> = {
  string: "",
  int: "0",
  unsignedInt: "0",
  boolean: "0",
  dateTime: unknownTime,
  base64: "",
};

/** @returns undefined: not a text of that type, whatever its range */
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
  dateTime: (text, now) => canonicalTime(trimmed(text), now),
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

const time =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

/** UTC. Relative time (untimezoned, year below 1000) becomes absolute where absolute time is known, else it stays.
 * An untimezoned time of another year breaks A.2.1; servers send it and mean UTC. */
function canonicalTime(text: string, now: Now): string | undefined {
  const parts = time.exec(text);
  if (parts === null) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction = "", zone] = parts;
  const offset = zoneMinutes(zone);
  const at = utc(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (at === undefined || offset === undefined) return undefined;
  const ms = at + Number(fraction.slice(0, 3).padEnd(3, "0"));
  if (zone !== undefined || Number(year) >= 1000) return writeTime(ms - offset * 60_000);
  if (now.known) return writeTime(wholeSecond(now.wall - now.mono + (ms - bootEpoch)));
  return writeTime(ms).slice(0, -1);
}

const wholeSecond = (ms: number): number => Math.round(ms / 1000) * 1000;

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === "Z") return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** @returns milliseconds since 1970; undefined for a day or hour that does not exist */
function utc(...parts: [number, number, number, number, number, number]): number | undefined {
  const [year, month, day, hour, minute, second] = parts;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.getTime() : undefined;
}

const bootEpoch = utc(1, 1, 1, 0, 0, 0) ?? 0;

/** @param ms since 1970; out of the years 1 to 9999 it is clamped */
export function writeTime(ms: number): string {
  const latest = 253_402_300_799_000;
  const text = new Date(Math.min(Math.max(ms, bootEpoch), latest)).toISOString();
  return text.replace(/\.000Z$/, "Z");
}
