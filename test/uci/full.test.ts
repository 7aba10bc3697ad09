/** A disk that is full, or fails, at any one step of a change. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openConfig } from "../../platform/openwrt/config.ts";
import { type Files, systemFiles } from "../../platform/openwrt/uci/files.ts";
import { tryLock } from "../../platform/openwrt/uci/flock.ts";
import { Refused } from "../../src/errors.ts";
import { after, before, edits } from "./crash-sample.ts";
import { Tree } from "./tree.ts";

const changing = [
  "open",
  "write",
  "truncate",
  "chmod",
  "chown",
  "sync",
  "syncAll",
  "rename",
  "link",
] as const;

/** The system's files until step `at`, which does half its work and fails. Nothing is written with the disk full; what
 * needs no room works. */
function failing(at: number): { files: Files; failed: () => string | undefined; steps: () => number } {
  let step = 0;
  let failed: string | undefined;
  const files = new Proxy(systemFiles, {
    get(target, name: keyof Files) {
      const real = target[name] as (...args: unknown[]) => unknown;
      if (!changing.some((one) => one === name)) return real;
      return (...args: unknown[]) => {
        step++;
        if (step !== at) return real(...args);
        failed = name;
        if (name === "write") {
          const [fd, bytes, at] = args as [number, Uint8Array, number?];
          target.write(fd, bytes.subarray(0, bytes.length / 2), at);
        }
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC", syscall: name });
      };
    },
  });
  return { files, failed: () => failed, steps: () => step };
}

/** One change with the disk failing at a step, then what the agent does about it. */
async function change(
  tree: Tree,
  at: number,
): Promise<{ steps: number; staged: boolean; failed: string | undefined }> {
  const { files, failed, steps } = failing(at);
  const config = openConfig(tree.root, undefined, { files });
  try {
    const staged = await config.stage(config.view(), edits);
    try {
      staged.commit();
    } catch (error) {
      expect(error).toBeInstanceOf(Refused);
      await config.recover(staged.intent);
    }
    return { steps: steps(), staged: true, failed: failed() };
  } catch (error) {
    expect(error).toBeInstanceOf(Refused);
    return { steps: steps(), staged: false, failed: failed() };
  }
}

describe("a full disk", () => {
  test("at every step leaves all of the old or all of the new, no leftovers, no locks, and no partial file for a waiting process", async () => {
    const { steps } = await change(new Tree(before), 0);
    expect(steps).toBeGreaterThan(20);
    const outcomes = new Set<string>();
    for (let at = 1; at <= steps; at++) {
      const tree = new Tree(before);
      const waiting = Object.keys(before).map(
        (name) => [name, openSync(tree.path(`etc/config/${name}`), "r")] as const,
      );
      const { staged, failed } = await change(tree, at);
      outcomes.add(`${failed} ${staged}`);
      expect([at, failed, tree.packages()]).toEqual([at, failed, staged ? after : before]);
      for (const [name, fd] of waiting) {
        expect([before[name], after[name]], `${failed} at step ${at}`).toContain(readFileSync(fd, "utf8"));
        expect(tryLock(fd), `${name} is locked after ${failed} at step ${at}`).toBe(true);
        closeSync(fd);
      }
    }
    expect([...outcomes]).toEqual(
      expect.arrayContaining(["write false", "write true", "rename true", "sync true"]),
    );
  });
});
