/** Table: port mappings: the DNAT redirects of the WAN interface's zone.
 *
 * A mapping has one protocol, a redirect may have both (fw4: no `proto` is tcp and udp). Such a redirect shows as two
 * mappings; the first write to either splits it, and the UDP half gets the section whose name was its key all along,
 * so that its number stays. A redirect that a mapping cannot express (several sources, negations, networks as sources,
 * a range of ports at the client, other conditions on a packet, a redirect to the gateway itself) is not shown.
 *
 * A redirect is its zone's, which may have several interfaces: the redirect is listed under the first of them or the
 * one for which it was made. */
import { Fault } from "../../../src/errors.ts";
import {
  type At,
  always,
  type Binding,
  type Check,
  type Env,
  type Row,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import type { ConfigView, Edit, Section } from "../../../src/ports/config.ts";
import { judgeRuleName } from "./accepted.ts";
import { isUnicast, parseAddress } from "./address.ts";
import { flag, freeName, type Place, put, refuse, sectionAt, single, text, truth } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";
import { perMoment, perObject } from "./moment.ts";
import { lanInterfaces, sidePackages, wanInterfaces, zoneName, zoneOf } from "./network.ts";
import { firstPort, isMapping, outerPorts, ownPrefix, portOf, protocolsOf } from "./redirect.ts";

/** The redirect of the instance; of a UDP half its own once there is one. */
export const redirect: Place = {
  package: "firewall",
  name: (at, env) =>
    at.half !== undefined && env.config.package("firewall")?.section(at.half) ? at.half : at.mapping,
};

/** A redirect as mappings see it: its protocols, none where no mapping can stand for it; and the row of the first. */
const judged = perObject((section: Section) => ({
  protocols: isMapping(section) ? protocolsOf(section) : [],
  row: sectionRow(section, { mapping: section.name }),
}));

/** The interfaces of each zone that lead to the outside, the one that leads to the ACS first. */
const outerOf = perMoment((env): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const { name } of wanInterfaces(env)) {
    const zone = zoneOf(name, env);
    if (zone) found.set(zoneName(zone), [...(found.get(zoneName(zone)) ?? []), name]);
  }
  return found;
});

/** The interface under which the redirect is listed; undefined where its zone has no WAN interface. */
export const interfaceOf = (section: Section, env: Env): string | undefined =>
  interfaceAmong(outerOf(env), section);

function interfaceAmong(outer: ReadonlyMap<string, readonly string[]>, section: Section): string | undefined {
  const interfaces = outer.get(single(section, "src") ?? "") ?? [];
  if (interfaces.length < 2) return interfaces[0];
  const [first, ...others] = interfaces;
  const made = others
    .filter((name) => new RegExp(`^${ownPrefix}${name}_\\d+(?:_\\d+|_udp)*$`).test(section.name))
    .toSorted((a, b) => b.length - a.length);
  return made[0] ?? first;
}

/** The section that the UDP half of a redirect gets when it is split. */
const halfName = (section: Section, env: Env): string => freeName("firewall", `${section.name}_udp`, env);

/** The row of the UDP half of a redirect that has both protocols. */
function halfOf(section: Section, row: Row, env: Env): Row {
  const half = halfName(section, env);
  const content = () => [...(row.content?.() ?? []), "mapping=udp"];
  return { ...row, key: half, at: { ...row.at, half }, content };
}

/** The mappings of the interface; without an interface, those of the redirects that name no zone. */
function mappings(at: At, env: Env): readonly Row[] {
  const outer = outerOf(env);
  const found: Row[] = [];
  for (const section of env.config.package("firewall")?.ofType("redirect") ?? []) {
    const { protocols, row } = judged(section);
    if (protocols.length === 0) continue;
    const own =
      at.interface === undefined
        ? !section.options.has("src")
        : interfaceAmong(outer, section) === at.interface;
    if (own) found.push(row, ...(protocols.length > 1 ? [halfOf(section, row, env)] : []));
  }
  return found;
}

const copied = (section: Section, name: string): readonly Edit[] => [
  { edit: "add", package: "firewall", section: name, type: "redirect" },
  ...[...section.options]
    .filter(([option]) => option !== "proto")
    .map(([option, value]) => ({ edit: "set" as const, package: "firewall", section: name, option, value })),
];

const putProto = (section: string, value: string): Edit => ({
  edit: "set",
  package: "firewall",
  section,
  option: "proto",
  value,
});

/** The edits that give each protocol a redirect of its own; none where each has one already. */
function split(at: At, env: Env): readonly Edit[] {
  const section = env.config.package("firewall")?.section(at.mapping ?? "");
  if (!section || protocolsOf(section).length < 2) return [];
  const half = halfName(section, env);
  return [...copied(section, half), putProto(half, "udp"), putProto(section.name, "tcp")];
}

