/** Machine: the Connection Request server, all of its connections. TR-069 3.2.2.
 *
 * A connection is
 * - `reading`: waits for a head, or for the rest of a body that it drops;
 * - `answering`: an answer is handed over and not yet written; one request at a time, so that a client which does
 *   not read never has more than one answer waiting;
 * - `draining`: has had its last answer and our end is closed; bytes that still arrive are discarded (RFC 9112 9.6).
 *
 * Never: a body in an answer; "accepted" before its 200 is written (3.2.2: prior to the session); "accepted" for
 * anything but 200; a connection closed for want of room before it had its grace, a newcomer apart where there are
 * `connectionsYoungMax` as young; more than one head held for a connection; a wake while there are no connections. */
import { Malformed } from "../errors.ts";
import type { Level } from "../ports/log.ts";
import { type Answer, writeAnswer } from "./answer.ts";
import { connectionRequestLimits as fixed } from "./limits.ts";
import { type PlaceLimits, type Standing, toEvict } from "./places.ts";
import type { RateLimits } from "./rate.ts";
import { type RequestHead, readHead } from "./request.ts";
import { type Ledger, ledger, type RouteOptions, route } from "./route.ts";
import { sourcesOf } from "./source.ts";

export type ListenerLimits = PlaceLimits & RateLimits;

export type ListenerEvent =
  | { readonly on: "open"; readonly id: number; readonly address: string }
  | { readonly on: "bytes"; readonly id: number; readonly bytes: Uint8Array }
  /** The answer is in the socket's hands. */
  | { readonly on: "written"; readonly id: number }
  /** The peer has closed its end. */
  | { readonly on: "ended"; readonly id: number }
  | { readonly on: "closed"; readonly id: number }
  | { readonly on: "wake" };

export type ListenerDeed =
  /** `end`: close our end after it. "written" is owed for each. */
  | { readonly do: "send"; readonly id: number; readonly bytes: Uint8Array; readonly end: boolean }
  | { readonly do: "close"; readonly id: number }
  /** A Connection Request to act on. */
  | { readonly do: "accepted"; readonly address: string }
  | {
      readonly do: "log";
      readonly level: Level;
      readonly what: string;
      readonly fields: Readonly<Record<string, string | number>>;
    };

interface Connection {
  readonly id: number;
  readonly address: string;
  /** The narrowest first. */
  readonly sources: readonly [string, ...string[]];
  readonly openedAt: number;
  readonly endsAt: number;
  is: "reading" | "answering" | "draining";
  standing: Standing;
  /** Bytes of a head that is not complete, or of requests behind the one being answered. */
  held: Uint8Array;
  /** Of these, how many have been looked at. */
  seen: number;
  /** Bytes of a body still to drop; while draining, bytes that may still arrive. */
  skip: number;
  dueAt: number;
  refusals: number;
  /** The answer on its way is the 200. */
  accepting: boolean;
  /** The answer on its way is the last. */
  last: boolean;
  peerEnded: boolean;
}

/** Changed in place by `step`: hundreds of connections are not copied for one byte. */
export interface Listener {
  readonly options: RouteOptions;
  readonly limits: ListenerLimits;
  readonly ledger: Ledger;
  /** By age, oldest first. */
  readonly connections: Map<number, Connection>;
  /** Connections by source. */
  readonly counts: Map<string, number>;
  wakeAt: number | undefined;
}

/** A step of the machine: the event, its time, and the deeds that follow. */
interface Turn {
  readonly state: Listener;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly deeds: ListenerDeed[];
}

export function listener(options: RouteOptions, limits: Partial<ListenerLimits> = {}): Listener {
  return {
    options,
    limits: { ...fixed, ...limits },
    ledger: ledger(options.chance),
    connections: new Map(),
    counts: new Map(),
    wakeAt: undefined,
  };
}

/** @param now monotonic milliseconds
 * @returns the deeds, to be done in this order; afterwards `state.wakeAt` is the time at which "wake" is wanted, if at
 * all */
export function step(state: Listener, now: number, event: ListenerEvent): readonly ListenerDeed[] {
  const turn: Turn = { state, now, deeds: [] };
  if (event.on === "open") open(turn, event.id, event.address);
  else if (event.on === "wake") wake(turn);
  else {
    const connection = state.connections.get(event.id);
    // Events of connections that we have closed are still on their way for a while.
    if (connection) {
      if (event.on === "bytes") rows[connection.is](turn, connection, event.bytes);
      else after[event.on](turn, connection);
    }
  }
  if (state.connections.size === 0) state.wakeAt = undefined;
  return turn.deeds;
}

/** The meaning of bytes by the state of their connection. */
const rows = {
  reading(turn, connection, bytes) {
    hold(connection, bytes);
    advance(turn, connection);
  },
  answering(turn, connection, bytes) {
    if (connection.last) return;
    hold(connection, bytes);
    if (connection.held.length > fixed.headBytesMax) close(turn, connection);
  },
  draining(turn, connection, bytes) {
    connection.skip -= bytes.length;
    if (connection.skip < 0) close(turn, connection);
  },
} satisfies Record<Connection["is"], (turn: Turn, connection: Connection, bytes: Uint8Array) => void>;

const after = {
  written(turn, connection) {
    if (connection.is !== "answering") return;
    accept(turn, connection);
    if (connection.last) {
      drain(turn, connection);
      return;
    }
    connection.is = "reading";
    due(turn, connection, connection.skip > 0 ? fixed.headMs : fixed.idleMs);
    advance(turn, connection);
    if (connection.is === "reading" && connection.peerEnded) close(turn, connection);
  },
  ended(turn, connection) {
    connection.peerEnded = true;
    if (connection.is !== "answering") close(turn, connection);
  },
  closed: forget,
} satisfies Record<"written" | "ended" | "closed", (turn: Turn, connection: Connection) => void>;

