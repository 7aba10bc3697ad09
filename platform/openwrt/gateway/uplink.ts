/** Table: the uplinks of the gateway: network devices that WAN interfaces stand on. */
import type { At, Binding, Env, Rows } from "../../../src/model/define.ts";
import { bit, fact, netdev, truth } from "./bind.ts";
import { deviceOf, sidePackages, wanInterfaces } from "./network.ts";

const portName = (at: At): string => at.port ?? "";

/** bit/s, as much as unsignedInt can say; 0 while there is no link. */
export const bitRate = fact((sheet, at) => {
  const speed = netdev(sheet, portName(at))?.speed ?? 0;
  return String(Math.min(Math.max(speed, 0) * 1_000_000, 2 ** 32 - 1));
});

export const link = fact((sheet, at) => {
  const device = netdev(sheet, portName(at));
  if (!device) return "Unavailable";
  return device.carrier ? "Up" : "Down";
});

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

export const enabledForInternet: Binding = {
  packages: sidePackages,
  read: (at, env) => bit(isEnabled(at, env)),
};
