/** Rule: which anonymous section is which after others have edited the file. TR-069 A.3.2.6: an instance number
 * stays with its object when others move or edit it. */
import { modelLimits } from "./limits.ts";

/** The trace of a row's content: a digest of each of its lines, sorted. The lines themselves may hold secrets. */
export type Print = readonly number[];

export function printOf(lines: readonly string[]): Print {
  return lines.map(fnv1a).sort((a, b) => a - b);
}

/** All of it in one number, for rows that are only asked whether they are the same. */
export const markOf = (lines: readonly string[]): number => markOfPrint(printOf(lines));
export const markOfPrint = (print: Print): number => fnv1a(print.join());

/** FNV-1a, 32 bits, over UTF-16 units. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export interface Candidate {
  readonly key: string;
  readonly print: Print;
}

/** Pairs old rows with new ones: first those with the same content, preferably under the same key; then those with the
 * most lines in common, if there are enough of them. Lines that all rows hold do not distinguish rows and do not count.
 * @returns for each new one the index of the old one, or undefined */
export function rematch(old: readonly Candidate[], fresh: readonly Candidate[]): (number | undefined)[] {
  const found: (number | undefined)[] = fresh.map(() => undefined);
  const free = new Set(old.keys());
  const pair = (i: number, j: number): void => {
    found[j] = i;
    free.delete(i);
  };
  sameContent(old, fresh, pair);
  const open = () => [...fresh.keys()].filter((j) => found[j] === undefined);
  const shared = sharedBy([...old, ...fresh]);
  const comparable = free.size * open().length <= modelLimits.rematchPairsMax;
  const alike = comparable ? likeContent(old, fresh, [...free], open(), shared) : [];
  for (const [i, j] of alike) if (free.has(i) && found[j] === undefined) pair(i, j);
  // A single line, and the millions of pairs of a table that was edited all over, leave the place as the
  // only criterion.
  const mute = ({ print }: Candidate) => print.filter((line) => !shared.has(line)).length <= 1;
  const places = new Map(open().map((j) => [fresh[j]!.key, j]));
  for (const i of [...free]) {
    const j = places.get(old[i]!.key);
    if (j !== undefined && (!comparable || (mute(old[i]!) && mute(fresh[j]!)))) pair(i, j);
  }
  return found;
}

type Pair = (i: number, j: number) => void;

function sameContent(old: readonly Candidate[], fresh: readonly Candidate[], pair: Pair): void {
  const taken = new Set<number>();
  for (const exact of [(c: Candidate) => `${c.key} ${c.print.join()}`, (c: Candidate) => c.print.join()]) {
    const waiting = new Map<string, number[]>();
    old.forEach((candidate, i) => {
      if (taken.has(i)) return;
      const key = exact(candidate);
      const same = waiting.get(key);
      if (same === undefined) waiting.set(key, [i]);
      else same.push(i);
    });
    fresh.forEach((candidate, j) => {
      if (taken.has(-1 - j)) return;
      const i = waiting.get(exact(candidate))?.shift();
      if (i === undefined) return;
      taken.add(i).add(-1 - j);
      pair(i, j);
    });
  }
}

/** Pairs that are alike enough, the most alike first. */
function likeContent(
  old: readonly Candidate[],
  fresh: readonly Candidate[],
  olds: readonly number[],
  news: readonly number[],
  shared: ReadonlySet<number>,
): [number, number][] {
  const pairs = olds.flatMap((i) =>
    news.map((j) => ({
      i,
      j,
      alike: likeness(old[i]!, fresh[j]!, shared),
      same: old[i]!.key === fresh[j]!.key,
    })),
  );
  return pairs
    .filter((p) => p.alike > 0)
    .sort((a, b) => b.alike - a.alike || Number(b.same) - Number(a.same) || a.i - b.i || a.j - b.j)
    .map((p) => [p.i, p.j]);
}

/** The lines that all of more than two rows hold; two alone do not show which lines are common to all. */
function sharedBy(rows: readonly Candidate[]): ReadonlySet<number> {
  if (rows.length <= 2) return new Set();
  const [first, ...others] = rows.map(({ print }) => new Set(print));
  return new Set([...first!].filter((line) => others.every((other) => other.has(line))));
}

/** How much of the larger of two rows is in both; 0 where that is too little for one to have become the other: half of
 * the lines that distinguish rows, or all but a third of it where nothing is known of other rows. There one line may
 * always differ in a row that has kept its place. */
function likeness(one: Candidate, other: Candidate, shared: ReadonlySet<number>): number {
  const own = ({ print }: Candidate): Print =>
    shared.size === 0 ? print : print.filter((line) => !shared.has(line));
  const [a, b] = [own(one), own(other)];
  const larger = Math.max(a.length, b.length);
  const both = common(a, b);
  const third = Math.max(one.key === other.key ? 1 : 0, Math.floor((larger - 1) / 3));
  const otherMax = shared.size === 0 ? third : larger / 2;
  return both > 0 && larger - both <= otherMax ? both / larger : 0;
}

function common(a: Print, b: Print): number {
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      count++;
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  return count;
}
