/** Rule: instance numbers. A row of a table keeps its number over every move, edit and restart; a number is not
 * given again before the whole range is used up. TR-069 A.3.2.6 Table 27.
 *
 * Kept in the shelf "instance": `Path.Table.` holds the next number of the table, `Path.Table.7` the identity of row 7.
 * A row that vanishes is remembered for a while: hosts reappear, and a file may be broken for a moment. */
import type { Write } from "../ports/store.ts";
import type { Row } from "./define.ts";
import { modelLimits } from "./limits.ts";
import { type Candidate, markOf, markOfPrint, type Print, printOf, rematch } from "./rematch.ts";

interface Numbered {
  readonly number: number;
  key: string;
  /** Of a row whose key shifts (define.ts, Row): its content. */
  print: Print | undefined;
  /** Of a row with a key of its own and content: its content when others last changed something. */
  mark: number | undefined;
  /** The content of the row now; known as long as the process lives. */
  content: Row["content"];
  gone: boolean;
}

interface Table {
  next: number;
  /** The view in which the keys of rows were last seen: within one lineage all keys hold. */
  lineage: number;
  readonly byKey: Map<string, Numbered>;
  readonly byNumber: Map<number, Numbered>;
}

export interface Instances {
  /** The numbers of the rows, in their order; new ones are given to new rows and are then `pending`.
   * @param table its path with instance numbers and the last dot
   * @param lineage views that own edits made from one another share it; anonymous names hold only within it */
  numbers(table: string, rows: readonly Row[], lineage: number): readonly number[];
  /** The rows of the last call are in this lineage, too, under the same keys. */
  carry(table: string, lineage: number): void;
  /** The number that a new row of the table will get. */
  next(table: string): number;
  /** The writes that must be on disk before a number is sent to the ACS. */
  pending(): readonly Write<"src/model">[];
  /** `pending` is on disk. */
  settled(writes: readonly Write<"src/model">[]): void;
  /** The rows to write when everything below the instance is deleted; `removed` makes it so. */
  removal(instance: string): readonly Write<"src/model">[];
  removed(instance: string): void;
  /** Rows that `removal` has removed are on disk again. */
  restored(writes: readonly Write<"src/model">[]): void;
}

