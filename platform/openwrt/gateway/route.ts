/** Table: static IPv4 routes: `config route` sections of the network package. The model has one table of routes that
 * lead somewhere: routes of another table and routes that drop packets are not shown. Routes that the kernel has by
 * other means (of interfaces, of DHCP) follow from other objects and are not reported twice. */
import {
  type At,
  always,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import {
  bitsOf,
  isUnicast,
  maskOf,
  networkOf,
  parseAddress,
  parseSubnet,
  type Subnet,
  writeAddress,
} from "./address.ts";
import { decimal, fact, flag, freeName, type Place, put, refuse, sectionAt, single, truth } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";
import { cwmpInterface, isPlainRoute } from "./network.ts";

const route: Place = { package: "network", name: (at) => at.route };
const section = (at: At, env: Env): Section | undefined => sectionAt(route, at, env);

const any: Subnet = { address: 0, bits: 0 };

/** The network that the route leads to; undefined for one that the model cannot say. */
function targetOf(one: Section | undefined): Subnet | undefined {
  const word = single(one, "target") ?? "";
  if (word === "") return any;
  if (word.includes("/")) return parseSubnet(word);
  const mask = single(one, "netmask");
  return parseSubnet(word, mask ?? "255.255.255.255");
}

const sections = (env: Env): readonly Section[] =>
  (env.config.package("network")?.ofType("route") ?? []).filter(
    (one) => isPlainRoute(one) && targetOf(one) !== undefined,
  );

export const routes: Rows = {
  of: "route",
  packages: ["network"],
  rows: (_at, env) => sections(env).map((one) => sectionRow(one, { route: one.name })),
  // A new one is off and leads nowhere.
  add: (_at, number, env) => {
    const name = freeName("network", `cwmp_route_${number}`, env);
    const where = { package: "network", section: name };
    return {
      row: { key: name, at: { route: name } },
      edits: [
        { edit: "add", ...where, type: "route" },
        { edit: "set", ...where, option: "disabled", value: "1" },
      ],
    };
  },
  remove: (at) => [{ edit: "remove", package: "network", section: at.route ?? "" }],
  rowsMax: gatewayLimits.routesMax,
};

export const enable = flag(route, "disabled", false, "inverse");

const isOff = (at: At, env: Env): boolean => truth("network", section(at, env), "disabled", false);

/** In use where its interface is up. */
export const status = fact(
  (sheet, at, env) => {
    if (isOff(at, env)) return "Disabled";
    return sheet.interface(single(section(at, env), "interface") ?? "")?.up ? "Enabled" : "Error";
  },
  ["network"],
);

/** A network is empty in the model where it is any. */
const shownAs = (address: number, network: Subnet): string =>
  network.bits === 0 ? "" : writeAddress(address);

const target = (at: At, env: Env): Subnet => targetOf(section(at, env)) ?? any;

/** The data models say "any" by the empty text and by this address. */
const anyAddress = "0.0.0.0";
const isAny = (written: string, read: string): boolean => written === anyAddress && read === "";

function putTarget(at: At, env: Env, address: string, mask: string): readonly Edit[] {
  return [
    ...put(route, at, env, "target", address === "" ? undefined : address),
    ...put(route, at, env, "netmask", mask === "" ? undefined : mask),
  ];
}

export const destination: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const to = target(at, env);
    return shownAs(networkOf(to), to);
  },
  alike: isAny,
  write: (at, value, env) => {
    if (value === "" || value === anyAddress) return putTarget(at, env, "", "");
    if (parseAddress(value) === undefined) return refuse("Expected an IPv4 address");
    const mask = mask0(at, env);
    return putTarget(at, env, value, mask === "" ? "255.255.255.255" : mask);
  },
};

const mask0 = (at: At, env: Env): string => {
  const to = target(at, env);
  return shownAs(maskOf(to.bits), to);
};

export const mask: Binding = {
  packages: ["network"],
  read: mask0,
  alike: isAny,
  write: (at, value, env) => {
    const to = target(at, env);
    if (value === "" || value === anyAddress)
      return to.bits === 0 ? [] : refuse("A route to any network has no DestIPAddress either");
    if (bitsOf(value) === undefined) return refuse("Expected a network mask");
    return putTarget(at, env, shownAs(to.address, to), value);
  },
};

/** Packets of one source network only are the matter of `config rule`, which is not shown. */
export const source: Binding = { ...always(""), alike: isAny };

export const gateway: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const word = single(section(at, env), "gateway") ?? "";
    return parseAddress(word) === undefined ? "" : word;
  },
  alike: isAny,
  // The kernel takes no route by way of itself, of a network or of many hosts.
  write: (at, value, env) => {
    const address = parseAddress(value);
    if (value === "" || value === anyAddress) return put(route, at, env, "gateway", undefined);
    return address !== undefined && isUnicast(address)
      ? put(route, at, env, "gateway", value)
      : refuse("Expected the IPv4 address of a host");
  },
};

/** TR-098 Type: a word that repeats the address and the mask. */
export const kind: Binding = {
  packages: ["network"],
  write: (at, value, env) => {
    const to = target(at, env);
    if (value === "Default") return putTarget(at, env, "", "");
    if (value === "Network" || to.bits === 0) return [];
    return putTarget(at, env, writeAddress(to.address), "255.255.255.255");
  },
  read: (at, env) => {
    const { bits } = target(at, env);
    return bits === 0 ? "Default" : bits === 32 ? "Host" : "Network";
  },
};

/** -1 where the kernel's own holds. */
export const metric: Binding = {
  packages: ["network"],
  read: (at, env) => {
    const value = decimal(single(section(at, env), "metric"));
    return String(value !== undefined && value >= 0 ? value : -1);
  },
  write: (at, value, env) => put(route, at, env, "metric", value === "-1" ? undefined : value),
};

export const interfaceRef: Binding = {
  packages: ["network"],
  fresh: true,
  read: (at, env) => {
    const name = single(section(at, env), "interface");
    if (name === undefined) return "";
    // TR-098 has a LAN's interface as a row of its addresses.
    return (
      env.refer("interface", { interface: name }) || env.refer("address", { interface: name, address: "0" })
    );
  },
  write: (at, value, env) => {
    if (value === "") return put(route, at, env, "interface", undefined);
    const name = (env.resolve("interface", value) ?? env.resolve("address", value))?.interface;
    return name === undefined
      ? refuse("Expected the path of an interface")
      : put(route, at, env, "interface", name);
  },
};

/** netifd leaves out a route that names no interface, of either family. */
export const needsInterface: Check = (at, env) => {
  const one = section(at, env);
  return !one || isOff(at, env) || single(one, "interface") !== undefined
    ? []
    : [{ about: interfaceRef, why: "An enabled route needs an Interface" }];
};

export const check: Check = (at, env) => {
  const unplaced = needsInterface(at, env);
  if (unplaced.length > 0 || isOff(at, env)) return unplaced;
  const to = target(at, env);
  return networkOf(to) === to.address || to.bits === 32
    ? []
    : [{ about: destination, why: "The address is not that of a network with this mask" }];
};

/** The connection that leads to the ACS: the one that packets without another route take. */
export const defaultConnection: Binding = {
  ...fact((_sheet, _at, env) => env.refer("interface", { interface: cwmpInterface(env) }), ["cwmp"]),
  // Servers write a path with the dot at its end, too.
  alike: (written, read) => written.replace(/\.$/, "") === read,
};

/** The one routing table that is shown. */
export const routers: Rows = {
  of: "router",
  packages: [],
  rows: () => [{ key: "main", at: { router: "main" } }],
};
