/** A clock that stands still until it is told to go on: days of protocol pass in milliseconds. */
import type { Clock, Now } from "../../src/ports/clock.ts";

interface Wake {
  readonly at: number;
  readonly fire: () => void;
}

/** All that was begun has come to rest: it waits for the clock, or for the world. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class VirtualClock implements Clock {
  readonly time: { -readonly [K in keyof Now]: Now[K] } = {
    mono: 1000,
    wall: Date.UTC(2026, 10, 24),
    known: true,
  };
  /** Offset of local time, minutes east. */
  zoneOf: (wall: number) => number = () => 60;
  private readonly wakes = new Set<Wake>();

  now(): Now {
    return { ...this.time };
  }

  wake(at: number, fire: () => void): () => void {
    const wake = { at, fire };
    this.wakes.add(wake);
    return () => this.wakes.delete(wake);
  }

  zone(wall: number): number {
    return this.zoneOf(wall);
  }

  /** The next moment at which somebody wants to be woken. */
  get next(): number | undefined {
    return this.wakes.size === 0 ? undefined : Math.min(...[...this.wakes].map((wake) => wake.at));
  }

  /** How many wait to be woken. */
  get waiting(): number {
    return this.wakes.size;
  }

  /** Lets time go on, wake by wake. */
  async pass(ms: number): Promise<void> {
    const until = this.time.mono + ms;
    await settled();
    for (let next = this.due(until); next !== undefined; next = this.due(until)) {
      this.goTo(Math.max(next.at, this.time.mono));
      this.wakes.delete(next);
      next.fire();
      await settled();
    }
    this.goTo(until);
  }

  /** Whoever waited is gone. */
  forget(): void {
    this.wakes.clear();
  }

  /** The device was off, and its monotonic clock begins anew. */
  boot(offMs: number): void {
    this.forget();
    this.time.wall += offMs;
    this.time.mono = 1000;
  }

  private goTo(mono: number): void {
    this.time.wall += mono - this.time.mono;
    this.time.mono = mono;
  }

  private due(until: number): Wake | undefined {
    let first: Wake | undefined;
    for (const wake of this.wakes)
      if (wake.at <= until && (first === undefined || wake.at < first.at)) first = wake;
    return first;
  }
}
