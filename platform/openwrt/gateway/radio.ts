/** Table: one radio (`wifi-device`): setting a parameter of it changes every network on it. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { bit, decimal, flag, type Place, put, refuse, sectionAt, single } from "./bind.ts";

export const radio: Place = { package: "wireless", name: (at) => at.radio };

export const enable = flag(radio, "disabled", false, "inverse");

type Band = "2g" | "5g" | "6g" | "60g";

/** `band`; before that `hwmode`. */
function bandOf(section: Section | undefined): Band {
  const band = single(section, "band");
  if (band === "2g" || band === "5g" || band === "6g" || band === "60g") return band;
  return single(section, "hwmode") === "11a" ? "5g" : "2g";
}

/** Channel numbers of a band: which of them a country allows the driver knows, not we. */
const channels: Readonly<Record<Band, { readonly first: number; readonly last: number }>> = {
  "2g": { first: 1, last: 14 },
  "5g": { first: 36, last: 177 },
  "6g": { first: 1, last: 233 },
  "60g": { first: 1, last: 6 },
};

const isAuto = (at: At, env: Env): boolean => channelOf(at, env) === undefined;

/** @returns undefined where the driver chooses */
function channelOf(at: At, env: Env): number | undefined {
  const value = decimal(single(sectionAt(radio, at, env), "channel"));
  return value !== undefined && value > 0 && value <= 255 ? value : undefined;
}

/** 0 while the driver chooses and has not told; setting a number turns choosing off. */
export const channel: Binding = {
  packages: ["wireless"],
  read: (at, env) => String(channelOf(at, env) ?? 0),
  write: (at, value, env) => {
    const { first, last } = channels[bandOf(sectionAt(radio, at, env))];
    const number = Number(value);
    if (number < first || number > last) return refuse(`Expected a channel from ${first} to ${last}`);
    return put(radio, at, env, "channel", value);
  },
};

export const autoChannel: Binding = {
  packages: ["wireless"],
  read: (at, env) => bit(isAuto(at, env)),
  write: (at, value, env) => {
    if (isAuto(at, env) === (value === "1")) return [];
    if (value === "1") return put(radio, at, env, "channel", "auto");
    return put(radio, at, env, "channel", String(channels[bandOf(sectionAt(radio, at, env))].first));
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
