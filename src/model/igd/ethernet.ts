/** Table: Ethernet ports: what netifd may set of them, and what the kernel counts. */
import { type At, type Binding, type Env, object, table } from "../define.ts";
import {
  always,
  bit,
  choice,
  counter,
  fact,
  instance,
  netdev,
  type Place,
  put,
  readOnly,
  sectionAt,
  truth,
} from "./bind.ts";
import { deviceSection, portsOf } from "./network.ts";

/** Counters of a device, under the names that several objects share. */
export function counters(
  device: (at: At, env: Env) => string | undefined,
  names: Readonly<Record<string, string>>,
) {
  return Object.fromEntries(Object.entries(names).map(([name, file]) => [name, counter(device, file)]));
}

/** Parameter to file of /sys/class/net/X/statistics. The kernel does not count unicast and broadcast apart. */
export const byteCounters = { BytesSent: "tx_bytes", BytesReceived: "rx_bytes" } as const;
export const packetCounters = { PacketsSent: "tx_packets", PacketsReceived: "rx_packets" } as const;
export const errorCounters = {
  ErrorsSent: "tx_errors",
  ErrorsReceived: "rx_errors",
  DiscardPacketsSent: "tx_dropped",
  DiscardPacketsReceived: "rx_dropped",
  MulticastPacketsReceived: "multicast",
} as const;

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
const enable: Binding = {
  packages: ["network"],
  read: (at, env) => bit(portEnabled(at, env)),
  write: (at, value, env) =>
    portEnabled(at, env) === (value === "1") ? [] : put(portSection, at, env, "enabled", value),
};

const status: Binding = fact((sheet, at, env) => {
  if (!portEnabled(at, env)) return "Disabled";
  const port = netdev(sheet, portName(at));
  if (!port) return "Error";
  return port.carrier ? "Up" : "NoLink";
});

/** What a port has in common, on either side of the gateway. */
export const ethernetPort = {
  Enable: enable,
  Status: status,
  MACAddress: fact((sheet, at) => netdev(sheet, portName(at))?.mac ?? ""),
  // Read only: forcing a duplex mode works on some drivers and silently not on others.
  DuplexMode: readOnly(choice(portSection, "duplex", { "1": "Full", "0": "Half" }, "Auto")),
} as const;

const speeds = { "10": "10", "100": "100", "1000": "1000", "10000": "10000" };
const network = instance("network");

export const lanEthernetInterfaces = table({
  packages: [],
  rows: (at, env) => {
    const section = sectionAt(network, at, env);
    const ports = section ? portsOf(section, env).filter((port) => env.sheet.netdev(port)) : [];
    return [...new Set(ports)].map((port) => ({ key: port, at: { port } }));
  },
  instance: object(
    {
      ...ethernetPort,
      Name: fact((_sheet, at) => portName(at)),
      MaxBitRate: readOnly(choice(portSection, "speed", speeds, "Auto")),
      // Bridges let every station in.
      MACAddressControlEnabled: always("0"),
    },
    { Stats: object(counters(portName, { ...byteCounters, ...packetCounters, ...errorCounters })) },
  ),
});
