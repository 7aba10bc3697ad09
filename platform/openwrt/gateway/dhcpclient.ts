/** Table: the DHCP client of a WAN interface: on where the interface has `proto dhcp`. TR-098 says the same in
 * AddressingType. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import type { Interface } from "../../../src/ports/facts.ts";
import { maskOf, parseAddress, parseSubnet, writeAddress } from "./address.ts";
import { bit, fact, instance, members, sectionAt, shown } from "./bind.ts";
import { wayOutLost } from "./connection.ts";
import { addressingType } from "./interface.ts";
import { protoOf, sidePackages, wanInterfaces } from "./network.ts";

const network = instance("network", "interface");
const isOn = (at: At, env: Env): boolean => protoOf(sectionAt(network, at, env)) === "dhcp";
const live = (at: At, env: Env): Interface | undefined =>
  isOn(at, env) ? env.sheet.interface(at.interface ?? "") : undefined;

export const clients: Rows = {
  of: "dhcpClient",
  packages: sidePackages,
  rows: (_at, env) =>
    wanInterfaces(env)
      .filter((section) => ["dhcp", "static"].includes(protoOf(section)))
      .map((section) => sectionRow(section, { interface: section.name, dhcpClient: section.name })),
};

/** Off makes the interface a static one, which then has to be given an address. */
export const enable: Binding = {
  packages: ["network"],
  read: (at, env) => bit(isOn(at, env)),
  write: (at, value, env) => addressingType.write?.(at, value === "1" ? "DHCP" : "Static", env) ?? [],
};

/** A client that is turned off leaves the interface with the address and the gateway that are configured. */
export const check: Check = (at, env) => {
  const section = sectionAt(network, at, env);
  if (section === undefined || protoOf(section) !== "static") return [];
  const why = members(section, "ipaddr").some((word) => parseSubnet(word) !== undefined)
    ? wayOutLost(at, env)
    : "Without DHCP the interface needs an IPAddress of its own: set it with Enable";
  return why === undefined ? [] : [{ about: enable, why }];
};

export const interfaceRef = fact((_sheet, at, env) => env.refer("interface", at));

export const status: Binding = {
  packages: ["network"],
  read: (at, env) => (isOn(at, env) ? "Enabled" : "Disabled"),
};

const given = (read: (state: Interface) => string) =>
  fact(
    (_sheet, at, env) => {
      const state = live(at, env);
      return state === undefined ? "" : shown(read(state));
    },
    ["network"],
  );

export const ipAddress = given((state) => state.addresses[0]?.address ?? "");
export const subnetMask = given((state) => {
  const bits = state.addresses[0]?.mask;
  return bits !== undefined && bits >= 0 && bits <= 32 ? writeAddress(maskOf(bits)) : "";
});
export const ipRouters = given((state) => state.gateway ?? "");
export const dnsServers = given((state) =>
  state.dns.filter((word) => parseAddress(word) !== undefined).join(","),
);
export const server = given((state) => {
  const told = state.dhcp?.server ?? "";
  return parseAddress(told) === undefined ? "" : told;
});

/** Seconds. netifd reports the whole lease and since when the interface is up; udhcpc renews after half of a lease,
 * which begins it anew (RFC 2131 4.4.5). */
export const leaseTimeRemaining = given((state) => {
  const lease = state.dhcp?.leaseSeconds;
  if (lease === undefined || lease <= 0) return "0";
  const half = Math.max(Math.floor(lease / 2), 1);
  return String(Math.min(lease - (Math.max(Math.floor(state.uptime), 0) % half), 2 ** 31 - 1));
});
