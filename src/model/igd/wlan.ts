/** Table: WLANConfiguration: one wifi-iface and its radio. Radio parameters (Channel, RadioEnabled …)
 * are the radio's: setting them changes every network on it. */
import type { Section } from "../../ports/config.ts";
import { type At, type Binding, type Env, object, sectionRow, table } from "../define.ts";
import {
  always,
  bit,
  counter,
  decimal,
  fact,
  flag,
  instance,
  type Judge,
  members,
  netdev,
  type Place,
  put,
  refuse,
  sectionAt,
  shown,
  single,
  text,
  truth,
} from "./bind.ts";
import { byteCounters, counters, errorCounters } from "./ethernet.ts";
import { checkSecurity, security } from "./security.ts";

const iface = instance("wireless");
const radio: Place = { package: "wireless", name: (at) => at.radio };

const device = (at: At, env: Env): string | undefined => env.sheet.wifiDevice(at.wireless ?? "");

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
const channel: Binding = {
  packages: ["wireless"],
  read: (at, env) => String(channelOf(at, env) ?? 0),
  write: (at, value, env) => {
    const { first, last } = channels[bandOf(sectionAt(radio, at, env))];
    const number = Number(value);
    if (number < first || number > last) return refuse(`Expected a channel from ${first} to ${last}`);
    return put(radio, at, env, "channel", value);
  },
};

const autoChannel: Binding = {
  packages: ["wireless"],
  read: (at, env) => bit(isAuto(at, env)),
  write: (at, value, env) => {
    if (isAuto(at, env) === (value === "1")) return [];
    if (value === "1") return put(radio, at, env, "channel", "auto");
    return put(radio, at, env, "channel", String(channels[bandOf(sectionAt(radio, at, env))].first));
  },
};

/** The newest standard that the model knows: later ones (VHT, HE, EHT) include n. */
const standard: Binding = {
  packages: ["wireless"],
  read: (at, env) => {
    const section = sectionAt(radio, at, env);
    if (/^(?:HT|VHT|HE|EHT)\d/.test(single(section, "htmode") ?? "")) return "n";
    return bandOf(section) === "2g" ? "g" : "a";
  },
};

/** `macfilter 'allow'`: only stations of the list get in. `deny` is the opposite of what the parameter means, and
 * stays as it is. */
const addressControl: Binding = {
  packages: ["wireless"],
  read: (at, env) => bit(single(sectionAt(iface, at, env), "macfilter") === "allow"),
  write: (at, value, env) => {
    if (value === "0") return put(iface, at, env, "macfilter", undefined);
    const section = sectionAt(iface, at, env);
    if (single(section, "macfilter") === "deny") return refuse("The list of stations is of those kept out");
    if (members(section, "maclist").length === 0) return refuse("There is no list of stations to let in");
    return put(iface, at, env, "macfilter", "allow");
  },
};

/** 802.11: 1 to 32 octets of any kind. */
const judgeSsid: Judge = (value) => {
  const octets = new TextEncoder().encode(value).length;
  return octets >= 1 && octets <= 32 ? undefined : "Expected 1 to 32 octets";
};

const status: Binding = fact((sheet, at, env) => {
  const off =
    truth("wireless", sectionAt(iface, at, env), "disabled", false) ||
    truth("wireless", sectionAt(radio, at, env), "disabled", false);
  if (off) return "Disabled";
  return netdev(sheet, device(at, env))?.up ? "Up" : "Error";
});

export const wlanConfigurations = table({
  packages: ["wireless"],
  rows: (at, env) => {
    const wireless = env.config.package("wireless");
    return (wireless?.ofType("wifi-iface") ?? [])
      .filter(
        (section) =>
          (single(section, "mode") ?? "ap") === "ap" &&
          members(section, "network").includes(at.network ?? "") &&
          wireless?.section(single(section, "device") ?? "") !== undefined,
      )
      .map((section) =>
        sectionRow(section, { wireless: section.name, radio: single(section, "device") ?? "" }),
      );
  },
  instance: object(
    {
      Enable: flag(iface, "disabled", false, "inverse"),
      Status: status,
      Name: fact((_sheet, at, env) => shown(device(at, env) ?? "")),
      BSSID: fact((sheet, at, env) => netdev(sheet, device(at, env))?.mac ?? ""),
      RadioEnabled: flag(radio, "disabled", false, "inverse"),
      AutoChannelEnable: autoChannel,
      Channel: channel,
      // The driver finds the rate, from frame to frame.
      MaxBitRate: always("Auto"),
      AutoRateFallBackEnabled: always("1"),
      Standard: standard,
      SSID: text(iface, "ssid", { judge: judgeSsid }),
      SSIDAdvertisementEnabled: flag(iface, "hidden", false, "inverse"),
      MACAddressControlEnabled: addressControl,
      ...security,
      TotalBytesSent: counter(device, byteCounters.BytesSent),
      TotalBytesReceived: counter(device, byteCounters.BytesReceived),
      TotalPacketsSent: counter(device, "tx_packets"),
      TotalPacketsReceived: counter(device, "rx_packets"),
    },
    { Stats: object(counters(device, errorCounters)) },
    { check: (at, env) => checkSecurity(sectionAt(iface, at, env)) },
  ),
});
