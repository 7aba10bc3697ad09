import { expect, test } from "vitest";
import { fuzzDhcp } from "./dhcp.ts";

const seeds = Array.from({ length: 5 }, (_, index) => index + 1);

test.each(seeds)(
  "3.1 F.2.5 broken DHCP messages and options end as values within bounds or as malformed, seed %i",
  async (seed) => {
    const outcome = await fuzzDhcp(seed, 4000);
    // The mutations reach every end.
    for (const number of Object.values(outcome)) expect(number).toBeGreaterThan(20);
  },
);
