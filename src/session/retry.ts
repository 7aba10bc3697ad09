/** Rule: the wait before a failed session is retried. TR-069 3.2.1.1 Table 3. */
import { retryLimits } from "./limits.ts";

/** The first wait and the factor of each row. */
export interface Rhythm {
  readonly firstWaitSeconds: number;
  readonly factor: number;
}

const table3: Rhythm = { firstWaitSeconds: retryLimits.firstWaitSeconds, factor: 2 };

/** Wait before the next attempt, milliseconds, a whole number of seconds.
 * Even in [5·2^(n-1), 5·2^n] seconds with n at most 10.
 * @param failures failed attempts since boot, from 1
 * @param roll chance in [0, 1)
 * @param rhythm other numbers than 5 and 2 */
export function waitMs(
  failures: number,
  roll: number,
  { firstWaitSeconds, factor }: Rhythm = table3,
): number {
  const low = Math.floor(firstWaitSeconds * factor ** (Math.min(failures, retryLimits.rowsMax) - 1));
  const spread = Math.max(0, Math.floor(low * factor) - low);
  return (low + Math.floor(roll * (spread + 1))) * 1000;
}
