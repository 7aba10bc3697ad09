/** Rule: the layers of TR-181, from IP down to ports and radios, each on the next. TR-181 4.2.
 *
 *   interface > PPP session > vlan > link > port, or bridge port > its members > port or network > radio
 *
 * LowerLayers, InterfaceStack and LowerLayerDown follow from this and from nothing else. */
import type { At, Binding, Env, Rows, Thing } from "../../../src/model/define.ts";
import { fact, members, netdev } from "./bind.ts";
import { portsOn } from "./bridge.ts";
import { countersOf } from "./counters.ts";
import { lastChangeOf } from "./linkchange.ts";
import { perMoment } from "./moment.ts";
import {
  baseOf,
  bridges,
  deviceOf,
  deviceSection,
  ipInterfaces,
  isPpp,
  sidePackages,
  vlanOf,
} from "./network.ts";
import { ethernetPorts } from "./port.ts";

/** A row of the model: the thing that it stands for, and the things around it. */
interface Layer {
  readonly thing: Thing;
  readonly at: At;
}

const packages = [...sidePackages, "wireless"];

/** A link knows the port or bridge that it is on. */
const linkAt = (device: string, env: Env): At =>
  bridges(env).has(device) ? { link: device, bridge: device } : { link: device, port: device };

const linkOf = (device: string, env: Env): Layer => ({ thing: "link", at: linkAt(device, env) });

/** The devices that links use: below the VLANs of interfaces, each once. */
const linkDevices = perMoment((env): readonly string[] => {
  const ports = new Set(ethernetPorts(env));
  const bases = ipInterfaces(env).map((section) => baseOf(deviceOf(section), env));
  return [...new Set(bases)].filter((device) => ports.has(device) || bridges(env).has(device));
});

const vlanDevices = (env: Env): readonly string[] => {
  const all = ipInterfaces(env).map(deviceOf);
  return [...new Set(all)].filter((device) => vlanOf(device, env) !== undefined);
};

/** @returns the rows directly below; only such as are there */
function below({ thing, at }: Layer, env: Env): readonly Layer[] {
  switch (thing) {
    case "interface": {
      const section = env.config.package("network")?.section(at.interface ?? "");
      if (section === undefined) return [];
      return isPpp(section)
        ? [{ thing: "ppp", at: { interface: section.name, ppp: section.name } }]
        : belowDevice(deviceOf(section), env);
    }
    case "ppp": {
      const section = env.config.package("network")?.section(at.ppp ?? "");
      return section === undefined ? [] : belowDevice(deviceOf(section), env);
    }
    case "vlan":
      return belowDevice(baseOf(at.vlan ?? "", env), env);
    case "link": {
      const device = at.link ?? "";
      if (!bridges(env).has(device)) return [{ thing: "port", at: { port: device } }];
      return [{ thing: "bridgePort", at: { bridge: device, bridgePort: device } }];
    }
    case "bridgePort":
      return belowBridgePort(at, env);
    case "wlan":
      return at.radio === undefined ? [] : [{ thing: "radio", at: { radio: at.radio } }];
    default:
      return [];
  }
}

function belowDevice(device: string, env: Env): readonly Layer[] {
  if (vlanOf(device, env) !== undefined) return [{ thing: "vlan", at: { vlan: device } }];
  return linkDevices(env).includes(device) ? [linkOf(device, env)] : [];
}

function belowBridgePort(at: At, env: Env): readonly Layer[] {
  const bridge = at.bridge ?? "";
  if (at.bridgePort === bridge)
    return portsOn(bridge, env)
      .slice(1)
      .map((port) => ({ thing: "bridgePort", at: { bridge, ...port } }));
  if (at.wlan !== undefined) return [{ thing: "wlan", at: { wlan: at.wlan, ...radioOf(at.wlan, env) } }];
  const port = baseOf(at.bridgePort ?? "", env);
  return ethernetPorts(env).includes(port) ? [{ thing: "port", at: { port } }] : [];
}

function radioOf(wlan: string, env: Env): At {
  const [radio] = members(env.config.package("wireless")?.section(wlan), "device");
  return radio === undefined ? {} : { radio };
}

