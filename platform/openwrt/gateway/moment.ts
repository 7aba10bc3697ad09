/** Rule: values that are computed once, for a moment or a section, however many parameters need them. */
import type { Env, Row } from "../../../src/model/define.ts";
import type { ConfigView } from "../../../src/ports/config.ts";
import type { Sheet } from "../../../src/ports/facts.ts";

/** @param make depends on the configuration and on facts alone */
export function perMoment<T>(make: (env: Env) => T): (env: Env) => T {
  const known = new WeakMap<ConfigView, { readonly sheet: Sheet; readonly value: T }>();
  return (env) => {
    if (env.once !== undefined) return env.once(make, env);
    const there = known.get(env.config);
    if (there?.sheet === env.sheet) return there.value;
    const value = make(env);
    known.set(env.config, { sheet: env.sheet, value });
    return value;
  };
}

/** A value that is computed once for an object that never changes: a section in a view, a list that a sheet has given.
 * A change of one section of thousands leaves the values of the others as they are.
 * @param make depends on the object alone */
export function perObject<K extends object, T>(make: (object: K) => T): (object: K) => T {
  const known = new WeakMap<K, { readonly value: T }>();
  return (object) => {
    const there = known.get(object) ?? { value: make(object) };
    known.set(object, there);
    return there.value;
  };
}

/** Joins lists: the joined list is the same one as before as long as the lists are. */
export function joining<T>(): (lists: readonly (readonly T[])[]) => readonly T[] {
  let last: readonly (readonly T[])[] = [];
  let joined: readonly T[] = [];
  return (lists) => {
    if (lists.length !== last.length || lists.some((list, i) => list !== last[i])) joined = lists.flat();
    last = lists;
    return joined;
  };
}

/** A table without rows: always the same list, so that it is not numbered anew. */
export const noRows: readonly Row[] = [];
