/** Codec: a POSIX TZ string, as in UCI `system.timezone`, to the offset that holds at a moment.
 * POSIX.1 8.3; needed for Inform CurrentTime (TR-069 A.3.3.1: local time with its offset, daylight saving included). */

interface Rule {
  /** Month from 1, week from 1 (5: the last), day of the week from 0. */
  readonly month: number;
  readonly week: number;
  readonly day: number;
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
const rule = `M(\\d{1,2})\\.([1-5])\\.([0-6])(?:/${time})?`;
/** A name alone is UTC's. */
const form = new RegExp(`^${name}(?:${time}(?:(${name})${time}?(?:,${rule},${rule})?)?)?$`);
/** POSIX.1 8.3: hours of an offset. */
const offsetMinutesMax = 24 * 60;

/** Minutes east of UTC at `wall` (UTC ms) under that TZ string; 0 where it does not parse, as UTC is the default. */
export function zoneOffset(text: string, wall: number): number {
  const zone = parseZone(text.trim());
  if (zone === undefined) return 0;
  const { standard, daylight } = zone;
  if (daylight === undefined) return standard;
  const year = new Date(wall + standard * 60_000).getUTCFullYear();
  // Each change is named in the local time that ends with it.
  const from = moment(year, daylight.from, standard);
  const to = moment(year, daylight.to, daylight.offset);
  const within = from < to ? wall >= from && wall < to : wall >= from || wall < to;
  return within ? daylight.offset : standard;
}

/** @returns undefined for what is no TZ string, or has rules that count days: no zone in use has such */
export function parseZone(text: string): Zone | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const standard = offsetOf(found[1] ?? "0");
  const offset = found[3] === undefined ? standard + 60 : offsetOf(found[3]);
  if (Math.abs(standard) > offsetMinutesMax || Math.abs(offset) > offsetMinutesMax + 60) return undefined;
  if (found[2] === undefined) return { standard };
  // Without rules POSIX leaves them to the system; those of the United States are what others take.
  const from = found[4] === undefined ? { month: 3, week: 2, day: 0, at: 7200 } : ruleOf(found.slice(4, 8));
  const to = found[8] === undefined ? { month: 11, week: 1, day: 0, at: 7200 } : ruleOf(found.slice(8, 12));
  return { standard, daylight: { offset, from, to } };
}

/** Whole minutes east: a dateTime cannot say seconds of an offset. */
const offsetOf = (west: string): number => 0 - Math.round(minutes(west));

function ruleOf([month, week, day, at]: readonly (string | undefined)[]): Rule {
  return {
    month: Number(month),
    week: Number(week),
    day: Number(day),
    at: at === undefined ? 7200 : minutes(at) * 60,
  };
}

function minutes(text: string): number {
  const negative = text.startsWith("-");
  const [hours = 0, mins = 0, seconds = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  const value = hours * 60 + mins + seconds / 60;
  return negative ? -value : value;
}

/** UTC ms of a change in that year, where local time is `offset` minutes east until then. */
function moment(year: number, { month, week, day, at }: Rule, offset: number): number {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  let date = 1 + ((day - first + 7) % 7) + (week - 1) * 7;
  if (date > length) date -= 7;
  return Date.UTC(year, month - 1, date) + at * 1000 - offset * 60_000;
}
