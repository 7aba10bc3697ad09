/** Table: the DHCP pool of one LAN interface.
 * Minimum and maximum stand in UCI as an offset from the network address and a count. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import { bitsOf, hostsOf, maskOf, networkOf, parseAddress, type Subnet, writeAddress } from "./address.ts";
import { bit, decimal, fact, netdev, put, refuse, sectionAt, single, truth } from "./bind.ts";
import { pool } from "./dhcp.ts";
import { optionItem } from "./dhcpoption.ts";
import { lanDevice, subnetsOf } from "./ipaddress.ts";
import { gatewayLimits } from "./limits.ts";
import { lanInterfaces } from "./network.ts";

const packages = ["dhcp", "network"];

const poolSections = (env: Env): readonly Section[] => env.config.package("dhcp")?.ofType("dhcp") ?? [];

/** Where `option dhcpv4` is in use at all, a pool without it is off; before that release it was on. */
const saysDhcpv4 = (env: Env): boolean => poolSections(env).some((section) => section.options.has("dhcpv4"));

function serves(section: Section | undefined, env: Env): boolean {
  if (!section || truth("dhcp", section, "ignore", false)) return false;
  return saysDhcpv4(env) ? single(section, "dhcpv4") === "server" : true;
}

export const serverEnable: Binding = {
  packages: ["dhcp"],
  read: (at, env) => bit(serves(sectionAt(pool, at, env), env)),
  write: (at, value, env) => {
    const section = sectionAt(pool, at, env);
    if (serves(section, env) === (value === "1")) return [];
    if (!section) return made(at, env);
    if (value === "1")
      return [
        ...put(pool, at, env, "ignore", undefined),
        ...(saysDhcpv4(env) ? put(pool, at, env, "dhcpv4", "server") : []),
      ];
    return section.options.has("dhcpv4")
      ? put(pool, at, env, "dhcpv4", "disabled")
      : put(pool, at, env, "ignore", "1");
  },
};

/** A new pool that serves. `dhcpv4` beside pools that do without it would change what those mean. */
function made(at: At, env: Env): readonly Edit[] {
  const edits = put(pool, at, env, "ignore", "0");
  if (poolSections(env).length > 0 && !saysDhcpv4(env)) return edits;
  const section = pool.name(at, env) ?? "";
  return [...edits, { edit: "set", package: "dhcp", section, option: "dhcpv4", value: "server" }];
}

interface Range {
  readonly subnet: Subnet;
  /** As configured: the first address and how many; may reach beyond the network. */
  readonly start: number;
  readonly limit: number;
}

function rangeOf(at: At, env: Env): Range | undefined {
  const section = sectionAt(pool, at, env);
  const subnet = subnetsOf(at, env)[0];
  if (!section || !subnet) return undefined;
  const offset = decimal(single(section, "start")) ?? gatewayLimits.poolStartInitial;
  const limit = decimal(single(section, "limit")) ?? gatewayLimits.poolCountInitial;
  return { subnet, start: networkOf(subnet) + offset, limit };
}

/** What dnsmasq makes of it: kept inside the hosts of the network, its own address skipped at the edges. */
function servedRange(at: At, env: Env): { readonly min: number; readonly max: number } | undefined {
  const range = rangeOf(at, env);
  if (!range) return undefined;
  const { first, last } = hostsOf(range.subnet);
  const inside = (address: number): number => Math.min(Math.max(address, first), last);
  const own = range.subnet.address;
  const min = inside(range.start);
  const max = inside(range.start + range.limit - 1);
  return { min: min === own && min < last ? min + 1 : min, max: max === own && max > first ? max - 1 : max };
}

/** @returns the address, which `check` judges once the network itself is settled */
function given(at: At, env: Env, value: string): { readonly address: number; readonly network: number } {
  const subnet = subnetsOf(at, env)[0];
  const address = parseAddress(value);
  if (!subnet) return refuse("The LAN interface has no network of its own to serve");
  return address === undefined ? refuse("Expected an IPv4 address") : { address, network: networkOf(subnet) };
}

/** Setting the minimum alone keeps the maximum, so that both options change. */
export const minAddress: Binding = {
  packages,
  read: (at, env) => addressText(servedRange(at, env)?.min),
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
  write: (at, value, env) => {
    const { address, network } = given(at, env, value);
    const start = rangeOf(at, env)?.start ?? network + gatewayLimits.poolStartInitial;
    return put(pool, at, env, "limit", String(address - start + 1));
  },
};

/** Both ends among the hosts of the network, in order. */
export const check: Check = (at, env) => {
  const range = rangeOf(at, env);
  if (!range) return [];
  const { first, last } = hostsOf(range.subnet);
  const why = `Expected an address from ${writeAddress(first)} to ${writeAddress(last)}`;
  if (range.limit < 1) return [{ about: maxAddress, why: "MaxAddress must not be below MinAddress" }];
  if (range.start < first || range.start > last) return [{ about: minAddress, why }];
  return range.start + range.limit - 1 > last ? [{ about: maxAddress, why }] : [];
};

const addressText = (address: number | undefined): string =>
  address === undefined ? "" : writeAddress(address);

export const subnetMask: Binding = {
  packages,
  read: (at, env) => {
    const own = single(sectionAt(pool, at, env), "netmask");
    const bits = own === undefined ? undefined : bitsOf(own);
    return addressText(maskOf(bits ?? subnetsOf(at, env)[0]?.bits ?? 0));
  },
  write: (at, value, env) => {
    const bits = bitsOf(value);
    if (bits === undefined || bits === 0) return refuse("Expected a network mask");
    return put(pool, at, env, "netmask", bits === subnetsOf(at, env)[0]?.bits ? undefined : value);
  },
};

const lanAddress = (at: At, env: Env): string => addressText(subnetsOf(at, env)[0]?.address);

/** dnsmasq's own domain, which clients are told where the pool does not say otherwise. */
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

/** One for each LAN, in the order of the LANs: the options of a pool cannot tell one client of it from another. */
export const pools: Rows = {
  of: "pool",
  packages: ["firewall", "network"],
  rows: (_at, env) =>
    lanInterfaces(env).map((section) => sectionRow(section, { interface: section.name, pool: section.name })),
};

export const order: Binding = {
  packages: ["firewall", "network"],
  read: (at, env) => String(lanInterfaces(env).findIndex(({ name }) => name === at.interface) + 1),
};

export const interfaceRef = fact((_sheet, at, env) => env.refer("interface", { interface: at.interface }));

const seconds: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `12h`, `30m`, `3600`, `infinite`; -1 never ends. dnsmasq gives none for less than two minutes. */
export const leaseTime: Binding = {
  packages: ["dhcp"],
  read: (at, env) => {
    const text = single(sectionAt(pool, at, env), "leasetime") ?? gatewayLimits.leaseTimeInitial;
    if (text === "infinite") return "-1";
    const [, number = "", unit = ""] = /^(\d{1,9})([smhdw]?)$/.exec(text) ?? [];
    if (number === "") return "0";
    return String(Math.min(Number(number) * (seconds[unit] ?? 1), 2 ** 31 - 1));
  },
  write: (at, value, env) => {
    if (value === "-1") return put(pool, at, env, "leasetime", "infinite");
    const whole = Number(value);
    return whole >= gatewayLimits.leaseSecondsMin
      ? put(pool, at, env, "leasetime", `${whole}s`)
      : refuse(`Expected -1, or ${gatewayLimits.leaseSecondsMin} seconds or more`);
  },
};
