/** Rule: the number of Connection Requests accepted in a minute, and of log lines about refusals. TR-069 3.2.2. */
import { connectionRequestLimits } from "./limits.ts";

export interface RateLimits {
  readonly acceptedPerMinuteMax: number;
  readonly acceptedPerSourcePerMinuteMax: number;
}

/** Accepted requests of the last minute, oldest first: never more than `acceptedPerMinuteMax`. */
export type Accepted = readonly { readonly at: number; readonly source: string }[];

const minuteMs = 60_000;

/** Only authenticated requests are judged here, and only accepted ones count: no flood of others uses up the rate.
 * @param now monotonic milliseconds
 * @returns the requests that count from now on, and whether this one is among them */
export function admit(
  accepted: Accepted,
  now: number,
  source: string,
  limits: RateLimits,
): { accepted: Accepted; admitted: boolean } {
  const recent = accepted.filter((one) => now - one.at < minuteMs);
  const ofSource = recent.filter((one) => one.source === source).length;
  const admitted =
    recent.length < limits.acceptedPerMinuteMax && ofSource < limits.acceptedPerSourcePerMinuteMax;
  return { accepted: admitted ? [...recent, { at: now, source }] : recent, admitted };
}

/** Refusals not yet spoken of, by reason and source. */
export type Notices = Map<string, { count: number; spokenAt: number }>;

/** Counts a refusal.
 * @returns how many since the last time we spoke of these, when it is time to speak again; else undefined */
export function notice(notices: Notices, now: number, reason: string, source: string): number | undefined {
  let entry = notices.get(`${reason} ${source}`);
  if (entry === undefined) {
    forgetQuiet(notices, now);
    const key = notices.size < connectionRequestLimits.noticedSourcesMax ? source : "others";
    entry = notices.get(`${reason} ${key}`) ?? { count: 0, spokenAt: Number.NEGATIVE_INFINITY };
    notices.set(`${reason} ${key}`, entry);
  }
  entry.count += 1;
  if (now - entry.spokenAt < minuteMs) return undefined;
  const { count } = entry;
  entry.count = 0;
  entry.spokenAt = now;
  return count;
}

function forgetQuiet(notices: Notices, now: number): void {
  for (const [key, entry] of notices) if (now - entry.spokenAt >= minuteMs) notices.delete(key);
}
