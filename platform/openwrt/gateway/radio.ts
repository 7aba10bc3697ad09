/** Table: one radio (`wifi-device`): setting a parameter of it changes every network on it. */
import { type At, type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import type { RadioState } from "../../../src/ports/facts.ts";
import {
  bit,
  decimal,
  fact,
  flag,
  netdev,
  type Place,
  put,
  refuse,
  sectionAt,
  single,
  truth,
} from "./bind.ts";
import { countersOf } from "./counters.ts";

export const radio: Place = { package: "wireless", name: (at) => at.radio };

export const enable = flag(radio, "disabled", false, "inverse");

type Band = "2g" | "5g" | "6g" | "60g";

/** `band`; before that `hwmode`. */
export function bandOf(section: Section | undefined): Band {
  const band = single(section, "band");
  if (band === "2g" || band === "5g" || band === "6g" || band === "60g") return band;
  return single(section, "hwmode") === "11a" ? "5g" : "2g";
}

const every = (step: number, first: number, last: number): readonly number[] =>
  Array.from({ length: (last - first) / step + 1 }, (_, i) => first + i * step);

/** Channels that there are in a band: hostapd does not start on another number. Which of them the country allows is
 * reported by the driver of a radio that is up. */
const channels: Readonly<Record<Band, readonly number[]>> = {
  "2g": every(1, 1, 14),
  "5g": [...every(4, 36, 64), ...every(4, 100, 144), ...every(4, 149, 177)],
  "6g": [...every(4, 1, 233), 2],
  "60g": every(1, 1, 6),
};

const channelText = (at: At, env: Env): string => single(sectionAt(radio, at, env), "channel") ?? "";

const isAuto = (at: At, env: Env): boolean => channelOf(at, env) === undefined;

/** @returns undefined where the driver chooses */
function channelOf(at: At, env: Env): number | undefined {
  const value = decimal(single(sectionAt(radio, at, env), "channel"));
  return value !== undefined && value > 0 && value <= 255 ? value : undefined;
}

/** While the driver chooses: the channel in use, 0 where the driver reports none. Setting another ends the choosing. */
export const channel: Binding = {
  packages: ["wireless"],
  fresh: true,
  read: (at, env) => String(channelOf(at, env) ?? stateOf(at, env)?.channel ?? 0),
  write: (at, value, env) => {
    if (isAuto(at, env) && Number(value) === stateOf(at, env)?.channel) return [];
    const there = channels[bandOf(sectionAt(radio, at, env))];
    if (!there.includes(Number(value))) return refuse(`Expected a channel of the band: ${there.join(", ")}`);
    const possible = stateOf(at, env)?.channels ?? [];
    if (possible.length > 0 && !possible.includes(Number(value)))
      return refuse(`Expected one of PossibleChannels: ${[...new Set(possible)].join(", ")}`);
    return put(radio, at, env, "channel", value);
  },
};

/** The radio's own channel only: to hear the channels of other networks the radio would have to leave it. */
export const channelsInUse = fact(
  (_sheet, at, env) => String(channelOf(at, env) ?? stateOf(at, env)?.channel ?? ""),
  ["wireless"],
);

export const autoChannel: Binding = {
  packages: ["wireless"],
  read: (at, env) => bit(isAuto(at, env)),
  guessed: (at, env) => isAuto(at, env) && !/^(?:auto|0|)$/.test(channelText(at, env)),
  write: (at, value, env) => {
    if (value === "1") return put(radio, at, env, "channel", "auto");
    const inUse = stateOf(at, env)?.channel ?? channels[bandOf(sectionAt(radio, at, env))][0] ?? 1;
    return put(radio, at, env, "channel", String(inUse));
  },
};

/** The newest standard that the model knows: later ones (VHT, HE, EHT) include n. */
export const standard: Binding = {
  packages: ["wireless"],
  read: (at, env) => {
    const section = sectionAt(radio, at, env);
    if (/^(?:HT|VHT|HE|EHT)\d/.test(single(section, "htmode") ?? "")) return "n";
    return bandOf(section) === "2g" ? "g" : "a";
  },
};

const rank: Readonly<Record<Band, number>> = { "2g": 0, "5g": 1, "6g": 2, "60g": 3 };

/** The place of the radio's band: scripts expect the first 2.4 GHz network under the first number. */
export const bandRank = (section: Section | undefined): number => rank[bandOf(section)];

export const radioRows: Rows = {
  of: "radio",
  packages: ["wireless"],
  rows: (_at, env) =>
    (env.config.package("wireless")?.ofType("wifi-device") ?? [])
      .toSorted((a, b) => bandRank(a) - bandRank(b))
      .map((section) => sectionRow(section, { radio: section.name })),
};

export const name = fact((_sheet, at) => at.radio ?? "");

/** The network devices on the radio. */
const devices = (at: At, env: Env): readonly (string | undefined)[] =>
  (env.config.package("wireless")?.ofType("wifi-iface") ?? [])
    .filter((section) => single(section, "device") === at.radio)
    .map(({ name }) => env.sheet.wifiDevice(name));

/** The state of the radio as its driver reports it by the first of its devices that is up. */
export const stateOf = (at: At, env: Env): RadioState | undefined => {
  for (const name of devices(at, env)) {
    const state = name === undefined ? undefined : env.sheet.radio(name);
    if (state !== undefined) return state;
  }
  return undefined;
};

/** Up where one of its networks is. */
export const status = fact(
  (sheet, at, env) => {
    if (truth("wireless", sectionAt(radio, at, env), "disabled", false)) return "Down";
    return devices(at, env).some((name) => netdev(sheet, name)?.up) ? "Up" : "Down";
  },
  ["wireless"],
);

/** The sum of its networks: the kernel keeps none of the radio itself. */
export const stats = countersOf(devices, ["wireless"]);

/** The model has two bands; the value for a radio of another band is empty. */
const bands: Readonly<Record<Band, string>> = { "2g": "2.4GHz", "5g": "5GHz", "6g": "", "60g": "" };

export const frequencyBand: Binding = {
  packages: ["wireless"],
  read: (at, env) => bands[bandOf(sectionAt(radio, at, env))],
};

/** 802.11 as configured: each mode includes those before it in the band. */
export const standards: Binding = {
  packages: ["wireless"],
  read: (at, env) => {
    const section = sectionAt(radio, at, env);
    const [, mode = ""] = /^(HT|VHT|HE|EHT)\d/.exec(single(section, "htmode") ?? "") ?? [];
    const later = ["HT", "VHT", "HE", "EHT"].indexOf(mode);
    const band = bandOf(section);
    const before = band === "2g" ? ["b", "g"] : band === "5g" ? ["a"] : [];
    const all = [...before, later >= 0 && "n", later >= 1 && band !== "2g" && "ac", later >= 2 && "ax"];
    return all.filter((one) => one !== false).join(",");
  },
};

const widthOf = (at: At, env: Env): string | undefined =>
  /^(?:HT|VHT|HE|EHT)(\d+)/.exec(single(sectionAt(radio, at, env), "htmode") ?? "")?.[1];

/** The width of `htmode`, whose first letters stay. */
export const bandwidth: Binding = {
  packages: ["wireless"],
  read: (at, env) => `${widthOf(at, env) ?? "20"}MHz`,
  write: (at, value, env) => {
    const [, width = ""] = /^(20|40|80|160)MHz$/.exec(value) ?? [];
    const mode = /^(?:VHT|HE|EHT|HT)/.exec(single(sectionAt(radio, at, env), "htmode") ?? "")?.[0];
    const most = mode === undefined ? 20 : mode === "HT" ? 40 : 160;
    const band = bandOf(sectionAt(radio, at, env));
    if (width === "" || Number(width) > (band === "2g" ? Math.min(most, 40) : most))
      return refuse("The radio's mode and band have no such bandwidth");
    return put(radio, at, env, "htmode", `${mode ?? "HT"}${width}`);
  },
};

/** Two letters of the country; the third character says indoors, outdoors or both, which hostapd decides. */
export const regulatoryDomain: Binding = {
  packages: ["wireless"],
  read: (at, env) => {
    const country = single(sectionAt(radio, at, env), "country") ?? "";
    return /^[A-Z]{2}$/.test(country) ? `${country} ` : "";
  },
  write: (at, value, env) =>
    /^[A-Z]{2} $/.test(value)
      ? put(radio, at, env, "country", value.slice(0, 2))
      : refuse("Expected two letters of a country and a blank"),
};
