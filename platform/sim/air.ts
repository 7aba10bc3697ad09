/** Table: the answers of iwinfo for the sample gateway's two radios: channels of the country, powers, stations. */
import { macOf } from "./devices.ts";

interface Heard {
  readonly octet: string;
  readonly signal: number;
  /** kbit/s. */
  readonly to: number;
  readonly from: number;
  /** Seconds. */
  readonly since: number;
}

interface Radio {
  readonly channel: number;
  readonly channels: readonly number[];
  readonly powerMax: number;
  readonly stations: Readonly<Record<string, readonly Heard[]>>;
}

const radios: Readonly<Record<string, Radio>> = {
  phy0: {
    channel: 11,
    channels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    powerMax: 20,
    stations: { "phy0-ap0": [{ octet: "62", signal: -61, to: 144_400, from: 86_700, since: 5_211 }] },
  },
  phy1: {
    channel: 36,
    channels: [36, 40, 44, 48, 52, 56, 60, 64, 100, 104, 108, 112],
    powerMax: 23,
    stations: { "phy1-ap0": [{ octet: "61", signal: -48, to: 866_700, from: 780_000, since: 912 }] },
  },
};

/** The answer of `iwinfo METHOD`; undefined: no such radio or method.
 * @param args JSON, as the ubus program gets it */
export function airOf(method: string, args: string): object | undefined {
  const device = /"device":"([\w-]+)"/.exec(args)?.[1] ?? "";
  const radio = radios[device.split("-")[0] ?? ""];
  if (radio === undefined) return undefined;
  switch (method) {
    case "info":
      return { phy: device.split("-")[0], channel: radio.channel, txpower: radio.powerMax };
    case "freqlist":
      return { results: radio.channels.map((channel) => ({ channel, restricted: false })) };
    case "txpowerlist":
      return { results: Array.from({ length: radio.powerMax + 1 }, (_, dbm) => ({ dbm })) };
    case "assoclist":
      return {
        results: (radio.stations[device] ?? []).map(({ octet, signal, to, from, since }) => ({
          mac: macOf(octet).toUpperCase(),
          signal,
          connected_time: since,
          authorized: true,
          rx: { rate: from },
          tx: { rate: to },
        })),
      };
    default:
      return undefined;
  }
}
