import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { conformancePage } from "./page.ts";
import { deviations, later, namedIds, requirements } from "./register.ts";

const ids = new Set(requirements.map((row) => row.id));
const sections = new Set(requirements.map((row) => row.section));

test("every id that a test names is in the register", () => {
  const unknown = [...namedIds()].filter(([id]) => !ids.has(id));
  expect(unknown).toEqual([]);
});

test("a deviation is from a row that exists, says why, and is not claimed to be proven as well", () => {
  const named = namedIds();
  for (const [id, reason] of deviations) {
    expect(ids, id).toContain(id);
    expect(reason.length, id).toBeGreaterThan(20);
    expect(named.has(id), `${id} is both deviated from and proven`).toBe(false);
  }
});

test("what waits is a section or a row that exists", () => {
  for (const key of later.keys()) expect(ids.has(key) || sections.has(key), key).toBe(true);
});

test("docs/conformance.md is what make conformance writes now", () => {
  const written = readFileSync(join(import.meta.dirname, "../../docs/conformance.md"), "utf8");
  expect(written === conformancePage(), "run make conformance").toBe(true);
});
