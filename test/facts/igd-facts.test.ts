import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { igdFacts, sharedIsHere, target } from "./write-igd-facts.ts";

// Skipped where the data-model facts do not lie beside the project.
test.skipIf(!sharedIsHere)("the committed facts are what the data model's tables say", () => {
  expect(readFileSync(target, "utf8")).toBe(igdFacts());
});
