/** Rule: the connection to evict when all places are taken. TR-069 3.2.2: idle or slow clients never lock out a good
 * one. */

/** The progress of a connection: -1 had its last answer, 0 nothing complete, 1 asked for the right URL,
 * 2 proved to be the ACS. */
export type Standing = -1 | 0 | 1 | 2;

export interface Place {
  /** As sourcesOf returns them: each counts. */
  readonly sources: readonly string[];
  readonly standing: Standing;
  /** Monotonic milliseconds. */
  readonly openedAt: number;
}

export interface PlaceLimits {
  readonly connectionsMax: number;
  readonly connectionsPerSourceMax: number;
  /** As many as there can be while none is old enough to be closed: a burst arrives in one turn of the event loop. */
  readonly connectionsYoungMax: number;
  /** Milliseconds within which a connection can send something before it may be evicted. */
  readonly graceMs: number;
}

/** "room": no connection has to be evicted. "none": all are too young, so the newcomer is refused. */
export type Eviction<P> = "room" | "none" | P;

/** Chooses the connection to evict for a new one. A source that has filled its own share evicts one of its own.
 * Otherwise a connection that has not proved itself is evicted: from the source with the most connections, so that a
 * flood does not displace other sources; of these the one that has progressed least; of these the oldest. A connection
 * younger than its grace stays: it may have sent bytes that are not read yet.
 * @param places by age, oldest first; searched only when there is no room, and no further than to the young ones
 * @param counts connections by source
 * @param now monotonic milliseconds */
export function toEvict<P extends Place>(
  places: ReadonlyMap<number, P>,
  counts: ReadonlyMap<string, number>,
  newcomer: readonly string[],
  limits: PlaceLimits,
  now: number,
): Eviction<P> {
  const full = newcomer.find((source) => (counts.get(source) ?? 0) >= limits.connectionsPerSourceMax);
  const crowded = full !== undefined || places.size >= limits.connectionsMax;
  if (!crowded) return "room";
  let first: P | undefined;
  for (const place of places.values()) {
    if (now - place.openedAt < limits.graceMs) break;
    if (full !== undefined && !place.sources.includes(full)) continue;
    if (first === undefined || before(place, first, counts)) first = place;
  }
  // A connection that has asked for something is not evicted in favour of new ones that had no time to ask.
  const overflows = full === undefined && places.size < limits.connectionsYoungMax;
  if (overflows && (first === undefined || first.standing > 0)) return "room";
  return first ?? "none";
}

function before(one: Place, other: Place, counts: ReadonlyMap<string, number>): boolean {
  const proven = Number(one.standing === 2) - Number(other.standing === 2);
  if (proven !== 0) return proven < 0;
  const crowd = crowdOf(one, counts) - crowdOf(other, counts);
  return crowd === 0 ? one.standing < other.standing : crowd > 0;
}

/** Connections of the widest source that it belongs to: those of the narrower ones are among them. */
const crowdOf = ({ sources }: Place, counts: ReadonlyMap<string, number>): number =>
  counts.get(sources.at(-1) ?? "") ?? 0;
