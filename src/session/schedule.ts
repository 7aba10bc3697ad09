/** Rule: when the next periodic and the next scheduled Inform fall due. TR-069 3.2.1, A.4.1.2,
 * ManagementServer.PeriodicInformTime. */
import type { Now } from "../ports/clock.ts";
import type { Periodic } from "../settings.ts";

/** The next periodic Inform, on the monotonic clock.
 * With a reference and a clock that can be believed it falls on the grid; else one interval after `from`.
 * @param reached the point of the grid is later than this moment of the wall clock */
export function nextPeriodic(
  periodic: Periodic,
  now: Now,
  from: number,
  reached = now.wall,
): number | undefined {
  if (!periodic.enable) return undefined;
  const interval = periodic.intervalSeconds * 1000;
  if (periodic.referenceMs === undefined || !now.known) return Math.max(from + interval, now.mono);
  const sinceLast = modulo(reached - periodic.referenceMs, interval);
  return now.mono + (reached - now.wall) + (interval - sinceLast);
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** A ScheduleInform call that has not fallen due yet. Kept on disk. */
export interface ScheduledInform {
  readonly commandKey: string;
  /** Due on the monotonic clock of the boot named below. */
  readonly dueMono: number;
  /** Due in UTC, for use after a reboot; undefined where the clock could not be believed. */
  readonly dueWall: number | undefined;
  readonly delayMs: number;
  readonly boot: string;
}

export function schedule(commandKey: string, delaySeconds: number, now: Now, boot: string): ScheduledInform {
  const delayMs = delaySeconds * 1000;
  const dueWall = now.known ? now.wall + delayMs : undefined;
  return { commandKey, dueMono: now.mono + delayMs, dueWall, delayMs, boot };
}

/** After a boot the monotonic clock has begun anew: by absolute time where that is known at both ends,
 * else the whole delay once more, because the time that the device was off is unknown. */
export function rescheduled(inform: ScheduledInform, now: Now, boot: string): ScheduledInform {
  if (inform.boot === boot) return inform;
  const left = inform.dueWall !== undefined && now.known ? inform.dueWall - now.wall : inform.delayMs;
  const delay = Math.min(Math.max(left, 0), inform.delayMs);
  return { ...inform, boot, dueMono: now.mono + delay };
}
