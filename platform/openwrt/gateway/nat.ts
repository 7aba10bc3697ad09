/** Table: address translation: TR-181 has one table of all WAN interfaces and one of all port mappings. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type Rows,
  sectionRow,
} from "../../../src/model/define.ts";
import { fact, put, refuse, sectionAt, truth } from "./bind.ts";
import { check, interfaceOf, mappingsOf, redirect, splitting } from "./mapping.ts";
import { cwmpInterface, sidePackages, wanInterfaces, zoneName, zoneOf } from "./network.ts";

const packages = sidePackages;

export const settings: Rows = {
  of: "natInterface",
  packages,
  rows: (_at, env) =>
    wanInterfaces(env)
      .filter((section) => zoneOf(section.name, env) !== undefined)
      .map((section) => sectionRow(section, { interface: section.name, natInterface: section.name })),
};

export const status: Binding = {
  packages: ["firewall", "network"],
  read: (at, env) =>
    truth("firewall", zoneOf(at.interface ?? "", env), "masq", false) ? "Enabled" : "Disabled",
};

export const interfaceRef = fact((_sheet, at, env) => env.refer("interface", at));

/** The interface that a new mapping belongs to until another one is set. */
const initial = (env: Env): At => {
  const first = wanInterfaces(env).find(({ name }) => zoneOf(name, env) !== undefined);
  return { interface: first?.name ?? cwmpInterface(env) };
};

export const allMappings: Rows = {
  ...mappingsOf,
  packages,
  rows: (at, env) => [
    ...wanInterfaces(env).flatMap(({ name }) =>
      mappingsOf
        .rows({ ...at, interface: name }, env)
        .map((row) => ({ ...row, at: { interface: name, ...row.at } })),
    ),
    // New mappings are off and have no interface until one is set.
    ...mappingsOf.rows(at, env),
  ],
  add: (at, number, env) => {
    const here = { ...at, ...initial(env) };
    const made = mappingsOf.add!(here, number, env);
    return { ...made, row: { ...made.row, at: { ...here, ...made.row.at } } };
  },
};

/** The interface by which packets arrive: its zone is the redirect's. */
export const mappingInterface = splitting({
  packages,
  fresh: true,
  read: (at, env) => {
    const section = sectionAt(redirect, at, env);
    const name = section && interfaceOf(section, env);
    return name === undefined ? "" : env.refer("interface", { interface: name });
  },
  write: (at, value, env) => {
    if (value === "") return put(redirect, at, env, "src", undefined);
    const target = env.resolve("interface", value)?.interface;
    const zone = target === undefined ? undefined : zoneOf(target, env);
    const is = wanInterfaces(env).some(({ name }) => name === target);
    if (zone === undefined || !is) return refuse("Expected an interface that leads to the outside");
    const edits = put(redirect, at, env, "src", zoneName(zone));
    const after = { ...env, config: env.config.with(edits) };
    const section = sectionAt(redirect, at, after);
    const shows = section && interfaceOf(section, after);
    return shows === target
      ? edits
      : refuse(
          `Mappings of the zone of this interface stand under ${env.refer("interface", { interface: shows ?? "" })}`,
        );
  },
});

/** An enabled mapping needs an interface, and must satisfy the checks of that interface's mappings. */
export const mappingCheck: Check = (at, env) => {
  const section = sectionAt(redirect, at, env);
  if (section && !section.options.has("src") && truth("firewall", section, "enabled", true))
    return [{ about: mappingInterface, why: "An enabled mapping needs an Interface" }];
  return check(at, env);
};
