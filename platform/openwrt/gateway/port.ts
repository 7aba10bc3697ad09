/** Table: Ethernet ports: their settings, which netifd applies, and their counters. */
import { type At, type Binding, type Env, type Rows, readOnly } from "../../../src/model/define.ts";
import { bit, choice, fact, instance, netdev, put, refuse, sectionAt, single, truth } from "./bind.ts";
import { countersOf } from "./counters.ts";
import { lastChangeOf } from "./linkchange.ts";
import { perMoment } from "./moment.ts";
import {
  baseOf,
  bridges,
  cwmpInterface,
  deviceSection,
  ipInterfaces,
  portsOf,
  sectionOfDevice,
  sidePackages,
  wanInterfaces,
} from "./network.ts";

const portName = (at: At): string => at.port ?? "";

const portSection = sectionOfDevice(portName);

/** As with the interface: the port that leads to the ACS stays on. */
const leadsToAcs = (at: At, env: Env): boolean =>
  wanInterfaces(env).some(
    (section) =>
      section.name === cwmpInterface(env) &&
      portsOf(section, env).some((device) => [device, baseOf(device, env)].includes(portName(at))),
  );

/** Names of the kernel, netifd and drivers for devices other than Ethernet: modems, PPP, tunnels, radios, aliases. */
const otherNames =
  /[@/]|^(?:lo|(?:ppp|pptp|l2tp|3g|qmi|ncm|mbim|wwan|wwp|tun|tap|wg|gre|ip6gre|ip6tnl|sit|ipip|6in4|6to4|6rd|4in6|vti|xfrm|vxlan|bat|ifb|dummy|wlan|wlp|phy|ath|rai?)[\w-]*)$/;

/** Whether the device is an Ethernet port, or a VLAN of one. */
function isEthernet(device: string, env: Env): boolean {
  if (device === "" || otherNames.test(device)) return false;
  const type = single(deviceSection(device, env), "type") ?? "";
  if (["tunnel", "vxlan", "dummy", "vrf"].includes(type)) return false;
  const wireless = env.config.package("wireless")?.ofType("wifi-iface") ?? [];
  return !wireless.some(
    (section) => single(section, "ifname") === device || env.sheet.wifiDevice(section.name) === device,
  );
}

const portEnabled = (at: At, env: Env): boolean =>
  truth("network", sectionAt(portSection, at, env), "enabled", true);

/** An absent option leaves the port as it is, which is on. */
export const enable: Binding = {
  packages: ["network"],
  read: (at, env) => bit(portEnabled(at, env)),
  write: (at, value, env) => {
    if (portEnabled(at, env) === (value === "1")) return [];
    if (value === "0" && leadsToAcs(at, env)) return refuse("The connection to the ACS uses this port");
    return put(portSection, at, env, "enabled", value);
  },
};

export const status: Binding = fact(
  (sheet, at, env) => {
    if (!portEnabled(at, env)) return "Disabled";
    const port = netdev(sheet, portName(at));
    if (!port) return "Error";
    return port.carrier ? "Up" : "NoLink";
  },
  ["network"],
);

export const macAddress = fact((sheet, at) => netdev(sheet, portName(at))?.mac ?? "");
export const name = fact((_sheet, at) => portName(at));
/** Read only: forcing a duplex mode works on some drivers and silently not on others. */
export const duplexMode = readOnly(choice(portSection, "duplex", { "1": "Full", "0": "Half" }, "Auto"));

const speeds = { "10": "10", "100": "100", "1000": "1000", "10000": "10000" };
export const maxBitRate = readOnly(choice(portSection, "speed", speeds, "Auto"));

/** The rate of the line, which has no word for one that its two ends agree on by themselves. */
export const lineBitRate = fact(
  (sheet, at, env) => {
    const configured = maxBitRate.read(at, env);
    const rate = configured === "Auto" ? String(netdev(sheet, portName(at))?.speed ?? "") : configured;
    return Object.hasOwn(speeds, rate) ? rate : "";
  },
  ["network"],
);

export const stats = countersOf(portName);
export const lastChange = lastChangeOf(portName);

const network = instance("network", "interface");

/** The ports of one LAN. */
export const lanPorts: Rows = {
  of: "port",
  packages: ["network", "wireless"],
  fresh: true,
  rows: (at, env) => {
    const section = sectionAt(network, at, env);
    const ports = section
      ? portsOf(section, env).filter((port) => env.sheet.netdev(port) && isEthernet(port, env))
      : [];
    return [...new Set(ports)].map((port) => ({ key: port, at: { port } }));
  },
};

/** Every Ethernet port below an interface with IPv4, the uplink's first. VLANs, bridges and radios are none. */
export const ethernetPorts = perMoment((env): readonly string[] => {
  const under = ipInterfaces(env).flatMap((section) => portsOf(section, env));
  const all = under.map((device) => baseOf(device, env));
  return [...new Set(all)].filter(
    (device) =>
      isEthernet(device, env) && !bridges(env).has(device) && env.sheet.netdev(device) !== undefined,
  );
});

const everyPackage = [...sidePackages, "wireless"];

export const allPorts: Rows = {
  of: "port",
  packages: everyPackage,
  fresh: true,
  rows: (_at, env) => ethernetPorts(env).map((port) => ({ key: port, at: { port } })),
};

/** Whether a WAN interface uses the port. */
export const upstream: Binding = {
  packages: sidePackages,
  read: (at, env) =>
    bit(
      wanInterfaces(env).some((section) =>
        portsOf(section, env).some((device) => baseOf(device, env) === portName(at)),
      ),
    ),
};

/** TR-181's words for the same state: a port without a carrier is down. */
export const operStatus: Binding = fact(
  (sheet, at, env) => {
    if (!portEnabled(at, env)) return "Down";
    const port = netdev(sheet, portName(at));
    if (!port) return "NotPresent";
    return port.carrier ? "Up" : "Down";
  },
  ["network"],
);

/** Mbit/s; -1 where the two ends of the line agree by themselves. */
export const maxBitRateNumber: Binding = {
  ...maxBitRate,
  read: (at, env) => maxBitRate.read(at, env).replace("Auto", "-1"),
};

/** Mbit/s; 0 without a link. */
export const currentBitRate = fact((sheet, at) => {
  const port = netdev(sheet, portName(at));
  return String(port?.carrier ? Math.max(port.speed ?? 0, 0) : 0);
});
