/** Rule: how long a transfer pauses, so that it leaves the line to others. */
import type { Clock } from "../ports/clock.ts";
import type { Pace } from "./http.ts";

/** @param speedMax bytes a second; 0: no bound
 * @returns for each piece the milliseconds to wait after it */
export function pacer(speedMax: number, clock: Pick<Clock, "now">): Pace {
  if (speedMax <= 0) return () => 0;
  const began = clock.now().mono;
  let passed = 0;
  return (bytes) => {
    passed += bytes;
    return Math.max(0, began + (1000 * passed) / speedMax - clock.now().mono);
  };
}
