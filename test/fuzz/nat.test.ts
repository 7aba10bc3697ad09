import { expect, test } from "vitest";
import { fuzzNat } from "./nat.ts";

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);

test.each(seeds)(
  "Annex G mutated STUN messages and UDP requests end as a value or as Malformed, seed %i",
  (seed) => {
    const outcome = fuzzNat(seed, 1000);
    expect(outcome.decoded + outcome.malformed + outcome.accepted + outcome.rejected).toBe(1000);
    // The mutations reach every end.
    for (const number of Object.values(outcome)) expect(number).toBeGreaterThan(0);
  },
);
