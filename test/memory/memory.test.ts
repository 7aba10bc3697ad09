/** Only the runtime that ships can be asked: the same call does nothing on Node. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const bun = join(root, "node_modules/.bin/bun");

function rested(...args: string[]): { before: number; rested: number; answer: string } {
  const child = join(import.meta.dirname, "resting-child.ts");
  const run = spawnSync(bun, [child, ...args], { cwd: root, encoding: "utf8" });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout);
}

test.skipIf(!existsSync(bun))(
  "at rest the memory of the runtime's code is given back, and is loaded again on the next call",
  () => {
    const { before, rested: after, answer } = rested();
    expect(before).toBeGreaterThan(8 * 1024);
    expect(after).toBeLessThan(before / 2);
    expect(answer).toBe("still here");
  },
);

test.skipIf(!existsSync(bun))("without the list of memory mappings nothing is given back", () => {
  expect(rested("no maps").answer).toBe("still here");
});
