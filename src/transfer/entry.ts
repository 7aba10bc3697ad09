/** Table: one file transfer, from the request to the response that confirms its end. TR-069 A.3.2.8, A.4.1.5,
 * Tables 45, 59.
 *
 *   queued     waits for its time, or for a file server that cannot be reached
 *   running    bytes are under way
 *   fetched    a file has been received and checked, and waits for the end of the session to be applied
 *   applying   the file takes effect
 *   handed     an image has been handed to the flash; the next boot shows the outcome
 *   trying     a configuration or an image is in effect; it stays if a session with the ACS succeeds
 *   takingBack the former files are being restored
 *   ended      over; the ACS has not confirmed that it knows */
import type { ImageIdentity } from "../ports/installer.ts";
import type { FailureKind } from "./failure.ts";
import type { FileKind } from "./filetype.ts";

/** Times of one moment on both clocks; `wall` is undefined where the clock could not be believed. UTC ms. */
export interface Stamp {
  readonly mono: number;
  readonly wall: number | undefined;
}

/** How a transfer ended. `code` 0 is success. A.5 Table 65, TransferComplete FaultStruct. */
export interface Outcome {
  readonly code: number;
  readonly text: string;
  /** UTC ms; undefined: not known, or it never began. */
  readonly started: number | undefined;
  readonly completed: number | undefined;
}

/** The record that is on the medium before an image is handed over. The next boot judges by it. */
export interface HandOver {
  readonly from: ImageIdentity;
  /** The identity that the image claims; empty: it claims none. */
  readonly expected: string;
  /** The boot in which the image was handed over. */
  readonly boot: string;
}

export interface Ended {
  readonly is: "ended";
  readonly outcome: Outcome;
  /** The ACS does not want to hear of it. */
  readonly untold?: true;
}

export type Stage =
  | { readonly is: "queued"; readonly attempts: number }
  | { readonly is: "running"; readonly attempts: number }
  | { readonly is: "fetched" }
  | { readonly is: "applying" }
  | ({ readonly is: "handed"; readonly untilMono: number; readonly writing: boolean } & HandOver)
  | {
      readonly is: "trying";
      readonly untilMono: number;
      readonly limitMs: number;
      readonly handOver?: HandOver;
      /** A session was under way when it was put into effect: that session proves nothing. */
      readonly amid?: true;
      /** Such a session has ended well: it is to stay. */
      readonly proven?: true;
      /** When making it stay is tried again; absent: that is under way. */
      readonly againMono?: number;
    }
  | {
      readonly is: "takingBack";
      /** The outcome that will be reported to the ACS. */
      readonly kind: FailureKind;
      readonly why: string;
      /** Tries that have failed. */
      readonly tries: number;
      /** When it is tried again; absent: it is under way. */
      readonly againMono?: number;
      /** Of an image: by it the next boot sees whether the old one runs. */
      readonly handOver?: HandOver;
    }
  | Ended;

export interface Transfer {
  readonly id: number;
  readonly direction: "download" | "upload";
  /** The asker: the ACS (TransferComplete), or somebody at the device (AutonomousTransferComplete). */
  readonly origin: "acs" | "device";
  readonly commandKey: string;
  readonly fileType: string;
  readonly kind: FileKind;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly fileSize: number;
  readonly targetFileName: string;
  readonly successUrl: string;
  readonly failureUrl: string;
  readonly delayMs: number;
  /** When it was asked for. */
  readonly asked: Stamp;
  /** When it is to begin, and the end of the hour after that, on the monotonic clock of `boot`. */
  readonly dueMono: number;
  readonly windowMono: number;
  readonly boot: string;
  /** A delayed transfer never runs in the session that asked for it. A.3.2.8 DelaySeconds. */
  readonly held: boolean;
  /** When the attempt began. */
  readonly started: Stamp | undefined;
  readonly stage: Stage;
}

/** State of Tables 45 and 59: 1 not yet started, 2 in progress, 3 completed, finishing cleanup. */
export function listedState({ stage }: Transfer): 1 | 2 | 3 {
  if (stage.is === "queued") return 1;
  return stage.is === "ended" ? 3 : 2;
}