/** @param dropped called with the path of an instance that is no longer remembered */
export function openInstances(
  rows: ReadonlyMap<string, unknown>,
  dropped: (instance: string) => void,
): Instances {
  const tables = load(rows);
  const unwritten = new Map<string, Write<"src/model">>();

  const keep = (key: string, value: unknown): void => {
    unwritten.set(key, { shelf: "instance", key, value });
  };
  const keepRow = (path: string, row: Numbered): void => keep(path + row.number, written(row));

  function tableAt(path: string): Table {
    const known = tables.get(path);
    if (known !== undefined) return known;
    const made: Table = { next: 1, lineage: -1, byKey: new Map(), byNumber: new Map() };
    tables.set(path, made);
    return made;
  }

  function give(path: string, table: Table, { key, content, shifts }: Row): Numbered {
    const print = content && shifts ? printOf(content()) : undefined;
    const mark = content && !shifts ? markOf(content()) : undefined;
    const row: Numbered = { number: free(table), key, print, mark, content, gone: false };
    table.next = row.number === modelLimits.instanceNumberMax ? 1 : row.number + 1;
    table.byKey.set(key, row);
    table.byNumber.set(row.number, row);
    keep(path, { next: table.next });
    keepRow(path, row);
    return row;
  }

  /** Gives rows whose keys shift their present keys. */
  function rekey(path: string, table: Table, rows: readonly Row[]): void {
    // A row whose section has got a name of its own is not searched for by content.
    const named = new Set(rows.filter((row) => !row.shifts).map((row) => row.key));
    const all = [...table.byNumber.values()].filter((row) => row.print !== undefined && !named.has(row.key));
    if (all.length === 0) return;
    const fresh = rows.flatMap(({ key, content, shifts }) =>
      content && shifts ? [{ key, print: printOf(content()) }] : [],
    );
    if (fresh.every((row) => stands(table, row))) return;
    const old = all.filter((row) => !row.gone).map((row) => ({ row, key: row.key, print: row.print ?? [] }));
    const found = rematch(old, fresh).map((i) => (i === undefined ? undefined : old[i]?.row));
    const returned = all.filter((row) => row.gone);
    for (const row of all) table.byKey.delete(row.key);
    fresh.forEach(({ key, print }, j) => {
      const back = returned.findIndex((row) => row.print?.join() === print.join());
      const row = found[j] ?? (back < 0 ? undefined : returned.splice(back, 1)[0]);
      if (row === undefined) return;
      found[j] = row;
      move(path, table, row, key);
    });
  }

  function move(path: string, table: Table, row: Numbered, key: string): void {
    if (row.key !== key) {
      if (table.byKey.get(row.key) === row) table.byKey.delete(row.key);
      row.key = key;
      keepRow(path, row);
    }
    table.byKey.set(key, row);
  }

  /** A row that vanished while an equal row appeared under another key gets its number back. */
  function rename(path: string, table: Table, rows: readonly Row[]): void {
    const isStranger = (row: Row) => row.content !== undefined && !table.byKey.has(row.key);
    if (!rows.some(isStranger)) return;
    const strangers = rows.filter(isStranger);
    const here = new Set(rows.map((row) => row.key));
    const lost = new Map<number, Numbered[]>();
    for (const row of table.byNumber.values()) {
      if (row.gone || (here.has(row.key) && table.byKey.get(row.key) === row)) continue;
      const mark = row.content ? markOf(row.content()) : (row.mark ?? (row.print && markOfPrint(row.print)));
      if (mark !== undefined) lost.set(mark, [...(lost.get(mark) ?? []), row]);
    }
    // Nothing has vanished: the content of new rows, which may be thousands, tells nothing.
    if (lost.size === 0) return;
    const changed = strangers.filter(({ key, content }) => {
      const lines = content?.() ?? [];
      const row = lines.length === 0 ? undefined : lost.get(markOf(lines))?.shift();
      if (row !== undefined) move(path, table, row, key);
      return row === undefined && lines.length > 0;
    });
    if (changed.length > 0) renameChanged(path, table, changed, [...lost.values()].flat());
  }

  /** The same for rows that were changed along with their names, as far as their content is known. */
  function renameChanged(path: string, table: Table, rows: readonly Row[], lost: readonly Numbered[]): void {
    const old = lost.flatMap((row) => {
      const print = row.content ? printOf(row.content()) : row.print;
      return print === undefined ? [] : [{ row, key: row.key, print }];
    });
    const fresh = rows.map(({ key, content }) => ({ key, print: printOf(content?.() ?? []) }));
    rematch(old, fresh).forEach((i, j) => {
      if (i !== undefined) move(path, table, old[i]!.row, fresh[j]!.key);
    });
  }

  /** @param changed others have changed something since it was last seen */
  function seen(path: string, table: Table, row: Row, changed: boolean): Numbered {
    const known = table.byKey.get(row.key);
    if (known === undefined) return give(path, table, row);
    const { content, shifts } = row;
    const print = content && shifts ? printOf(content()) : undefined;
    const mark = !content || shifts ? undefined : changed ? markOf(content()) : known.mark;
    const same = known.mark === mark && known.print?.join() === print?.join();
    if (!same || (known.gone && print !== undefined)) {
      Object.assign(known, { print, mark, gone: false });
      keepRow(path, known);
    }
    known.content = content;
    known.gone = false;
    return known;
  }

  function forgetSome(path: string, table: Table, rows: ReadonlySet<number>): void {
    let spare = table.byNumber.size - rows.size - modelLimits.rowsRememberedMax;
    for (const row of table.byNumber.values()) {
      if (rows.has(row.number)) continue;
      if (spare-- > 0) {
        table.byNumber.delete(row.number);
        if (table.byKey.get(row.key) === row) table.byKey.delete(row.key);
        keep(path + row.number, null);
        dropped(`${path}${row.number}.`);
      } else if (!row.gone) {
        row.gone = true;
        // Without this an unlike section that is added later could be taken for it after a restart.
        if (row.print !== undefined) keepRow(path, row);
      }
    }
  }

  return {
    numbers(path, rows, lineage) {
      const table = tableAt(path);
      const changed = table.lineage !== lineage;
      if (changed) {
        if (hasPrints(table)) rekey(path, table, rows);
        rename(path, table, rows);
      }
      table.lineage = lineage;
      const numbers = rows.map((row) => seen(path, table, row, changed).number);
      if (table.byNumber.size > rows.length) forgetSome(path, table, new Set(numbers));
      return numbers;
    },
    carry(path, lineage) {
      tableAt(path).lineage = lineage;
    },
    next: (path) => free(tableAt(path)),
    pending: () => [...unwritten.values()],
    settled(writes) {
      for (const write of writes) if (unwritten.get(write.key) === write) unwritten.delete(write.key);
    },
    removal(instance) {
      const writes: Write<"src/model">[] = [{ shelf: "instance", key: instance.slice(0, -1), value: null }];
      for (const [path, table] of tables) {
        if (!path.startsWith(instance)) continue;
        writes.push({ shelf: "instance", key: path, value: null });
        for (const number of table.byNumber.keys())
          writes.push({ shelf: "instance", key: path + number, value: null });
      }
      return writes;
    },
    removed(instance) {
      const dot = instance.lastIndexOf(".", instance.length - 2) + 1;
      const table = tables.get(instance.slice(0, dot));
      const row = table?.byNumber.get(Number(instance.slice(dot, -1)));
      if (table !== undefined && row !== undefined) {
        table.byNumber.delete(row.number);
        if (table.byKey.get(row.key) === row) table.byKey.delete(row.key);
      }
      for (const path of tables.keys()) if (path.startsWith(instance)) tables.delete(path);
      for (const key of unwritten.keys()) {
        if (key === instance.slice(0, -1) || key.startsWith(instance)) unwritten.delete(key);
      }
    },
    restored(writes) {
      for (const { shelf, key, value } of writes)
        if (shelf === "instance" && value !== null) take(tables, key, value);
    },
  };
}

