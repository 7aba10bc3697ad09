/** Rule: values that are computed once for a moment, however many parameters need them. */
import type { Env } from "../../../src/model/define.ts";
import type { ConfigView } from "../../../src/ports/config.ts";
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
