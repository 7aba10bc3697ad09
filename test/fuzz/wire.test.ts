import { expect, test } from "vitest";
import { fuzzResponseBytes } from "./wire.ts";

const seeds = Array.from({ length: 5 }, (_, index) => index + 1);

test.each(seeds)(
  "3.4.2 mutated bytes of HTTP responses end as a response or as malformed, in one piece as in many, seed %i",
  (seed) => {
    const outcome = fuzzResponseBytes(seed, 1000);
    expect(outcome.whole + outcome.more + outcome.ended + outcome.malformed).toBe(1000);
    // The mutations reach every end.
    for (const number of Object.values(outcome)) expect(number).toBeGreaterThan(10);
  },
);
