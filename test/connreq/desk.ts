/** The listener with a virtual clock and an obedient wire: what is sent is written unless `slow`. */
import {
  type ListenerDeed,
  type ListenerEvent,
  type ListenerLimits,
  listener,
  step,
} from "../../src/connreq/listener.ts";
import type { RouteOptions } from "../../src/connreq/route.ts";
import type { Chance } from "../../src/ports/chance.ts";
import { challengeIn, credentials, get, path, type Signing, sign } from "./answering.ts";

/** Chance that repeats itself in every run. */
export function seeded(seed: number): Chance & { below(bound: number): number } {
  let state = seed >>> 0;
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    roll,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(roll() * 256)),
    below: (bound) => Math.floor(roll() * bound),
  };
}

export class Desk {
  now = 1_000_000;
  slow = false;
  readonly deeds: ListenerDeed[] = [];
  readonly state;
  #id = 0;

  constructor(options: Partial<RouteOptions> = {}, limits: Partial<ListenerLimits> = {}) {
    const all = { path, chance: seeded(7), credentials: () => credentials, verdict: () => "accept" as const };
    this.state = listener({ ...all, ...options }, limits);
  }

  feed(event: ListenerEvent): ListenerDeed[] {
    const deeds = [...step(this.state, this.now, event)];
    this.deeds.push(...deeds);
    for (const deed of [...deeds]) {
      if (deed.do === "send" && !this.slow) deeds.push(...this.feed({ on: "written", id: deed.id }));
    }
    return deeds;
  }

  open(address = "192.0.2.1"): number {
    this.#id += 1;
    this.feed({ on: "open", id: this.#id, address });
    return this.#id;
  }

  /** @returns what is sent for it */
  say(id: number, bytes: string | Uint8Array): string {
    const deeds = this.feed({ on: "bytes", id, bytes: typeof bytes === "string" ? encode(bytes) : bytes });
    return sent(deeds);
  }

  /** Both round trips on one connection.
   * @returns the second answer */
  request(id: number, changes: Signing = {}): string {
    const challenge = challengeIn(this.say(id, get()));
    return this.say(id, get(path, sign(challenge, changes)));
  }

  /** Lets time pass, with every wake that is asked for in between. */
  pass(ms: number): void {
    const until = this.now + ms;
    while (this.state.wakeAt !== undefined && this.state.wakeAt <= until) {
      this.now = Math.max(this.now, this.state.wakeAt);
      this.feed({ on: "wake" });
    }
    this.now = until;
  }

  get accepted(): number {
    return this.deeds.filter((deed) => deed.do === "accepted").length;
  }

  isOpen(id: number): boolean {
    return this.state.connections.has(id);
  }
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function sent(deeds: readonly ListenerDeed[]): string {
  return deeds.map((deed) => (deed.do === "send" ? new TextDecoder().decode(deed.bytes) : "")).join("");
}

export function status(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}
