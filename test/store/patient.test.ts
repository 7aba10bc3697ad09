/** The state on a medium that is full or read-only: a small file system in memory, mounted for the test. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPatientStore } from "../../platform/bun/patient-store.ts";
import { openStore } from "../../platform/bun/store.ts";

let home = "";
const flash = () => join(home, "flash");
const mount = (...args: string[]) => spawnSync("mount", args).status === 0;
const able = (() => {
  const probe = mkdtempSync(join(tmpdir(), "cwmpd-mount-"));
  const made = mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", probe);
  if (made) spawnSync("umount", [probe]);
  rmSync(probe, { recursive: true });
  return made;
})();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "cwmpd-flash-"));
  mkdirSync(flash());
  if (able) mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", flash());
});
afterEach(() => {
  if (able) spawnSync("umount", [flash()]);
  rmSync(home, { recursive: true, force: true });
});

const row = (value: unknown) => [{ shelf: "kept", key: "k", value }] as const;
const fill = () => {
  try {
    writeFileSync(join(flash(), "ballast"), Buffer.alloc(2_000_000));
  } catch {
    // That is what it is for.
  }
};
const faults: [name: string, spoil: () => void, mend: () => void, trouble: object][] = [
  [
    "full",
    fill,
    () => rmSync(join(flash(), "ballast")),
    { why: "ENOSPC", remedy: expect.stringContaining("Make room") },
  ],
  [
    "read-only",
    () => mount("-o", "remount,ro", flash()),
    () => mount("-o", "remount,rw", flash()),
    { why: "EROFS", remedy: expect.stringMatching(/only be read.*remount,rw/) },
  ],
];

describe.skipIf(!able).each(faults)("a medium that is %s", (_name, spoil, mend, trouble) => {
  test("at the start: kept rows can be read, new rows do not last, and all of them last once the medium accepts them", async () => {
    const before = await openStore(join(flash(), "state"));
    before.write([...row(1)]);
    before.close();
    spoil();
    const store = await openPatientStore(join(flash(), "state"));
    expect(store.get("kept", "k")).toBe(1);
    expect([store.lasting(), store.trouble()]).toEqual([false, trouble]);
    store.mark(true);
    store.write([...row(2)]);
    expect([store.get("kept", "k"), store.all("kept").get("k")]).toEqual([2, 2]);
    mend();
    await expect.poll(() => store.lasting(), { timeout: 10_000 }).toBe(true);
    expect(store.trouble()).toBeUndefined();
    store.close();
    const after = await openStore(join(flash(), "state"));
    expect(after.get("kept", "k")).toBe(2);
    after.close();
  });

  test("at the first start: the agent starts with empty state", async () => {
    spoil();
    const store = await openPatientStore(join(flash(), "state"));
    expect([store.all("kept").size, store.lasting()]).toEqual([0, false]);
    store.close();
    mend();
  });
});

test("a path that can never hold the store is refused", async () => {
  writeFileSync(join(home, "file"), "");
  await expect(openPatientStore(join(home, "file/state"))).rejects.toThrow(/--state/);
});
