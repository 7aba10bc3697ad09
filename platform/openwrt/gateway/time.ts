/** Table: the clock, its servers and its zone. */
import { unknownTime, writeDateTime } from "../../../src/datetime.ts";
import type { At, Binding, Check, Env } from "../../../src/model/define.ts";
import type { Edit } from "../../../src/ports/config.ts";
import { daylightChanges, parseZone } from "../../../src/zone.ts";
import { judgeHost } from "./accepted.ts";
import {
  bit,
  fact,
  first,
  flag,
  member,
  members,
  named,
  put,
  refuse,
  sectionAt,
  shown,
  single,
  truth,
} from "./bind.ts";

const ntp = named("system", "ntp", "timeserver");
const system = first("system", "system");

const zoneText = (at: At, env: Env): string => single(sectionAt(system, at, env), "timezone") ?? "UTC";

/** `+05:30`. */
function offsetText(minutesEast: number): string {
  const minutes = Math.abs(minutesEast);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${minutesEast < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Whether the zone is only in a file that `zonename` names: the agent cannot know which zone that file holds. */
const isGuessed = (at: At, env: Env): boolean => {
  const section = sectionAt(system, at, env);
  return section?.options.has("timezone") === false && section.options.has("zonename");
};

/** The same of the offset: the C library takes a name in `timezone` for that of a file, too. */
const isOffsetGuessed = (at: At, env: Env): boolean =>
  isGuessed(at, env) ||
  (parseZone(zoneText(at, env)) === undefined && /^:?[A-Za-z][\w/+-]*$/.test(zoneText(at, env)));

/** A zone file that `zonename` names wins over `timezone` (7.1): the name is removed when the string changes. */
function putZone(at: At, env: Env, zone: string): readonly Edit[] {
  if (zone === zoneText(at, env) && !isGuessed(at, env)) return [];
  return [...put(system, at, env, "timezone", zone), ...put(system, at, env, "zonename", undefined)];
}

export const localTimeZone: Binding = {
  packages: ["system"],
  read: (at, env) => offsetText(parseZone(zoneText(at, env))?.standard ?? 0),
  guessed: isOffsetGuessed,
  write: (at, value, env) => {
    const found = /^([+-])(\d\d):([0-5]\d)$/.exec(value);
    if (!found || Number(found[2]) > 14) return refuse("Expected an offset as +hh:mm");
    if (value === localTimeZone.read(at, env) && !isOffsetGuessed(at, env)) return [];
    const [, sign, hours = "", minutes = ""] = found;
    const posix = `${sign === "+" ? "-" : ""}${Number(hours)}${minutes === "00" ? "" : `:${minutes}`}`;
    return putZone(at, env, posix === "-0" || posix === "0" ? "UTC0" : `<${sign}${hours}${minutes}>${posix}`);
  },
};

export const localTimeZoneName: Binding = {
  packages: ["system"],
  read: (at, env) => shown(zoneText(at, env)),
  guessed: isGuessed,
  write: (at, value, env) =>
    parseZone(value)
      ? putZone(at, env, value)
      : refuse("Expected a POSIX time zone as CET-1CEST,M3.5.0,M10.5.0/3"),
};

const enabled = (at: At, env: Env): boolean => truth("system", sectionAt(ntp, at, env), "enabled", true);

function statusOf(at: At, env: Env): string {
  if (!enabled(at, env)) return "Disabled";
  return env.now.known ? "Synchronized" : "Unsynchronized";
}

/** Local time with its offset: the one dateTime of the model that is not in UTC. */
function localTime(env: Env): string {
  if (!env.now.known) return unknownTime;
  const local = new Date(env.now.wall + env.zone * 60_000).toISOString().slice(0, 19);
  return env.zone === 0 ? `${local}Z` : local + offsetText(env.zone);
}

export const enable = flag(ntp, "enabled", true);
export const ntpServer1 = member(ntp, "server", 0, judgeHost);
export const ntpServer2 = member(ntp, "server", 1, judgeHost);

/** sysntpd hands every member of the list to ntpd, an empty one too, with which that does not start. */
export const check: Check = (at, env) => {
  const servers = members(sectionAt(ntp, at, env), "server");
  const hole = servers.indexOf("");
  return hole < 0 || hole === servers.length - 1
    ? []
    : [{ about: ntpServer1, why: "A server behind it is set, so that it cannot be empty" }];
};
export const currentLocalTime = fact((_sheet, _at, env) => localTime(env));
export const daylightSavingsUsed: Binding = {
  packages: ["system"],
  read: (at, env) => bit(parseZone(zoneText(at, env))?.daylight !== undefined),
};
/** The change of this year. The zone contains its date, so that the change is not set by itself. */
const changeOf = (which: "start" | "end"): Binding =>
  fact(
    (_sheet, at, env) => {
      const zone = parseZone(zoneText(at, env));
      const ms = zone && env.now.known ? daylightChanges(zone, env.now.wall)?.[which] : undefined;
      return ms === undefined ? unknownTime : writeDateTime({ is: "time", ms });
    },
    ["system"],
  );

export const daylightSavings = { start: changeOf("start"), end: changeOf("end") };

export const status = fact((_sheet, at, env) => statusOf(at, env), ["system"]);
