/** Rule: a call that succeeds leaves every value that it set. Two parameters may stand in one option, or one follow from
 * the other: of two wishes that do not go together the call is refused, whatever their order in it. TR-069 A.3.2.1. */
import type { Env } from "./define.ts";
import { lawful } from "./judge.ts";
import type { Leaf } from "./tree.ts";

/** @returns those that read otherwise in `env` than they were set */
export function notHeld<T extends { readonly leaf: Leaf; readonly value: string }>(
  list: readonly T[],
  env: Env,
): readonly T[] {
  return list.filter(({ leaf, value }) => {
    const { binding, rule } = leaf.shape;
    const { at } = leaf.parent;
    const read = binding.read(at, env);
    if (read === value || lawful(rule(), read) === value) return false;
    return binding.alike?.(value, read, at, env) !== true;
  });
}
