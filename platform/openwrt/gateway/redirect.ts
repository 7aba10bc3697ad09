/** Rule: the redirects of the firewall that a port mapping can stand for, and their protocols and ports. */
import type { Section } from "../../../src/ports/config.ts";
import { parseAddress } from "./address.ts";
import { decimal, members, single, truth } from "./bind.ts";
import { perObject } from "./moment.ts";

type Protocol = "tcp" | "udp";

/** Protocols by the numbers of IANA, which fw4 takes as well. */
const numbered: Readonly<Record<string, Protocol>> = { 6: "tcp", 17: "udp" };

/** The protocols of a redirect that mappings have; none for any other redirect. */
export const protocolsOf = perObject((section: Section): readonly Protocol[] => {
  const words = members(section, "proto").map((word) => numbered[word] ?? word.toLowerCase());
  if (words.length === 0 || words.includes("tcpudp")) return ["tcp", "udp"];
  const known = (["tcp", "udp"] as const).filter((protocol) => words.includes(protocol));
  return words.every((word) => word === "tcp" || word === "udp") ? known : [];
});

/** @returns undefined for a value that is no single port; 0 stands for every port (an absent option) */
export function portOf(section: Section | undefined, option: string): number | undefined {
  const value = section?.options.get(option);
  if (value === undefined) return 0;
  const port = decimal(single(section, option));
  return port !== undefined && port >= 1 && port <= 65535 ? port : undefined;
}

/** The outer ports, as fw4 has them: one, or `FIRST-LAST`.
 * @returns undefined for a value without ports; `first` 0 is every port (an absent option), `last` 0 is no range */
export function outerPorts(
  section: Section | undefined,
): { readonly first: number; readonly last: number } | undefined {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(single(section, "src_dport") ?? "") ?? [];
  if (first === undefined || last === undefined) {
    const port = portOf(section, "src_dport");
    return port === undefined ? undefined : { first: port, last: 0 };
  }
  const range = { first: Number(first), last: Number(last) };
  return range.first >= 1 && range.last <= 65535 ? range : undefined;
}

export const firstPort = (section: Section | undefined): number => outerPorts(section)?.first ?? 0;

const addressOrNone = (section: Section, option: string): boolean =>
  !section.options.has(option) || parseAddress(single(section, option) ?? "") !== undefined;

/** Other options that fw4 and fw3 match, which a mapping cannot express. */
const otherMatches = [
  ...["src_mac", "src_dip", "src_port", "ipset", "helper", "mark", "limit", "extra", "device", "direction"],
  ...["start_date", "stop_date", "start_time", "stop_time", "weekdays", "monthdays"],
];

/** Sections that AddObject has made. */
export const ownPrefix = "cwmp_redirect_";

/** Without an address fw4 redirects to the gateway itself. A new mapping has none yet, and is off. */
const leadsToClient = (section: Section): boolean =>
  section.options.has("dest_ip") ||
  (section.name.startsWith(ownPrefix) && !truth("firewall", section, "enabled", true));

/** A redirect that a mapping can stand for. */
export function isMapping(section: Section): boolean {
  const family = single(section, "family") ?? "";
  return (
    (single(section, "target") ?? "DNAT").toUpperCase() === "DNAT" &&
    (family.includes("4") || !family.includes("6")) &&
    outerPorts(section) !== undefined &&
    portOf(section, "dest_port") !== undefined &&
    addressOrNone(section, "src_ip") &&
    addressOrNone(section, "dest_ip") &&
    !otherMatches.some((option) => section.options.has(option)) &&
    leadsToClient(section)
  );
}
