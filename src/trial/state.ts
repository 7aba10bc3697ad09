/** Table: changes on trial, their events and their deeds. See machine.ts. */
import type { MadeChange } from "../model/guard.ts";

/** The changes that one session has made. */
export interface Trial {
  readonly number: number;
  /** When they were in effect, on the monotonic clock of `boot`; null: their session is under way. */
  readonly inEffect: number | null;
  readonly boot: string;
  /** In the order in which they were made. */
  readonly changes: readonly MadeChange[];
}

/** Changes that have been undone. */
export interface Taken {
  /** The parameters that are reported to the ACS. */
  readonly parameters: readonly string[];
  readonly packages: readonly string[];
  /** Options and sections that others had changed since: they stayed. */
  readonly left: readonly string[];
  /** UTC ms; null: the clock could not be believed. */
  readonly at: number | null;
  /** No session that reports them to the ACS has ended well. */
  readonly untold: boolean;
}

export interface TrialKept {
  readonly trials: readonly Trial[];
  /** The trials are being undone: nothing else than a session that ends well keeps them. */
  readonly taking: boolean;
  /** The last changes that were undone; undefined: none, or others have been made since. */
  readonly taken: Taken | undefined;
}

export interface TrialState {
  readonly kept: TrialKept;
  /** Names this boot of the device. */
  readonly boot: string;
  /** Milliseconds in which a session has to prove a change; 0: nothing is put on trial. */
  readonly limitMs: number;
  /** When the session that is under way began, on the monotonic clock. */
  readonly session: number | undefined;
  /** A session that proves all trials has been asked for. */
  readonly asked: boolean;
  /** Taking back is under way. */
  readonly busy: boolean;
  /** Tries to undo that have failed, and when the next one is due. */
  readonly failed: { readonly tries: number; readonly again: number } | undefined;
  /** When the ACS is notified of the undone change. */
  readonly tellDue: number | undefined;
  /** That has been ordered, and no session has ended well since. */
  readonly told: boolean;
}

export type TrialEvent =
  /** A change by the ACS has been committed. */
  | { readonly on: "made"; readonly change: MadeChange }
  | { readonly on: "takenBack"; readonly taken: Taken; readonly numbers: readonly number[] }
  | { readonly on: "failed" };

export type TrialDeed =
  | { readonly do: "takeBack"; readonly trials: readonly Trial[]; readonly limitMs: number }
  | { readonly do: "tell"; readonly what: string };
