/** Rule: whether two speak of the same things (At). TR-106 3.2.4. */
import type { At } from "./define.ts";

/** Whether the two speak of the same thing wherever both name one. */
export function agree(a: At, b: At): boolean {
  return Object.keys(a).every((thing) => b[thing] === undefined || a[thing] === b[thing]);
}

/** Whether `at` names the row within the things around it, and nothing more. */
export function standsFor(at: At, around: At, row: At): boolean {
  let left = 0;
  for (const thing in at) {
    if (at[thing] !== (thing in row ? row[thing] : around[thing])) return false;
    left++;
  }
  for (const thing in row) left -= thing in around ? 0 : 1;
  for (const _ in around) left--;
  return left === 0;
}
