import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { conformancePage } from "./page.ts";
import { deviations, inapplicable, namedIds, onMachineAlone, requirements, unproven } from "./register.ts";

const ids = new Set(requirements.map((row) => row.id));

test("every id that a test names is in the register", () => {
  const unknown = [...namedIds()].filter(([id]) => !ids.has(id));
  expect(unknown).toEqual([]);
});

test("each deviation and each row that is not applicable is in the register, has a reason, and is not proven by a test", () => {
  const named = namedIds();
  for (const [id, reason] of [...deviations, ...inapplicable]) {
    expect(ids, id).toContain(id);
    expect(reason.length, id).toBeGreaterThan(20);
    expect(named.has(id), `${id} is both excused and proven`).toBe(false);
  }
  for (const id of inapplicable.keys()) expect(deviations.has(id), `${id} is in both files`).toBe(false);
});

test("a row is proven by a test that ran and passed, and not if another test of it failed", () => {
  const ended = (status: string, ...ids: string[]) =>
    ids.map((id) => ({ fullName: `a room 3.1 [${id}] a title`, status }));
  const results = {
    testResults: [
      { assertionResults: [...ended("passed", "R-3.1-01", "R-3.1-02", "R-3.1-03")] },
      { assertionResults: [...ended("failed", "R-3.1-02"), ...ended("pending", "R-3.1-03", "R-3.1-04")] },
    ],
  };
  expect(unproven(["R-3.1-01", "R-3.1-02", "R-3.1-03", "R-3.1-04", "R-3.1-05"], results)).toEqual([
    ["R-3.1-02", "failed, passed"],
    ["R-3.1-04", "pending"],
    ["R-3.1-05", "not run"],
  ]);
});

test("a row is proven on the machine alone if none of its tests runs an agent", () => {
  expect(onMachineAlone(["session/session.test.ts", "nat/binding.test.ts"])).toBe(true);
  expect(onMachineAlone(["session/session.test.ts", "world/inform.test.ts"])).toBe(false);
});

test("docs/conformance.md equals the present output of make conformance", () => {
  const written = readFileSync(join(import.meta.dirname, "../../docs/conformance.md"), "utf8");
  expect(written === conformancePage(), "run make conformance").toBe(true);
});
