import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { exposedFiles } from "../../platform/openwrt/exposed.ts";

const root = mkdtempSync(join(tmpdir(), "cwmpd-exposed-"));
afterAll(() => rmSync(root, { recursive: true }));

test("3.4.4 files with secrets that others can read are reported, with the remedy, and no other files", () => {
  const key = join(root, "client.key");
  const config = join(root, "etc/config/cwmp");
  mkdirSync(join(root, "etc/config"), { recursive: true });
  // None is there yet.
  expect(exposedFiles(root, key)).toEqual([]);
  for (const file of [key, config]) writeFileSync(file, "x");
  for (const [mode, exposed] of [
    [0o600, false],
    [0o400, false],
    [0o700, false],
    [0o644, true],
    [0o640, true],
    [0o604, true],
    [0o620, true],
  ] as const) {
    for (const file of [key, config]) chmodSync(file, mode);
    expect(exposedFiles(root, key)).toEqual(
      exposed
        ? [
            expect.stringMatching(/package cwmp .*: chmod 600 \/etc\/config\/cwmp$/),
            expect.stringMatching(/key of the client certificate .*: chmod 600 .*client\.key$/),
          ]
        : [],
    );
    expect(exposedFiles(root, undefined)).toHaveLength(exposed ? 1 : 0);
  }
});
