/** Only the runtime that ships can be asked: the same call does nothing on Node. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const bun = join(root, "node_modules/.bin/bun");

/** @param lacking the file of /proc that the kernel does not have */
function rested(lacking?: string): { before: number; rested: number; answer: string } {
  const child = join(import.meta.dirname, "resting-child.ts");
  const run = spawnSync(bun, lacking === undefined ? [child] : [child, lacking], {
    cwd: root,
    encoding: "utf8",
  });
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

/** OpenWrt's kernels have no smaps: every look used to end in an error line, and nothing was given back. */
test.skipIf(!existsSync(bun))("memory is given back on a kernel that does not report pages, too", () => {
  const { before, rested: after, answer } = rested("/smaps");
  expect(after).toBeLessThan(before / 2);
  expect(answer).toBe("still here");
});

test.skipIf(!existsSync(bun))("without the list of memory mappings nothing is given back", () => {
  expect(rested("maps").answer).toBe("still here");
});
