/** Rule: the choice among the addresses of the ACS. TR-069 3.1: one of several at random, and then always that one, as
 * long as it works and DNS gives the same list. */

/** The record on disk of an address that has worked. */
export interface Affinity {
  readonly host: string;
  /** The list that it was chosen from. */
  readonly addresses: readonly string[];
  readonly chosen: string;
}

/** @param addresses those that DNS gives now
 * @param known the choice so far, for this host or another
 * @param failed those that could not be reached in this attempt
 * @param roll chance in [0, 1)
 * @returns undefined when none is left */
export function chooseAddress(
  host: string,
  addresses: readonly string[],
  known: Affinity | undefined,
  failed: ReadonlySet<string>,
  roll: number,
): string | undefined {
  const left = addresses.filter((address) => !failed.has(address));
  const kept = known?.host === host && sameList(known.addresses, addresses) ? known.chosen : undefined;
  if (kept !== undefined && left.includes(kept)) return kept;
  return left[Math.floor(roll * left.length)];
}

/** The family of addresses by which the ACS is reached. @param known the address that worked last, of this host or
 * another */
export function familyReached(url: string, known: Affinity | undefined): 4 | 6 {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : "";
  const address = known?.host === host ? known.chosen : host;
  return address.includes(":") ? 6 : 4;
}

/** DNS servers turn the list round; only its members count. */
function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((address) => other.includes(address));
}
