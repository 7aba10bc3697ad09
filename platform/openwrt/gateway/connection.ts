/** Table: one WAN interface with DHCP or a static address. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import type { Edit } from "../../../src/ports/config.ts";
import type { Interface } from "../../../src/ports/facts.ts";
import { trimmed } from "../../../src/space.ts";
import { hostsOf, maskOf, parseAddress, parseSubnet, writeAddress } from "./address.ts";
import {
  bit,
  fact,
  flag,
  instance,
  isMuddled,
  members,
  netdev,
  put,
  refuse,
  sectionAt,
  shown,
  single,
  truth,
} from "./bind.ts";
import { lastErrorOf } from "./connectionerror.ts";
import { countersOf } from "./counters.ts";
import { addressWord, overlap, putAddress, putMask } from "./ipaddress.ts";
import {
  cwmpInterface,
  deviceOf,
  isModem,
  leadsOut,
  protoOf,
  sidePackages,
  wanInterfaces,
  zoneOf,
} from "./network.ts";

const network = instance("network", "interface");
const isStatic = (at: At, env: Env): boolean => protoOf(sectionAt(network, at, env)) === "static";
/** netifd has the address of a modem in an interface of its own beside it. */
function live(at: At, env: Env): Interface | undefined {
  const own = env.sheet.interface(at.interface ?? "");
  const beside = own?.addresses.length === 0 ? env.sheet.interface(`${own.name}_4`) : undefined;
  return own && beside ? { ...own, ...beside, up: own.up && beside.up, pending: own.pending } : own;
}

const device = (at: At, env: Env): string | undefined => {
  const section = sectionAt(network, at, env);
  return live(at, env)?.device ?? (section ? deviceOf(section) : undefined);
};

function statusOf(at: At, env: Env): string {
  if (truth("network", sectionAt(network, at, env), "disabled", false)) return "Unconfigured";
  const state = live(at, env);
  // An interface that is up for IPv6 alone has no IP connection of this kind.
  if (state?.up) return state.addresses.length > 0 ? "Connected" : "Disconnected";
  return state?.pending ? "Connecting" : "Disconnected";
}

/** netifd's error codes. */
const errors: Readonly<Record<string, string>> = {
  NO_DEVICE: "ERROR_NO_CARRIER",
  NO_CARRIER: "ERROR_NO_CARRIER",
  CONFIGURE_FAILED: "ERROR_IP_CONFIGURATION",
  INVALID_ADDRESS: "ERROR_IP_CONFIGURATION",
  NO_WAN_ADDRESS: "ERROR_IP_CONFIGURATION",
  USER_REQUEST: "ERROR_USER_DISCONNECT",
};

export const lastError = lastErrorOf(live, errors);

/** The zone may be one of several interfaces: masquerading is the zone's. */
export const natEnabled: Binding = {
  packages: ["firewall", "network"],
  read: (at, env) => bit(truth("firewall", zoneOf(at.interface ?? "", env), "masq", false)),
  guessed: (at, env) =>
    isMuddled(zoneOf(at.interface ?? "", env), "masq", (value) =>
      /^(?:[01]|on|true|yes|off|false|no)$/.test(value),
    ),
  write: (at, value, env) => {
    const zone = zoneOf(at.interface ?? "", env);
    return zone
      ? [{ edit: "set", package: "firewall", section: zone.name, option: "masq", value }]
      : refuse("The interface belongs to no firewall zone");
  },
};

/** Reads the configuration of a static interface and the fact of any other; only the former can be set. */
function staticOr(
  configured: (at: At, env: Env) => string,
  given: (state: Interface) => string,
  write: (at: At, value: string, env: Env) => readonly Edit[],
): Binding {
  return {
    packages: ["network"],
    fresh: true,
    read: (at, env) => {
      if (isStatic(at, env)) return configured(at, env);
      const state = live(at, env);
      return state ? shown(given(state)) : "";
    },
    write: (at, value, env) =>
      isStatic(at, env) ? write(at, value, env) : refuse("Set by DHCP while AddressingType is DHCP"),
  };
}

const subnet = (at: At, env: Env) => {
  const section = sectionAt(network, at, env);
  return parseSubnet(members(section, "ipaddr")[0] ?? "", single(section, "netmask"));
};

export const externalAddress = staticOr(
  (at, env) => {
    const one = subnet(at, env);
    return one ? writeAddress(one.address) : "";
  },
  (state) => state.addresses[0]?.address ?? "",
  (at, value, env) => {
    const section = sectionAt(network, at, env);
    return putAddress(at, env, addressWord(value, members(section, "ipaddr")[0], section));
  },
);

export const subnetMask = staticOr(
  (at, env) => {
    const one = subnet(at, env);
    return one ? writeAddress(maskOf(one.bits)) : "";
  },
  (state) => {
    const bits = state.addresses[0]?.mask;
    return bits !== undefined && bits >= 0 && bits <= 32 ? writeAddress(maskOf(bits)) : "";
  },
  (at, value, env) => putMask(at, env, value),
);

