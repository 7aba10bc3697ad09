/** Port: time. No code in src reads a clock: time is passed as `Now`. */

/** A moment, milliseconds. `mono` never jumps and starts at boot; `wall` is UTC since 1970;
 * `known`: `wall` can be believed (3.3, A.2.1: without absolute time dates are not judged). */
export interface Now {
  readonly mono: number;
  readonly wall: number;
  readonly known: boolean;
}

export interface Clock {
  now(): Now;
  /** Calls `fire` once when `mono` is reached; the returned function cancels the call. */
  wake(mono: number, fire: () => void): () => void;
  /** Offset of local time from UTC at that moment, minutes east. Inform CurrentTime, A.3.3.1. */
  zone(wall: number): number;
}
