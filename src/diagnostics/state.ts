/** Table: the state of the diagnostics, their events and their deeds. See machine.ts. */
import type { Edit } from "../ports/config.ts";
import type { Settings } from "../settings.ts";
import type { Kind, Options, Outcome, Sections } from "./sections.ts";

export interface DiagnosticsKept {
  readonly sections: Sections;
  /** The boot in which the results were found. */
  readonly boot: string;
}

export interface DiagnosticsState {
  readonly kept: DiagnosticsKept;
  /** This boot of the device. */
  readonly boot: string;
  /** A session with the ACS is under way: tests wait for its end. */
  readonly session: boolean;
  /** Tests that wait, in the order in which they were asked for. */
  readonly waiting: readonly Kind[];
  readonly running: Running | undefined;
  /** The number of the last test that has begun. */
  readonly number: number;
  /** A test has ended, and is to be reported to the ACS once no other test waits. */
  readonly untold: boolean;
  readonly echo: Settings["udpEcho"];
}

export interface Running {
  readonly kind: Kind;
  readonly number: number;
  /** The test was canceled: its result is dropped, and the next test begins when this one has ended. */
  readonly canceled: boolean;
}

export type DiagnosticsEvent =
  /** The package of the diagnostics has been written by a session or by another change. */
  | { readonly on: "written"; readonly edits: readonly Edit[] }
  | { readonly on: "ended"; readonly number: number; readonly outcome: Outcome };

export type DiagnosticsDeed =
  | { readonly do: "run"; readonly number: number; readonly kind: Kind; readonly options: Options }
  | { readonly do: "cancel"; readonly number: number }
  /** Opens the UDP echo server, or closes it. */
  | { readonly do: "echo"; readonly settings: Settings["udpEcho"] };
