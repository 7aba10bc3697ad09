/** Table: the DHCP pool of one LAN interface.
 * UCI has minimum and maximum as an offset from the network address and a count. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import { bitsOf, hostsOf, maskOf, networkOf, parseAddress, type Subnet, writeAddress } from "./address.ts";
import {
  bit,
  decimal,
  fact,
  instance,
  isMuddled,
  netdev,
  put,
  refuse,
  sectionAt,
  single,
  truth,
} from "./bind.ts";
import { asked, follow, misfit, pool, type Range, rangeOf, sayServes, servedSubnet, serves } from "./dhcp.ts";
import { optionItem } from "./dhcpoption.ts";
import { lanDevice, subnetsOf } from "./ipaddress.ts";
import { gatewayLimits } from "./limits.ts";
import { lanInterfaces, protoOf, sidePackages } from "./network.ts";

const packages = ["dhcp", "network"];
const network = instance("network", "interface");

/** dnsmasq serves on interfaces with a static address only: one that is a client itself has the network of others. */
const ownSubnet = (at: At, env: Env): Subnet | undefined =>
  protoOf(sectionAt(network, at, env)) === "static" ? subnetsOf(at, env)[0] : undefined;

const isStatic = (at: At, env: Env): boolean => protoOf(sectionAt(network, at, env)) === "static";

/** The switch of a single pool: the pools beside it serve as before. */
export const enable: Binding = {
  packages,
  read: (at, env) => bit(isStatic(at, env) && serves(sectionAt(pool, at, env), env)),
  guessed: (at, env) => {
    const known = asked(sectionAt(pool, at, env), env);
    // The pool of an interface that becomes static begins to serve.
    return known === undefined || (known && !isStatic(at, env));
  },
  write: (at, value, env) => sayServes(at, env, value === "1"),
};

const range = (at: At, env: Env): Range | undefined => rangeOf(sectionAt(pool, at, env), ownSubnet(at, env));

/** The range that dnsmasq serves: limited to the hosts of the network, without its own address at the edges. */
function servedRange(at: At, env: Env): { readonly min: number; readonly max: number } | undefined {
  const found = range(at, env);
  if (!found) return undefined;
  const { first, last } = hostsOf(found.subnet);
  const inside = (address: number): number => Math.min(Math.max(address, first), last);
  const own = found.subnet.address;
  const min = inside(found.start);
  const max = inside(found.start + found.limit - 1);
  return { min: min === own && min < last ? min + 1 : min, max: max === own && max > first ? max - 1 : max };
}

/** @returns the address, which `check` judges once the network itself is settled */
function given(at: At, env: Env, value: string): { readonly address: number; readonly network: number } {
  const own = ownSubnet(at, env);
  const address = parseAddress(value);
  if (!own) return refuse("The LAN interface has no network of its own to serve");
  const subnet = servedSubnet(sectionAt(pool, at, env), own);
  return address === undefined ? refuse("Expected an IPv4 address") : { address, network: networkOf(subnet) };
}

/** Whether an end is no decimal number, in a form that OpenWrt's scripts may know, or lies outside of the network. The
 * value shown then is the range as the scripts would cut it; a value that is set is written even if it is equal. */
const isEndGuessed = (at: At, env: Env): boolean =>
  misfit(sectionAt(pool, at, env), ownSubnet(at, env)) !== undefined ||
  ["start", "limit"].some((option) =>
    isMuddled(sectionAt(pool, at, env), option, (value) => decimal(value) !== undefined),
  );

/** Setting the minimum alone keeps the maximum, so that both options change. */
export const minAddress: Binding = {
  packages,
  read: (at, env) => addressText(servedRange(at, env)?.min),
  guessed: isEndGuessed,
  write: (at, value, env) => {
    const { address, network } = given(at, env, value);
    const max = servedRange(at, env)?.max;
    const start = put(pool, at, env, "start", String(address - network));
    return max === undefined ? start : [...start, ...put(pool, at, env, "limit", String(max - address + 1))];
  },
};

export const maxAddress: Binding = {
  packages,
  read: (at, env) => addressText(servedRange(at, env)?.max),
  guessed: isEndGuessed,
  write: (at, value, env) => {
    const { address, network } = given(at, env, value);
    const start = range(at, env)?.start ?? network + gatewayLimits.poolStartInitial;
    return put(pool, at, env, "limit", String(address - start + 1));
  },
};

/** Both ends among the hosts of the network, in order. dnsmasq is not given a pool that is off. */
export const check: Check = (at, env) => {
  const section = sectionAt(pool, at, env);
  const wrong = asked(section, env) === false ? undefined : misfit(section, ownSubnet(at, env));
  return wrong ? [{ about: wrong.end === "min" ? minAddress : maxAddress, why: wrong.why }] : [];
};

