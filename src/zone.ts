/** Codec: a POSIX TZ string, as in UCI `system.timezone`, to the offset that holds at a moment.
 * POSIX.1 8.3; needed for Inform CurrentTime (TR-069 A.3.3.1: local time with its offset, daylight saving included). */

/** The day of a change. */
type Day =
  /** Month from 1, week from 1 (5: the last), day of the week from 0. */
  | { readonly month: number; readonly week: number; readonly day: number }
  /** Day of the year from 0, where February always has 28 days (`J60` is the first of March) or may have 29 (`59`). */
  | { readonly ofYear: number; readonly leaps: boolean };

interface Rule {
  readonly date: Day;
  /** Seconds after local midnight. */
  readonly at: number;
}

export interface Zone {
  /** Minutes east of UTC. */
  readonly standard: number;
  readonly daylight?: { readonly offset: number; readonly from: Rule; readonly to: Rule };
}

const name = "(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{1,10}>)";
const time = "([+-]?\\d{1,3}(?::\\d{2}){0,2})";
const rule = `(M(?:[1-9]|1[0-2])\\.[1-5]\\.[0-6]|J?\\d{1,3})(?:/${time})?`;
/** A name alone is that of UTC; every other one names a file to the C library, which may hold any zone. */
const form = new RegExp(`^(?:UTC|GMT|${name}${time}(?:(${name})${time}?(?:,${rule},${rule})?)?)$`);
/** POSIX.1 8.3: hours of an offset. */
const offsetMinutesMax = 24 * 60;

/** Minutes east of UTC at `wall` (UTC ms) under that TZ string; 0 where it does not parse, as UTC is the default. */
export function zoneOffset(text: string, wall: number): number {
  const zone = parseZone(text.trim());
  if (zone === undefined) return 0;
  const { standard, daylight } = zone;
  const changes = daylightChanges(zone, wall);
  if (daylight === undefined || changes === undefined) return standard;
  const { start: from, end: to } = changes;
  const within = from < to ? wall >= from && wall < to : wall >= from || wall < to;
  return within ? daylight.offset : standard;
}

/** When daylight saving time begins and ends in the year of `wall`, UTC ms; undefined: the zone has none. Each change
 * is named in the local time that ends with it. */
export function daylightChanges(
  { standard, daylight }: Zone,
  wall: number,
): { readonly start: number; readonly end: number } | undefined {
  if (daylight === undefined) return undefined;
  const year = new Date(wall + standard * 60_000).getUTCFullYear();
  const { from, to, offset } = daylight;
  return { start: moment(year, from, standard), end: moment(year, to, offset) };
}

/** @returns undefined for a text that is no TZ string */
export function parseZone(text: string): Zone | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const standard = offsetOf(found[1] ?? "0");
  const offset = found[3] === undefined ? standard + 60 : offsetOf(found[3]);
  if (Math.abs(standard) > offsetMinutesMax || Math.abs(offset) > offsetMinutesMax + 60) return undefined;
  if (found[2] === undefined) return { standard };
  // Without rules POSIX leaves them to the system; others take those of the United States.
  const from = ruleOf(found[4] ?? "M3.2.0", found[5]);
  const to = ruleOf(found[6] ?? "M11.1.0", found[7]);
  return from && to ? { standard, daylight: { offset, from, to } } : undefined;
}

/** Whole minutes east: a dateTime cannot say seconds of an offset. */
const offsetOf = (west: string): number => 0 - Math.round(minutes(west));

/** @returns undefined for a day that no year has */
function ruleOf(text: string, time: string | undefined): Rule | undefined {
  const date = dayOf(text);
  return date && { date, at: time === undefined ? 7200 : minutes(time) * 60 };
}

function dayOf(text: string): Day | undefined {
  if (text.startsWith("M")) {
    const [month = 0, week = 0, day = 0] = text.slice(1).split(".").map(Number);
    return { month, week, day };
  }
  const leaps = !text.startsWith("J");
  const ofYear = leaps ? Number(text) : Number(text.slice(1)) - 1;
  return ofYear >= 0 && ofYear <= (leaps ? 365 : 364) ? { ofYear, leaps } : undefined;
}

function minutes(text: string): number {
  const negative = text.startsWith("-");
  const [hours = 0, mins = 0, seconds = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  const value = hours * 60 + mins + seconds / 60;
  return negative ? -value : value;
}

/** UTC ms of a change in that year, where local time is `offset` minutes east until then. */
const moment = (year: number, { date, at }: Rule, offset: number): number =>
  midnight(year, date) + at * 1000 - offset * 60_000;

/** UTC ms of the day's first moment, were local time UTC. */
function midnight(year: number, date: Day): number {
  if ("ofYear" in date) {
    const { ofYear, leaps } = date;
    // A year of 365 days gives month and day of a count that knows no 29th of February.
    const named = new Date(Date.UTC(2027, 0, 1 + ofYear));
    return leaps ? Date.UTC(year, 0, 1 + ofYear) : Date.UTC(year, named.getUTCMonth(), named.getUTCDate());
  }
  const { month, week, day } = date;
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const found = 1 + ((day - first + 7) % 7) + (week - 1) * 7;
  return Date.UTC(year, month - 1, found > length ? found - 7 : found);
}
