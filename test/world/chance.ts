/** Chance by seed: the same seed, the same run. */
import type { Chance } from "../../src/ports/chance.ts";

export class Seeded implements Chance {
  constructor(private seed: number) {}

  /** mulberry32 */
  roll(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => Math.floor(this.roll() * 256));
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.roll() * below);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** True that often. */
  often(share: number): boolean {
    return this.roll() < share;
  }
}
