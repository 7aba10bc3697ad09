/** Rule: how long to wait before a failed session is tried again. TR-069 3.2.1.1 Table 3. */
import { retryLimits } from "./limits.ts";

/** Wait before the next attempt, milliseconds, a whole number of seconds.
 * Even in [5·2^(n-1), 5·2^n] seconds with n at most 10.
 * @param failures failed attempts since boot, from 1
 * @param roll chance in [0, 1) */
export function waitMs(failures: number, roll: number): number {
  const low = retryLimits.firstWaitSeconds * 2 ** (Math.min(failures, retryLimits.rowsMax) - 1);
  return (low + Math.floor(roll * (low + 1))) * 1000;
}
