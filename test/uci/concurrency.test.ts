import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openConfig } from "../../platform/openwrt/config.ts";
import { Tree } from "./tree.ts";

const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");
const rounds = 150;

function finished(command: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => spawn(command, args, { stdio: "inherit" }).on("close", resolve));
}

const missing = !existsSync(bun) || spawnSync("flock", ["--version"]).error !== undefined;

test.skipIf(missing)(
  "beside uci, which renames after it has released its lock, neither program loses an update",
  async () => {
    const tree = new Tree({ t: "config a 'x'\n\toption uci '0'\n\toption own '0'\n" });
    const path = tree.path("etc/config/t");
    const ends = await Promise.all([
      finished("sh", [join(import.meta.dirname, "count-uci.sh"), path, "uci", String(rounds)]),
      finished(bun, [join(import.meta.dirname, "count-child.ts"), tree.root, "own", String(rounds)]),
    ]);
    expect(ends).toEqual([0, 0]);
    const { options } = openConfig(tree.root).view().package("t")!.section("x")!;
    expect(Object.fromEntries(options)).toEqual({ uci: `${rounds}`, own: `${rounds}` });
  },
);

test.skipIf(missing)("three writers at one package lose no update of each other", async () => {
  const tree = new Tree({ t: "config a 'x'\n\toption script '0'\n\toption child '0'\n\toption own '0'\n" });
  const path = tree.path("etc/config/t");
  const ends = await Promise.all([
    finished("sh", [join(import.meta.dirname, "count.sh"), path, "script", String(rounds)]),
    finished(bun, [join(import.meta.dirname, "count-child.ts"), tree.root, "child", String(rounds)]),
    finished(bun, [join(import.meta.dirname, "count-child.ts"), tree.root, "own", String(rounds)]),
  ]);
  expect(ends).toEqual([0, 0, 0]);
  expect(Object.keys(tree.packages())).toEqual(["t"]);
  const { options } = openConfig(tree.root).view().package("t")!.section("x")!;
  expect(Object.fromEntries(options)).toEqual({ script: `${rounds}`, child: `${rounds}`, own: `${rounds}` });
});

test.skipIf(!existsSync(bun))(
  "a replaced file stays open, with the newest text, while another process has it open; without one only the last stays",
  () => {
    const tree = new Tree({ t: "config a 'x'\n\toption own '0'\n" });
    const child = join(import.meta.dirname, "replaced-child.ts");
    const { stdout, stderr } = spawnSync(bun, [child, tree.root], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      beside: 2,
      alone: 1,
      said: "open\nconfig a 'x'\n\toption own '5'\n",
    });
  },
);
