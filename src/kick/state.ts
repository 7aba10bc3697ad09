/** Table: the state of the machine that waits for the ACS on behalf of browsers. See machine.ts. TR-069 Annex D. */
import type { Args } from "../rpc/table.ts";

/** How a kick ended. */
export type Outcome =
  /** KickedResponse: NextURL as it came, not judged yet. `ask`: the ticket of a download that may follow from it. */
  | { readonly is: "next"; readonly url: string; readonly ask: string }
  /** The ACS answered with a fault. */
  | { readonly is: "refused" }
  /** No answer in time. */
  | { readonly is: "late" }
  /** The session that carried it has failed. */
  | { readonly is: "away" }
  /** No ACS is known, or the agent is switched off. */
  | { readonly is: "unmanaged" }
  /** Past the limit of an hour (D.4): no Kicked is sent. */
  | { readonly is: "limit" }
  /** Table 7 has discarded its event. */
  | { readonly is: "gone" };

/** One kick, of one browser or of the same one several times. */
export interface Kick {
  /** Requests that get its answer; the first one names it. */
  readonly tickets: readonly string[];
  /** What makes another kick the same one. */
  readonly key: string;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly seen: number;
  /** Browsers whose request is held. */
  readonly held: number;
  /** A session has begun since. */
  readonly carried: boolean;
  readonly end: { readonly outcome: Outcome; readonly at: number } | undefined;
}

/** A download that a user here has asked for, or that may follow from his kick (A.3.2.8, SuccessURL). */
export interface Ask {
  /** File type of the download that answers it; "" is any that a user asks for. */
  readonly fileType: string;
  /** The Download that answers it, once it is there. */
  readonly download: {
    readonly commandKey: string;
    readonly success: string;
    readonly failure: string;
  } | null;
  /** null: it is not over. */
  readonly ended: boolean | null;
}

/** What outlasts a power cut. */
export interface KickKept {
  /** Tickets of kicks whose Kicked may still go out. */
  readonly open: readonly string[];
  /** By ticket, the oldest first. */
  readonly asks: ReadonlyMap<string, Ask>;
}

export interface KickState {
  readonly kept: KickKept;
  /** A session can be held: an ACS is known and the agent is switched on. */
  readonly manageable: boolean;
  readonly perHour: number;
  readonly perClient: number;
  readonly kicks: readonly Kick[];
  /** What counts for the limits, the oldest first. */
  readonly hour: readonly { readonly at: number; readonly client: string }[];
  /** Refusals that the log has not been told of, by client. */
  readonly refusals: ReadonlyMap<string, { readonly count: number; readonly spokenAt: number }>;
}

export type KickEvent =
  | {
      readonly on: "kicked";
      readonly ticket: string;
      readonly client: string;
      /** What the browser says that it is. */
      readonly browser: string;
      readonly args: Args<"Kicked">;
    }
  /** A browser is not held any more: it got a waiting page, or has gone. */
  | { readonly on: "released"; readonly ticket: string }
  /** A waiting page asks. */
  | { readonly on: "asked"; readonly ticket: string }
  /** Somebody wants the ACS to send a file. */
  | { readonly on: "wished"; readonly ticket: string; readonly client: string; readonly fileType: string };

export type KickDeed =
  | {
      readonly do: "tell";
      readonly what: string;
      readonly fields: Readonly<Record<string, string | number>>;
    }
  /** These requests are answered. */
  | { readonly do: "settle"; readonly tickets: readonly string[] };
