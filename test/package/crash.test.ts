/** A process that is killed at any call to the file system, and one whose disk is full at any of them. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Disk, systemDisk } from "../../platform/package/disk.ts";
import { after, before, commands } from "./crash-sample.ts";
import { extract, type Tree, Workshop } from "./workshop.ts";

const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");
const child = join(import.meta.dirname, "crash-child.ts");
const shop = new Workshop();
afterAll(() => shop.remove());
const state = join(shop.directory, "state");
const packed = await shop.pack(...commands);
const harmless = await shop.pack();

const changing: readonly (keyof Disk)[] = [
  "create",
  "edit",
  "write",
  "sync",
  "syncAll",
  "rename",
  "link",
  "unlink",
  "makeDirectory",
  "removeDirectory",
  "chmod",
  "chown",
];

/** The system's disk for a process that dies at a call: from then on no call does anything. */
function mortal(killAt: number, torn: boolean): { disk: Disk; calls: string[]; killed: () => boolean } {
  const calls: string[] = [];
  let killed = false;
  const disk = new Proxy(systemDisk, {
    get(target, name: keyof Disk) {
      const real = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (!killed && changing.includes(name)) {
          calls.push(name);
          killed = calls.length === killAt;
          if (killed && torn) tear(args);
        }
        if (killed) throw new Error("killed");
        return name === "sync" || name === "syncAll" ? undefined : real(...args);
      };
    },
  });
  return { disk, calls, killed: () => killed };
}

/** Half of a write. */
function tear([fd, bytes, at]: unknown[]): void {
  const half = (bytes as Uint8Array).subarray(0, (bytes as Uint8Array).length / 2);
  systemDisk.write(fd as number, half, at as number | undefined);
}

interface Life {
  readonly killed: boolean;
  readonly calls: readonly string[];
  readonly code: string;
}

/** One process, played: every change goes through its disk. */
async function run(file: string, step: number, torn = false): Promise<Life> {
  const { disk, calls, killed } = mortal(step, torn);
  const report = await shop.install(file, {}, disk, state).catch(() => undefined);
  return { killed: killed(), calls, code: report?.reason?.code ?? "ok" };
}

/** The same as a process of its own, killed by a signal. */
function runApart(file: string, step: number): { killed: boolean } {
  const { signal } = spawnSync(bun, [child, file, shop.root, state, String(step)]);
  return { killed: signal === "SIGKILL" };
}

/** Nothing of the installer's own is left, in the state directory or beneath the root. */
function expectClean(about: string): void {
  expect([about, existsSync(state) ? readdirSync(state) : []]).toEqual([about, []]);
  const names = readdirSync(shop.root, { recursive: true, encoding: "utf8" });
  expect([about, names.filter((name) => name.includes("cwmpd"))]).toEqual([about, []]);
}

function fresh(tree: Tree = before): void {
  shop.lay(tree);
  rmSync(state, { recursive: true, force: true });
}

/** The phase of the journal that the dead process left; "none" where there is no journal. */
function phase(): string {
  const path = join(state, "journal");
  if (!existsSync(path)) return "none";
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
  return lines.findLast((line) => line !== "") ?? "open";
}

const isBefore = () => JSON.stringify(shop.tree()) === JSON.stringify(sorted(before));

