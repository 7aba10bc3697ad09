/** Port: chance. No code in src draws random numbers by itself. */

export interface Chance {
  /** A number in [0, 1). */
  roll(): number;
  bytes(count: number): Uint8Array;
}
