/** Table: rows to which an ACS gives names. */
import { type ObjectDef, object, type Thing } from "../../../../src/model/define.ts";
import { aliasOf } from "../alias.ts";

/** An object with its Alias, which is unique in the table of the thing. */
export function aliased(thing: Thing, ...parts: Parameters<typeof object>): ObjectDef {
  const { alias, check } = aliasOf(thing);
  const row = object(...parts);
  return {
    ...row,
    params: { Alias: alias, ...row.params },
    check: (at, env) => [...(row.check?.(at, env) ?? []), ...check(at, env)],
  };
}