function open(turn: Turn, id: number, address: string): void {
  const { connections, counts, limits } = turn.state;
  const sources = sourcesOf(address);
  const evict = () => toEvict(connections, counts, sources, limits, turn.now);
  // More than one after a burst that all had to be let in.
  for (let one = evict(); one !== "room"; one = evict()) {
    if (one === "none") {
      turn.deeds.push({ do: "close", id });
      return;
    }
    close(turn, one);
  }
  const connection: Connection = {
    id,
    address,
    sources,
    openedAt: turn.now,
    endsAt: turn.now + fixed.totalMs,
    is: "reading",
    standing: 0,
    held: nothing,
    seen: 0,
    skip: 0,
    dueAt: 0,
    refusals: 0,
    accepting: false,
    last: false,
    peerEnded: false,
  };
  connections.set(id, connection);
  for (const source of sources) counts.set(source, (counts.get(source) ?? 0) + 1);
  due(turn, connection, fixed.idleMs);
}

function wake(turn: Turn): void {
  const { state } = turn;
  state.wakeAt = undefined;
  for (const connection of state.connections.values()) {
    if (connection.dueAt <= turn.now) close(turn, connection);
    else state.wakeAt = Math.min(state.wakeAt ?? connection.dueAt, connection.dueAt);
  }
}

/** Moves the connection's deadline. The wake only ever moves forward here: one that is too early finds
 * nothing due and asks again. */
function due(turn: Turn, connection: Connection, afterMs: number): void {
  connection.dueAt = Math.min(turn.now + afterMs, connection.endsAt);
  turn.state.wakeAt = Math.min(turn.state.wakeAt ?? connection.dueAt, connection.dueAt);
}

/** Keeps the bytes that are not body. */
function hold(connection: Connection, bytes: Uint8Array): void {
  const skipped = Math.min(connection.skip, bytes.length);
  connection.skip -= skipped;
  if (bytes.length > skipped) connection.held = join(connection.held, bytes.subarray(skipped));
}

/** Takes the next request, if all of its head is there. */
function advance(turn: Turn, connection: Connection): void {
  if (connection.held.length === 0) return;
  if (connection.seen === 0) due(turn, connection, fixed.headMs);
  const read = tryRead(connection);
  if (read === "more") {
    connection.seen = connection.held.length;
    return;
  }
  const rest = connection.held.subarray(read === "malformed" ? 0 : read.end);
  connection.held = nothing;
  connection.seen = 0;
  if (read === "malformed") {
    answer(turn, connection, { status: 400 }, false, 1);
    return;
  }
  const { head } = read;
  const { address, sources } = connection;
  const routed = route(turn.state.ledger, turn.state.options, turn.state.limits, turn.now, sources, head);
  connection.standing = Math.max(connection.standing, routed.standing) as Standing;
  if (routed.refusal) {
    const fields = { ...routed.refusal, source: address };
    turn.deeds.push({ do: "log", level: "warn", what: "Connection Request refused", fields });
  }
  const body = head.body === "unknown" ? 0 : head.body;
  const keep = head.keepAlive && rest.length - body <= fixed.headBytesMax;
  answer(turn, connection, routed.answer, keep, head.minor);
  connection.skip = body;
  if (!connection.last) hold(connection, rest);
}

function tryRead(connection: Connection): ReturnType<typeof readHead> | "malformed" {
  try {
    return readHead(connection.held, connection.seen);
  } catch (error) {
    if (error instanceof Malformed) return "malformed";
    throw error;
  }
}

function answer(
  turn: Turn,
  connection: Connection,
  what: Answer,
  keep: boolean,
  minor: RequestHead["minor"],
): void {
  if (what.status !== 200) connection.refusals += 1;
  connection.is = "answering";
  connection.accepting = what.status === 200;
  connection.last = !keep || connection.refusals >= fixed.refusalsMax;
  const bytes = writeAnswer(what, !connection.last, minor);
  turn.deeds.push({ do: "send", id: connection.id, bytes, end: connection.last });
  due(turn, connection, fixed.writeMs);
}

function accept(turn: Turn, connection: Connection): void {
  if (!connection.accepting) return;
  connection.accepting = false;
  turn.deeds.push({ do: "accepted", address: connection.address });
}

function drain(turn: Turn, connection: Connection): void {
  if (connection.peerEnded) {
    close(turn, connection);
    return;
  }
  connection.is = "draining";
  connection.standing = -1;
  connection.skip = fixed.drainBytesMax;
  due(turn, connection, fixed.drainMs);
}

function close(turn: Turn, connection: Connection): void {
  turn.deeds.push({ do: "close", id: connection.id });
  forget(turn, connection);
}

/** The 200 of a client that closed before it was written is lost, its request is not: it was
 * authenticated and granted. */
function forget(turn: Turn, connection: Connection): void {
  const { connections, counts } = turn.state;
  connections.delete(connection.id);
  for (const source of connection.sources) {
    const left = (counts.get(source) ?? 1) - 1;
    if (left > 0) counts.set(source, left);
    else counts.delete(source);
  }
  accept(turn, connection);
}

const nothing = new Uint8Array(0);

/** Always a copy: the bytes from a socket may be a slice of a large buffer. */
function join(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
