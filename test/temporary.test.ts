import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const hook = join(import.meta.dirname, "temporary.ts");

/** A run of its own, which makes a directory and ends in that way. @returns the temporary directory of its machine */
function run(base: string, end: string): void {
  const script = `import ownTemporary from ${JSON.stringify(hook)};
import { mkdtempSync } from "node:fs"; import { tmpdir } from "node:os"; import { join } from "node:path";
const over = ownTemporary(); mkdtempSync(join(tmpdir(), "cwmpd-e2e-")); ${end}`;
  const bun = join(import.meta.dirname, "../node_modules/.bin/bun");
  writeFileSync(join(base, "run.mjs"), script);
  spawnSync(bun, [join(base, "run.mjs")], { env: { ...process.env, TMPDIR: base } });
  rmSync(join(base, "run.mjs"));
}

test("the directories of a test run are removed at its end, those of a killed run at the next start, and no others", () => {
  const base = mkdtempSync(join(tmpdir(), "cwmpd-temporary-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  run(base, "over();");
  expect(readdirSync(base)).toEqual([]);
  run(base, "process.kill(process.pid, 'SIGKILL');");
  const [left = ""] = readdirSync(base);
  expect(readdirSync(join(base, left)).join()).toMatch(/^cwmpd-e2e-\w+$/);
  const others = ["theirs", `cwmpd-run-${process.pid}`];
  for (const name of others) mkdirSync(join(base, name));
  run(base, "over();");
  expect(readdirSync(base).sort()).toEqual(others.sort());
});

test("directories that tests make lie in the directory of their run", () => {
  expect(tmpdir()).toMatch(/cwmpd-run-\d+$/);
  expect(existsSync(tmpdir())).toBe(true);
});
