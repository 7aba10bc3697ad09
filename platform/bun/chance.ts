/** Port: chance, from the system's source. */
import { randomBytes } from "node:crypto";
import type { Chance } from "../../src/ports.ts";

export const systemChance: Chance = {
  roll: () => randomBytes(4).readUInt32BE() / 2 ** 32,
  bytes: (count) => new Uint8Array(randomBytes(count)),
};
