/** Rule: the `config dhcp` section of a LAN interface: whether it serves, its range, and how it follows its network. */
import type { At, Env } from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import { bitsOf, contains, hostsOf, networkOf, type Subnet, writeAddress } from "./address.ts";
import { decimal, members, type Place, put, sectionAt, single, truth } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

/** A section with tags serves the clients that have them, beside the one that serves all. */
export const isConditional = (section: Section): boolean => members(section, "tag").length > 0;

/** The `config dhcp` section that serves the interface, or some clients of it. A section that a write creates serves no
 * client until enabled. */
export const pool: Place = {
  package: "dhcp",
  name: (at, env) => {
    if (at.conditionalPool !== undefined) return at.conditionalPool;
    const there = poolOf(at.interface ?? "", env);
    const dhcp = env.config.package("dhcp");
    return there?.name ?? (dhcp?.section(at.interface ?? "") ? `cwmp_dhcp_${at.interface}` : at.interface);
  },
  type: "dhcp",
  with: (at, env) => ({ interface: at.interface ?? "", ...silent(at, env) }),
};

/** The section that serves all clients of the interface. */
export const poolOf = (name: string, env: Env): Section | undefined =>
  env.config
    .package("dhcp")
    ?.ofType("dhcp")
    .find((section) => single(section, "interface") === name && !isConditional(section));

/** The sections that serve some clients of the interface. */
export const conditionalOf = (name: string | undefined, env: Env): readonly Section[] =>
  (env.config.package("dhcp")?.ofType("dhcp") ?? []).filter(
    (section) => isConditional(section) && single(section, "interface") === name,
  );

/** `ignore` in one section takes the whole interface from dnsmasq, so that a pool beside others is turned off by `dhcpv4`. */
const silent = (at: At, env: Env): Readonly<Record<string, string>> =>
  conditionalOf(at.interface, env).length > 0 ? { dhcpv4: "disabled" } : { ignore: "1" };

/** The sections of the interface with `ignore`. */
const ignored = (name: string | undefined, env: Env): readonly Section[] =>
  (env.config.package("dhcp")?.ofType("dhcp") ?? []).filter(
    (section) => single(section, "interface") === name && truth("dhcp", section, "ignore", false),
  );

/** The pools of the interface as places: the one for all clients, then those for some. */
export const poolsAt = (at: At, env: Env): readonly At[] => [
  at,
  ...conditionalOf(at.interface, env).map(({ name }) => ({ ...at, conditionalPool: name })),
];

/** With `maindhcp` odhcpd serves IPv4 and dnsmasq does not. */
export const isOdhcpdMain = (env: Env): boolean =>
  truth("", env.config.package("dhcp")?.ofType("odhcpd")[0], "maindhcp", false);

/** Whether a pool without `dhcpv4` serves: up to 24.10 dnsmasq serves unless the option is `disabled`; a later release
 * may serve only if it is `server`. Undefined: the release is unknown. */
function servesUnsaid(env: Env): boolean | undefined {
  if (isOdhcpdMain(env)) return false;
  const [, year, month] = /^(\d\d)\.(\d\d)\b/.exec(env.sheet.board("softwareVersion")) ?? [];
  return year !== undefined && Number(`${year}${month}`) <= 2410 ? true : undefined;
}

/** Whether no dnsmasq listens on the interface: each has a list without it, or one of exceptions with it. */
function isUnheard(name: string, env: Env): boolean {
  if (isOdhcpdMain(env)) return false;
  const servers = env.config.package("dhcp")?.ofType("dnsmasq") ?? [];
  const deaf = servers.filter((one) => {
    const only = members(one, "interface");
    return (only.length > 0 && !only.includes(name)) || members(one, "notinterface").includes(name);
  });
  return servers.length > 0 && deaf.length === servers.length;
}

/** Whether the section asks for service to IPv4. Undefined: the default of this release is not known. */
export function asked(section: Section | undefined, env: Env): boolean | undefined {
  if (!section || truth("dhcp", section, "ignore", false)) return false;
  const name = single(section, "interface");
  if (isUnheard(name ?? "", env) || ignored(name, env).length > 0) return false;
  const word = single(section, "dhcpv4");
  if (word === "server" || word === "disabled") return word === "server";
  return servesUnsaid(env);
}

/** Releases whose answer is not known are mostly newer than this program: a word other than `server` may be none, and
 * where the package says none at all it is older than the need of the word. */
