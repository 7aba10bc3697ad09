/** Only the runtime that ships can be asked: the same call does nothing on Node. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const bun = join(root, "node_modules/.bin/bun");

test.skipIf(!existsSync(bun))(
  "at rest the code of the runtime is given back, and comes again when it is called",
  () => {
    const run = spawnSync(bun, [join(import.meta.dirname, "resting-child.ts")], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    const { before, rested, answer } = JSON.parse(run.stdout);
    expect(before).toBeGreaterThan(8 * 1024);
    expect(rested).toBeLessThan(before / 2);
    expect(answer).toBe("still here");
  },
);
