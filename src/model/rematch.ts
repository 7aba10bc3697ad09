/** Rule: which anonymous section is which after others have edited the file. TR-069 A.3.2.6: an instance number
 * stays with its object whoever moves or edits it. */
import { modelLimits } from "./limits.ts";

/** What is kept of a row's content: a digest of each of its lines, sorted. The lines may hold secrets. */
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

/** Pairs old with new: the same content, first under the same key; then by most lines in common; then, if as many
 * are left of both, in their order.
 * @returns for each new one the index of the old one, or undefined */
export function rematch(old: readonly Candidate[], fresh: readonly Candidate[]): (number | undefined)[] {
  const found: (number | undefined)[] = fresh.map(() => undefined);
  const free = new Set(old.keys());
  const pair = (i: number, j: number): void => {
    found[j] = i;
    free.delete(i);
  };
  sameContent(old, fresh, pair);
  const open = (): number[] => [...fresh.keys()].filter((j) => found[j] === undefined);
  for (const [i, j] of likeContent(old, fresh, [...free], open())) {
    if (free.has(i) && found[j] === undefined) pair(i, j);
  }
  const rest = open();
  if (rest.length === free.size) {
    const left = [...free];
    for (const [n, j] of rest.entries()) pair(left[n]!, j);
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

/** Pairs that share a line, the most alike first. */
function likeContent(
  old: readonly Candidate[],
  fresh: readonly Candidate[],
  olds: readonly number[],
  news: readonly number[],
): [number, number][] {
  if (olds.length * news.length > modelLimits.rematchPairsMax) return [];
  const pairs = olds.flatMap((i) =>
    news.map((j) => ({
      i,
      j,
      alike: common(old[i]!.print, fresh[j]!.print),
      same: old[i]!.key === fresh[j]!.key,
    })),
  );
  return pairs
    .filter((p) => p.alike > 0)
    .sort((a, b) => b.alike - a.alike || Number(b.same) - Number(a.same) || a.i - b.i || a.j - b.j)
    .map((p) => [p.i, p.j]);
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
