import { expect, test } from "vitest";
import { fuzzResponses } from "./response.ts";

const seeds = Array.from({ length: 5 }, (_, index) => index + 1);

test.each(seeds)(
  "3.4 broken responses end as an answer, as lost or as malformed within bounds, seed %i",
  async (seed) => {
    const outcome = await fuzzResponses(seed, 1000);
    // The mutations reach every end.
    for (const number of Object.values(outcome)) expect(number).toBeGreaterThan(20);
  },
);
