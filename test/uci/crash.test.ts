import { spawn } from "node:child_process";
import { closeSync, cpSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openConfig } from "../../platform/openwrt/config.ts";
import { tryLock } from "../../platform/openwrt/uci/flock.ts";
import type { Intent } from "../../src/ports/config.ts";
import { after, before } from "./crash-sample.ts";
import { Tree } from "./tree.ts";

const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");
const child = join(import.meta.dirname, "crash-child.ts");

interface End {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly out: string;
}

function run(mode: "set" | "recover", tree: Tree, step: number, torn: boolean): Promise<End> {
  return new Promise((resolve) => {
    const process = spawn(bun, [child, mode, tree.root, String(step), torn ? "torn" : ""]);
    let out = "";
    process.stdout.on("data", (data: Buffer) => (out += data));
    process.stderr.on("data", (data: Buffer) => (out += data));
    process.on("close", (code, signal) => resolve({ code, signal, out }));
  });
}

interface Course {
  readonly steps: number;
  readonly writes: readonly number[];
  readonly durable: number;
}

/** A run that nothing interrupts. */
async function whole(mode: "set" | "recover", tree: Tree): Promise<Course> {
  const end = await run(mode, tree, 0, false);
  expect(end).toMatchObject({ code: 0, signal: null });
  expect(tree.packages()).toEqual(after);
  return JSON.parse(end.out) as Course;
}

function intentOf(tree: Tree): Intent | undefined {
  const path = tree.path("intent.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Intent) : undefined;
}

/** What the agent does when it starts again. */
async function restart(tree: Tree): Promise<void> {
  const intent = intentOf(tree);
  const config = openConfig(tree.root);
  if (intent !== undefined) await config.recover(intent);
}

function expectUnlocked(tree: Tree): void {
  for (const name of Object.keys(tree.packages())) {
    const fd = openSync(tree.path(`etc/config/${name}`), "r");
    expect(tryLock(fd), `${name} is locked`).toBe(true);
    closeSync(fd);
  }
}

/** Before every step of a run, and in the middle of every write; a few at a time. */
async function eachStep(
  course: Course,
  check: (step: number, torn: boolean) => Promise<void>,
): Promise<number> {
  const steps = Array.from({ length: course.steps }, (_, i) => ({ step: i + 1, torn: false }));
  const jobs = [...steps, ...course.writes.map((step) => ({ step, torn: true }))];
  const count = jobs.length;
  const work = async () => {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) await check(job.step, job.torn);
  };
  await Promise.all([work(), work(), work()]);
  return count;
}

describe.skipIf(!existsSync(bun))("a change of three packages, killed at every step", () => {
  test("A.3.2.1 [R-A.3.2.1-10] is wholly old if the intent was not saved, and wholly new if it was", async () => {
    const course = await whole("set", new Tree(before));
    const { durable } = course;
    const ends = { old: 0, new: 0 };
    const count = await eachStep(course, async (step, torn) => {
      const tree = new Tree(before);
      const end = await run("set", tree, step, torn);
      expect({ step, torn, signal: end.signal, out: end.out }).toEqual({
        step,
        torn,
        signal: "SIGKILL",
        out: "",
      });
      const isNew = intentOf(tree) !== undefined;
      expect({ step, isNew }).toEqual({ step, isNew: step > durable });
      await restart(tree);
      expect({ step, torn, packages: tree.packages() }).toEqual({
        step,
        torn,
        packages: isNew ? after : before,
      });
      await restart(tree);
      expect(tree.packages()).toEqual(isNew ? after : before);
      expectUnlocked(tree);
      ends[isNew ? "new" : "old"]++;
    });
    expect(ends.old + ends.new).toBe(count);
    expect(ends.old).toBeGreaterThan(durable);
    expect(ends.new).toBeGreaterThan(course.steps - durable);
  });

  // Nothing renamed yet, one renamed, all renamed but not yet written into the old inodes.
  test.each([1, 2, 5])(
    "is wholly new if the recovery from step %i of the commit is killed too",
    async (commitStep) => {
      const { durable } = await whole("set", new Tree(before));
      const crashed = new Tree(before);
      expect((await run("set", crashed, durable + commitStep, false)).signal).toBe("SIGKILL");
      const copy = () => {
        const tree = new Tree();
        rmSync(tree.root, { recursive: true });
        cpSync(crashed.root, tree.root, { recursive: true });
        return tree;
      };
      await eachStep(await whole("recover", copy()), async (step, torn) => {
        const tree = copy();
        const end = await run("recover", tree, step, torn);
        expect({ step, torn, signal: end.signal, out: end.out }).toEqual({
          step,
          torn,
          signal: "SIGKILL",
          out: "",
        });
        await restart(tree);
        expect({ step, torn, packages: tree.packages() }).toEqual({ step, torn, packages: after });
        expectUnlocked(tree);
      });
    },
  );
});

