/** Table: Ethernet ports: what netifd may set of them, and what the kernel counts. */
import { type At, type Binding, type Env, type Rows, readOnly } from "../../../src/model/define.ts";
import { bit, choice, fact, instance, netdev, type Place, put, sectionAt, truth } from "./bind.ts";
import { countersOf } from "./counters.ts";
import { deviceSection, portsOf } from "./network.ts";

const portName = (at: At): string => at.port ?? "";

/** The `config device` section of the port; a write makes one. */
const portSection: Place = {
  package: "network",
  name: (at, env) =>
    deviceSection(portName(at), env)?.name ?? `cwmp_device_${portName(at).replace(/\W/g, "_")}`,
  type: "device",
  with: (at) => ({ name: portName(at) }),
};

const portEnabled = (at: At, env: Env): boolean =>
  truth("network", sectionAt(portSection, at, env), "enabled", true);

/** An absent option leaves the port as it is, which is on. */
export const enable: Binding = {
  packages: ["network"],
  read: (at, env) => bit(portEnabled(at, env)),
  write: (at, value, env) =>
    portEnabled(at, env) === (value === "1") ? [] : put(portSection, at, env, "enabled", value),
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
export const stats = countersOf(portName);

const network = instance("network", "interface");

/** The ports of one LAN. */
export const lanPorts: Rows = {
  of: "port",
  packages: ["network"],
  fresh: true,
  rows: (at, env) => {
    const section = sectionAt(network, at, env);
    const ports = section ? portsOf(section, env).filter((port) => env.sheet.netdev(port)) : [];
    return [...new Set(ports)].map((port) => ({ key: port, at: { port } }));
  },
};
