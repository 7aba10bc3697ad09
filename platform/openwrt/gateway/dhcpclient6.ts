/** Table: the DHCPv6 client of a WAN: a logical interface of its own with `proto dhcpv6`, which odhcp6c serves. */
import { type At, type Binding, type Env, type Rows, sectionRow } from "../../../src/model/define.ts";
import type { Section } from "../../../src/ports/config.ts";
import { bit, decimal, fact, instance, members, netdev, put, refuse, sectionAt, single } from "./bind.ts";
import { enable as interfaceEnable } from "./interface.ts";
import { deviceOf, interfaces, ipInterfaces, protoOf, sidePackages } from "./network.ts";

const network = instance("network", "dhcpClient6");
const section = (at: At, env: Env): Section | undefined => sectionAt(network, at, env);

export const clients: Rows = {
  of: "dhcpClient6",
  packages: ["network"],
  rows: (_at, env) =>
    interfaces(env)
      .filter((one) => protoOf(one) === "dhcpv6")
      .map((one) => sectionRow(one, { dhcpClient6: one.name })),
};

const asInterface = (at: At): At => ({ interface: at.dhcpClient6 });

export const enable: Binding = {
  packages: [...new Set(["cwmp", ...interfaceEnable.packages])],
  read: (at, env) => interfaceEnable.read(asInterface(at), env),
  write: (at, value, env) => interfaceEnable.write?.(asInterface(at), value, env) ?? [],
};

export const status: Binding = {
  packages: enable.packages,
  read: (at, env) => (enable.read(at, env) === "1" ? "Enabled" : "Disabled"),
};

/** The IPv4 interface of the same device, or the one that it is an alias of: both families are one
 * interface in TR-181. */
export const interfaceRef = fact((_sheet, at, env) => {
  const own = section(at, env);
  const device = own === undefined ? "" : deviceOf(own);
  const mate = ipInterfaces(env).find(
    (one) => device !== "" && (deviceOf(one) === device || device === `@${one.name}`),
  );
  return mate === undefined ? "" : env.refer("interface", { interface: mate.name });
}, sidePackages);

const isHex = (text: string): boolean => /^(?:[0-9A-Fa-f]{2})+$/.test(text);

/** `clientid`, else the one of the globals, else the hardware address of the device, as odhcp6c makes it
 * (RFC 8415 11.4). */
export const duid = fact(
  (sheet, at, env) => {
    const globals = env.config.package("network")?.section("globals");
    const own = section(at, env);
    const said = [single(own, "clientid"), single(globals, "dhcp_default_duid")].find(
      (text) => text !== undefined && isHex(text),
    );
    const mac = netdev(sheet, own && deviceOf(own))?.mac ?? "";
    return (said ?? (mac === "" ? "" : `00030001${mac.replaceAll(":", "")}`)).toUpperCase();
  },
  ["network"],
);

/** `reqaddress`: `try` (also where the option is absent), `force`, `none`. */
export const requestAddresses: Binding = {
  packages: ["network"],
  read: (at, env) => bit(single(section(at, env), "reqaddress") !== "none"),
  write: (at, value, env) => put(network, at, env, "reqaddress", value === "1" ? "try" : "none"),
};

/** `reqprefix`: `auto` (also where the option is absent), a length, `no`. */
export const requestPrefixes: Binding = {
  packages: ["network"],
  read: (at, env) => bit(single(section(at, env), "reqprefix") !== "no"),
  write: (at, value, env) => put(network, at, env, "reqprefix", value === "1" ? "auto" : "no"),
};

/** `reqopts`: the options that are requested beside odhcp6c's own list. */
export const requestedOptions: Binding = {
  packages: ["network"],
  read: (at, env) =>
    members(section(at, env), "reqopts")
      .filter((word) => (decimal(word) ?? -1) >= 0)
      .join(","),
  write: (at, value, env) => {
    const words = value.split(",").filter((word) => word !== "");
    if (words.some((word) => Number(word) < 1 || Number(word) > 0xffff))
      return refuse("Expected numbers of options from 1 to 65535");
    return put(network, at, env, "reqopts", words.length === 0 ? undefined : words.join(" "));
  },
};
