/** Port: observations of the system that the kernel keeps no record of: the time of a link's last change, and the
 * bounds of a sensor's measurements. Times are seconds since boot. */
import type { Extremes } from "../../src/ports/facts.ts";
import { factsLimits } from "./limits.ts";

export interface Witness {
  /** The moment since which the thing is seen in this state: now, if it was seen in another one last. */
  since(name: string, state: string, now: number): number;
  /** Notes a reading; undefined: there is none.
   * @returns the bounds of all that were noted */
  measured(name: string, milli: number | undefined, now: number): Extremes | undefined;
}

export function openWitness(): Witness {
  const states = new Map<string, { readonly state: string; readonly at: number }>();
  const bounds = new Map<string, Extremes>();
  return {
    since(name, state, now) {
      const known = states.get(name);
      // A clock that shows an earlier time is that of another boot.
      if (known?.state === state && known.at <= now) return known.at;
      if (states.size >= factsLimits.tableRowsMax) states.clear();
      states.set(name, { state, at: now });
      return now;
    },
    measured(name, milli, now) {
      const known = bounds.get(name);
      if (milli === undefined) return known;
      const here = { milli, at: now };
      const next = {
        min: known === undefined || milli < known.min.milli ? here : known.min,
        max: known === undefined || milli > known.max.milli ? here : known.max,
      };
      if (known === undefined && bounds.size >= factsLimits.sensorsMax) bounds.clear();
      bounds.set(name, next);
      return next;
    },
  };
}