const addressText = (address: number | undefined): string =>
  address === undefined ? "" : writeAddress(address);

/** A mask of its own moves the network from which the pool is counted: its addresses stay. */
export const subnetMask: Binding = {
  packages,
  read: (at, env) => {
    const own = ownSubnet(at, env);
    return own ? addressText(maskOf(servedSubnet(sectionAt(pool, at, env), own).bits)) : "";
  },
  write: (at, value, env) => {
    const bits = bitsOf(value);
    if (bits === undefined || bits === 0) return refuse("Expected a network mask");
    const own = ownSubnet(at, env);
    const edits = put(pool, at, env, "netmask", bits === own?.bits ? undefined : value);
    const before = own && servedSubnet(sectionAt(pool, at, env), own);
    const after = own && { address: own.address, bits };
    return [...edits, ...follow(at, { ...env, config: env.config.with(edits) }, before, after)];
  },
};

const lanAddress = (at: At, env: Env): string => addressText(ownSubnet(at, env)?.address);

/** dnsmasq's own domain, which clients are given where the pool has none. */
const dnsmasqDomain = (env: Env): string =>
  single(env.config.package("dhcp")?.ofType("dnsmasq")[0], "domain") ?? "";

/** 7.2: `config relay` sections name the address that they listen on. */
export const relays: Binding = {
  packages,
  read: (at, env) => {
    const addresses = subnetsOf(at, env).map((subnet) => writeAddress(subnet.address));
    const relay = env.config.package("dhcp")?.ofType("relay") ?? [];
    return bit(
      relay.some(
        (section) =>
          single(section, "interface") === at.interface ||
          addresses.includes(single(section, "local_addr") ?? ""),
      ),
    );
  },
};

export const macAddress = fact((sheet, at, env) => netdev(sheet, lanDevice(at, env))?.mac ?? "", ["network"]);
export const dnsServers = optionItem(pool, 6, { answer: lanAddress, kind: "addresses" });
export const domainName = optionItem(pool, 15, { answer: (_at, env) => dnsmasqDomain(env), kind: "domain" });
export const ipRouters = optionItem(pool, 3, { answer: lanAddress, kind: "addresses" });

/** The pools, one for each LAN, in the order of the LANs: the options of a pool cannot distinguish its clients. */
export const pools: Rows = {
  of: "pool",
  packages: sidePackages,
  rows: (_at, env) =>
    lanInterfaces(env).map((section) => sectionRow(section, { interface: section.name, pool: section.name })),
};

export const order: Binding = {
  packages: sidePackages,
  read: (at, env) => String(lanInterfaces(env).findIndex(({ name }) => name === at.interface) + 1),
};

export const interfaceRef = fact((_sheet, at, env) => env.refer("interface", { interface: at.interface }));

const seconds: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** dnsmasq's word for a lease without end is all ones, too (RFC 2131 3.3). */
const endless = 0xffffffff;

/** `12h`, `30M`, `3600`, `infinite`; -1 never ends. dnsmasq gives none for less than two minutes. */
export const leaseTime: Binding = {
  packages: ["dhcp"],
  read: (at, env) => {
    const text = single(sectionAt(pool, at, env), "leasetime") ?? gatewayLimits.leaseTimeInitial;
    if (text === "infinite") return "-1";
    const [, number = "", unit = ""] = /^(\d{1,10})([smhdw]?)$/i.exec(text) ?? [];
    if (number === "") return "0";
    const asked = Number(number) * (seconds[unit.toLowerCase()] ?? 1);
    if (asked === endless) return "-1";
    return String(Math.min(Math.max(asked, gatewayLimits.leaseSecondsMin), 2 ** 31 - 1));
  },
  write: (at, value, env) => {
    if (value === "-1") return put(pool, at, env, "leasetime", "infinite");
    const whole = Number(value);
    return whole >= gatewayLimits.leaseSecondsMin
      ? put(pool, at, env, "leasetime", `${whole}s`)
      : refuse(`Expected -1, or ${gatewayLimits.leaseSecondsMin} seconds or more`);
  },
};

/** Addresses between both ends that are kept for one client each (`config host`). */
export const reservedAddresses: Binding = {
  packages,
  read: (at, env) => {
    const range = servedRange(at, env);
    const kept = (env.config.package("dhcp")?.ofType("host") ?? [])
      .filter((section) => truth("dhcp", section, "enable", true))
      .flatMap((section) => parseAddress(single(section, "ip") ?? "") ?? [])
      .filter((address) => range !== undefined && address >= range.min && address <= range.max);
    return [...new Set(kept)].slice(0, gatewayLimits.reservedShownMax).map(writeAddress).join(",");
  },
};
