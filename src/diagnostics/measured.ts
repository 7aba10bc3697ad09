/** Rule: the results of a measuring transfer. TR-143 4.3: times of the steps, in UTC, and bytes. */
import { writeTime } from "../model/value.ts";
import type { Now } from "../ports/clock.ts";
import type { Options } from "./sections.ts";

/** Milliseconds of the monotonic clock; undefined: the test has not reached this step. */
export interface Measured {
  readonly opening: number | undefined;
  readonly opened: number | undefined;
  readonly requested: number | undefined;
  readonly began: number | undefined;
  readonly ended: number | undefined;
  readonly bytes: number;
}

/** @param now a moment of both clocks: the wall clock may have been set while the test ran */
export function measuredResults({ bytes, ...times }: Measured, now: Now): Options {
  const told = Object.entries(times).flatMap(([name, mono]) =>
    mono === undefined ? [] : [[name, writeTime(now.wall - now.mono + mono)] as const],
  );
  return { ...Object.fromEntries(told), bytes: `${bytes}` };
}
