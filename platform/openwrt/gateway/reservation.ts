/** Table: addresses that dnsmasq keeps for one client: `config host` sections with a single MAC address. Sections do
 * not name a LAN: one belongs to the LAN whose network has its address, or for which it was made while it has none. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import { contains, hostsOf, parseAddress, writeAddress } from "./address.ts";
import {
  flag,
  freeName,
  type Judge,
  members,
  type Place,
  put,
  refuse,
  sectionAt,
  shown,
  single,
  text,
  truth,
} from "./bind.ts";
import { subnetsOf } from "./ipaddress.ts";
import { gatewayLimits } from "./limits.ts";

const reservation: Place = { package: "dhcp", name: (at) => at.reservation };
const macPattern = /^(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/;

const sections = (env: Env): readonly Section[] => env.config.package("dhcp")?.ofType("host") ?? [];
const macsOf = (section: Section | undefined): readonly string[] =>
  members(section, "mac").flatMap((word) => word.split(/\s+/).filter((one) => one !== ""));
const addressOf = (section: Section | undefined): number | undefined =>
  parseAddress(single(section, "ip") ?? "");

/** Names of new sections say for which LAN they were made. */
const prefix = (at: At): string => `cwmp_host_${at.interface}_`;

function isOf(section: Section, at: At, env: Env): boolean {
  if (macsOf(section).length > 1 || single(section, "ip") === "ignore") return false;
  const address = addressOf(section);
  if (address === undefined) return section.name.startsWith(prefix(at));
  return subnetsOf(at, env).some((subnet) => contains(subnet, address));
}

/** A new one is off and empty. */
function add(at: At, number: number, env: Env) {
  if (at.conditionalPool !== undefined) refuse("Addresses are kept in the pool of all clients of the LAN");
  const name = freeName("dhcp", `${prefix(at)}${number}`, env);
  const where = { package: "dhcp", section: name };
  const edits: Edit[] = [
    { edit: "add", ...where, type: "host" },
    { edit: "set", ...where, option: "enable", value: "0" },
  ];
  return { row: { key: name, at: { reservation: name } }, edits };
}

export const reservations: Rows = {
  of: "reservation",
  packages: ["dhcp", "network"],
  fresh: true,
  rows: (at, env) =>
    // Hosts of a LAN are kept in the pool of all its clients.
    (at.conditionalPool === undefined ? sections(env) : [])
      .filter((section) => isOf(section, at, env))
      .map((section) => sectionRow(section, { reservation: section.name })),
  add,
  remove: (at) => [{ edit: "remove", package: "dhcp", section: at.reservation ?? "" }],
  rowsMax: gatewayLimits.reservationsMax,
};

export const enable = flag(reservation, "enable", true);

const judgeMac: Judge = (value) =>
  value === "" || macPattern.test(value) ? undefined : "Expected a MAC address";

export const chaddr: Binding = {
  packages: ["dhcp"],
  judge: judgeMac,
  read: (at, env) => shown(macsOf(sectionAt(reservation, at, env))[0] ?? ""),
  write: (at, value, env) => {
    const why = judgeMac(value);
    return why === undefined
      ? put(reservation, at, env, "mac", value === "" ? undefined : value)
      : refuse(why);
  },
};

export const yiaddr = text(reservation, "ip", {
  judge: (value) =>
    value === "" || parseAddress(value) !== undefined ? undefined : "Expected an IPv4 address",
});

/** An enabled reservation needs both parts: an address among the hosts of the LAN, and each part used only once. */
export const check: Check = (at, env) => {
  const section = sectionAt(reservation, at, env);
  if (!section || !truth("dhcp", section, "enable", true)) return [];
  const [mac] = macsOf(section);
  const address = addressOf(section);
  if (mac === undefined) return [{ about: chaddr, why: "An enabled reservation needs a Chaddr" }];
  if (address === undefined) return [{ about: yiaddr, why: "An enabled reservation needs a Yiaddr" }];
  const subnet = subnetsOf(at, env).find((one) => contains(one, address));
  if (subnet === undefined) return [{ about: yiaddr, why: "The address is not in the network of the LAN" }];
  const { first, last } = hostsOf(subnet);
  if (address < first || address > last || address === subnet.address)
    return [
      {
        about: yiaddr,
        why: `Expected an address of a client from ${writeAddress(first)} to ${writeAddress(last)}`,
      },
    ];
  const others = sections(env).filter(
    (other) => other.name !== section.name && truth("dhcp", other, "enable", true),
  );
  if (others.some((other) => macsOf(other).some((one) => one.toUpperCase() === mac.toUpperCase())))
    return [{ about: chaddr, why: "Another reservation has this Chaddr" }];
  return others.some((other) => addressOf(other) === address)
    ? [{ about: yiaddr, why: "Another reservation has this Yiaddr" }]
    : [];
};
