import { expect, test } from "vitest";
import { fuzzEnvelopes } from "./envelope.ts";

test("3.5 mutated envelopes end as a message or as malformed", () => {
  const { messages, malformed } = fuzzEnvelopes(20_240_601, 4000);
  // Both ends are reached: it is no fuzz where everything breaks at once.
  expect(messages).toBeGreaterThan(400);
  expect(malformed).toBeGreaterThan(400);
});
