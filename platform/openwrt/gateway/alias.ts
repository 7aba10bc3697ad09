/** Table: the name that an ACS gives a row of a table. TR-181 Alias; TR-106 3.6.1. Without one it is `cpe-` and the
 * instance number. Kept in the agent's own package by the path of the row: instance numbers are not given again, so
 * that a name never passes to another row. */
import {
  type At,
  type Binding,
  type Check,
  type Env,
  type ObjectDef,
  object,
  type Thing,
} from "../../../src/model/define.ts";
import type { Edit, Section } from "../../../src/ports/config.ts";
import { refuse, shown, single } from "./bind.ts";
import { gatewayLimits } from "./limits.ts";

const pkg = "cwmp";

const all = (env: Env): readonly Section[] => env.config.package(pkg)?.ofType("alias") ?? [];

const sectionOf = (row: string, env: Env): Section | undefined =>
  all(env).find((section) => single(section, "row") === row);

/** The path of the table of a row, with its last dot. */
const tableOf = (row: string): string => row.slice(0, row.lastIndexOf(".") + 1);

/** TR-106 3.6.1: a name that the device chooses begins with `cpe-`, and no other does. */
const ownName = (row: string): string => `cpe-${row.slice(row.lastIndexOf(".") + 1)}`;

/** Names of rows of the table that are there no more. */
const left = (thing: Thing, table: string, env: Env): readonly Section[] =>
  all(env).filter((section) => {
    const row = single(section, "row") ?? "";
    return tableOf(row) === table && env.resolve(thing, row) === undefined;
  });

function written(thing: Thing, row: string, name: string, env: Env): readonly Edit[] {
  const there = sectionOf(row, env);
  const set = (section: string, option: string, value: string): Edit => ({
    edit: "set",
    package: pkg,
    section,
    option,
    value,
  });
  if (there !== undefined) return [set(there.name, "name", name)];
  const spare = all(env).length < gatewayLimits.aliasesMax ? [] : left(thing, tableOf(row), env);
  if (all(env).length - spare.length >= gatewayLimits.aliasesMax)
    return refuse(`No more than ${gatewayLimits.aliasesMax} rows can be given names`);
  const section = `alias_${row.replace(/^[^.]*\./, "").replaceAll(".", "_")}`;
  return [
    ...spare.map(({ name: gone }): Edit => ({ edit: "remove", package: pkg, section: gone })),
    { edit: "add", package: pkg, section, type: "alias" },
    set(section, "row", row),
    set(section, "name", name),
  ];
}

/** A row with its name, which is unique in the table of the thing. */
export function aliased(thing: Thing, ...parts: Parameters<typeof object>): ObjectDef {
  const { alias, check } = aliasOf(thing);
  const row = object(...parts);
  return {
    ...row,
    params: { Alias: alias, ...row.params },
    check: (at, env) => [...(row.check?.(at, env) ?? []), ...check(at, env)],
  };
}

/** @param thing the one that the rows of the table stand for */
function aliasOf(thing: Thing): { readonly alias: Binding; readonly check: Check } {
  const rowAt = (at: At, env: Env): string => env.refer(thing, at);
  const alias: Binding = {
    packages: [pkg],
    fresh: true,
    read: (at, env) => {
      const row = rowAt(at, env);
      return shown(single(sectionOf(row, env), "name") ?? ownName(row));
    },
    write: (at, value, env) => {
      const row = rowAt(at, env);
      const there = sectionOf(row, env);
      if (value === ownName(row))
        return there === undefined ? [] : [{ edit: "remove", package: pkg, section: there.name }];
      if (/^cpe-/i.test(value)) return refuse("Names that begin with cpe- are those that the device chooses");
      if (!/^[A-Za-z]/.test(value)) return refuse("Expected a name that begins with a letter");
      if (/[\x00-\x1f\x7f]/.test(value)) return refuse("Control characters cannot be kept");
      return written(thing, row, value, env);
    },
  };
  const check: Check = (at, env) => {
    const row = rowAt(at, env);
    const name = single(sectionOf(row, env), "name");
    const twin = all(env).find((section) => {
      const other = single(section, "row") ?? "";
      const same = single(section, "name") === name && other !== row && tableOf(other) === tableOf(row);
      return same && env.resolve(thing, other) !== undefined;
    });
    return name === undefined || twin === undefined
      ? []
      : [{ about: alias, why: `The row ${shown(single(twin, "row") ?? "")} has this name` }];
  };
  return { alias, check };
}
