/** Codec: dateTime as CWMP uses it. TR-069 A.2.1 Table 9. */
import type { Now } from "./ports/clock.ts";
import { trimmed } from "./space.ts";

export type DateTime =
  /** Absolute time, milliseconds of UTC since 1970. */
  | { readonly is: "time"; readonly ms: number }
  /** No absolute time known: milliseconds since boot. Written without a time zone. */
  | { readonly is: "sinceBoot"; readonly ms: number }
  /** 0001-01-01T00:00:00Z: unknown or not applicable. */
  | { readonly is: "unknown" };

/** "Unknown Time", A.2.1. */
export const unknownTime = "0001-01-01T00:00:00Z";

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,20}))?(Z|[+-]\d\d:\d\d)?$/;

/** Years from 1, as the calendar now counts; Date alone takes 1 for 1901. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

const boot = utc(1, 1, 1);
const minute = 60_000;

/** @returns minutes east of UTC, undefined: no such zone */
function parseZone(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  if (minutes > 14 * 60 || Number(zone.slice(4)) > 59) return undefined;
  return zone[0] === "-" ? -minutes : minutes;
}

/** Untimezoned with a year below 1000 is time since boot; untimezoned otherwise breaks A.2.1 and is read as UTC.
 * @returns undefined: not a dateTime */
export function parseDateTime(text: string): DateTime | undefined {
  const found = form.exec(trimmed(text));
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, min = 0, second = 0] = found.slice(1, 7).map(Number);
  const fraction = Math.trunc(Number(`0.${found[7] ?? 0}`) * 1000);
  const zone = found[8] === undefined ? 0 : parseZone(found[8]);
  const date = utc(year, month, day);
  if (zone === undefined || year < 1 || month < 1 || month > 12) return undefined;
  if (new Date(date).getUTCDate() !== day) return undefined;
  // XML Schema has 24:00:00 for the end of a day.
  if (min > 59 || second > 59 || hour > (min + second + fraction === 0 ? 24 : 23)) return undefined;
  const ms = date + hour * 60 * minute + min * minute + second * 1000 + fraction - zone * minute;
  if (found[8] === undefined && year < 1000) return { is: "sinceBoot", ms: ms - boot };
  return ms === boot ? { is: "unknown" } : { is: "time", ms };
}

/** Date and time of day to the second; undefined where four digits do not hold the year. */
function stamp(ms: number): string | undefined {
  const date = new Date(Math.floor(ms / 1000) * 1000);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString().slice(0, 19) : undefined;
}

/** @param zone minutes east of UTC, for the few values that are local time (CurrentTime of Inform, A.3.3.1)
 * @returns UTC with `Z`, local time with its offset, or time since boot without either; whole seconds */
export function writeDateTime(time: DateTime, zone = 0): string {
  if (time.is === "unknown") return unknownTime;
  const shift = Math.trunc(zone);
  const text = stamp(time.is === "sinceBoot" ? boot + Math.max(0, time.ms) : time.ms + shift * minute);
  if (text === undefined) return unknownTime;
  if (time.is === "sinceBoot") return text;
  if (shift === 0) return `${text}Z`;
  const part = (minutes: number) => String(minutes).padStart(2, "0");
  const off = Math.abs(shift);
  return `${text}${shift < 0 ? "-" : "+"}${part(Math.floor(off / 60))}:${part(off % 60)}`;
}

/** The moment itself, as Inform reports it: local time with its offset, or time since boot where the clock is not
 * known to be right. A.3.3.1 CurrentTime, A.2.1.
 * @param zone minutes east of UTC */
export function writeLocalTime(now: Now, zone: number): string {
  return now.known
    ? writeDateTime({ is: "time", ms: now.wall }, zone)
    : writeDateTime({ is: "sinceBoot", ms: now.mono });
}
