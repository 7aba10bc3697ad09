/** Rule: which logical interfaces are LAN and which are WAN, and which devices they use. */
import type { At, Env } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { decimal, freeName, members, type Place, single, truth } from "./bind.ts";
import { poolOf, serves } from "./dhcp.ts";
import { perMoment } from "./moment.ts";

/** Protocols of netifd that pppd speaks. */
const pppProtos = new Set(["pppoe", "pppoa", "pptp", "l2tp", "ppp", "3g"]);
export const isPpp = (section: Section): boolean => pppProtos.has(protoOf(section));
/** Modems that give an address without PPP. */
const modemProtos = new Set(["qmi", "ncm", "mbim", "modemmanager", "wwan", "directip"]);
export const isModem = (section: Section): boolean => modemProtos.has(protoOf(section));
const dynamicProtos: ReadonlySet<string> = new Set(["dhcp", ...pppProtos, ...modemProtos]);
/** Protocols that give IPv4 addresses and that this model shows. */
const ipProtos = new Set(["dhcp", "static"]);

/** The logical interface that leads to the ACS. */
export const cwmpInterface = (env: Env): string =>
  single(env.config.package("cwmp")?.section("cpe"), "interface") ?? "wan";

export function interfaces(env: Env): readonly Section[] {
  return (env.config.package("network")?.ofType("interface") ?? []).filter(
    (section) => section.name !== "loopback" && deviceOf(section) !== "lo",
  );
}

export function protoOf(section: Section | undefined): string {
  return single(section, "proto") ?? "none";
}

/** Whether a device is meant by a word of a zone's `device`: a plus sign or a star at its end stands for any ending. */
const isMeant = (word: string, device: string): boolean =>
  /[+*]$/.test(word) ? device.startsWith(word.slice(0, -1)) : word === device;

/** The zone that a logical interface belongs to: one that names it, or the device of its addresses; membership counts,
 * not the zone's name. */
export function zoneOf(name: string, env: Env): Section | undefined {
  const all = env.config.package("firewall")?.ofType("zone") ?? [];
  const zones = all.filter((zone) => truth("firewall", zone, "enabled", true));
  const named = zones.find((zone) => members(zone, "network").includes(name));
  const section = named === undefined ? env.config.package("network")?.section(name) : undefined;
  if (section === undefined) return named;
  const device = isPpp(section) ? `${protoOf(section)}-${name}` : deviceOf(section);
  return zones.find((zone) => device !== "" && members(zone, "device").some((word) => isMeant(word, device)));
}

/** Names of the zone, as redirects and forwardings use them. */
export const zoneName = (zone: Section): string => single(zone, "name") ?? "";

/** Everything that decides which side an interface is on, and which of that side comes first. */
export const sidePackages = ["cwmp", "dhcp", "firewall", "network"];

/** Whether a `config route` or `route6` is in the main table, which routes every packet, and leads somewhere: other
 * tables are for some packets alone, and routes of other types drop packets. */
export const isPlainRoute = (route: Section): boolean =>
  /^(?:main|254)$/.test(single(route, "table") ?? "main") &&
  (single(route, "type") ?? "unicast") === "unicast";

/** Whether the configuration asks for a default route here; whether the interface is up does not decide its side. netifd
 * takes a route without a target for one to any network. */
export function leadsOut(section: Section, env: Env): boolean {
  if (dynamicProtos.has(protoOf(section))) return truth("network", section, "defaultroute", true);
  if (section.options.has("gateway") || section.options.has("ip6gw")) return true;
  const routes = [...(env.config.package("network")?.ofType("route") ?? [])];
  return routes.some(
    (route) =>
      isPlainRoute(route) &&
      !truth("network", route, "disabled", false) &&
      single(route, "interface") === section.name &&
      /^(?:0\.0\.0\.0(?:\/0(?:\.0\.0\.0)?)?|default|)$/.test(single(route, "target") ?? "") &&
      /^(?:0\.0\.0\.0)?$/.test(single(route, "netmask") ?? ""),
  );
}

const servesPool = ({ name }: Section, env: Env): boolean => serves(poolOf(name, env), env);

/** Whether forwardings lead into the zone from another one, and out of it. */
function flowsOf(zone: Section | undefined, env: Env): { readonly into: boolean; readonly from: boolean } {
  const name = zone && zoneName(zone);
  const all = (env.config.package("firewall")?.ofType("forwarding") ?? []).filter(
    (one) => truth("firewall", one, "enabled", true) && single(one, "src") !== single(one, "dest"),
  );
  return {
    into: name !== undefined && all.some((one) => single(one, "dest") === name),
    from: name !== undefined && all.some((one) => single(one, "src") === name),
  };
}

/** The default route and the forwardings lead outside, a pool that serves is inside; if neither is there, names
 * do. Masquerading proves nothing: zones inside may have it, too. */
function leadsOutside(section: Section, env: Env): boolean {
  const isIp = ipProtos.has(protoOf(section));
  if (isIp && section.name === "lan") return false;
  if (protoOf(section) === "static" && servesPool(section, env)) return false;
  const zone = zoneOf(section.name, env);
  const beside = new Set(members(zone, "network"));
  const own = leadsOut(section, env);
  const route = own || interfaces(env).some((other) => beside.has(other.name) && leadsOut(other, env));
  const { into, from } = flowsOf(zone, env);
  if (route && into && !from) return true;
  if (from && !route) return false;
  const called = zone && zoneName(zone);
  if (called === "wan" || called === "lan") return called === "wan";
  return /^w?wan(?:$|[\d_])/.test(section.name) || own;
}