describe("recover", () => {
  async function crashed(): Promise<{ tree: Tree; intent: Intent }> {
    const tree = new Tree(before);
    const config = openConfig(tree.root);
    const { edits } = await import("./crash-sample.ts");
    const staged = await config.stage(config.view(), edits);
    const intent = JSON.parse(JSON.stringify(staged.intent)) as Intent;
    staged.abort();
    return { tree, intent };
  }

  test("applies the edits to the present files, once and twice", async () => {
    const { tree, intent } = await crashed();
    tree.write("etc/config/network", `${before.network}config interface 'wan'\n\toption proto 'dhcp'\n`);
    tree.write("etc/config/firewall", `config rule\n\toption name 'new'\n${before.firewall}`);
    tree.write("etc/config/cwmp", "config cpe 'cpe'\n\toption enabled '1'\n");
    const merged = {
      cwmp: `config cpe 'cpe'\n\toption enabled '1'\n${after.cwmp!.slice(0, -1)}`,
      firewall: "config rule\n\toption name 'new'\nconfig rule\n\toption name 'echo'\n",
      network: `${after.network}config interface 'wan'\n\toption proto 'dhcp'\n`,
    };
    for (let i = 0; i < 2; i++) {
      await openConfig(tree.root).recover(intent);
      expect(tree.packages()).toEqual(merged);
    }
  });

  test("keeps changes that others made after the change was in place", async () => {
    const { tree, intent } = await crashed();
    await openConfig(tree.root).recover(intent);
    tree.write("etc/config/firewall", `${after.firewall}config rule\n\toption name 'ping'\n`);
    await openConfig(tree.root).recover(intent);
    expect(tree.read("etc/config/firewall")).toContain("'echo'");
    expect(tree.read("etc/config/firewall")).toContain("'ping'");
  });

  test("removes no identical section after the section is already removed", async () => {
    const twins = "config rule\n\toption name 'same'\nconfig rule\n\toption name 'same'\n";
    const tree = new Tree({ firewall: twins });
    const config = openConfig(tree.root);
    const staged = await config.stage(config.view(), [
      { edit: "remove", package: "firewall", section: "cfg0192bd" },
    ]);
    const { intent } = staged;
    staged.commit();
    tree.write("etc/config/firewall", `${tree.read("etc/config/firewall")}config zone 'lan'\n`);
    await config.recover(intent);
    expect(tree.read("etc/config/firewall").match(/'same'/g)).toHaveLength(1);
  });

  test("discards an edit that no longer applies, and logs it", async () => {
    const { tree, intent } = await crashed();
    tree.write("etc/config/network", "config interface 'wan'\n");
    rmSync(tree.path("etc/config/firewall"));
    const told: string[] = [];
    await openConfig(tree.root, (_, what) => told.push(what)).recover(intent);
    expect(tree.packages()).toEqual({ cwmp: after.cwmp, network: "config interface 'wan'\n" });
    expect(told).toEqual([
      expect.stringContaining("etc/config/firewall is gone"),
      "set in network.lan is dropped: the section has gone since the crash",
    ]);
  });

  test("makes the new file of the old one by the edits, where no section is known by its content alone", async () => {
    const { tree, intent } = await crashed();
    const { packages } = intent as { packages: { name: string; after?: string }[] };
    const kept = Object.fromEntries(packages.map(({ name, after }) => [name, after]));
    expect(kept).toEqual({ cwmp: after.cwmp, firewall: after.firewall, network: undefined });
    await openConfig(tree.root).recover(intent);
    expect(tree.packages()).toEqual(after);
  });

  test("leaves a file alone that is in place already, although the edits would put its sections in another order", async () => {
    const tree = new Tree({ network: "config route 'a'\nconfig route 'b'\n" });
    const config = openConfig(tree.root);
    const staged = await config.stage(config.view(), [
      { edit: "remove", package: "network", section: "a" },
      { edit: "add", package: "network", section: "a", type: "route" },
      { edit: "add", package: "network", section: "c", type: "route" },
    ]);
    staged.commit();
    const done = tree.read("etc/config/network");
    expect(done).toBe("config route 'b'\n\nconfig route 'a'\n\nconfig route 'c'\n");
    await config.recover(staged.intent);
    expect(tree.read("etc/config/network")).toBe(done);
  });

  test("finishes an intent of an earlier version, which holds the whole file of each package", async () => {
    const { tree, intent } = await crashed();
    const { packages } = intent as { packages: { name: string; outcome?: string }[] };
    const earlier = packages.map(({ outcome: _, ...one }) => ({ ...one, after: after[one.name] }));
    await openConfig(tree.root).recover({ packages: earlier });
    expect(tree.packages()).toEqual(after);
  });

  test("finishes the other packages if one is damaged, and that one once it is repaired", async () => {
    const { tree, intent } = await crashed();
    tree.write("etc/config/firewall", "bogus\n");
    await expect(openConfig(tree.root).recover(intent)).rejects.toThrow(
      /firewall: line 1: invalid command; repair/,
    );
    expect(tree.packages()).toEqual({ ...after, firewall: "bogus\n" });
    tree.write("etc/config/firewall", before.firewall!);
    await openConfig(tree.root).recover(intent);
    expect(tree.packages()).toEqual(after);
  });

  test("discards an intent that does not parse, and logs it", async () => {
    const tree = new Tree(before);
    const told: string[] = [];
    const config = openConfig(tree.root, (level) => told.push(level));
    for (const nonsense of [null, 1, {}, { packages: [{ name: "../x" }] }]) await config.recover(nonsense);
    expect(told).toEqual(["error", "error", "error", "error"]);
    expect(tree.packages()).toEqual(before);
  });
});
