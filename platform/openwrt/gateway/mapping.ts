/** Table: port mappings: the DNAT redirects of the WAN interface's zone.
 *
 * A mapping has one protocol, a redirect may have both (fw4: no `proto` is tcp and udp). Such a redirect shows as two
 * mappings; the first write to either splits it, and the UDP half gets the section whose name was its key all along,
 * so that its number stays. What a mapping cannot say (port ranges, several sources, negations, networks as sources)
 * does not show. */
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
import { isUnicast, parseAddress } from "./address.ts";
import { decimal, flag, members, type Place, put, refuse, sectionAt, single, text, truth } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";
import { zoneName, zoneOf } from "./network.ts";

/** The redirect of the instance; of a UDP half its own once there is one. */
export const redirect: Place = {
  package: "firewall",
  name: (at, env) =>
    at.half !== undefined && env.config.package("firewall")?.section(at.half) ? at.half : at.mapping,
};

type Protocol = "tcp" | "udp";

/** The protocols of a redirect that mappings have; none for any other redirect. */
function protocolsOf(section: Section): readonly Protocol[] {
  const words = members(section, "proto").map((word) => word.toLowerCase());
  if (words.length === 0 || words.includes("tcpudp")) return ["tcp", "udp"];
  const known = (["tcp", "udp"] as const).filter((protocol) => words.includes(protocol));
  return words.every((word) => word === "tcp" || word === "udp") ? known : [];
}

/** @returns undefined for what is no single port; 0 stands for every port (an absent option) */
function portOf(section: Section | undefined, option: string): number | undefined {
  const value = section?.options.get(option);
  if (value === undefined) return 0;
  const port = decimal(single(section, option));
  return port !== undefined && port >= 1 && port <= 65535 ? port : undefined;
}

const addressOrNone = (section: Section, option: string): boolean =>
  !section.options.has(option) || parseAddress(single(section, option) ?? "") !== undefined;

/** A redirect that a mapping can stand for. @param zone undefined: one that has not been told yet */
function isMapping(section: Section, zone: string | undefined): boolean {
  return (
    (single(section, "target") ?? "DNAT").toUpperCase() === "DNAT" &&
    single(section, "src") === zone &&
    single(section, "family") !== "ipv6" &&
    portOf(section, "src_dport") !== undefined &&
    portOf(section, "dest_port") !== undefined &&
    addressOrNone(section, "src_ip") &&
    addressOrNone(section, "dest_ip")
  );
}

/** The section that the UDP half of a redirect gets when it is split. */
const halfName = (section: Section, env: Env): string => freeName(`${section.name}_udp`, env);

function rowsOf(section: Section, env: Env): readonly Row[] {
  const protocols = protocolsOf(section);
  const row = sectionRow(section, { mapping: section.name });
  if (protocols.length < 2) return protocols.length === 0 ? [] : [row];
  const half = halfName(section, env);
  const content = () => [...(row.content?.() ?? []), "mapping=udp"];
  return [row, { ...row, key: half, at: { ...row.at, half }, content }];
}

function mappings(at: At, env: Env): readonly Section[] {
  const zone = at.interface === undefined ? undefined : zoneOf(at.interface, env);
  if (!zone && at.interface !== undefined) return [];
  const name = zone && zoneName(zone);
  return (env.config.package("firewall")?.ofType("redirect") ?? []).filter((section) =>
    isMapping(section, name),
  );
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
  read: (at, env) => String(portOf(sectionAt(redirect, at, env), "src_dport") ?? 0),
  // An InternalPort that followed the outer one stays what it was: the call did not name it.
  write: (at, value, env) => {
    const inner = innerPort.read(at, env);
    const kept = inner === value || inner === "0" ? [] : putPort(at, env, "dest_port", inner);
    return [...putPort(at, env, "src_dport", value), ...kept];
  },
};

