/** Table: the state of the agent machine, its events and its deeds. See agent.ts. */
import type { Effect } from "../handlers/effect.ts";
import type { Now } from "../ports/clock.ts";
import type { Write } from "../ports/store.ts";
import type { EventStruct } from "../rpc/messages.ts";
import type { Args } from "../rpc/table.ts";
import type { Settings } from "../settings.ts";
import type { CwmpVersion } from "../soap/names.ts";
import type { Kept } from "./kept.ts";
import type { Step } from "./machine.ts";
import type { PledgeKind } from "./pledges.ts";
import type { SessionDeed, SessionEvent, SessionState } from "./session.ts";

/** The content of an Inform, and the time at which its session began. */
export interface Report {
  /** Numbers of the events that it lists (events.ts). */
  readonly numbers: readonly number[];
  readonly codes: readonly string[];
  /** Whether the Inform reports that somebody at the device wants a session, until the ACS has confirmed it. */
  readonly asked: boolean;
  readonly began: Now;
}

export type Phase =
  | { readonly is: "idle" }
  | { readonly is: "waiting"; readonly until: number }
  | { readonly is: "looking" }
  | ({ readonly is: "preparing" } & Report)
  | ({ readonly is: "session"; readonly session: SessionState; readonly endsBy: number } & Report)
  /** `until`: the time at which a failed session is tried again. */
  | { readonly is: "closing"; readonly until: number | undefined }
  | { readonly is: "stopped"; readonly goingDown?: GoingDown };

/** A reboot of the device has been ordered. */
export interface GoingDown {
  /** The time by which the device must have shut down. */
  readonly until: number;
  /** The kind of the pledge that takes the device down. `tried` lists the kinds tried since the last clean end. */
  readonly kind: PledgeKind;
  readonly tried: readonly PledgeKind[];
  /** The time at which the failed session before this is tried again; undefined: the last session ended cleanly. */
  readonly retryAt?: number;
}

export interface AgentState {
  readonly kept: Kept;
  readonly settings: Settings;
  /** Names this boot of the device. */
  readonly boot: string;
  readonly phase: Phase;
  /** Why a session is to begin at once; undefined: nothing asks for one. */
  readonly wanted: string | undefined;
  /** Whether a person at the device wants a session, which the next Inform reports. */
  readonly asked: boolean;
  /** The CWMP version of the next Inform (3.7.2.1). */
  readonly version: CwmpVersion;
  /** This ACS has taken part in a v1.1 session: an error that made us suspect otherwise was none of the version. */
  readonly modern: boolean;
  /** `offset`: of the wall clock against the monotonic one when `due` was reckoned, so that a jump is noticed. */
  readonly periodic: { readonly due: number | undefined; readonly last: number; readonly offset: number };
  /** A look at notified parameters is under way. */
  readonly looking: boolean;
  readonly lookDue: number;
  /** The value of `ended` at the end of the last look. */
  readonly endedByLook: number;
  /** When value changes started sessions, lately. */
  readonly notices: readonly number[];
  /** An active change waits for the rate limit (3.2.1). */
  readonly held: boolean;
  /** Events that a good session left undelivered, its Inform having listed them, are sent again as Table 3 says
   * (3.7.1.5): when, and how often they have been left. */
  readonly redelivery: { readonly due: number | undefined; readonly times: number };
  /** Sessions of this process that have ended: late events of one session are distinguished from those of the next. */
  readonly ended: number;
}

export type AgentEvent =
  | { on: "woke" }
  | { on: "settings"; settings: Settings }
  | { on: "connectionRequest" }
  /** A person at the device wants a session. */
  | { on: "asked" }
  /** A configuration file was written, by whomever. */
  | { on: "touched" }
  /** `writes`: the record of the values now known; it is written to disk together with the event. */
  | {
      on: "changed";
      active: readonly string[];
      passive: readonly string[];
      writes: readonly Write<"src/model">[];
    }
  | { on: "prepared"; inform: Args<"Inform"> }
  | { on: "handled"; body: Uint8Array; effects: readonly Effect[] }
  | { on: "closed" }
  /** The device did not reboot as ordered. */
  | { on: "stayed"; reason: string }
  | Exclude<SessionEvent, { on: "handled" }>;

export type AgentDeed =
  | { do: "look" }
  | {
      do: "prepare";
      events: readonly EventStruct[];
      changed: readonly string[];
      retryCount: number;
    }
  /** The session is over: drop the line, let its changes take effect. */
  | { do: "close"; failure: string | undefined }
  | { do: "reboot" }
  | { do: "factoryReset" }
  | { do: "install"; ref: string }
  | { do: "tell"; what: string; fields?: Readonly<Record<string, string | number>> }
  /** The device is at rest until the next look. */
  | { do: "rest" }
  | Extract<SessionDeed, { do: "post" } | { do: "handle" }>;

export type AgentStep = Step<AgentState, AgentDeed>;
