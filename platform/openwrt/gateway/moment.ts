/** Rule: values that are computed once, for a moment or a section, however many parameters need them. */
import type { Env } from "../../../src/model/define.ts";
import type { ConfigView, Section } from "../../../src/ports/config.ts";
import type { Sheet } from "../../../src/ports/facts.ts";

/** @param make depends on the configuration and on facts alone */
export function perMoment<T>(make: (env: Env) => T): (env: Env) => T {
  const known = new WeakMap<ConfigView, { readonly sheet: Sheet; readonly value: T }>();
  return (env) => {
    const there = known.get(env.config);
    if (there?.sheet === env.sheet) return there.value;
    const value = make(env);
    known.set(env.config, { sheet: env.sheet, value });
    return value;
  };
}

/** A value that is computed once for a section: a section in a view never changes, and a change of one of thousands leaves the
 * others as they are.
 * @param make depends on the section alone */
export function perSection<T>(make: (section: Section) => T): (section: Section) => T {
  const known = new WeakMap<Section, { readonly value: T }>();
  return (section) => {
    const there = known.get(section) ?? { value: make(section) };
    known.set(section, there);
    return there.value;
  };
}
