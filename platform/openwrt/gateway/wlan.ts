/** Table: one Wi-Fi network (`wifi-iface`). Its radio's parameters are in radio.ts, its protection in security.ts. */
import {
  type At,
  always,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import {
  bit,
  fact,
  flag,
  instance,
  type Judge,
  members,
  netdev,
  number,
  put,
  refuse,
  sectionAt,
  shown,
  single,
  text,
  truth,
} from "./bind.ts";
import { countersOf } from "./counters.ts";
import { bandRank, radio } from "./radio.ts";
import { check } from "./security.ts";

const iface = instance("wireless", "wlan");

const device = (at: At, env: Env): string | undefined => env.sheet.wifiDevice(at.wlan ?? "");

/** `macfilter 'allow'`: only stations of the list get in. `deny` is the opposite of the parameter's meaning, and
 * the parameter does not change it. */
export const addressControl: Binding = {
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

export const status: Binding = fact(
  (sheet, at, env) => {
    const off =
      truth("wireless", sectionAt(iface, at, env), "disabled", false) ||
      truth("wireless", sectionAt(radio, at, env), "disabled", false);
    if (off) return "Disabled";
    return netdev(sheet, device(at, env))?.up ? "Up" : "Error";
  },
  ["wireless"],
);

export const enable = flag(iface, "disabled", false, "inverse");
export const name = fact((_sheet, at, env) => shown(device(at, env) ?? ""));
export const bssid = fact((sheet, at, env) => netdev(sheet, device(at, env))?.mac ?? "");
export const ssid = text(iface, "ssid", { judge: judgeSsid });
export const advertised = flag(iface, "hidden", false, "inverse");
export const stats = countersOf(device);

/** Every access point's network whose radio is there, those of the lower band first. */
function networks(env: Env): readonly Section[] {
  const wireless = env.config.package("wireless");
  const radioOf = (section: Section) => wireless?.section(single(section, "device") ?? "");
  return (wireless?.ofType("wifi-iface") ?? [])
    .filter((section) => (single(section, "mode") ?? "ap") === "ap" && radioOf(section) !== undefined)
    .toSorted((a, b) => bandRank(radioOf(a)) - bandRank(radioOf(b)));
}

const things = (section: Section): At => ({
  wlan: section.name,
  radio: single(section, "device") ?? "",
});

/** The networks of one LAN. */
export const lanNetworks: Rows = {
  of: "wlan",
  packages: ["wireless"],
  rows: (at, env) =>
    networks(env)
      .filter((section) => members(section, "network").includes(at.interface ?? ""))
      .map((section) => sectionRow(section, things(section))),
};

export const allNetworks: Rows = {
  of: "wlan",
  packages: ["wireless"],
  rows: (_at, env) => networks(env).map((section) => sectionRow(section, things(section))),
};

/** TR-181 has the access point apart from its network; here they are one section. */
export const accessPoints: Rows = {
  of: "accessPoint",
  packages: ["wireless"],
  rows: (_at, env) =>
    networks(env).map((section) => sectionRow(section, { ...things(section), accessPoint: section.name })),
};

export const networkRef = fact((_sheet, at, env) => env.refer("wlan", at));

const isOff = (at: At, env: Env): boolean => truth("wireless", sectionAt(iface, at, env), "disabled", false);
const isRadioOff = (at: At, env: Env): boolean =>
  truth("wireless", sectionAt(radio, at, env), "disabled", false);

export const operStatus = fact(
  (sheet, at, env) => {
    if (isOff(at, env)) return "Down";
    if (netdev(sheet, device(at, env))?.up) return "Up";
    return isRadioOff(at, env) ? "LowerLayerDown" : "Down";
  },
  ["wireless"],
);

export const accessPointStatus = fact(
  (sheet, at, env) => {
    if (isOff(at, env) || isRadioOff(at, env)) return "Disabled";
    return netdev(sheet, device(at, env))?.up ? "Enabled" : "Error";
  },
  ["wireless"],
);

const judgeStations: Judge = (value) =>
  /^(?:(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?:,|$))*$/.test(value) ? undefined : "Expected MAC addresses";

/** Stations that are let in. A list of those kept out is none of these. */
const allowed: Binding = {
  packages: ["wireless"],
  read: (at, env) => {
    const section = sectionAt(iface, at, env);
    return single(section, "macfilter") === "deny" ? "" : members(section, "maclist").map(shown).join(",");
  },
  write: (at, value, env) => {
    const why = judgeStations(value);
    if (why !== undefined) return refuse(why);
    if (single(sectionAt(iface, at, env), "macfilter") === "deny")
      return refuse("The list of stations is of those kept out");
    return put(iface, at, env, "maclist", value === "" ? undefined : value.split(","));
  },
};

/** With an empty list of allowed stations hostapd rejects every station. */
const stationCheck: Check = (at, env) => {
  const section = sectionAt(iface, at, env);
  const shut = single(section, "macfilter") === "allow" && members(section, "maclist").length === 0;
  return shut
    ? [{ about: allowed, why: "With MACAddressControlEnabled an empty list would let nobody in" }]
    : [];
};

export const accessPointCheck: Check = (at, env) => [...check(at, env), ...stationCheck(at, env)];

/** The list is applied before its control is enabled: an empty list would reject every station. */
export const stations = {
  AllowedMACAddress: allowed,
  MACAddressControlEnabled: addressControl,
} as const;

/** Pairing at the push of a button (WPS). Whether hostapd was built with it is unknown, and a hostapd without it does
 * not start with it: so it is shown where the configuration has the option, on or off. */
export const pairing = {
  Enable: flag(iface, "wps_pushbutton", false),
  ConfigMethodsSupported: always("PushButton"),
  ConfigMethodsEnabled: always("PushButton"),
} as const;

export const canPair = (at: At, env: Env): boolean =>
  sectionAt(iface, at, env)?.options.has("wps_pushbutton") === true;

export const wmmEnable = flag(iface, "wmm", true);
export const isolation = flag(iface, "isolate", false);
const associations = number(iface, "maxassoc", 0, 0, 2007);
/** 0 where only the driver bounds the associations. To hostapd a 0 would mean that every station is rejected. */
export const associationsMax: Binding = {
  ...associations,
  write: (at, value, env) =>
    value === "0" ? put(iface, at, env, "maxassoc", undefined) : (associations.write?.(at, value, env) ?? []),
};
/** U-APSD, with which stations sleep between their frames. */
export const powerSave = flag(iface, "uapsd", true);
