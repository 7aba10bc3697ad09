/** Table: the state of the queue of transfers, its events and its deeds. See queue.ts. */

import type { RunningImage } from "../ports/installer.ts";
import type { Args } from "../rpc/table.ts";
import type { AutonomousPolicy } from "../settings.ts";
import type { HandOver, Transfer } from "./entry.ts";
import type { FailureKind } from "./failure.ts";
import type { Wanted } from "./request.ts";

export interface QueueState {
  /** In the order of the requests. */
  readonly transfers: readonly Transfer[];
  readonly next: number;
  /** A session with the ACS is under way. */
  readonly session: boolean;
  /** Names this boot of the device. */
  readonly boot: string;
  /** The device's own transfers that the ACS wants to hear of. */
  readonly policy: AutonomousPolicy;
}

/** The time that an applied file has to prove itself; 0: it need not. */
export interface Trial {
  readonly limitMs: number;
}

export type QueueEvent =
  | { on: "woke" }
  | { on: "asked"; wanted: Wanted }
  /** A person at the device wants the ACS to send a file (A.4.2.2). */
  | { on: "wished"; args: Args<"RequestDownload"> }
  | { on: "sessionBegan" }
  | { on: "sessionEnded"; good: boolean }
  /** A file is there, whole, and without a known fault. */
  | { on: "fetched"; id: number }
  /** The file server has all of it. */
  | { on: "sent"; id: number }
  /** `begun`: the file server had answered, so that this was the one attempt that there is. */
  | { on: "failed"; id: number; kind: FailureKind; text: string; begun: boolean }
  /** The file is in effect. */
  | { on: "applied"; id: number; trial: Trial }
  /** The received file is lost: the device lost power. */
  | { on: "missing"; id: number }
  /** An image is being written: from here on only a boot can show the outcome. */
  | { on: "writing"; id: number }
  /** An image has passed its checks, and the facts by which the next boot judges it are known. */
  | { on: "handing"; id: number; handOver: HandOver }
  /** The image that runs after a boot. */
  | { on: "judged"; id: number; running: RunningImage; trial: Trial }
  /** The ACS has answered the request that reports the transfer, or never will be asked. */
  | { on: "confirmed"; id: number }
  /** The file that was on trial stays. */
  | { on: "kept"; id: number }
  /** The configuration from before is back. */
  | { on: "takenBack"; id: number }
  /** The ACS, or somebody at the device, has set the policy anew. */
  | { on: "policy"; policy: AutonomousPolicy };

export type QueueDeed =
  /** Receives the file of a download into its place and checks it. */
  | { do: "fetch"; transfer: Transfer }
  /** Makes the file of an upload and sends it. */
  | { do: "send"; transfer: Transfer }
  /** Puts a received file into effect. */
  | { do: "apply"; transfer: Transfer }
  /** Checks a received image and reads the facts that the next boot compares. */
  | { do: "hand"; transfer: Transfer }
  /** Reads which image runs. */
  | { do: "judge"; transfer: Transfer }
  /** Keep the file that was applied: give up the old configuration or the old slot. */
  | { do: "keep"; transfer: Transfer }
  /** Take back the file that was applied. For an image the device reboots. */
  | { do: "takeBack"; transfer: Transfer; why: string }
  /** Removes everything that was kept for the transfer. */
  | { do: "tidy"; transfer: Transfer };

export type QueueNotice =
  /** The transfer has ended and must be reported to the ACS. */
  | { is: "transferEnded"; transfer: Transfer }
  /** The device is to shut down for an image, after a clean end of any session. */
  | { is: "imageReady"; id: number }
  /** An image that was ready is not to be installed. */
  | { is: "imageDropped"; id: number }
  /** The ACS is to be asked for a file. */
  | { is: "wish"; number: number; args: Args<"RequestDownload"> }
  /** Something applied has to prove that the ACS can still be reached. */
  | { is: "sessionWanted"; why: string };

export interface QueueStep {
  readonly state: QueueState;
  readonly deeds: readonly QueueDeed[];
  readonly notices: readonly QueueNotice[];
}
