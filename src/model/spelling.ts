/** Rule: a list reads back as it was written while its members are the same. Blanks around commas are lawful, UCI keeps
 * none, and a server that compares the value it wrote with the value it reads would write it again and again. TR-106
 * 3.2.3.
 *
 * Kept in the shelf "spelling" by full name, and only where it is not our own. */
import type { Write } from "../ports/store.ts";
import { trimmed } from "../space.ts";
import { modelLimits } from "./limits.ts";
import type { Leaf } from "./node.ts";

export interface Spellings {
  /** The text of a list as the ACS wrote it, if it means `value`, else `value`. */
  of(leaf: Leaf, value: string): string;
  /** The rows to write when lists have been set. */
  plan(list: readonly { readonly leaf: Leaf; readonly written: string }[]): readonly Write<"src/model">[];
  /** The rows to write when an instance is removed. */
  removal(instance: string): readonly Write<"src/model">[];
  /** The writes that undo these writes. */
  undo(writes: readonly Write<"src/model">[]): readonly Write<"src/model">[];
  /** From here on these hold. */
  settle(writes: readonly Write<"src/model">[]): void;
}

/** A list without the blanks around its members. */
const plain = (text: string): string =>
  text
    .split(",")
    .map((one) => trimmed(one))
    .join(",");

export function openSpellings(rows: ReadonlyMap<string, unknown>): Spellings {
  const known = new Map(rows as ReadonlyMap<string, string>);
  return {
    of(leaf, value) {
      const written = known.size === 0 ? undefined : known.get(leaf.name);
      return written !== undefined && plain(written) === value ? written : value;
    },
    plan: (list) =>
      list.flatMap(({ leaf, written }): readonly Write<"src/model">[] => {
        if (leaf.shape.rule().item === undefined) return [];
        const own = plain(written) === written || written.length > modelLimits.spellingCharsMax;
        const value = own ? null : written;
        return (known.get(leaf.name) ?? null) === value ? [] : [{ shelf: "spelling", key: leaf.name, value }];
      }),
    removal: (instance) =>
      [...known.keys()]
        .filter((name) => name.startsWith(instance))
        .map((key) => ({ shelf: "spelling", key, value: null })),
    undo: (writes) => writes.map(({ shelf, key }) => ({ shelf, key, value: known.get(key) ?? null })),
    settle(writes) {
      for (const { shelf, key, value } of writes) {
        if (shelf !== "spelling") continue;
        if (value === null) known.delete(key);
        else known.set(key, String(value));
      }
    },
  };
}
