/** The files of transfers on their way, in their directory. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFiles } from "../../platform/bun/files.ts";
import { folder } from "./lab.ts";

test("a process begins with the files of its own transfers only, whole or in part", async () => {
  const directory = join(folder(), "files");
  const files = openFiles(directory);
  files.sweep([]);
  expect(existsSync(directory)).toBe(false);
  for (const id of [1, 2, 12]) await (await files.receive(id, "")).finish();
  await files.receive(3, "");
  openFiles(directory).sweep([2, 4]);
  expect(readdirSync(directory)).toEqual(["2.file"]);
});
