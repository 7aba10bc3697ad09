/** Rule: requests of our own that must reach the ACS, kept until it has answered each. TR-069 3.7.1.5 Table 7, A.3.3.2.
 *
 * An errand names the events that announce it. A session gets the errands whose events its Inform lists. An event that
 * only a response confirms is removed with its last errand: two transfers share one 7 TRANSFER COMPLETE, which stays
 * until the second TransferCompleteResponse, while each M Download is removed with its own. */
import type { Write } from "../ports/store.ts";
import * as events from "./events.ts";
import type { Report } from "./notice.ts";
import type { OwnRequest } from "./session.ts";

export interface Errand {
  /** Counted along with the events. */
  readonly id: number;
  /** The reporter's own name for it. */
  readonly ref: string;
  /** Numbers of its events (events.ts). */
  readonly events: readonly number[];
  /** `reference` is the id. */
  readonly request: OwnRequest;
}

interface Waiting {
  readonly queue: events.EventQueue;
  readonly errands: readonly Errand[];
}

/** An event that waits for a response and is listed once is there for the new errand, too. */
export function report<W extends Waiting>(waiting: W, report: Report): W {
  let { queue } = waiting;
  const numbers = report.events.map(({ code, commandKey }) => {
    const shared = events.sharedBy(queue, code);
    if (shared !== undefined) return shared;
    queue = events.occur(queue, code, commandKey);
    return queue.next - 1;
  });
  const id = queue.next;
  const request = { method: report.method, args: report.args, reference: id } as OwnRequest;
  const errand = { id, ref: report.ref, events: numbers, request };
  return { ...waiting, queue: { ...queue, next: id + 1 }, errands: [...waiting.errands, errand] };
}

/** The requests of a session whose Inform lists these events, oldest first. An errand with an event that is queued and
 * not listed waits for the next session: Table 7 has TransferComplete in the session whose Inform has the M event, and
 * its response would discard an event that the ACS has never seen. */
export function due({ queue, errands }: Waiting, numbers: readonly number[]): readonly OwnRequest[] {
  const listed = (n: number) => numbers.includes(n);
  const unlisted = new Set(queue.events.map((e) => e.number).filter((n) => !listed(n)));
  return errands
    .filter((e) => e.events.some(listed) && !e.events.some((n) => unlisted.has(n)))
    .map((e) => e.request);
}

/** The errand is done with, and with it the events that no other errand has. */
export function close<W extends Waiting>(waiting: W, id: number): W {
  const errand = waiting.errands.find((e) => e.id === id);
  if (errand === undefined) return waiting;
  const errands = waiting.errands.filter((e) => e !== errand);
  const others = new Set(errands.flatMap((e) => e.events));
  const gone = errand.events.filter((n) => !others.has(n));
  return { ...waiting, errands, queue: events.dropped(waiting.queue, gone) };
}

/** The errand is dropped. Its events stay, and the next InformResponse confirms them. */
export const forget = <W extends Waiting>(waiting: W, id: number): W => ({
  ...waiting,
  errands: waiting.errands.filter((e) => e.id !== id),
});

/** The ACS has answered the Inform that lists these events. A response to a later request confirms the events of an
 * errand. InformResponse confirms all others. */
export function informed<W extends Waiting>(waiting: W, numbers: readonly number[]): W {
  const awaited = waiting.errands.flatMap((e) => e.events);
  const queue = events.dropped(
    waiting.queue,
    numbers.filter((n) => !awaited.includes(n)),
  );
  return { ...waiting, queue };
}

/** Errands are removed with their last event: a boot and 0 BOOTSTRAP discard events. */
export function withEvents<W extends Waiting>(
  waiting: W,
): { readonly left: W; readonly gone: readonly Errand[] } {
  const queued = new Set(waiting.queue.events.map((e) => e.number));
  const gone = waiting.errands.filter((e) => !e.events.some((n) => queued.has(n)));
  if (gone.length === 0) return { left: waiting, gone };
  return { left: { ...waiting, errands: waiting.errands.filter((e) => !gone.includes(e)) }, gone };
}

export const byRef = (errands: readonly Errand[], ref: string): Errand | undefined =>
  errands.find((e) => e.ref === ref);

/** Whether the ACS, having refused the request, gets it again: Table 7 leaves that to us for some events. */
export const retried = (queue: events.EventQueue, errand: Errand): boolean =>
  errand.events.some((n) => events.keptOnRefusal(queue, n));

/** Shelf "errand": a row for each. */
export function errandRows(before: readonly Errand[], after: readonly Errand[]): Write<"src/session">[] {
  if (before === after) return [];
  const gone = before.filter((e) => !after.some((other) => other.id === e.id));
  const other = after.filter((e) => !before.includes(e));
  return [
    ...gone.map((e): Write<"src/session"> => ({ shelf: "errand", key: `${e.id}`, value: null })),
    ...other.map((e): Write<"src/session"> => ({ shelf: "errand", key: `${e.id}`, value: e })),
  ];
}

/** Oldest first. */
export const loadErrands = (rows: ReadonlyMap<string, unknown>): readonly Errand[] =>
  ([...rows.values()] as Errand[]).sort((a, b) => a.id - b.id);