const outside = perMoment(
  (env): ReadonlySet<string> =>
    new Set(
      interfaces(env)
        .filter((section) => leadsOutside(section, env))
        .map(({ name }) => name),
    ),
);

export const isWan = ({ name }: Section, env: Env): boolean => outside(env).has(name);

export const lanInterfaces = perMoment((env): readonly Section[] =>
  interfaces(env).filter((section) => ipProtos.has(protoOf(section)) && !isWan(section, env)),
);

/** WAN interfaces with an IPv4 address of their own: an alias (`@wan`) or a DHCPv6 client is none. The one that leads
 * to the ACS comes first: scripts expect it under the first number. */
const hasIpv4 = (section: Section): boolean =>
  protoOf(section) !== "static" ||
  section.options.has("ipaddr") ||
  !["ip6addr", "ip6gw", "ip6prefix", "ip6assign"].some((option) => section.options.has(option));

export const wanInterfaces = perMoment((env): readonly Section[] => {
  const found = interfaces(env).filter(
    (section) =>
      (ipProtos.has(protoOf(section)) || dynamicProtos.has(protoOf(section))) &&
      !deviceOf(section).startsWith("@") &&
      hasIpv4(section) &&
      isWan(section, env),
  );
  const leads = (section: Section): number => (section.name === cwmpInterface(env) ? 0 : 1);
  return found.toSorted((a, b) => leads(a) - leads(b));
});

/** Every logical interface with an IPv4 address of its own, the one that leads to the ACS first, then
 * the other WANs. */
export const ipInterfaces = perMoment((env): readonly Section[] => [
  ...wanInterfaces(env),
  ...lanInterfaces(env),
]);

const isVlan = (section: Section | undefined): boolean =>
  /^8021(?:q|ad)$/.test(single(section, "type") ?? "");

/** The VLAN that a device is, on another one: by its section, else by a name as `eth0.7`. */
export function vlanOf(device: string, env: Env): { readonly base: string; readonly id: number } | undefined {
  const section = deviceSection(device, env);
  const [, base = "", id = ""] = /^(.+)\.(\d{1,4})$/.exec(device) ?? [];
  const vlan = isVlan(section)
    ? { base: single(section, "ifname") ?? base, id: decimal(single(section, "vid")) ?? Number(id) }
    : { base, id: Number(id) };
  return vlan.base !== "" && vlan.id >= 1 && vlan.id <= 4094 ? vlan : undefined;
}

/** The device below all VLANs. */
export const baseOf = (device: string, env: Env): string => vlanOf(device, env)?.base ?? device;

/** The bridges: each with the ports that the configuration names, in its order. */
export const bridges = perMoment((env): ReadonlyMap<string, readonly string[]> => {
  const network = env.config.package("network");
  const found = new Map<string, readonly string[]>();
  for (const section of network?.ofType("device") ?? []) {
    const name = single(section, "name") ?? "";
    if (single(section, "type") === "bridge" && name !== "") found.set(name, members(section, "ports"));
  }
  for (const section of network?.ofType("interface") ?? []) {
    const device = deviceOf(section);
    if (single(section, "type") === "bridge" && !found.has(device))
      found.set(device, members(section, "ifname"));
  }
  return found;
});

/** The device that a logical interface is configured on: `option device`; before that `option ifname`, with a bridge
 * of its own where `option type 'bridge'` says so. Empty where there is none. */
export function deviceOf(section: Section): string {
  const device = single(section, "device");
  if (device !== undefined) return device;
  if (single(section, "type") === "bridge") return `br-${section.name}`;
  return members(section, "ifname")[0] ?? "";
}

/** The `config device` section of a network device. */
export function deviceSection(device: string, env: Env): Section | undefined {
  return env.config
    .package("network")
    ?.ofType("device")
    .find((section) => single(section, "name") === device);
}

/** The `config device` section of the device; a write makes one. */
export const sectionOfDevice = (device: (at: At, env: Env) => string): Place => ({
  package: "network",
  name: (at, env) => {
    const name = device(at, env);
    if (name === "") return undefined;
    return (
      deviceSection(name, env)?.name ?? freeName("network", `cwmp_device_${name.replace(/\W/g, "_")}`, env)
    );
  },
  type: "device",
  with: (at, env) => ({ name: device(at, env) }),
});

/** Ports of a logical interface, in the order of the configuration: members of its bridge, or of its VLAN there,
 * or the one device. */
export function portsOf(section: Section, env: Env): readonly string[] {
  const device = deviceOf(section);
  if (device === "") return [];
  // By its number, or by a name that a bridge-vlan section gives it.
  const vlan = /^(.+)\.([^.]+)$/.exec(device);
  if (vlan) {
    const tagged = env.config
      .package("network")
      ?.ofType("bridge-vlan")
      .find(
        (one) =>
          single(one, "device") === vlan[1] &&
          (decimal(single(one, "vlan")) === Number(vlan[2]) || members(one, "alias").includes(vlan[2]!)),
      );
    return tagged ? members(tagged, "ports").map((port) => port.split(":")[0] ?? "") : [device];
  }
  const bridge = deviceSection(device, env);
  if (bridge && single(bridge, "type") === "bridge") return members(bridge, "ports");
  if (single(section, "type") === "bridge") return members(section, "ifname");
  return [device];
}
