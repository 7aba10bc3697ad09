/** Table: the uplinks of the gateway: network devices that WAN interfaces use. */
import type { At, Binding, Env, Rows } from "../../../src/model/define.ts";
import { bit, fact, netdev, truth } from "./bind.ts";
import { baseOf, deviceOf, isModem, protoOf, sidePackages, wanInterfaces } from "./network.ts";
import { ethernetPorts } from "./port.ts";

const portName = (at: At): string => at.port ?? "";

/** bit/s, as much as unsignedInt can say; 0 while there is no link. */
export const bitRate = fact((sheet, at) => {
  const speed = netdev(sheet, portName(at))?.speed ?? 0;
  return String(Math.min(Math.max(speed, 0) * 1_000_000, 2 ** 32 - 1));
});

/** A modem has no network device under its own name: it is up while a connection on it is. */
export const link = fact((sheet, at, env) => {
  const device = netdev(sheet, portName(at));
  if (device) return device.carrier ? "Up" : "Down";
  const isUp = wanInterfaces(env).some(
    (section) => (deviceOf(section) || section.name) === portName(at) && sheet.interface(section.name)?.up,
  );
  return isUp ? "Up" : "Unavailable";
}, sidePackages);

const isEnabled = (at: At, env: Env): boolean =>
  wanInterfaces(env).some(
    (section) => deviceOf(section) === portName(at) && !truth("network", section, "disabled", false),
  );

/** Its one link layer: VLANs on it are devices of their own. */
export const links: Rows = {
  packages: [],
  rows: (at) => [{ key: portName(at), at: {} }],
};

export const uplinks: Rows = {
  packages: sidePackages,
  rows: (_at, env) => {
    const devices = wanInterfaces(env).map((section) => deviceOf(section) || section.name);
    return [...new Set(devices)].map((port) => ({ key: port, at: { port } }));
  },
};

const connectionsOf = (at: At, env: Env) =>
  wanInterfaces(env).filter((section) => (deviceOf(section) || section.name) === portName(at));

/** The layer below is an Ethernet port or a VLAN of one: no modem, no tunnel, no Wi-Fi station. */
export const isEthernet = (at: At, env: Env): boolean => {
  const wired = !connectionsOf(at, env).some(
    (section) => isModem(section) || noEthernet.has(protoOf(section)),
  );
  return wired && ethernetPorts(env).includes(baseOf(portName(at), env));
};

/** Point-to-point protocols over something else than Ethernet. */
const noEthernet = new Set(["3g", "ppp", "pppoa", "pptp", "l2tp"]);

/** The model has words for DSL, Ethernet and a dialled telephone line; none for mobile networks, Wi-Fi and tunnels. DSL
 * modems that are built in are bridged to an Ethernet device here. */
export const accessType: Binding = {
  packages: [...sidePackages, "wireless"],
  fresh: true,
  read: (at, env) => (isEthernet(at, env) ? "Ethernet" : ""),
};

export const enabledForInternet: Binding = {
  packages: sidePackages,
  read: (at, env) => bit(isEnabled(at, env)),
};