describe("an installation that is killed", () => {
  test("killed at every call, and within every write, it leaves the tree as before, or complete after the next start", async () => {
    fresh();
    const { calls, code } = await run(packed, 0);
    expect(code).toBe("ok");
    expect(shop.tree()).toEqual(after);
    expectClean("a whole run");
    expect(calls.length).toBeGreaterThan(60);
    const ends: Record<string, number> = {};
    const steps = calls.flatMap((name, at) =>
      (name === "write" ? [false, true] : [false]).map((torn) => ({ step: at + 1, torn })),
    );
    for (const { step, torn } of steps) {
      fresh();
      const about = `${calls[step - 1]} at call ${step}${torn ? ", torn" : ""}`;
      expect([about, (await run(packed, step, torn)).killed]).toEqual([about, true]);
      const left = phase();
      // Nothing moves before everything that comes lies ready.
      if (left === "open") expect([about, shop.tree()]).toEqual([about, before]);
      expect([about, (await run(harmless, 0)).code]).toEqual([about, "ok"]);
      const old = isBefore();
      expect([about, shop.tree()]).toEqual([about, old ? before : after]);
      // Once all lies ready, the rest is done at the next start.
      if (["staged", "taken", "done"].includes(left)) expect([about, old]).toEqual([about, false]);
      const end = `${left} ${old ? "before" : "after"}`;
      ends[end] = (ends[end] ?? 0) + 1;
      expectClean(about);
    }
    // A mark that was torn does not count: "stag" is as open, "take" as staged.
    const reached = [
      "done after",
      "none after",
      "none before",
      "open before",
      "stag before",
      "staged after",
      "take after",
      "taken after",
    ];
    expect(Object.keys(ends).sort()).toEqual(reached);
  });

  test("killed again during recovery, at every call, it leaves the tree as before or complete", async () => {
    fresh();
    const { calls } = await run(packed, 0);
    let count = 0;
    for (let first = 1; first <= calls.length; first += 3) {
      for (let second = 1; ; second++) {
        fresh();
        await run(packed, first);
        const { killed } = await run(harmless, second);
        if (killed) expect((await run(harmless, 0)).code).toBe("ok");
        const about = `killed at ${first} (${calls[first - 1]}), then at ${second}`;
        expect([about, shop.tree()]).toEqual([about, isBefore() ? before : after]);
        expectClean(about);
        count += 1;
        if (!killed) break;
      }
    }
    expect(count).toBeGreaterThan(200);
  });

  test("killed while it undoes everything, at every call, it leaves the tree as before after the next start", async () => {
    // The medium returns other bytes than were written: everything has to go back.
    const lying = (disk: Disk): Disk => ({
      ...(Object.fromEntries(
        Object.keys(systemDisk).map((name) => [name, disk[name as keyof Disk]]),
      ) as unknown as Disk),
      read: (fd, into, at) => {
        const got = systemDisk.read(fd, into, at);
        if (got > 0) into[0]! ^= 1;
        return got;
      },
    });
    fresh();
    const whole = mortal(0, false);
    expect((await shop.install(packed, {}, lying(whole.disk), state)).reason?.code).toBe("write");
    expect(shop.tree()).toEqual(before);
    const first = whole.calls.lastIndexOf("syncAll", whole.calls.length - 10);
    expect(whole.calls.length - first).toBeGreaterThan(9);
    let back = 0;
    for (let step = 1; step <= whole.calls.length; step++) {
      fresh();
      const { disk } = mortal(step, false);
      await shop.install(packed, {}, lying(disk), state).catch(() => undefined);
      const left = phase();
      expect((await run(harmless, 0)).code).toBe("ok");
      const about = `${whole.calls[step - 1]} at call ${step}, ${left}`;
      expect([about, shop.tree()]).toEqual([about, left === "staged" || left === "taken" ? after : before]);
      if (left === "undo" || left === "back") back += 1;
      expectClean(about);
    }
    expect(back).toBeGreaterThan(10);
  });

  test.skipIf(!existsSync(bun))(
    "killed by a signal, as a process of its own, it leaves the same",
    async () => {
      fresh();
      const { calls } = await run(packed, 0);
      for (let step = 5; step <= calls.length; step += 14) {
        fresh();
        expect(runApart(packed, step).killed).toBe(true);
        expect((await run(harmless, 0)).code).toBe("ok");
        const about = `${calls[step - 1]} at call ${step}`;
        expect([about, shop.tree()]).toEqual([about, isBefore() ? before : after]);
        expectClean(about);
      }
    },
  );
});

