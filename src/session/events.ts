/** Rule: the queue of events that the ACS has not confirmed yet. TR-069 3.7.1.5 Table 7, A.3.3.1.
 *
 * Every entry has its own number. A session reports the numbers it saw; only these are confirmed, so that an
 * event which occurs again in the meantime stays. This room neither waits nor saves: the loop saves the queue before
 * the session that reports it. */
import type { EventStruct } from "../rpc/messages.ts";
import type { CwmpVersion } from "../soap/names.ts";
import { eventLimits } from "./limits.ts";

/** Responses that can confirm an event. */
export type Confirmation =
  | "Inform"
  | "Kicked"
  | "TransferComplete"
  | "RequestDownload"
  | "AutonomousTransferComplete";

interface Policy {
  /** Single: listed once however often it occurred. Multiple: one entry an occurrence. */
  readonly cumulative: "single" | "multiple";
  readonly confirmedBy: Confirmation;
  /** The fate of an undelivered event when the device boots. */
  readonly onBoot: "keep" | "discard";
  /** The fate of the event when the session that reports it fails before the confirmation. */
  readonly onFailure: "keep" | "discard";
  /** The fate of the event when the ACS answers the method that it announces with a fault. */
  readonly onRefusal: "keep" | "discard";
  /** First version of the protocol that knows it (3.7.2.1: a v1.0 Inform carries v1.0 events only). */
  readonly since?: "cwmp-1-1";
}

const single = {
  cumulative: "single",
  confirmedBy: "Inform",
  onBoot: "keep",
  onFailure: "keep",
  onRefusal: "keep",
} as const;
const multiple = { ...single, cumulative: "multiple" } as const;

/** Table 7, row by row. */
export const policies = {
  "0 BOOTSTRAP": single,
  "1 BOOT": { ...single, onBoot: "discard" },
  "2 PERIODIC": single,
  "3 SCHEDULED": single,
  "4 VALUE CHANGE": { ...single, onBoot: "discard" },
  "5 KICKED": { ...single, confirmedBy: "Kicked", onRefusal: "discard" },
  "6 CONNECTION REQUEST": { ...single, onBoot: "discard", onFailure: "discard" },
  "7 TRANSFER COMPLETE": { ...single, confirmedBy: "TransferComplete" },
  "8 DIAGNOSTICS COMPLETE": { ...single, onBoot: "discard" },
  "9 REQUEST DOWNLOAD": {
    ...single,
    confirmedBy: "RequestDownload",
    onBoot: "discard",
    onRefusal: "discard",
  },
  "10 AUTONOMOUS TRANSFER COMPLETE": {
    ...single,
    confirmedBy: "AutonomousTransferComplete",
    since: "cwmp-1-1",
  },
  "M Reboot": multiple,
  "M ScheduleInform": multiple,
  "M Download": { ...multiple, confirmedBy: "TransferComplete" },
  "M Upload": { ...multiple, confirmedBy: "TransferComplete" },
} as const satisfies Record<string, Policy>;

export type EventCode = keyof typeof policies;

export interface QueuedEvent {
  readonly number: number;
  readonly code: EventCode;
  readonly commandKey: string;
}

export interface EventQueue {
  readonly next: number;
  /** Oldest first. */
  readonly events: readonly QueuedEvent[];
}

export const emptyQueue: EventQueue = { next: 1, events: [] };

const policy = (code: EventCode): Policy => policies[code];

/** Table 7, cumulative behaviour: a single event that is there already moves to the new occurrence. */
export function occur(queue: EventQueue, code: EventCode, commandKey = ""): EventQueue {
  const others =
    policy(code).cumulative === "single" ? queue.events.filter((e) => e.code !== code) : queue.events;
  const events = [...others, { number: queue.next, code, commandKey }];
  return { next: queue.next + 1, events: withinLimit(events) };
}

/** 3.7.1.5: on BOOTSTRAP all other undelivered events are discarded. */
export function bootstrap(queue: EventQueue): EventQueue {
  return occur({ next: queue.next, events: [] }, "0 BOOTSTRAP");
}

/** Table 7, retry and discard policy over a reboot. */
export function afterBoot(queue: EventQueue): EventQueue {
  return without(queue, (e) => policy(e.code).onBoot === "discard");
}

/** A session that reported `numbers` has failed: events that are not retried are discarded. Table 7: 6 CONNECTION
 * REQUEST. */
export function afterFailure(queue: EventQueue, numbers: readonly number[]): EventQueue {
  return without(queue, (e) => numbers.includes(e.number) && policy(e.code).onFailure === "discard");
}

/** The events that an Inform of that version lists, oldest first. */
export function reportable(queue: EventQueue, version: CwmpVersion): readonly QueuedEvent[] {
  return queue.events.filter((e) => version !== "cwmp-1-0" || policy(e.code).since === undefined);
}

/** The Event argument of Inform. A.3.3.1 Table 34. */
export function eventStructs(events: readonly QueuedEvent[]): EventStruct[] {
  return events.map((e) => ({ EventCode: e.code, CommandKey: e.commandKey }));
}

/** Discards events that no response is waited for any more. */
export function dropped(queue: EventQueue, numbers: readonly number[]): EventQueue {
  return without(queue, (e) => numbers.includes(e.number));
}

/** The number of the event of that code which is there for the next occurrence, too: listed once however often it
 * occurred, and confirmed by a response to each. Left in its place, it stays in the Inform under way. */
export function sharedBy(queue: EventQueue, code: EventCode): number | undefined {
  const { cumulative, confirmedBy } = policy(code);
  if (cumulative !== "single" || confirmedBy === "Inform") return undefined;
  return queue.events.find((e) => e.code === code)?.number;
}

/** Table 7: whether the event stays undelivered when the ACS refuses the method that it announces. */
export function keptOnRefusal(queue: EventQueue, number: number): boolean {
  const event = queue.events.find((e) => e.number === number);
  return event !== undefined && policy(event.code).onRefusal === "keep";
}

/** The same queue where nothing is discarded: an unchanged queue is not written. */
function without(queue: EventQueue, gone: (event: QueuedEvent) => boolean): EventQueue {
  return queue.events.some(gone) ? { ...queue, events: queue.events.filter((e) => !gone(e)) } : queue;
}

/** A.3.3.1 Table 34: past 64 entries the oldest "M" events are discarded. All other codes are single, and
 * fewer than 64, so that there always is one to discard. */
function withinLimit(events: readonly QueuedEvent[]): readonly QueuedEvent[] {
  if (events.length <= eventLimits.eventsMax) return events;
  const oldest = events.findIndex((e) => e.code.startsWith("M "));
  return withinLimit(events.toSpliced(oldest, 1));
}
