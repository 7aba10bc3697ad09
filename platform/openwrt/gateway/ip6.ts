/** Table: IPv6 of a logical interface: addresses, prefixes, and whether it has any. netifd reports those in use;
 * `ip6assign` and `ula_prefix` decide which prefixes LANs are given. */
import { unknownTime, writeDateTime } from "../../../src/datetime.ts";
import type { At, Binding, Env, Rows } from "../../../src/model/define.ts";
import type { Address6, Interface, Prefix6 } from "../../../src/ports/facts.ts";
import { isPrefix6, isUla, isUlaPrefix, words6 } from "./address6.ts";
import { bit, fact, instance, named, put, refuse, sectionAt, shown, single, truth } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";
import { cwmpInterface, deviceOf, interfaces, isPpp, protoOf, sectionOfDevice } from "./network.ts";

/** The interfaces of one device stand for one IP interface: `wan6` beside `wan` (TR-181 has both families in one). */
export function together(at: At, env: Env): readonly Interface[] {
  const all = interfaces(env);
  const own = all.find(({ name }) => name === at.interface);
  if (own === undefined) return [];
  const device = deviceOf(own);
  const mates = all.filter(
    (section) =>
      section.name === own.name ||
      deviceOf(section) === `@${own.name}` ||
      (/^(?:dhcpv6|6in4|6to4|6rd|map)$/.test(protoOf(section)) &&
        device !== "" &&
        deviceOf(section) === device),
  );
  const named6 = [...mates.map(({ name }) => name), `${own.name}_6`];
  return [...new Set(named6)].flatMap((name) => env.sheet.interface(name) ?? []);
}

interface Held extends Address6 {
  readonly from: Interface;
}

const addressesOf = (at: At, env: Env): readonly Held[] =>
  together(at, env).flatMap((from) => (from.addresses6 ?? []).map((one) => ({ ...one, from })));

interface HeldPrefix extends Prefix6 {
  /** Delegated to the interface, or given to a LAN out of such a one. */
  readonly is: "delegated" | "assigned";
}

const prefixesOf = (at: At, env: Env): readonly HeldPrefix[] =>
  together(at, env).flatMap((one) => [
    ...(one.prefixes6 ?? []).map((prefix) => ({ ...prefix, is: "delegated" as const })),
    ...(one.assigned6 ?? []).map((prefix) => ({ ...prefix, is: "assigned" as const })),
  ]);

const packages = ["network"];

/** The kernel has IPv6 at all. */
export const capable = fact((sheet) => bit(sheet.hasIpv6()));
export const status6 = fact((sheet) => (sheet.hasIpv6() ? "Enabled" : "Disabled"));

const network = instance("network", "interface");

const device = (at: At, env: Env): string => {
  const section = sectionAt(network, at, env);
  return section === undefined ? "" : deviceOf(section);
};
const deviceOption = sectionOfDevice(device);

/** `option ipv6 '0'` of the device turns it off, and of the interface where no section speaks of the device; pppd has
 * its own word in the interface. */
const isOff = (at: At, env: Env): boolean =>
  single(sectionAt(network, at, env), "ipv6") === "0" ||
  !truth("network", sectionAt(deviceOption, at, env), "ipv6", true);

const hasIpv4 = (at: At, env: Env): boolean =>
  (env.sheet.interface(at.interface ?? "")?.addresses.length ?? 0) > 0;

export const enable: Binding = {
  packages: ["cwmp", "network"],
  fresh: true,
  read: (at, env) => bit(env.sheet.hasIpv6() && together(at, env).length > 0 && !isOff(at, env)),
  write: (at, value, env) => {
    if (enable.read(at, env) === value) return [];
    if (value === "0" && at.interface === cwmpInterface(env) && !hasIpv4(at, env))
      return refuse("The connection to the ACS uses this interface, which has no IPv4");
    if (value === "1" && !isOff(at, env)) return refuse("The system has no IPv6 on this interface");
    const own = sectionAt(network, at, env);
    if (own !== undefined && isPpp(own)) return put(network, at, env, "ipv6", value === "1" ? "auto" : "0");
    const name = device(at, env);
    if (name === "" || /[@/]/.test(name)) return refuse("The interface has no device of its own");
    const said = value === "1" ? put(network, at, env, "ipv6", undefined) : [];
    return [...said, ...put(deviceOption, at, env, "ipv6", value)];
  },
};

const globals = named("network", "globals", "globals");

/** `ula_prefix` of the globals; `auto` has been replaced by the first start of the system. */
export const ulaPrefix: Binding = {
  packages,
  read: (at, env) => {
    const word = single(sectionAt(globals, at, env), "ula_prefix") ?? "";
    return isPrefix6(word) ? word : "";
  },
  write: (at, value, env) =>
    value === "" || isUlaPrefix(value)
      ? put(globals, at, env, "ula_prefix", value === "" ? undefined : value)
      : refuse("Expected a prefix of unique local addresses of 64 bits at most, as fd00:1:2::/48"),
};

