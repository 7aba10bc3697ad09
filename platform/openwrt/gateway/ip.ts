/** Table: every logical interface with an IPv4 address of its own, LAN or WAN, as TR-181 has it in one table. */
import { type At, type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import type { Interface } from "../../../src/ports/facts.ts";
import { fact, instance, netdev, sectionAt, truth } from "./bind.ts";
import { countersOf } from "./counters.ts";
import { deviceOf, ipInterfaces, isPpp, protoOf, sidePackages } from "./network.ts";

const network = instance("network", "interface");
const live = (at: At, env: Env): Interface | undefined => env.sheet.interface(at.interface ?? "");

const device = (at: At, env: Env): string | undefined => {
  const section = sectionAt(network, at, env);
  return live(at, env)?.device ?? (section ? deviceOf(section) : undefined);
};

export const interfaceRows: Rows = {
  of: "interface",
  packages: sidePackages,
  rows: (_at, env) => ipInterfaces(env).map((section) => sectionRow(section, { interface: section.name })),
};

export const name = fact((_sheet, at) => at.interface ?? "");

export const status = fact(
  (sheet, at, env) => {
    if (truth("network", sectionAt(network, at, env), "disabled", false)) return "Down";
    const state = live(at, env);
    if (state?.up) return "Up";
    const below = netdev(sheet, device(at, env));
    if (below === undefined) return "NotPresent";
    if (!below.carrier) return "LowerLayerDown";
    return state?.pending ? "Dormant" : "Down";
  },
  ["network"],
);

/** Seconds since the interface is up; 0 while it is down, for netifd does not keep the time of the change. */
export const lastChange = fact((_sheet, at, env) =>
  String(Math.max(Math.floor(live(at, env)?.uptime ?? 0), 0)),
);

export const addressStatus = fact(
  (_sheet, at, env) => {
    if (truth("network", sectionAt(network, at, env), "disabled", false)) return "Disabled";
    return live(at, env)?.addresses.length ? "Enabled" : "Disabled";
  },
  ["network"],
);

/** The origin of the address: TR-181 distinguishes PPP from DHCP. */
export const addressingType: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const section = sectionAt(network, at, env);
    if (section !== undefined && isPpp(section)) return "IPCP";
    return protoOf(section) === "static" ? "Static" : "DHCP";
  },
};

export const stats = countersOf(device, ["network"]);
