/** The store contract once more, on the runtime and the SQLite that the device has. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const project = join(import.meta.dirname, "../..");

test("the store on bun:sqlite keeps every promise that it keeps on better-sqlite3", () => {
  const args = ["test", "--timeout", "120000", "./test/store/store.test.ts"];
  const { status, stderr } = spawnSync("node_modules/.bin/bun", args, { cwd: project, encoding: "utf8" });
  expect(stderr).toMatch(/^\s*0 fail$/m);
  expect(Number(/^\s*(\d+) pass$/m.exec(stderr)?.[1])).toBeGreaterThanOrEqual(9);
  expect(status).toBe(0);
});
