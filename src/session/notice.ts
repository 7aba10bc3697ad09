/** Table: the notices between machines within one turn. A closed union: each has its sender and its listeners here.
 * TR-069 3.7.1.5, 3.7.1.4. */
import type { Effect } from "../handlers/effect.ts";
import type { Args, Reply } from "../rpc/table.ts";
import type { Settings } from "../settings.ts";
import type { EventCode } from "./events.ts";
import type { Pledge } from "./pledges.ts";

/** Methods of the ACS that a CPE calls because of an event (3.7.1.5). */
export type ErrandMethod = "TransferComplete" | "AutonomousTransferComplete" | "Kicked" | "RequestDownload";

/** A request that has to reach the ACS, with the events that announce it. */
export type Report = {
  readonly [M in ErrandMethod]: {
    /** The reporter's own name for it, which every later notice of it carries. */
    readonly ref: string;
    readonly method: M;
    readonly args: Args<M>;
    readonly events: readonly { readonly code: EventCode; readonly commandKey?: string }[];
    /** Why a session is to begin, for `status`. */
    readonly why: string;
  };
}[ErrandMethod];

/** Told by the machine of sessions. */
type OfSessions =
  | { readonly tell: "settings"; readonly settings: Settings }
  /** A method left this to be done; each machine takes its own part. */
  | { readonly tell: "effect"; readonly effect: Effect }
  /** The ACS has answered the request. */
  | {
      readonly [M in ErrandMethod]: {
        readonly tell: "confirmed";
        readonly ref: string;
        readonly method: M;
        readonly reply: Reply<M>;
      };
    }[ErrandMethod]
  /** The ACS has answered the request with a fault. `kept`: the request is sent again in a later session. */
  | {
      readonly tell: "refused";
      readonly ref: string;
      readonly code: number;
      readonly text: string;
      readonly kept: boolean;
    }
  /** The events of the request are discarded: 0 BOOTSTRAP and a boot discard events (Table 7). */
  | { readonly tell: "discarded"; readonly ref: string }
  /** The Inform is ready: the session is under way until `sessionEnded`. */
  | { readonly tell: "sessionBegan" }
  | { readonly tell: "sessionEnded"; readonly failure: string | undefined };

/** Told to the machine of sessions. */
type ToSessions =
  /** Opens a session that has these events in its Inform and makes the request. */
  | { readonly tell: "report"; readonly report: Report }
  /** No machine waits for the request any more: the request is dropped. `events`: the fate of its events. Events that
   * are kept are listed by the next Inform. */
  | { readonly tell: "withdraw"; readonly ref: string; readonly events: "keep" | "drop" }
  /** The ACS has asked for a session (3.2.2, G.2.1.4). */
  | { readonly tell: "connectionRequest" }
  /** An event that no request belongs to. */
  | {
      readonly tell: "occurred";
      readonly code: EventCode;
      readonly commandKey?: string;
      readonly why: string;
    }
  /** These parameters have other values, by nobody's wish: 4 VALUE CHANGE, with any Notification. */
  | { readonly tell: "valuesChanged"; readonly parameters: readonly string[]; readonly why: string }
  /** To be carried out after the clean end of a session, or at once where none is under way or to be retried. */
  | { readonly tell: "pledge"; readonly pledge: Pledge }
  /** The image of that name is not to be installed any more. */
  | { readonly tell: "unpledge"; readonly ref: string }
  /** A session is to begin, with or without an event. */
  | { readonly tell: "wanted"; readonly why: string };

/** Told to the machine of discovery. */
type ToDiscovery =
  /** The device has no lease from DHCP and names itself to its gateway all the same (F.2.4). */
  { readonly tell: "introduce" };

export type Notice = OfSessions | ToSessions | ToDiscovery;
