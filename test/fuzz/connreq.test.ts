import { expect, test } from "vitest";
import { fuzzConnectionRequests } from "./connreq.ts";

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);

test.each(seeds)("3.2.2 mutated Connection Requests end as an answer within bounds, seed %i", (seed) => {
  const outcome = fuzzConnectionRequests(seed, 1000);
  expect(outcome.heads + outcome.more + outcome.malformed).toBe(1000);
  // The mutations reach every end.
  for (const number of Object.values(outcome)) expect(number).toBeGreaterThan(0);
});
