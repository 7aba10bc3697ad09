/** Rule: the known word nearest to a misspelt one. */

/** Steps of inserting, leaving out, changing or swapping letters between two short words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, before[j - 2]! + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** A word cut short, or one with an ending too many. */
function begins(word: string, candidate: string): boolean {
  return (
    word.length > 1 && (candidate.startsWith(word) || (candidate.length > 2 && word.startsWith(candidate)))
  );
}

/** The nearest of the words, if one is near enough to have been meant. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  const ranked = words
    .map((candidate) => ({
      candidate,
      steps: begins(word, candidate) ? 1 : distance(word, candidate),
    }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best && best.steps <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : undefined;
}