/** A binding whose writes split a redirect of both protocols first. */
export function splitting(binding: Binding): Binding {
  const { write } = binding;
  if (!write) return binding;
  return {
    ...binding,
    write: (at, value, env) => {
      const edits = split(at, env);
      if (edits.length === 0) return write(at, value, env);
      return [...edits, ...write(at, value, { ...env, config: env.config.with(edits) })];
    },
  };
}

const ownProtocol: Binding = {
  packages: ["firewall"],
  read: (at, env) => {
    const section = sectionAt(redirect, at, env);
    const both = section ? protocolsOf(section) : [];
    return (both[at.half !== undefined && both.length > 1 ? 1 : 0] ?? "").toUpperCase();
  },
  write: (at, value, env) => put(redirect, at, env, "proto", value.toLowerCase()),
};

const outerPort: Binding = {
  packages: ["firewall"],
  read: (at, env) => String(firstPort(sectionAt(redirect, at, env))),
  // An InternalPort that followed the outer port keeps its number: the call did not name it. The end of a range is
  // kept, too, and the check judges whether it lies behind the new beginning.
  write: (at, value, env) => {
    const inner = innerPort.read(at, env);
    const kept = inner === value || inner === "0" ? [] : putPort(at, env, "dest_port", inner);
    const last = outerPorts(sectionAt(redirect, at, env))?.last ?? 0;
    return [...putOuter(at, env, Number(value), last), ...kept];
  },
};

const outerEnd: Binding = {
  packages: ["firewall"],
  read: (at, env) => String(outerPorts(sectionAt(redirect, at, env))?.last ?? 0),
  write: (at, value, env) => putOuter(at, env, firstPort(sectionAt(redirect, at, env)), Number(value)),
};

function putOuter(at: At, env: Env, first: number, last: number): readonly Edit[] {
  if (first === 0 && last !== 0) return refuse("All ports have no end of a range");
  if (last === 0) return putPort(at, env, "src_dport", String(first));
  return Math.max(first, last) > 65535
    ? refuse("Expected a port from 0 to 65535")
    : put(redirect, at, env, "src_dport", `${first}-${last}`);
}

/** An absent port of the client is the outer one (fw4). */
const innerPort: Binding = {
  packages: ["firewall"],
  read: (at, env) => {
    const section = sectionAt(redirect, at, env);
    return String(portOf(section, "dest_port") || firstPort(section));
  },
  // TR-098 has no InternalPort 0; only where all ports go through as they are is there nothing to say.
  write: (at, value, env) =>
    value === "0" && firstPort(sectionAt(redirect, at, env)) !== 0
      ? refuse("Expected a port from 1 to 65535")
      : putPort(at, env, "dest_port", value),
};

function putPort(at: At, env: Env, option: string, value: string): readonly Edit[] {
  const port = Number(value);
  if (port > 65535) return refuse("Expected a port from 0 to 65535");
  return put(redirect, at, env, option, port === 0 ? undefined : value);
}

const judgeClient = (value: string): string | undefined => {
  const address = parseAddress(value);
  return value === "" || (address !== undefined && isUnicast(address))
    ? undefined
    : "Expected the IPv4 address of a host";
};

/** The identity of a mapping, one for each protocol. No two mappings may share one. */
const identities = (section: Section): readonly string[] =>
  protocolsOf(section).map((one) => `${single(section, "src_ip") ?? ""} ${firstPort(section)} ${one}`);

type Owners = ReadonlyMap<string, readonly string[]>;
const known = new WeakMap<ConfigView, Map<string, Owners>>();

/** Names of a zone's enabled mappings, by remote host, port and protocol; collected once for all of them. */
function owners(zone: string, env: Env): Owners {
  const ofView = known.get(env.config) ?? new Map<string, Owners>();
  known.set(env.config, ofView);
  const found = ofView.get(zone) ?? collected(zone, env);
  ofView.set(zone, found);
  return found;
}

function collected(zone: string, env: Env): Owners {
  const found = new Map<string, string[]>();
  for (const section of env.config.package("firewall")?.ofType("redirect") ?? []) {
    if (single(section, "src") !== zone || judged(section).protocols.length === 0) continue;
    if (!truth("firewall", section, "enabled", true)) continue;
    for (const one of identities(section)) {
      const names = found.get(one) ?? [];
      names.push(section.name);
      found.set(one, names);
    }
  }
  return found;
}

