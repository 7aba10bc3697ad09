/** Table: the state of the machine that waits for the ACS on behalf of browsers. See machine.ts. TR-069 Annex D. */
import type { Args } from "../rpc/table.ts";

/** How a kick ended. */
export type Outcome =
  /** KickedResponse: NextURL as it was received, not judged yet. `ask`: the ticket of a download that may
   * follow from it. */
  | { readonly is: "next"; readonly url: string; readonly ask: string }
  /** The ACS answered with a fault. */
  | { readonly is: "refused" }
  /** No answer in time. */
  | { readonly is: "late" }
  /** The session with its Kicked has failed. */
  | { readonly is: "away" }
  /** No ACS is known, or the agent is switched off. */
  | { readonly is: "unmanaged" }
  /** There were too many kicks in an hour (D.4): no Kicked is sent. */
  | { readonly is: "limit" }
  /** Table 7 has discarded its event. */
  | { readonly is: "gone" };

/** A kick. All requests that one browser makes for it share it. */
export interface Kick {
  /** Tickets of the requests that share the kick. The first ticket names the kick. */
  readonly tickets: readonly string[];
  /** Two requests with the same key are the same kick. */
  readonly key: string;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly seen: number;
  /** Number of browsers that are held for this kick. */
  readonly held: number;
  /** A session has begun since the kick. */
  readonly carried: boolean;
  readonly end: { readonly outcome: Outcome; readonly at: number } | undefined;
}

/** A download that a user has asked for, or that may follow from a kick (A.3.2.8, SuccessURL). */
export interface Ask {
  /** File type of the download; "": any type that a user can ask for. */
  readonly fileType: string;
  /** The Download by which the ACS answers; null: none has been received yet. */
  readonly download: {
    readonly commandKey: string;
    readonly success: string;
    readonly failure: string;
  } | null;
  /** Whether the download ended well; null: it has not ended. */
  readonly ended: boolean | null;
}

/** The part of the state that outlasts a power cut. */
export interface KickKept {
  /** Tickets of kicks whose Kicked may still be sent. */
  readonly open: readonly string[];
  /** Asks by ticket, the oldest first. */
  readonly asks: ReadonlyMap<string, Ask>;
}

export interface KickState {
  readonly kept: KickKept;
  /** A session can be held: an ACS is known and the agent is switched on. */
  readonly manageable: boolean;
  readonly perHour: number;
  readonly perClient: number;
  readonly kicks: readonly Kick[];
  /** Kicks of the last hour, the oldest first. */
  readonly hour: readonly { readonly at: number; readonly client: string }[];
  /** Refused kicks that the log has not reported, by client. */
  readonly refusals: ReadonlyMap<string, { readonly count: number; readonly spokenAt: number }>;
}

export type KickEvent =
  | {
      readonly on: "kicked";
      readonly ticket: string;
      readonly client: string;
      /** The header User-Agent. */
      readonly browser: string;
      readonly args: Args<"Kicked">;
    }
  /** A browser is not held any more: it has disconnected or has got a waiting page. */
  | { readonly on: "released"; readonly ticket: string }
  /** A waiting page asks for the outcome. */
  | { readonly on: "asked"; readonly ticket: string }
  /** A user wants the ACS to send a file. */
  | { readonly on: "wished"; readonly ticket: string; readonly client: string; readonly fileType: string };

export type KickDeed =
  | {
      readonly do: "tell";
      readonly what: string;
      readonly fields: Readonly<Record<string, string | number>>;
    }
  /** Answers the held browsers with these tickets. */
  | { readonly do: "settle"; readonly tickets: readonly string[] };