export function serves(section: Section | undefined, env: Env): boolean {
  const known = asked(section, env);
  if (known !== undefined || !section) return known ?? false;
  return !/^(?:SNAPSHOT|2[5-9]\.|[3-9]\d\.)/.test(env.sheet.board("softwareVersion"));
}

/** The edits that turn service of one pool to IPv4 on or off, in a form that every release reads alike. Other pools of the
 * interface stay as they are: one that `ignore` has turned off is turned off by `dhcpv4` from then on. */
export function sayServes(at: At, env: Env, on: boolean): readonly Edit[] {
  const section = sectionAt(pool, at, env);
  const says = section?.options.has("dhcpv4") === true;
  const [[option = "", value = ""] = []] = Object.entries(says ? { dhcpv4: "disabled" } : silent(at, env));
  if (!on) return put(pool, at, env, option, value);
  const where = { package: "dhcp", section: pool.name(at, env) ?? "" };
  const unsaid = at.conditionalPool === undefined && !says && section && servesUnsaid(env) === true;
  const word = single(section, "dhcpv4") === "server" || unsaid;
  const others = ignored(at.interface, env).filter(({ name }) => name !== section?.name);
  return [
    ...others.flatMap(({ name }): Edit[] => [
      { edit: "unset", package: "dhcp", section: name, option: "ignore" },
      { edit: "set", package: "dhcp", section: name, option: "dhcpv4", value: "disabled" },
    ]),
    ...put(pool, at, env, "ignore", section ? undefined : "0"),
    ...(word ? [] : [{ edit: "set" as const, ...where, option: "dhcpv4", value: "server" }]),
  ];
}

/** The edits that turn the server of an interface on or off. Off: no client is served, whatever pool is for it; on: the pool
 * for all clients serves. */
export const sayServesAny = (at: At, env: Env, on: boolean): readonly Edit[] => [
  ...sayServes(at, env, on),
  ...conditionalOf(at.interface, env)
    .filter((section) => !on && asked(section, env) !== false)
    .flatMap(({ name }) => put(pool, { ...at, conditionalPool: name }, env, "dhcpv4", "disabled")),
];

export interface Range {
  readonly subnet: Subnet;
  /** As configured: the first address and how many; may reach beyond the network. */
  readonly start: number;
  readonly limit: number;
}

/** The network that clients are given: the interface's, unless the pool has a mask of its own. */
export function servedSubnet(section: Section | undefined, own: Subnet): Subnet {
  const bits = bitsOf(single(section, "netmask") ?? "");
  return bits === undefined ? own : { address: own.address, bits };
}

export function rangeOf(section: Section | undefined, own: Subnet | undefined): Range | undefined {
  if (!section || !own) return undefined;
  const subnet = servedSubnet(section, own);
  const offset = decimal(single(section, "start")) ?? gatewayLimits.poolStartInitial;
  const limit = decimal(single(section, "limit")) ?? gatewayLimits.poolCountInitial;
  return { subnet, start: networkOf(subnet) + offset, limit };
}

/** Which end of the pool does not lie among the hosts of both networks, and where it should. */
export function misfit(
  section: Section | undefined,
  own: Subnet | undefined,
): { readonly end: "min" | "max"; readonly why: string } | undefined {
  const range = rangeOf(section, own);
  if (!range || !own) return undefined;
  const [ours, told] = [hostsOf(own), hostsOf(range.subnet)];
  const [first, last] = [Math.max(ours.first, told.first), Math.min(ours.last, told.last)];
  const why = `Expected an address from ${writeAddress(first)} to ${writeAddress(last)}`;
  if (range.limit < 1) return { end: "max", why: "MaxAddress must not be below MinAddress" };
  if (range.start < first || range.start > last) return { end: "min", why };
  return range.start + range.limit - 1 > last ? { end: "max", why } : undefined;
}

/** Adapts a pool to a new network: addresses that fit stay the same, the others keep their distance from the network
 * address. So the order of a call that sets both network and pool does not matter (A.3.2.1). */
export function follow(
  at: At,
  env: Env,
  before: Subnet | undefined,
  after: Subnet | undefined,
): readonly Edit[] {
  const start = decimal(single(sectionAt(pool, at, env), "start"));
  if (start === undefined || !before || !after || networkOf(before) === networkOf(after)) return [];
  const address = networkOf(before) + start;
  return address >= 0 && address < 2 ** 32 && contains(after, address)
    ? put(pool, at, env, "start", String(address - networkOf(after)))
    : [];
}