/** The data model's unique key, among enabled mappings; and whether an enabled mapping has an InternalClient. */
export const check: Check = (at, env) => {
  const section = sectionAt(redirect, at, env);
  if (!section || !truth("firewall", section, "enabled", true)) return [];
  const { first, last } = outerPorts(section) ?? { first: 0, last: 0 };
  if (last !== 0 && last < first)
    return [{ about: externalPortEnd, why: "The range of ports ends before it begins" }];
  if (!section.options.has("dest_ip"))
    return [{ about: internalClient, why: "An enabled mapping needs an InternalClient" }];
  const others = owners(single(section, "src") ?? "", env);
  const twin = identities(section).some((one) => others.get(one)?.some((name) => name !== section.name));
  const why = "Another mapping has this RemoteHost, ExternalPort and PortMappingProtocol";
  return twin ? [{ about: externalPort, why }] : [];
};

/** The zone that mappings lead into: that of `lan`, else of the first LAN. fw4 leaves out a redirect to a zone that is
 * not there, and finds the zone by the client's address where the redirect names none. */
const lanZone = (env: Env): string | undefined => {
  const [zone] = ["lan", ...lanInterfaces(env).map(({ name }) => name)].flatMap(
    (name) => zoneOf(name, env) ?? [],
  );
  return zone && zoneName(zone);
};

/** A new mapping is off and empty (R-A.3.2.6-06), in a section with a name so that nobody's index shifts (7.5). */
function add(at: At, number: number, env: Env) {
  const zone = zoneOf(at.interface ?? "", env);
  if (zone === undefined) throw new Fault(9001, "The firewall has no zone for this connection");
  const dest = lanZone(env);
  const first = outerOf(env).get(zoneName(zone))?.[0];
  const isOther = first !== undefined && at.interface !== undefined && first !== at.interface;
  const name = freeName("firewall", `${ownPrefix}${isOther ? `${at.interface}_` : ""}${number}`, env);
  const where = { package: "firewall", section: name };
  const options = {
    target: "DNAT",
    src: zoneName(zone),
    ...(dest === undefined ? {} : { dest }),
    proto: "tcp",
    enabled: "0",
  };
  const edits: Edit[] = [
    { edit: "add", ...where, type: "redirect" },
    ...Object.entries(options).map(([option, value]) => ({ edit: "set" as const, ...where, option, value })),
  ];
  return { row: { key: name, at: { mapping: name } }, edits };
}

/** Deletes one half of a redirect. The other half keeps its number. */
function remove(at: At, env: Env): readonly Edit[] | undefined {
  const section = sectionAt(redirect, at, env);
  if (!section) return undefined;
  if (protocolsOf(section).length < 2)
    return [{ edit: "remove", package: "firewall", section: section.name }];
  if (at.half !== undefined) return [putProto(section.name, "tcp")];
  const edits = split(at, env);
  return [...edits, { edit: "remove", package: "firewall", section: section.name }];
}

export const protocol = splitting(ownProtocol);
/** Templates of servers say "any" by 0.0.0.0 where the data model says it by the empty text. */
const anyHost = (value: string): string => (value === "0.0.0.0" ? "" : value);
const sourceAddress = text(redirect, "src_ip", { judge: (value) => judgeClient(anyHost(value)) });

export const remoteHost = splitting({
  ...sourceAddress,
  alike: (written, read) => anyHost(written) === read,
  write: (at, value, env) => sourceAddress.write?.(at, anyHost(value), env) ?? [],
});
export const externalPort = splitting(outerPort);
export const externalPortEnd = splitting(outerEnd);
export const internalPort = splitting(innerPort);
const client = text(redirect, "dest_ip", { judge: judgeClient });
export const internalClient = splitting({
  ...client,
  write: (at, value, env) =>
    value === "" && sectionAt(redirect, at, env)?.name.startsWith(ownPrefix) !== true
      ? refuse("Without an InternalClient this one would lead to the gateway itself")
      : (client.write?.(at, value, env) ?? []),
});
export const description = splitting(text(redirect, "name", { judge: judgeRuleName }));
const flagged = flag(redirect, "enabled", true);
/** fw4 leaves out a redirect whose flag it cannot read. */
export const enabled = splitting({
  ...flagged,
  read: (at, env) => (flagged.guessed?.(at, env) ? "0" : flagged.read(at, env)),
});
/** Mappings of the configuration never end; those of UPnP are not in it. */
export const leaseDuration = always("0");

/** The mappings of one WAN interface. */
export const mappingsOf: Rows = {
  of: "mapping",
  packages: sidePackages,
  rows: mappings,
  add,
  remove,
  rowsMax: gatewayLimits.portMappingsMax,
};
