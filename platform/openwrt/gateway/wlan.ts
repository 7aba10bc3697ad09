/** Table: one Wi-Fi network (`wifi-iface`). Its radio's parameters are in radio.ts, its protection in security.ts. */
import { type At, type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import {
  bit,
  fact,
  flag,
  instance,
  type Judge,
  members,
  netdev,
  put,
  refuse,
  sectionAt,
  shown,
  single,
  text,
  truth,
} from "./bind.ts";
import { countersOf } from "./counters.ts";
import { radio } from "./radio.ts";

const iface = instance("wireless", "wlan");

const device = (at: At, env: Env): string | undefined => env.sheet.wifiDevice(at.wlan ?? "");

/** `macfilter 'allow'`: only stations of the list get in. `deny` is the opposite of what the parameter means, and
 * stays as it is. */
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

/** The networks of one LAN. */
export const lanNetworks: Rows = {
  of: "wlan",
  packages: ["wireless"],
  rows: (at, env) => {
    const wireless = env.config.package("wireless");
    return (wireless?.ofType("wifi-iface") ?? [])
      .filter(
        (section) =>
          (single(section, "mode") ?? "ap") === "ap" &&
          members(section, "network").includes(at.interface ?? "") &&
          wireless?.section(single(section, "device") ?? "") !== undefined,
      )
      .map((section) => sectionRow(section, { wlan: section.name, radio: single(section, "device") ?? "" }));
  },
};
