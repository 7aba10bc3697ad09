/** Rule: who goes when all places are taken. TR-069 3.2.2: no number of idle or slow clients keeps a good one out. */

/** How far a connection has come: -1 had its last answer, 0 nothing complete, 1 asked for the right URL,
 * 2 proved to be the ACS. */
export type Standing = -1 | 0 | 1 | 2;

export interface Place {
  readonly source: string;
  readonly standing: Standing;
}

export interface PlaceLimits {
  readonly connectionsMax: number;
  readonly connectionsPerSourceMax: number;
}

/** Chooses the connection that makes way for a new one. A source with all of its own places taken makes way for
 * itself. Otherwise one that has not proved itself goes, of the source with the most connections, so that who
 * floods does not displace others; of these the one that has come least far, of these the oldest.
 * @param places by age, oldest first; gone through only when there is no room
 * @param counts connections by source
 * @returns undefined while there is room */
export function toEvict<P extends Place>(
  places: ReadonlyMap<number, P>,
  counts: ReadonlyMap<string, number>,
  newcomer: string,
  limits: PlaceLimits,
): P | undefined {
  const ownFull = (counts.get(newcomer) ?? 0) >= limits.connectionsPerSourceMax;
  if (!ownFull && places.size < limits.connectionsMax) return undefined;
  let first: { place: P; order: readonly number[] } | undefined;
  for (const place of places.values()) {
    if (ownFull && place.source !== newcomer) continue;
    const order = [place.standing === 2 ? 1 : 0, -(counts.get(place.source) ?? 0), place.standing];
    if (first === undefined || before(order, first.order)) first = { place, order };
  }
  return first?.place;
}

function before(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && one[at]! < other[at]!;
}