/** Whether the interface has an address of the ULA prefix. */
export const ulaEnable = fact(
  (_sheet, at, env) =>
    bit(
      addressesOf(at, env).some(({ address }) => isUla(address)) ||
        prefixesOf(at, env).some(({ address }) => isUla(address)),
    ),
  packages,
);

/** Addresses of its own, and the one that it has in each prefix that it was given. */
function allAddresses(at: At, env: Env): readonly Held[] {
  const own = addressesOf(at, env);
  const inPrefixes = together(at, env).flatMap((from) =>
    (from.assigned6 ?? []).flatMap((prefix) =>
      prefix.local === undefined
        ? []
        : [
            {
              address: prefix.local,
              mask: prefix.mask,
              preferred: prefix.preferred,
              valid: prefix.valid,
              from,
            },
          ],
    ),
  );
  const once = new Map([...own, ...inPrefixes].map((one) => [one.address, one]));
  return [...once.values()];
}

export const addresses: Rows = {
  of: "address6",
  packages,
  fresh: true,
  rows: (at, env) =>
    allAddresses(at, env)
      .filter(({ address }) => words6(address) !== undefined)
      .map(({ address }) => ({ key: address, at: { address6: address } })),
};

const addressAt = (read: (one: Held, env: Env) => string, gone = ""): Binding =>
  fact((_sheet, at, env) => {
    const one = allAddresses(at, env).find(({ address }) => address === at.address6);
    return one === undefined ? gone : read(one, env);
  }, packages);

export const address = fact((_sheet, at) => shown(at.address6 ?? ""));

/** netifd reports a lifetime in seconds from now; without a lifetime an address never expires. */
export const ends = (seconds: number | undefined, { now }: Env): string => {
  if (seconds === undefined) return "9999-12-31T23:59:59Z";
  return now.known ? writeDateTime({ is: "time", ms: now.wall + seconds * 1000 }) : unknownTime;
};

/** The end of a lifetime. netifd reports whole seconds from now, so that the end differs a little between readings. */
const lifetime = (binding: Binding): Binding => ({
  ...binding,
  alike: (written, read) => Math.abs(Date.parse(written) - Date.parse(read)) <= gatewayLimits.lifetimeSlackMs,
});

export const addressPreferred = lifetime(addressAt((one, env) => ends(one.preferred, env), unknownTime));
export const addressValid = lifetime(addressAt((one, env) => ends(one.valid, env), unknownTime));
export const addressStatus = addressAt(
  ({ preferred }) => (preferred !== undefined && preferred <= 0 ? "Deprecated" : "Preferred"),
  "Invalid",
);
/** Out of a delegated prefix, by DHCPv6, or by configuration. */
export const addressOrigin = addressAt(({ from, mask }) => {
  if (from.proto === "static") return (from.assigned6 ?? []).length > 0 ? "AutoConfigured" : "Static";
  return mask === 128 ? "DHCPv6" : "AutoConfigured";
}, "Static");

export const prefixes: Rows = {
  of: "prefix6",
  packages,
  fresh: true,
  rows: (at, env) =>
    prefixesOf(at, env).map(({ address: one, mask, is }) => ({
      key: `${is} ${one}/${mask}`,
      at: { prefix6: `${is} ${one}/${mask}` },
    })),
};

/** The keys of the rows of the prefixes that the interface was given. */
export const assignedPrefixes = (at: At, env: Env): readonly string[] =>
  prefixesOf(at, env).flatMap(({ address: one, mask, is }) =>
    is === "assigned" ? [`${is} ${one}/${mask}`] : [],
  );

const prefixAt = (read: (one: HeldPrefix, env: Env) => string, gone = ""): Binding =>
  fact((_sheet, at, env) => {
    const one = prefixesOf(at, env).find(
      ({ address: text, mask, is }) => `${is} ${text}/${mask}` === at.prefix6,
    );
    return one === undefined ? gone : read(one, env);
  }, packages);

export const prefix = prefixAt(({ address: text, mask }) => `${text}/${mask}`);
export const prefixOrigin = prefixAt(({ address: text, is }) => {
  if (is === "delegated") return "PrefixDelegation";
  return isUla(text) ? "AutoConfigured" : "Child";
}, "Static");
export const prefixPreferred = lifetime(prefixAt((one, env) => ends(one.preferred, env), unknownTime));
export const prefixValid = lifetime(prefixAt((one, env) => ends(one.valid, env), unknownTime));
/** On the link of a LAN hosts reach each other by it; a delegated one is on no link. */
export const prefixOnLink = prefixAt(({ is }) => bit(is === "assigned"), "0");
export const prefixStatus = prefixAt(
  ({ preferred }) => (preferred !== undefined && preferred <= 0 ? "Deprecated" : "Preferred"),
  "Invalid",
);
