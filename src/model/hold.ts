/** Rule: a call that succeeds leaves every value that it set. Two parameters may share one option, or one may follow
 * from the other: a call with two values that exclude each other is refused in either order. TR-069 A.3.2.1. */
import type { Env } from "./define.ts";
import { lawful } from "./judge.ts";
import type { Leaf } from "./node.ts";

/** Whether the parameter reads as this value in `env`, in one of the spellings that mean the same. */
export function holds({ shape, parent }: Leaf, value: string, env: Env): boolean {
  const { binding } = shape;
  const rule = shape.rule();
  const read = binding.read(parent.at, env);
  if (read === value || lawful(rule.type, shape.rule, read) === value) return true;
  // Hexadecimal digits have two spellings.
  if (rule.dataType === "MACAddress" && read.toUpperCase() === value.toUpperCase()) return true;
  return binding.alike?.(value, read, parent.at, env) === true;
}

/** @returns those that read otherwise in `env` than they were set */
export const notHeld = <T extends { readonly leaf: Leaf; readonly value: string }>(
  list: readonly T[],
  env: Env,
): readonly T[] => list.filter(({ leaf, value }) => !holds(leaf, value, env));