/** LowerLayers of the rows that stand for the thing. Other options decide which layer lies on which, so that
 * LowerLayers cannot be set. */
export const lowerLayers = (thing: Thing): Binding =>
  fact(
    (_sheet, at, env) =>
      below({ thing, at }, env)
        .map((layer) => env.refer(layer.thing, layer.at))
        .filter((path) => path !== "")
        .join(","),
    packages,
  );

/** Every layer that can have another layer below it. */
function tops(env: Env): readonly Layer[] {
  const ports = [...bridges(env).keys()].flatMap((bridge) =>
    portsOn(bridge, env).map((port) => ({ thing: "bridgePort", at: { bridge, ...port } })),
  );
  const networks = (env.config.package("wireless")?.ofType("wifi-iface") ?? []).map(({ name }) => ({
    thing: "wlan",
    at: { wlan: name, ...radioOf(name, env) },
  }));
  return [
    ...ipInterfaces(env).map(({ name }) => ({ thing: "interface", at: { interface: name } })),
    ...ipInterfaces(env)
      .filter(isPpp)
      .map(({ name }) => ({ thing: "ppp", at: { interface: name, ppp: name } })),
    ...vlanDevices(env).map((vlan) => ({ thing: "vlan", at: { vlan } })),
    ...linkDevices(env).map((device) => linkOf(device, env)),
    ...ports,
    ...networks,
  ];
}

const keyOf = ({ thing, at }: Layer): string => `${thing} ${at.bridge ?? ""} ${at[thing] ?? ""}`;

/** Every pair of a row and a row directly below it, by the keys of both layers. */
const pairs = perMoment((env): ReadonlyMap<string, readonly [Layer, Layer]> => {
  const found = tops(env).flatMap((higher) =>
    below(higher, env).map(
      (lower) => [`${keyOf(higher)} > ${keyOf(lower)}`, [higher, lower] as const] as const,
    ),
  );
  return new Map(found);
});

/** The pairs of LowerLayers, a row each. */
export const stackRows: Rows = {
  of: "stack",
  packages,
  fresh: true,
  rows: (_at, env) => [...pairs(env).keys()].map((key) => ({ key, at: { stack: key } })),
};

const end = (which: 0 | 1): Binding =>
  fact((_sheet, at, env) => {
    const layer = pairs(env).get(at.stack ?? "")?.[which];
    return layer === undefined ? "" : env.refer(layer.thing, layer.at);
  }, packages);

export const higherLayer = end(0);
export const lowerLayer = end(1);

export const links: Rows = {
  of: "link",
  packages,
  fresh: true,
  rows: (_at, env) => linkDevices(env).map((link) => ({ key: link, at: linkAt(link, env) })),
};

export const vlans: Rows = {
  of: "vlan",
  packages,
  rows: (_at, env) => vlanDevices(env).map((vlan) => ({ key: vlan, at: { vlan } })),
};

const linkDevice = (at: At): string | undefined => at.vlan ?? at.link;

export const linkName = fact((_sheet, at) => linkDevice(at) ?? "");
export const linkMac = fact((sheet, at) => netdev(sheet, linkDevice(at))?.mac ?? "");
export const linkStats = countersOf(linkDevice);
export const linkLastChange = lastChangeOf(linkDevice);
export const linkStatus = fact((sheet, at) => {
  const device = netdev(sheet, linkDevice(at));
  if (device === undefined) return "NotPresent";
  if (!device.up) return "Down";
  return device.carrier ? "Up" : "LowerLayerDown";
});
export const vlanId = fact((_sheet, at, env) => String(vlanOf(at.vlan ?? "", env)?.id ?? 1), ["network"]);

/** 0x88A8 for a provider's VLAN (802.1ad), else 0x8100. */
export const vlanTpid = fact(
  (_sheet, at, env) => {
    const [type] = members(deviceSection(at.vlan ?? "", env), "type");
    return String(type === "8021ad" ? 0x88a8 : 0x8100);
  },
  ["network"],
);
