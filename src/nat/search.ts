/** Rule: the interval at which a binding is refreshed, and the search for its lifetime. TR-069 G.2.1.2.
 *
 * The search doubles its trial from a safe one until the binding does not live through it, then halves the gap. So the
 * binding is never dead for longer than it lives, unlike in a search that begins in the middle. Seconds throughout. */
import { natLimits as limits } from "./limits.ts";

/** Between which periods keep-alives are sent. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export interface Search {
  readonly bounds: Bounds;
  /** The longest trial that the binding has lived through; 0: none yet. */
  readonly alive: number;
  /** The shortest one that it has not; undefined: none yet. */
  readonly gone: number | undefined;
}

/** @param min STUNMinimumKeepAlivePeriod
 * @param max STUNMaximumKeepAlivePeriod; -1: none is specified */
export function boundsOf(min: number, max: number): Bounds {
  const least = Math.max(min, limits.periodSecondsMin);
  return { min: least, max: max > 0 ? Math.max(max, least) : Math.max(limits.periodSecondsMax, least) };
}

/** Equal periods leave nothing to find. */
export const needsSearch = ({ min, max }: Bounds): boolean => min < max;

/** The period where the lifetime is not known, or cannot be. */
export const safePeriod = ({ min, max }: Bounds): number =>
  Math.min(Math.max(min, limits.periodSecondsSafe), max);

export const newSearch = (bounds: Bounds, gone?: number): Search => ({ bounds, alive: 0, gone });

/** How long the binding is to be left alone next; undefined: the search is over. */
export function trialOf({ bounds, alive, gone }: Search): number | undefined {
  const { min } = bounds;
  const longest = Math.max(min, bounds.max - limits.probeSeconds);
  if (gone === undefined) {
    if (alive >= longest) return undefined;
    return Math.min(alive === 0 ? safePeriod(bounds) : 2 * alive, longest);
  }
  const known = Math.max(alive, min);
  if (gone - known <= Math.max(limits.resolutionSeconds, alive / 20)) return undefined;
  return Math.round((known + gone) / 2);
}

export function lived(search: Search, trial: number): Search {
  return { ...search, alive: Math.max(search.alive, trial) };
}

export function lost(search: Search, trial: number): Search {
  const gone = Math.min(search.gone ?? trial, trial);
  // A shorter trial that did not live through contradicts a longer one that did: the NAT has changed meanwhile.
  return { ...search, gone, alive: search.alive < gone ? search.alive : 0 };
}

/** The period that the search has found. */
export const periodOf = ({ bounds, alive }: Search): number =>
  Math.max(bounds.min, alive - limits.marginSeconds);