/** Whether the table has, or had, rows whose keys shift. Most tables have none, and a gateway has thousands of
 * tables. */
function hasPrints(table: Table): boolean {
  for (const { print } of table.byNumber.values()) if (print !== undefined) return true;
  return false;
}

/** Whether the row with that key had that content, too. */
function stands(table: Table, { key, print }: Candidate): boolean {
  const known = table.byKey.get(key);
  return known !== undefined && !known.gone && known.print?.join() === print.join();
}

/** The next number that no row holds; the range is walked round once before one returns. */
function free(table: Table): number {
  let number = table.next;
  while (table.byNumber.has(number)) number = number === modelLimits.instanceNumberMax ? 1 : number + 1;
  return number;
}

const written = (row: Numbered): object => ({
  key: row.key,
  ...(row.print === undefined ? {} : { print: row.print }),
  ...(row.mark === undefined ? {} : { mark: row.mark }),
  ...(row.gone ? { gone: true } : {}),
});

function load(rows: ReadonlyMap<string, unknown>): Map<string, Table> {
  const tables = new Map<string, Table>();
  for (const [key, value] of rows) take(tables, key, value);
  return tables;
}

/** Takes in a row of the shelf. */
function take(tables: Map<string, Table>, rowKey: string, value: unknown): void {
  const dot = rowKey.lastIndexOf(".") + 1;
  const path = rowKey.slice(0, dot);
  const table = tables.get(path) ?? { next: 1, lineage: -1, byKey: new Map(), byNumber: new Map() };
  tables.set(path, table);
  if (dot === rowKey.length) {
    table.next = (value as { next: number }).next;
    return;
  }
  const { key, print, mark, gone = false } = value as WrittenRow;
  const row = { number: Number(rowKey.slice(dot)), key, print, mark, content: undefined, gone };
  table.byNumber.set(row.number, row);
  table.byKey.set(key, row);
}

interface WrittenRow {
  readonly key: string;
  readonly print?: Print;
  readonly mark?: number;
  readonly gone?: boolean;
}
