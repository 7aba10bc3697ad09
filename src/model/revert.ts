/** Handler: undoes changes, with the rows that belong to them. TR-069 A.3.2.1, A.3.2.6, A.3.2.7. */
import type { Store, Write } from "../ports/store.ts";
import { changeRows } from "./apply.ts";
import { type CommitPorts, commitStaged } from "./commit.ts";
import type { MadeChange } from "./guard.ts";
import type { RootName } from "./roots.ts";

/** @param rows of a change that is about to be committed
 * @param others writes that take further rows back, ready
 * @returns writes that restore the values that the rows replace */
export const rowsBefore = (
  store: Store<"src/model">,
  rows: readonly Write<"src/model">[],
  others: readonly Write<"src/model">[],
): readonly Write<"src/model">[] => [
  ...rows.map(({ shelf, key }) => ({ shelf, key, value: store.get(shelf, key) ?? null })),
  ...others,
];

/** @param changes oldest first
 * @param pending rows that wait for the next write
 * @param rowsOf further rows that last with it, given the edits of others that stay
 * @throws Fault 9002, and nothing has changed */
export async function revert(
  ports: CommitPorts,
  changes: readonly MadeChange[],
  pending: readonly Write<"src/model">[],
  rowsOf: (left: readonly string[]) => readonly Write<"src/trial">[],
): Promise<{ readonly left: readonly string[]; readonly rows: readonly Write<"src/model">[] }> {
  const rows = [...pending, ...restoredRows(changes)];
  const { left } = await commitStaged(
    ports,
    () => ports.config.revert(changes.map(({ undo }) => undo)),
    (staged) => [...rows, ...rowsAnew(ports.store, changes, staged.packages), ...rowsOf(staged.left)],
  );
  return { left, rows };
}

/** The rows as they were before the first of the changes. @param root absent: those of all roots */
export function restoredRows(changes: readonly MadeChange[], root?: RootName): readonly Write<"src/model">[] {
  const rows = new Map<string, Write<"src/model">>();
  for (const change of changes.toReversed())
    for (const row of change.rows) rows.set(`${row.shelf} ${row.key}`, row);
  return [...rows.values()].filter(({ key }) => root === undefined || key.startsWith(`${root}.`));
}

/** The ParameterKey of each root as it was before the first change that gave it another one, and the packages whose
 * services are to be notified. */
function rowsAnew(
  store: Store<"src/model">,
  changes: readonly MadeChange[],
  packages: readonly string[],
): readonly Write<"src/model">[] {
  const keys = new Map<RootName, string>();
  for (const { root, parameterKey } of changes)
    if (parameterKey !== null && !keys.has(root)) keys.set(root, parameterKey);
  const [first] = changes;
  if (keys.size === 0 && first !== undefined) return changeRows(store, first.root, undefined, packages);
  return [...keys].flatMap(([root, key]) => changeRows(store, root, key, packages));
}

/** The parameter that counts the rows of a table, as most tables have it. @param path of the table or of one of its
 * rows */
export const countOf = (path: string): string => path.replace(/(\.\d+)?\.$/, "NumberOfEntries");
