import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { igdFacts, target } from "./write-igd-facts.ts";

test("the committed facts are what the data model's tables say", () => {
  expect(readFileSync(target, "utf8")).toBe(igdFacts());
});
