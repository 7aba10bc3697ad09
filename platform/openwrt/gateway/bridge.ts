/** Table: bridges and their ports. Networks of radios join a bridge by the interface that they name; their port is
 * there while the radio is up. */
import { type At, type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { bit, fact, members, netdev, truth } from "./bind.ts";
import { countersOf } from "./counters.ts";
import { lastChangeOf } from "./linkchange.ts";
import { baseOf, bridges, deviceOf, deviceSection } from "./network.ts";

export const bridgeRows: Rows = {
  of: "bridge",
  packages: ["network"],
  rows: (_at, env) =>
    [...bridges(env).keys()].map((bridge) => {
      const section = deviceSection(bridge, env);
      const row = section === undefined ? {} : { content: sectionRow(section, {}).content! };
      return { key: bridge, at: { bridge }, ...row };
    }),
};

/** The networks that join the bridge. */
function networksOn(bridge: string, env: Env): readonly Section[] {
  const joined = (env.config.package("network")?.ofType("interface") ?? []).filter(
    (section) => baseOf(deviceOf(section), env) === bridge,
  );
  const names = new Set(joined.map((section) => section.name));
  return (env.config.package("wireless")?.ofType("wifi-iface") ?? []).filter((section) =>
    members(section, "network").some((name) => names.has(name)),
  );
}

/** The gateway's own port on the bridge is listed first. A member's row names its device or its Wi-Fi network. */
export function portsOn(bridge: string, env: Env): readonly At[] {
  const ports = (bridges(env).get(bridge) ?? []).map((port) => ({ bridgePort: port, port }));
  const networks = networksOn(bridge, env).map(({ name }) => ({ bridgePort: `wifi ${name}`, wlan: name }));
  return [{ bridgePort: bridge, bridge }, ...ports, ...networks];
}

export const portRows: Rows = {
  of: "bridgePort",
  packages: ["network", "wireless"],
  rows: (at, env) => portsOn(at.bridge ?? "", env).map((port) => ({ key: port.bridgePort ?? "", at: port })),
};

const device = (at: At, env: Env): string | undefined =>
  at.wlan === undefined ? at.bridgePort : env.sheet.wifiDevice(at.wlan);

const isEnabled = (at: At, env: Env): boolean =>
  truth("network", deviceSection(at.bridge ?? "", env), "enabled", true);

/** A bridge is turned off with the interfaces on it, not by itself. */
export const enable: Binding = { packages: ["network"], read: (at, env) => bit(isEnabled(at, env)) };

export const status = fact(
  (sheet, at, env) => {
    if (!isEnabled(at, env)) return "Disabled";
    return netdev(sheet, at.bridge) === undefined ? "Error" : "Enabled";
  },
  ["network"],
);

export const portName = fact((_sheet, at, env) => device(at, env) ?? "");

export const portStatus = fact((sheet, at, env) => {
  const port = netdev(sheet, device(at, env));
  if (port === undefined) return "NotPresent";
  if (!port.up) return "Down";
  return port.carrier ? "Up" : "LowerLayerDown";
});

export const managementPort: Binding = {
  packages: [],
  read: (at) => bit(at.bridgePort === at.bridge),
};

export const stats = countersOf(device);
export const lastChange = lastChangeOf(device);

/** As the kernel numbers them (linux/if_bridge.h). The gateway's own port forwards while it is up. */
const states = ["Disabled", "Listening", "Learning", "Forwarding", "Blocking"];

export const portState = fact((sheet, at, env) => {
  const port = device(at, env);
  if (at.bridgePort === at.bridge) return netdev(sheet, port)?.up ? "Forwarding" : "Disabled";
  return states[port === undefined ? 0 : (sheet.bridgeState(at.bridge ?? "", port) ?? 0)] ?? "Broken";
});
