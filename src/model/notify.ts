/** Rule: the watched values, and those among them that changed by another hand than the ACS. TR-069 3.2.1, A.3.3.1.
 *
 * Kept in the shelf "known" by full name: the value that was last reported, set by the ACS, or first seen. Long
 * and hidden values are kept as a digest. A parameter that is removed with its object has not changed (A.3.2.4). */
import type { Write } from "../ports/store.ts";
import type { AttributeBook } from "./attributes.ts";
import type { Env } from "./define.ts";
import { modelLimits } from "./limits.ts";
import type { Leaf, Node } from "./node.ts";
import { fnv1a } from "./rematch.ts";
import type { Tree } from "./tree.ts";

/** The value as it is compared, by full name. */
export type Marks = ReadonlyMap<string, string>;

export interface Changed {
  readonly active: readonly string[];
  readonly passive: readonly string[];
  /** The new record. Where a value has changed the record is not on disk yet: it is written together with the event. */
  readonly writes: readonly Write<"src/model">[];
}

export interface Watch {
  /** In every Inform. */
  informed(env: Env): readonly Leaf[];
  marks(leaves: Iterable<Leaf>): Marks;
  watched(env: Env): ReadonlySet<Leaf>;
  /** The changes since the last look. From here on they are known. */
  changes(env: Env): Changed;
  /** The record after a change by the ACS: silent, but for earlier changes of others. */
  follow(before: Marks, after: Marks): readonly Write<"src/model">[];
  /** The record of parameters that are watched from now on. */
  begin(leaves: readonly Leaf[]): readonly Write<"src/model">[];
  settle(writes: readonly Write<"src/model">[]): void;
}

export function openWatch(rows: ReadonlyMap<string, unknown>, tree: Tree, book: AttributeBook): Watch {
  const known = new Map(rows as ReadonlyMap<string, string>);

  function markOf(leaf: Leaf): string {
    const { hidden } = leaf.shape.fact;
    const text = hidden ? tree.raw(leaf) : tree.value(leaf).Value;
    const plain = !hidden && text.length <= modelLimits.knownCharsMax;
    return plain ? `=${text}` : `#${text.length}:${fnv1a(text)}`;
  }

  /** When those that have a spacing were last reported, on the monotonic clock. */
  const told = new Map<string, number>();

  /** R-F.2.1-12: a change too soon after the last active notification is left to a later look. */
  function tooSoon(leaf: Leaf, env: Env): boolean {
    const spacing = leaf.shape.binding.spacingSeconds;
    if (spacing === undefined || book.notification(leaf) !== 2) return false;
    const last = told.get(leaf.name);
    if (last !== undefined && env.now.mono - last < spacing(env) * 1000) return true;
    told.set(leaf.name, env.now.mono);
    return false;
  }

  const isHeld = (leaf: Leaf, env: Env): boolean =>
    leaf.shape.binding.holds?.(env) === true || tooSoon(leaf, env);

  /** Visits the parameters that the data model marks, wherever they are present. Other objects are not even asked
   * whether they are present: every look passes here.
   * @param all every parameter of an object that has a marked one */
  function marked(node: Node, visit: (leaf: Leaf) => void, all = false): void {
    if (node.is === "table") {
      for (const row of tree.rowsOf(node)) marked(row, visit, all);
      return;
    }
    const { leaves, children } = node.shape.notable();
    const there = tree.leavesOf(node);
    if (all && leaves.length + children.length > 0) for (const leaf of there) visit(leaf);
    else for (const i of leaves) visit(there[i]!);
    for (const below of tree.childrenOf(node, children)) marked(below, visit, all);
  }

  function informed(env: Env): readonly Leaf[] {
    const found: Leaf[] = [];
    marked(tree.root, (leaf) => {
      if (isInformed(leaf, env)) found.push(leaf);
    });
    return found;
  }

  function watched(env: Env): ReadonlySet<Leaf> {
    const found = new Set<Leaf>();
    const byAcs = book.notified();
    // In the order of the declaration, then the others: an Inform lists changes in this order.
    marked(
      tree.root,
      (leaf) => {
        if (book.notification(leaf) > 0 || isInformed(leaf, env)) found.add(leaf);
      },
      byAcs.length > 0,
    );
    for (const name of byAcs) {
      const leaf = tree.find(name);
      if (leaf?.is === "leaf") found.add(leaf);
    }
    return found;
  }

  const marks = (leaves: Iterable<Leaf>): Marks =>
    new Map([...leaves].map((leaf) => [leaf.name, markOf(leaf)]));

  const settle = (writes: readonly Write<"src/model">[]): void => {
    for (const { shelf, key, value } of writes) {
      if (shelf !== "known") continue;
      if (value === null) known.delete(key);
      else known.set(key, value as string);
    }
  };

  return {
    informed,
    watched,
    marks,
    settle,
    changes(env) {
      const active: string[] = [];
      const passive: string[] = [];
      const writes: Write<"src/model">[] = [];
      const present = new Set<string>();
      // All values first: where a sheet does not hold one, the look begins again, and nothing has been reported yet.
      for (const [leaf, mark] of [...watched(env)].map((one) => [one, markOf(one)] as const)) {
        const before = known.get(leaf.name);
        present.add(leaf.name);
        if (before === mark || (before !== undefined && isHeld(leaf, env))) continue;
        writes.push(record(leaf.name, mark));
        if (before !== undefined) (book.notification(leaf) === 2 ? active : passive).push(leaf.name);
      }
      // A parameter with notification that has vanished may be back soon: some programs empty a file before writing it.
      for (const name of book.notified()) present.add(name);
      for (const name of known.keys()) if (!present.has(name)) writes.push(record(name, null));
      settle(writes);
      return { active, passive, writes };
    },
    follow(before, after) {
      const changed = [...after].filter(
        ([name, mark]) => mark !== before.get(name) && known.get(name) === before.get(name),
      );
      return changed.map(([name, mark]) => record(name, mark));
    },
    begin: (leaves) => [...marks(leaves)].map(([name, mark]) => record(name, mark)),
  };
}

function isInformed(leaf: Leaf, env: Env): boolean {
  if (!leaf.shape.fact.forcedInform) return false;
  return leaf.parent.shape.def.informs?.(leaf.parent.at, env) ?? true;
}

const record = (key: string, value: string | null): Write<"src/model"> => ({ shelf: "known", key, value });
