import { expect, test } from "vitest";
import { fuzzPage } from "./page.ts";

test.each([1, 2, 3])(
  "D.4 mutated requests to the LAN page end in an answer or a refusal, seed %i",
  async (seed) => {
    const outcome = await fuzzPage(seed, 1000);
    expect(outcome.answers + outcome.more + outcome.refused).toBe(1000);
    // The mutations reach every end.
    for (const number of Object.values(outcome)) expect(number).toBeGreaterThan(0);
  },
);