export const defaultGateway = staticOr(
  (at, env) => shown(single(sectionAt(network, at, env), "gateway") ?? ""),
  (state) => state.gateway ?? "",
  (at, value, env) =>
    value === "" || parseAddress(value) !== undefined
      ? put(network, at, env, "gateway", value === "" ? undefined : value)
      : refuse("Expected an IPv4 address"),
);

const peerDns = (at: At, env: Env): boolean => truth("network", sectionAt(network, at, env), "peerdns", true);

const ownDns = (at: At, env: Env): readonly string[] =>
  members(sectionAt(network, at, env), "dns").filter((word) => parseAddress(word) !== undefined);

const givenDns = (at: At, env: Env): readonly string[] =>
  (live(at, env)?.dns ?? []).filter((word) => parseAddress(word) !== undefined);

/** Whether the name servers of the connection are those that the peer gave. */
export const peerDnsUsed = (at: At, env: Env): boolean =>
  !isStatic(at, env) && peerDns(at, env) && givenDns(at, env).length > 0;

/** Own servers where the peer's are refused or cannot be; else those that are in use. Setting some turns the peer's
 * off, setting none turns them on again. */
const dnsServers: Binding = {
  packages: ["network"],
  fresh: true,
  read: (at, env) => (peerDnsUsed(at, env) ? givenDns(at, env) : ownDns(at, env)).join(","),
  // Without configured servers those of the peer are used again.
  alike: (written) => written === "",
  write: (at, value, env) => {
    const words = value === "" ? [] : value.split(",").map((one) => trimmed(one));
    if (words.some((word) => parseAddress(word) === undefined)) return refuse("Expected IPv4 addresses");
    return [
      ...put(network, at, env, "dns", words.length === 0 ? undefined : words),
      ...put(network, at, env, "peerdns", words.length === 0 ? undefined : "0"),
    ];
  },
};

/** Why a static connection would cut the device off from an ACS that is not in its own network: the default gateway in use
 * would be configured nowhere. */
export function wayOutLost(at: At, env: Env): string | undefined {
  const section = sectionAt(network, at, env);
  const gateway = at.interface === cwmpInterface(env) ? (live(at, env)?.gateway ?? "") : "";
  if (section === undefined || gateway === "" || leadsOut(section, env)) return undefined;
  return `The connection to the ACS would lose its default gateway ${shown(gateway)}`;
}

/** A static connection without a proper address, or with a gateway that the kernel cannot reach, would cut the device
 * off. */
export const check: Check = (at, env) => {
  if (!isStatic(at, env)) return [];
  const one = subnet(at, env);
  if (!one) return [{ about: externalAddress, why: "A static connection needs an address" }];
  const { first, last } = hostsOf(one);
  if (one.address < first || one.address > last)
    return [{ about: externalAddress, why: "The address is the network's own or its broadcast address" }];
  const shared = overlap(at, env, one);
  if (shared !== undefined) return [{ about: externalAddress, why: shared }];
  const gateway = parseAddress(single(sectionAt(network, at, env), "gateway") ?? "");
  const lost = wayOutLost(at, env);
  if (lost !== undefined) return [{ about: defaultGateway, why: lost }];
  if (gateway === undefined || (gateway >= first && gateway <= last && gateway !== one.address)) return [];
  return [{ about: defaultGateway, why: "The gateway is no other host of the connection's network" }];
};

export const stats = countersOf(device, ["network"]);
export const name = fact((_sheet, at) => at.interface ?? "");
export const uptime = fact((_sheet, at, env) => String(Math.max(Math.floor(live(at, env)?.uptime ?? 0), 0)));
export const connectionStatus = fact((_sheet, at, env) => statusOf(at, env), ["network"]);
export const dnsEnabled: Binding = {
  packages: ["network"],
  read: (at, env) => bit(peerDns(at, env) || ownDns(at, env).length > 0),
};
export const macAddress = fact((sheet, at, env) => netdev(sheet, device(at, env))?.mac ?? "", ["network"]);

/** In one call that sets both, the override decides: it is applied after the servers. */
export const dns = {
  DNSServers: dnsServers,
  DNSOverrideAllowed: flag(network, "peerdns", true),
} as const;

/** The connections of one uplink by DHCP or with a static address. */
export const ipConnections: Rows = {
  of: "interface",
  packages: sidePackages,
  rows: (at, env) =>
    wanInterfaces(env)
      .filter(
        (section) =>
          (deviceOf(section) || section.name) === at.port &&
          (["dhcp", "static"].includes(protoOf(section)) || isModem(section)),
      )
      .map((section) => sectionRow(section, { interface: section.name })),
};

/** A.3.3.1: of several connections the one that leads to the ACS. */
export const isDefault = (at: At, env: Env): boolean => at.interface === cwmpInterface(env);
