/** Table: the transmission of a radio: power and rates, within the bounds that its driver reports. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import type { RadioState } from "../../../src/ports/facts.ts";
import { decimal, fact, flag, members, put, refuse, sectionAt, single, truth } from "./bind.ts";
import { bandOf, radio, stateOf } from "./radio.ts";

/** Percent of the full power. dBm are tenths of the logarithm of milliwatts. */
const percent = (dbm: number, most: number): number => Math.round(100 * 10 ** ((dbm - most) / 10));

/** dBm for each percentage that can be set; of two that round to one the higher. */
function levels(state: RadioState | undefined): ReadonlyMap<number, number> {
  const powers = state?.powers ?? [];
  const most = powers.at(-1);
  return new Map(most === undefined ? [] : powers.map((dbm) => [percent(dbm, most), dbm] as const));
}

export const powerSupported = fact(
  (_sheet, at, env) => [...levels(stateOf(at, env)).keys()].filter((one) => one > 0).join(","),
  ["wireless"],
);

/** `txpower` in dBm; without it the radio sends with all that the country allows. */
export const power: Binding = {
  packages: ["wireless"],
  fresh: true,
  read: (at, env) => {
    const dbm = decimal(single(sectionAt(radio, at, env), "txpower"));
    const most = stateOf(at, env)?.powers.at(-1);
    if (dbm === undefined || most === undefined) return "100";
    return String(Math.min(percent(dbm, most), 100));
  },
  write: (at, value, env) => {
    if (value === "100" || value === "-1") return put(radio, at, env, "txpower", undefined);
    const known = levels(stateOf(at, env));
    const dbm = known.get(Number(value));
    if (dbm !== undefined) return put(radio, at, env, "txpower", String(dbm));
    return refuse(
      known.size === 0
        ? "The driver tells no other power"
        : `Expected one of ${[...known.keys()].join(", ")}`,
    );
  },
};

/** Numbers of channels that the country lets the radio use. */
export const possibleChannels = fact(
  (_sheet, at, env) => [...new Set(stateOf(at, env)?.channels ?? [])].join(","),
  ["wireless"],
);

interface Rates {
  readonly basic: readonly string[];
  readonly supported: readonly string[];
}

const ofdm = ["6000", "9000", "12000", "18000", "24000", "36000", "48000", "54000"];
const dsss = ["1000", "2000", "5500", "11000"];

/** The rates that hostapd uses if none are configured: by `cell_density` of 0 to 3, and with the rates of 802.11b by
 * `legacy_rates` (hostapd.sh). */
function usual(at: At, env: Env): Rates {
  const section = sectionAt(radio, at, env);
  const density = decimal(single(section, "cell_density")) ?? 0;
  const legacy = bandOf(section) === "2g" && truth("wireless", section, "legacy_rates", false);
  if (legacy && density <= 1) return { basic: dsss, supported: [...dsss, ...ofdm] };
  const from = density >= 3 ? "24000" : density === 2 ? "12000" : "6000";
  const supported = ofdm.slice(ofdm.indexOf(from));
  return { basic: supported.filter((rate) => ["6000", "12000", "24000"].includes(rate)), supported };
}

/** kbit/s of the option to Mbit/s of the model. */
const megabits = (rates: readonly string[]): string =>
  rates
    .flatMap((rate) => decimal(rate) ?? [])
    .map((rate) => String(rate / 1000))
    .join(",");

const rates = (option: string, which: keyof Rates): Binding => ({
  packages: ["wireless"],
  read: (at, env) => {
    const named = members(sectionAt(radio, at, env), option);
    return megabits(named.length > 0 ? named : usual(at, env)[which]);
  },
});

export const basicRates = rates("basic_rate", "basic");
export const supportedRates = rates("supported_rates", "supported");

const is5GHz = (at: At, env: Env): boolean => bandOf(sectionAt(radio, at, env)) === "5g";

/** 802.11h is of the 5 GHz band. */
export const doth: Binding = (() => {
  const option = flag(radio, "doth", true);
  return {
    packages: ["wireless"],
    read: (at, env) => (is5GHz(at, env) ? option.read(at, env) : "0"),
    write: (at, value, env) => {
      if (is5GHz(at, env)) return option.write?.(at, value, env) ?? [];
      return value === "0" ? [] : refuse("802.11h is of the 5 GHz band");
    },
  };
})();

export const dothSupported: Binding = {
  packages: ["wireless"],
  read: (at, env) => (is5GHz(at, env) ? "1" : "0"),
};
