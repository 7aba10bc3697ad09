/** Port: chance, from the system's source. */
import type { Chance } from "../../src/ports/chance.ts";

/** Rolls are drawn at every step of the machine: so many are fetched at a time. */
const pool = new Uint32Array(64);
let left = 0;

export const systemChance: Chance = {
  roll() {
    if (left === 0) {
      crypto.getRandomValues(pool);
      left = pool.length;
    }
    left -= 1;
    return pool[left]! / 2 ** 32;
  },
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