/** An absent port of the client is the outer one (fw4). */
const innerPort: Binding = {
  packages: ["firewall"],
  read: (at, env) => {
    const section = sectionAt(redirect, at, env);
    return String(portOf(section, "dest_port") || portOf(section, "src_dport") || 0);
  },
  // TR-098 has no InternalPort 0; only where all ports go through as they are is there nothing to say.
  write: (at, value, env) =>
    value === "0" && portOf(sectionAt(redirect, at, env), "src_dport") !== 0
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

/** What two mappings may not both have; one for each protocol. */
const identities = (section: Section): readonly string[] =>
  protocolsOf(section).map(
    (one) => `${single(section, "src_ip") ?? ""} ${portOf(section, "src_dport") ?? 0} ${one}`,
  );

type Owners = ReadonlyMap<string, readonly string[]>;
const known = new WeakMap<ConfigView, Map<string, Owners>>();

/** Names of the mappings that are on, by what each has; found once for all of them. */
function owners(at: At, env: Env): Owners {
  const network = at.interface ?? "";
  const ofView = known.get(env.config) ?? new Map<string, Owners>();
  known.set(env.config, ofView);
  const found = ofView.get(network) ?? collected(at, env);
  ofView.set(network, found);
  return found;
}

function collected(at: At, env: Env): Owners {
  const found = new Map<string, string[]>();
  for (const section of mappings(at, env)) {
    if (!truth("firewall", section, "enabled", true)) continue;
    for (const one of identities(section)) {
      const names = found.get(one) ?? [];
      names.push(section.name);
      found.set(one, names);
    }
  }
  return found;
}

/** The data model's unique key, among those that are on; and where to forward to. */
export const check: Check = (at, env) => {
  const section = sectionAt(redirect, at, env);
  if (!section || !truth("firewall", section, "enabled", true)) return [];
  if (!section.options.has("dest_ip"))
    return [{ about: internalClient, why: "An enabled mapping needs an InternalClient" }];
  const others = owners(at, env);
  const twin = identities(section).some((one) => others.get(one)?.some((name) => name !== section.name));
  const why = "Another mapping has this RemoteHost, ExternalPort and PortMappingProtocol";
  return twin ? [{ about: externalPort, why }] : [];
};

/** The zone that mappings lead into: the one of the LAN. */
const lanZone = (env: Env): string => {
  const zone = zoneOf("lan", env);
  return zone ? zoneName(zone) : "lan";
};

/** A section of that name may be left from an earlier life of the agent. */
function freeName(wish: string, env: Env): string {
  const firewall = env.config.package("firewall");
  let name = wish;
  for (let turn = 2; firewall?.section(name); turn++) name = `${wish}_${turn}`;
  return name;
}

/** A new mapping is off and empty (R-A.3.2.6-06), in a section with a name so that nobody's index shifts (7.5). */
function add(at: At, number: number, env: Env) {
  const zone = zoneOf(at.interface ?? "", env);
  const name = freeName(`cwmp_redirect_${number}`, env);
  const where = { package: "firewall", section: name };
  const options = {
    target: "DNAT",
    src: zone ? zoneName(zone) : "wan",
    dest: lanZone(env),
    proto: "tcp",
    enabled: "0",
  };
  const edits: Edit[] = [
    { edit: "add", ...where, type: "redirect" },
    ...Object.entries(options).map(([option, value]) => ({ edit: "set" as const, ...where, option, value })),
  ];
  return { row: { key: name, at: { mapping: name } }, edits };
}

/** One half of a redirect goes alone; the other one keeps its number. */
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
  write: (at, value, env) => sourceAddress.write?.(at, anyHost(value), env) ?? [],
});
export const externalPort = splitting(outerPort);
export const internalPort = splitting(innerPort);
export const internalClient = splitting(text(redirect, "dest_ip", { judge: judgeClient }));
export const description = splitting(text(redirect, "name"));
export const enabled = splitting(flag(redirect, "enabled", true));
/** Mappings of the configuration never end; those of UPnP are not in it. */
export const leaseDuration = always("0");

/** The mappings of one WAN interface. */
export const mappingsOf: Rows = {
  of: "mapping",
  packages: ["network", "firewall"],
  rows: (at, env) => mappings(at, env).flatMap((section) => rowsOf(section, env)),
  add,
  remove,
  rowsMax: gatewayLimits.portMappingsMax,
};
