/** Table: the name server that the gateway is for its LANs: dnsmasq. It asks the servers of its own list, and those
 * that the WAN interfaces know unless `noresolv` forbids it. */
import type { Binding, Env, Rows } from "../../../src/model/define.ts";
import { parseAddress } from "./address.ts";
import { isAddress6 } from "./address6.ts";
import { bit, decimal, fact, first, members, put, sectionAt, single, truth } from "./bind.ts";
import { servers as ofInterfaces, type as typeOfInterface } from "./dnsclient.ts";
import { sidePackages } from "./network.ts";

const dnsmasq = first("dhcp", "dnsmasq");

/** `port '0'` turns its name service off, and DHCP stays. */
const isOn = (env: Env): boolean => {
  const section = sectionAt(dnsmasq, {}, env);
  return section !== undefined && decimal(single(section, "port")) !== 0;
};

export const enable: Binding = {
  packages: ["dhcp"],
  read: (_at, env) => bit(isOn(env)),
  write: (at, value, env) =>
    isOn(env) === (value === "1") ? [] : put(dnsmasq, at, env, "port", value === "1" ? undefined : "0"),
};
export const status: Binding = {
  packages: ["dhcp"],
  read: (_at, env) => (isOn(env) ? "Enabled" : "Disabled"),
};

/** Servers for all names; those of one domain (`/domain/server`) are another matter. */
const own = (env: Env): readonly string[] =>
  members(sectionAt(dnsmasq, {}, env), "server").filter(
    (word) => parseAddress(word) !== undefined || isAddress6(word),
  );

export const forwardings: Rows = {
  packages: [...new Set(["dhcp", ...sidePackages])],
  fresh: true,
  rows: (at, env) => [
    ...[...new Set(own(env))].map((server) => ({ key: `own ${server}`, at: { dnsServer: server } })),
    ...(truth("dhcp", sectionAt(dnsmasq, {}, env), "noresolv", false) ? [] : ofInterfaces.rows(at, env)),
  ],
};

/** Its own list is of no interface. */
export const interfaceRef = fact((_sheet, at, env) =>
  at.interface === undefined ? "" : env.refer("interface", { interface: at.interface }),
);

export const type: Binding = {
  ...typeOfInterface,
  read: (at, env) => (at.interface === undefined ? "Static" : typeOfInterface.read(at, env)),
};
