/** Port: time, from the system's clocks. */
import { readFileSync } from "node:fs";
import type { Clock } from "../../src/ports/clock.ts";

/** Milliseconds: the longest wait that a timer of the runtime takes. */
const timerMsMax = 2_147_483_647;

/** @param known whether the wall clock can be believed
 * @param zone minutes east of UTC at that moment */
export function systemClock(known: () => boolean, zone: (wall: number) => number): Clock {
  // The runtime counts from its own start; a wait that was noted before it was begun again counts from boot.
  const sinceBoot = uptimeMs() - performance.now();
  const mono = () => Math.round(sinceBoot + performance.now());
  return {
    now: () => ({ mono: mono(), wall: Date.now(), known: known() }),
    wake(at, fire) {
      let timer: NodeJS.Timeout;
      const arm = () => {
        const left = at - mono();
        if (left <= 0) timer = setTimeout(fire, 0);
        else timer = setTimeout(left > timerMsMax ? arm : fire, Math.min(left, timerMsMax));
      };
      arm();
      return () => clearTimeout(timer);
    },
    zone,
  };
}

/** Milliseconds since boot; 0 where the system does not report it. */
function uptimeMs(): number {
  try {
    return Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000 || 0;
  } catch {
    return 0;
  }
}
