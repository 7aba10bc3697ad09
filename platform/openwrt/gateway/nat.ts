/** Table: address translation: TR-181 has one table of all WAN interfaces and one of all port mappings. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import { fact, put, refuse, sectionAt, single, truth } from "./bind.ts";
import { check, mappingsOf, redirect, splitting } from "./mapping.ts";
import { cwmpInterface, wanInterfaces, zoneName, zoneOf } from "./network.ts";

const packages = ["cwmp", "firewall", "network"];

export const settings: Rows = {
  of: "natInterface",
  packages,
  rows: (_at, env) =>
    wanInterfaces(env)
      .filter((section) => zoneOf(section.name, env) !== undefined)
      .map((section) => sectionRow(section, { interface: section.name, natInterface: section.name })),
};

export const status: Binding = {
  packages: ["firewall"],
  read: (at, env) =>
    truth("firewall", zoneOf(at.interface ?? "", env), "masq", false) ? "Enabled" : "Disabled",
};

export const interfaceRef = fact((_sheet, at, env) => env.refer("interface", at));

/** A zone's mappings count once, for the first of its interfaces. */
function firsts(env: Env): readonly string[] {
  const zones = new Set<string>();
  return wanInterfaces(env).flatMap(({ name }) => {
    const zone = zoneOf(name, env)?.name;
    if (zone === undefined || zones.has(zone)) return [];
    zones.add(zone);
    return [name];
  });
}

/** The interface that a new mapping belongs to until it is told another. */
const initial = (env: Env): At => ({ interface: firsts(env)[0] ?? cwmpInterface(env) });

export const allMappings: Rows = {
  ...mappingsOf,
  packages,
  rows: (at, env) => [
    ...firsts(env).flatMap((name) =>
      mappingsOf
        .rows({ ...at, interface: name }, env)
        .map((row) => ({ ...row, at: { interface: name, ...row.at } })),
    ),
    // Off and without an interface: new ones, until they are told theirs.
    ...mappingsOf.rows(at, env),
  ],
  add: (at, number, env) => {
    const here = { ...at, ...initial(env) };
    const made = mappingsOf.add!(here, number, env);
    return { ...made, row: { ...made.row, at: { ...here, ...made.row.at } } };
  },
};

/** The interface by which packets come: its zone is the redirect's. */
export const mappingInterface = splitting({
  ...interfaceRef,
  packages: ["firewall"],
  write: (at, value, env) => {
    if (value === "") return put(redirect, at, env, "src", undefined);
    const target = env.resolve("interface", value)?.interface;
    const zone = target === undefined ? undefined : zoneOf(target, env);
    const is = wanInterfaces(env).some(({ name }) => name === target);
    if (zone === undefined || !is) return refuse("Expected an interface that leads to the outside");
    return put(redirect, at, env, "src", zoneName(zone));
  },
});

/** One that is on needs an interface, and what the mappings of that interface ask for. */
export const mappingCheck: Check = (at, env) => {
  const section = sectionAt(redirect, at, env);
  const zone = single(section, "src");
  if (section && zone === undefined && truth("firewall", section, "enabled", true))
    return [{ about: mappingInterface, why: "An enabled mapping needs an Interface" }];
  const name = firsts(env).find((one) => {
    const own = zoneOf(one, env);
    return own !== undefined && zoneName(own) === zone;
  });
  return check(name === undefined ? at : { ...at, interface: name }, env);
};
