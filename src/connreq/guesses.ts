/** Rule: the rate at which one source may try credentials. TR-069 3.2.2: refused because of a rate, with 503.
 *
 * A few wrong answers are judged at once. After them each wrong one is followed by a pause, twice as long as the last,
 * in which no credentials of that source are judged: the answer would show a guesser whether a guess is right. A
 * source that is right begins anew. For IPv6 the wider sources count as well, or one site would have 65,536 of them. */
import { connectionRequestLimits as limits } from "./limits.ts";

/** By source, the one that was wrong the longest ago first. Changed in place. */
export type Guesses = Map<string, { wrong: number; at: number; pausedTo: number }>;

/** @param sources as sourcesOf returns them
 * @param now monotonic milliseconds
 * @returns whether nothing of that source is judged now */
export const paused = (guesses: Guesses, now: number, sources: readonly string[]): boolean =>
  sources.some((source) => (guesses.get(source)?.pausedTo ?? now) > now);

/** Counts wrong credentials. A wider source has as many more free ones as it has sites in it. */
export function wasWrong(guesses: Guesses, now: number, sources: readonly string[]): void {
  for (const [width, source] of sources.entries()) {
    const known = guesses.get(source);
    const before = known === undefined || now - known.at >= limits.wrongForgetMs ? 0 : known.wrong;
    const wrong = before + 1;
    const over = wrong - limits.wrongFreeMax * 2 ** width;
    const pause = over > 0 ? Math.min(limits.wrongPauseMs * 2 ** (over - 1), limits.wrongPauseMsMax) : 0;
    // Put last: the first source of the list is the one that guessed longest ago.
    guesses.delete(source);
    guesses.set(source, { wrong, at: now, pausedTo: now + pause });
    const [oldest] = guesses.keys();
    if (guesses.size > limits.wrongSourcesMax && oldest !== undefined) guesses.delete(oldest);
  }
}

export function wasRight(guesses: Guesses, sources: readonly string[]): void {
  for (const source of sources) guesses.delete(source);
}
