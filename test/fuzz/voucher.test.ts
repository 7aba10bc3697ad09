import { expect, test } from "vitest";
import { fuzzVouchers } from "./voucher.ts";

test("Annex C mutated vouchers end in the Options that were signed, or in a refusal", () => {
  const { accepted, refused } = fuzzVouchers(20_261_127, 3000);
  // Both ends are reached: white space may change here and there.
  expect(accepted).toBeGreaterThan(5);
  expect(refused).toBeGreaterThan(2000);
});