function sorted(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const fallible = ["create", "write", "sync", "syncAll", "rename", "link", "makeDirectory", "chmod"];

/** The system's disk until a call that fails, once or from then on. */
function failing(at: number, code: string, forGood: boolean): { disk: Disk; calls: string[] } {
  const calls: string[] = [];
  const disk = new Proxy(systemDisk, {
    get(target, name: keyof Disk) {
      const real = target[name] as (...args: unknown[]) => unknown;
      if (!fallible.includes(name)) return real;
      return (...args: unknown[]) => {
        calls.push(name);
        const needsRoom = ["create", "write", "link", "makeDirectory"].includes(name);
        // What is written in place needs no room on a full disk.
        const inPlace = name === "write" && args[2] !== undefined;
        const fails =
          calls.length === at || (forGood && at > 0 && calls.length > at && needsRoom && !inPlace);
        if (!fails) return name === "sync" || name === "syncAll" ? undefined : real(...args);
        if (name === "write")
          target.write(
            args[0] as number,
            (args[1] as Uint8Array).subarray(0, 1),
            args[2] as number | undefined,
          );
        throw Object.assign(new Error(`${code}: it fails`), { code, syscall: name });
      };
    },
  });
  return { disk, calls };
}

describe("a disk that fails", () => {
  test.each([
    ["is full for once", "ENOSPC", false],
    ["is full from then on", "ENOSPC", true],
    ["has an error", "EIO", false],
  ])(
    "E.4.3 [R-E.4.3-07] E.4.4 [R-E.4.4-05] E.4.5 [R-E.4.5-08] with %s at any call, even after an unsafe command, all of the old or all of the new is left, and a reason",
    async (_, code, forGood) => {
      fresh();
      const counting = failing(0, code, false);
      expect((await shop.install(packed, {}, counting.disk, state)).verdict).toBe("ok");
      const seen = new Set<string>();
      for (let at = 1; at <= counting.calls.length; at++) {
        fresh();
        const { disk, calls } = failing(at, code, forGood);
        const about = `${counting.calls[at - 1]} at call ${at}`;
        const report = await shop
          .install(packed, {}, disk, state)
          .catch((error: unknown) => ({ verdict: "thrown", reason: { code: String(error) } }));
        const end = report.reason?.code ?? "ok";
        expect([about, end]).toEqual([about, expect.stringMatching(/^(ok|space|write|journal)$/)]);
        expect(calls.length).toBeGreaterThanOrEqual(at);
        if (end === "journal")
          expect((await shop.install(harmless, {}, undefined, state)).verdict).toBe("ok");
        const tree = shop.tree();
        const found = JSON.stringify(tree) === JSON.stringify(sorted(before)) ? before : after;
        expect([about, end, tree]).toEqual([about, end, found]);
        if (end === "space" || end === "write") expect([about, tree]).toEqual([about, before]);
        await shop.install(harmless, {}, undefined, state);
        expectClean(about);
        seen.add(`${counting.calls[at - 1]} ${end}`);
      }
      expect(seen.size).toBeGreaterThan(5);
    },
  );

  test("with too little room from the start the package is refused before anything is written", async () => {
    fresh();
    const disk = { ...systemDisk, free: () => 4 };
    const report = await shop.install(await shop.pack(extract("/a", "12345")), {}, disk, state);
    expect(report.reason).toMatchObject({ code: "space", fault: 9010 });
    expect(shop.tree()).toEqual(before);
  });

  test("with bytes that read back differently the fault is detected, and everything is undone", async () => {
    fresh();
    const disk: Disk = {
      ...systemDisk,
      read(fd, into, at) {
        const got = systemDisk.read(fd, into, at);
        if (got > 0) into[0]! ^= 1;
        return got;
      },
    };
    const report = await shop.install(packed, {}, disk, state);
    expect(report.reason).toMatchObject({ code: "write", text: expect.stringMatching(/reads back other/) });
    expect(shop.tree()).toEqual(before);
    expectClean("read back");
  });

  test("without hard links, or without renames of directories, it installs and undoes all the same", async () => {
    const refuse = (code: string) => Object.assign(new Error(code), { code });
    const disk: Disk = {
      ...systemDisk,
      link() {
        throw refuse("EPERM");
      },
      rename(from, to) {
        if (systemDisk.stat(from)?.isDirectory()) throw refuse("EXDEV");
        systemDisk.rename(from, to);
      },
    };
    fresh();
    expect((await shop.install(packed, {}, disk, state)).verdict).toBe("ok");
    expect(shop.tree()).toEqual(after);
    fresh();
    const lying: Disk = {
      ...disk,
      read(fd, into, at) {
        const got = systemDisk.read(fd, into, at);
        if (got > 0) into[0]! ^= 1;
        return got;
      },
    };
    expect((await shop.install(packed, {}, lying, state)).reason?.code).toBe("write");
    expect(shop.tree()).toEqual(before);
    expectClean("no links");
  });

  test("a damaged journal is reported and kept", async () => {
    const { mkdirSync, writeFileSync } = await import("node:fs");
    fresh();
    mkdirSync(state);
    writeFileSync(join(state, "journal"), "{");
    expect((await shop.install(packed, {}, undefined, state)).reason).toMatchObject({ code: "journal" });
    expect(readFileSync(join(state, "journal"), "utf8")).toBe("{");
    expect(shop.tree()).toEqual(before);
  });

  test("two simultaneous installations exclude each other", async () => {
    const { closeSync, mkdirSync, openSync } = await import("node:fs");
    const { tryLock } = await import("../../platform/openwrt/uci/flock.ts");
    fresh();
    mkdirSync(state);
    const fd = openSync(state, "r");
    expect(tryLock(fd)).toBe(true);
    expect((await shop.install(packed, {}, undefined, state)).reason?.code).toBe("busy");
    closeSync(fd);
    expect((await shop.install(packed, {}, undefined, state)).verdict).toBe("ok");
  });
});
