/** Rule: changes on trial as `status` shows them. */
import type { Now } from "../ports/clock.ts";
import { deadline } from "./machine.ts";
import type { TrialState } from "./state.ts";

export interface TrialStatus {
  readonly packages: readonly string[];
  /** When they are undone, UTC ms; null: the session that makes them is under way. */
  readonly until: number | null;
}

/** @returns null: nothing is on trial */
export function trialStatus(state: TrialState, now: Now): TrialStatus | null {
  const { trials } = state.kept;
  if (trials.length === 0) return null;
  const packages = new Set(trials.flatMap(({ changes }) => changes.flatMap((change) => change.packages)));
  const due = deadline(state);
  return { packages: [...packages].sort(), until: due === undefined ? null : now.wall + (due - now.mono) };
}

export function trialWarnings({ kept: { taken, taking }, failed }: TrialState): readonly string[] {
  const warnings: string[] = [];
  if (taking && failed !== undefined)
    warnings.push(
      `A change by the ACS cannot be undone, in ${failed.tries} tries; it is tried again: see the log.`,
    );
  if (taken === undefined) return warnings;
  const when = taken.at === null ? "" : ` at ${new Date(taken.at).toISOString()}`;
  const stays =
    taken.left.length === 0 ? "" : ` These stay, as others had changed them: ${taken.left.join(", ")}.`;
  return [
    ...warnings,
    `The last change by the ACS (${taken.packages.join(", ")}) was undone${when}: no session ended well after it.${stays}`,
  ];
}
