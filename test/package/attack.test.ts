/** Packages that want out of their root, or more than there is. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  add,
  addVersioned,
  extract,
  extractVersioned,
  format,
  type Made,
  move,
  moveVersioned,
  remove,
  removeTree,
  type Tree,
  Workshop,
} from "./workshop.ts";

const shop = new Workshop();
afterAll(() => shop.remove());
const long = "n".repeat(256);

const paths: readonly [what: string, path: string][] = [
  ["dot-dot at the beginning", "/../outside/x"],
  ["dot-dot in the middle", "/a/../../outside/x"],
  ["dot-dot that stays within", "/a/../x"],
  ["dot-dot without a slash", "../outside/x"],
  ["a dot", "/./x"],
  ["a name over the limit", `/d/${long}`],
  ["a path over the limit", `/${"d/".repeat(2100)}x`],
  ["more than 64 names", `/${"d/".repeat(64)}x`],
  ["a zero octet", "/a\0/x"],
  ["a line end", "/a\nb"],
  ["an escape", "/a\x1b[2J"],
  ["nothing", ""],
  ["the root", "/"],
  ["a closing slash", "/a/"],
];

const links: Tree = { "dir/f": "f", link: "-> ../outside", "d/in": "-> ../dir", file: "-> ../outside/file" };

const through: readonly [what: string, commands: readonly Made[], code: string][] = [
  ["extracting through a link that leads out", [extract("/link/x", "1")], "link"],
  ["extracting through a link that stays within", [extract("/d/in/x", "1")], "link"],
  ["making directories behind a link", [extract("/link/new/x", "1")], "link"],
  ["adding through a link", [add("/link/x", "1")], "link"],
  ["removing through a link", [remove("/link/file")], "link"],
  ["removing a tree through a link", [removeTree("/link/sub")], "link"],
  ["moving out of a link", [move("/link/file", "/x")], "link"],
  ["moving into a link", [move("/dir/f", "/link/f")], "link"],
  [
    "moving a link, to write through it afterwards",
    [move("/link", "/other"), extract("/other/x", "1")],
    "link",
  ],
  ["extracting onto a link", [extract("/file", "1")], "link"],
  ["adding where a link is", [add("/file", "1")], "link"],
  ["moving onto a link", [move("/dir/f", "/file")], "link"],
  ["extracting onto a directory", [extract("/dir", "1")], "conflict"],
  ["extracting beneath a file", [extract("/dir/f/x", "1")], "conflict"],
  ["removing a directory as a file", [remove("/dir")], "conflict"],
  ["moving a directory", [move("/dir", "/x")], "conflict"],
  ["moving onto a directory", [extract("/n", "1"), move("/n", "/dir")], "conflict"],
  ["a directory where this package has put a file", [extract("/n", "1"), extract("/n/x", "2")], "conflict"],
  ["a file where this package has made a directory", [extract("/n/x", "1"), extract("/n", "2")], "conflict"],
  ["a base of more than 8 characters", [extractVersioned("/ninechars.001", "1")], "path"],
  ["an extension of 4 characters", [addVersioned("/a.0001", "1")], "path"],
  ["no extension", [moveVersioned("/a", "/b.001")], "path"],
  ["the name of the installer's own directory", [extract("/d/.cwmpd-package/0", "1")], "own-files"],
];

describe("attacks", () => {
  const outside = join(shop.directory, "outside");
  mkdirSync(join(outside, "sub"), { recursive: true });
  writeFileSync(join(outside, "file"), "precious");
  const untouched = () => expect(shop.tree(outside)).toEqual({ file: "precious", sub: "/" });

  test.each(paths)("a path with %s is refused in every command", async (_, path) => {
    const commands: Made[] = [
      extract(path, "1"),
      add(path, "1"),
      remove(path),
      move(path, "/x"),
      move("/dir/f", path),
    ];
    for (const command of commands) expect(await shop.refusal({ "dir/f": "f" }, [command])).toBe("path");
    expect(await shop.refusal({}, [removeTree(path)])).toBe(path === "/a/" ? "ok" : "path");
    untouched();
  });

  test("a path that is not UTF-8 is refused", async () => {
    const path = Uint8Array.of(0x2f, 0xff, 0xfe);
    expect(await shop.refusal({}, [extract("/a", "1", { path })])).toBe("path");
    expect((await shop.inspect(await shop.pack(extract("/a", "1", { path })))).commands[0]?.path).toBe(
      "/\ufffd\ufffd",
    );
  });

  test("E.2.1 an absolute path is taken beneath the root of the package, not of the device", async () => {
    const target = join(shop.directory, "absolute");
    shop.lay({});
    expect((await shop.install(await shop.pack(extract(target, "1")))).verdict).toBe("ok");
    expect(existsSync(target)).toBe(false);
    expect(Object.keys(shop.tree())).toEqual([target.slice(1)]);
  });

  test("a path of 40 directories is accepted", async () => {
    const path = Array.from({ length: 40 }, (_, i) => `folder${i}`).join("/");
    expect(await shop.after({}, extract(`/${path}/f`, "1"))).toEqual({ [`${path}/f`]: "1" });
  });

  test.each(through)("%s is refused", async (_, commands, code) => {
    expect(await shop.refusal(links, commands)).toBe(code);
    untouched();
  });

  test("a link is removed, alone or with a tree, and its target stays", async () => {
    expect(await shop.after(links, remove("/link"), removeTree("/file"))).toEqual({
      "dir/f": "f",
      "d/in": "-> ../dir",
    });
    untouched();
    expect(await shop.after(links, format)).toEqual({});
    untouched();
  });

  test("a device, a socket or a pipe at a path is neither replaced nor removed nor moved", async () => {
    shop.lay({ "dir/f": "f" });
    execFileSync("mkfifo", [join(shop.root, "pipe")]);
    for (const command of [
      extract("/pipe", "1"),
      add("/pipe", "1"),
      remove("/pipe"),
      move("/pipe", "/x"),
      move("/dir/f", "/pipe"),
    ]) {
      const report = await shop.install(await shop.pack(command));
      expect([report.verdict, report.reason?.code]).toEqual(["refused", "device"]);
    }
    expect(readdirSync(shop.root).sort()).toEqual(["dir", "pipe"]);
  });

  test("Format File System is refused for the root of the device", async () => {
    const { examine } = await import("../../platform/package/hand.ts");
    const { nobody } = await import("./workshop.ts");
    const file = await shop.pack(format);
    const report = await examine({ verb: "verify", file, root: "/", policy: nobody });
    expect(report.reason).toMatchObject({ code: "format", command: 0 });
  });

  test("a state directory beneath the root cannot be changed by the package", async () => {
    shop.lay({ "etc/x": "x" });
    const state = join(shop.root, "etc/state");
    const codes = [];
    for (const commands of [
      [format],
      [removeTree("/etc")],
      [extract("/etc/state/journal", "1")],
      [extract("/etc/ok", "1")],
    ]) {
      const report = await shop.install(await shop.pack(...commands), {}, undefined, state);
      codes.push(report.reason?.code ?? "ok");
    }
    expect(codes).toEqual(["own-files", "own-files", "own-files", "ok"]);
    expect(shop.tree()).toEqual({ "etc/ok": "1", "etc/x": "x" });
  });
});
