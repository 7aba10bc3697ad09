/** Handler: puts changes of the ACS on trial, and undoes them. */
import { Fault } from "../errors.ts";
import type { Guard, MadeChange } from "../model/guard.ts";
import type { Model } from "../model/session.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Performers } from "../session/machine.ts";
import { trialLimits } from "./limits.ts";
import { openTrial, rowsTaken } from "./machine.ts";
import { changeKey } from "./rows.ts";
import type { TrialDeed, TrialEvent, TrialState } from "./state.ts";

export interface TrialParts {
  /** undefined: no machine runs yet. */
  readonly state: () => TrialState | undefined;
  readonly feed: (event: TrialEvent) => void;
  /** Packages on which the way to the ACS depends. */
  readonly reach: ReadonlySet<string>;
}

export function trialGuard({ state, feed, reach }: TrialParts): Guard {
  return {
    watch(before, staged) {
      const now = state();
      if (now === undefined || now.limitMs === 0) return undefined;
      if (!before.packages.some((name) => reach.has(name))) return undefined;
      const count = now.kept.trials.reduce((sum, { changes }) => sum + changes.length, 0);
      if (count >= trialLimits.changesMax)
        throw new Fault(9004, "Too many changes wait for a session that proves them");
      const { number, changes } = openTrial(now);
      const change: MadeChange = { ...before, undo: staged.undo(changes.map(({ undo }) => undo)) };
      return {
        rows: [{ shelf: "trial", key: changeKey(number, changes.length), value: change }],
        made: () => feed({ on: "made", change }),
      };
    },
  };
}

interface TrialPorts {
  readonly clock: Clock;
  readonly log: Log;
}

/** @param apply puts the written packages into effect */
export function trialPerformer(
  { clock, log }: TrialPorts,
  model: Pick<Model, "takeBack">,
  apply: () => Promise<void>,
): Performers<TrialDeed, TrialEvent> {
  return {
    async tell({ what }) {
      log("info", what);
      return [];
    },
    async takeBack({ trials, limitMs }) {
      const changes = trials.flatMap((trial) => trial.changes);
      const named = [...new Set(changes.flatMap(({ packages }) => packages))].sort();
      log("warn", "No session with the ACS has ended well since a change: the change is undone", {
        packages: named.join(" "),
        minutes: limitMs / 60_000,
      });
      const now = clock.now();
      const takenOf = (left: readonly string[]) => ({
        parameters: told(changes),
        packages: named,
        left,
        at: now.known ? now.wall : null,
        untold: true,
      });
      const left = await model.takeBack(changes, (stays) => rowsTaken(trials, takenOf(stays)));
      if (left.length > 0)
        log("warn", "Options that others have changed since then stay", { what: left.join(" ") });
      await apply();
      return [{ on: "takenBack", taken: takenOf(left), numbers: trials.map(({ number }) => number) }];
    },
  };
}

/** ParameterKey is undone with the changes. It shows the event to the ACS also where all else is undone. */
function told(changes: readonly MadeChange[]): readonly string[] {
  const keys = changes.map(({ root }) => `${root}.ManagementServer.ParameterKey`);
  const all = new Set([...keys, ...changes.flatMap(({ parameters }) => parameters)]);
  return [...all].slice(0, trialLimits.toldMax);
}
