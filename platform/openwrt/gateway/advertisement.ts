/** Table: odhcpd's announcement of IPv6 on a LAN: router advertisements (`ra` and its companions in the `config dhcp`
 * section of the LAN). RFC 4861 6.2.1; TR-181 RouterAdvertisement. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import {
  bit,
  choice,
  decimal,
  fact,
  members,
  netdev,
  number,
  put,
  refuse,
  sectionAt,
  single,
} from "./bind.ts";
import { pool } from "./dhcp.ts";
import { gatewayLimits } from "./limits.ts";
import { deviceOf, lanInterfaces, sidePackages } from "./network.ts";
import { isServed, switchService } from "./odhcpd.ts";

export const settings: Rows = {
  of: "advertisement",
  packages: sidePackages,
  rows: (_at, env) =>
    lanInterfaces(env).map((section) =>
      sectionRow(section, { interface: section.name, advertisement: section.name }),
    ),
};

export const enable: Binding = {
  packages: ["dhcp"],
  read: (at, env) => bit(isServed("ra", at, env)),
  write: (at, value, env) => switchService("ra", at, value === "1", env),
};

export const status = fact(
  (sheet, at, env) => (isServed("ra", at, env) && sheet.startsAtBoot("odhcpd") ? "Enabled" : "Disabled"),
  ["dhcp"],
);

export const interfaceRef = fact((_sheet, at, env) => env.refer("interface", { interface: at.interface }));

const { advertisement: limits } = gatewayLimits;

const secondsOf = (option: string, at: At, env: Env): number | undefined =>
  decimal(single(sectionAt(pool, at, env), option));

const largest = (at: At, env: Env): number => {
  const { intervalMin, intervalMax, intervalInitial } = limits;
  return Math.min(
    Math.max(secondsOf("ra_maxinterval", at, env) ?? intervalInitial, intervalMin),
    intervalMax,
  );
};

export const maxInterval = number(
  pool,
  "ra_maxinterval",
  limits.intervalInitial,
  limits.intervalMin,
  limits.intervalMax,
);

/** The largest share of the longest interval that the shortest may be. RFC 4861 6.2.1. */
const shortestMost = (at: At, env: Env): number => Math.max(Math.floor(largest(at, env) * 0.75), 3);

/** odhcpd shortens one that is too long. */
export const minInterval: Binding = {
  packages: ["dhcp"],
  read: (at, env) => {
    const told = secondsOf("ra_mininterval", at, env) ?? limits.shortestInitial;
    const most = shortestMost(at, env);
    return String(told < 3 || told > most ? most : told);
  },
  write: (at, value, env) => put(pool, at, env, "ra_mininterval", value),
};

/** Seconds that hosts keep the gateway as their router: three of the longest intervals where none are configured. */
export const lifetime: Binding = {
  packages: ["dhcp"],
  read: (at, env) => {
    const told = secondsOf("ra_lifetime", at, env) ?? -1;
    const most = largest(at, env);
    const kept = told < 0 ? 3 * most : told === 0 ? 0 : Math.max(told, most);
    return String(Math.min(kept, limits.lifetimeMax));
  },
  write: (at, value, env) => put(pool, at, env, "ra_lifetime", value),
};

/** RFC 4861 6.2.1 bounds one by the other. */
export const check: Check = (at, env) => {
  const [shortest, kept] = [secondsOf("ra_mininterval", at, env), secondsOf("ra_lifetime", at, env) ?? 0];
  const most = shortestMost(at, env);
  return [
    ...(shortest !== undefined && shortest > most
      ? [{ about: minInterval, why: `Expected at most three quarters of the longest interval: ${most}` }]
      : []),
    ...(kept > 0 && kept < largest(at, env)
      ? [{ about: lifetime, why: "Expected 0, or no less than the longest interval" }]
      : []),
  ];
};

/** `ra_flags`; `ra_management` before it: 0 says no address by DHCPv6. */
function flagsOf(at: At, env: Env): ReadonlySet<string> {
  const section = sectionAt(pool, at, env);
  if (section?.options.has("ra_flags")) return new Set(members(section, "ra_flags"));
  const older = decimal(single(section, "ra_management"));
  return new Set(older === 1 || older === 2 ? ["managed-config", "other-config"] : ["other-config"]);
}

/** An empty list would be the default one; `none` says that no flag is set. */
const raFlag = (word: string): Binding => ({
  packages: ["dhcp"],
  read: (at, env) => bit(flagsOf(at, env).has(word)),
  write: (at, value, env) => {
    const flags = new Set(flagsOf(at, env));
    if (flags.has(word) === (value === "1")) return [];
    if (value === "1") flags.add(word);
    else flags.delete(word);
    flags.delete("none");
    const list = flags.size === 0 ? ["none"] : [...flags];
    const edits = put(pool, at, env, "ra_flags", list);
    const after = { ...env, config: env.config.with(edits) };
    return [...edits, ...put(pool, at, after, "ra_management", undefined)];
  },
});

export const managed = raFlag("managed-config");
export const otherConfig = raFlag("other-config");
export const homeAgent = raFlag("home-agent");

export const preference = choice(
  pool,
  "ra_preference",
  { high: "High", medium: "Medium", low: "Low" },
  "Medium",
);

/** odhcpd advertises the size of the link where none is configured, so that 0, for none, cannot be set. */
export const linkMtu: Binding = {
  packages: ["dhcp", "network"],
  fresh: true,
  read: (at, env) => {
    const section = env.config.package("network")?.section(at.interface ?? "");
    const link = netdev(env.sheet, section && deviceOf(section))?.mtu ?? 0;
    const told = secondsOf("ra_mtu", at, env) ?? 0;
    return String(told >= limits.mtuMin ? told : Math.max(link, limits.mtuMin));
  },
  write: (at, value, env) =>
    Number(value) >= limits.mtuMin && Number(value) <= limits.mtuMax
      ? put(pool, at, env, "ra_mtu", value)
      : refuse(`Expected a size from ${limits.mtuMin} to ${limits.mtuMax}`),
};

/** Milliseconds; 0 leaves them to the hosts. */
export const reachableTime = number(pool, "ra_reachabletime", 0, 0, limits.reachableMsMax);
export const retransTimer = number(pool, "ra_retranstime", 0, 0, limits.retransMsMax);
export const hopLimit = number(pool, "ra_hoplimit", 0, 0, 255);
