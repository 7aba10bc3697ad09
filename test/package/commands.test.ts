/** Each command of a package, on the tree that it changes. */
import { afterAll, describe, expect, test } from "vitest";
import {
  add,
  addVersioned,
  end,
  extract,
  extractVersioned,
  format,
  type Made,
  move,
  moveVersioned,
  raw,
  reboot,
  remove,
  removeTree,
  removeVersioned,
  type Tree,
  text,
  Workshop,
} from "./workshop.ts";

const shop = new Workshop();
afterAll(() => shop.remove());

const rows: readonly [title: string, before: Tree, commands: readonly Made[], after: Tree][] = [
  [
    "E.1 [R-E.1-02] two files of one package are both installed",
    {},
    [extract("/a", "1"), extract("/b", "2")],
    { a: "1", b: "2" },
  ],
  [
    "E.2.1 [R-E.2.1-02][R-E.4.3-13] a path has directories and a name, from the root",
    {},
    [extract("/x/y/z.ext", "1")],
    { "x/y/z.ext": "1" },
  ],
  [
    "E.4.3 [R-E.4.3-01][R-E.4.1-05] Extract File puts its file in the place of one of that name",
    { a: "old", b: "b" },
    [extract("/a", "new")],
    { a: "new", b: "b" },
  ],
  [
    "E.4.3 [R-E.4.3-02][R-E.4.1-07] Add File leaves a file of that name, and installs where there is none",
    { a: "old" },
    [add("/a", "new"), add("/b", "new")],
    { a: "old", b: "new" },
  ],
  [
    "E.4.3 [R-E.4.3-03][R-E.4.1-03][R-E.4.1-06][R-E.4.1-02] Extract Versioned File removes every file of the base with an extension of 3",
    { "d/a.001": "1", "d/a.xyz": "2", "d/a.0001": "3", "d/ab.001": "4", "e/a.001": "5" },
    [extractVersioned("/d/a.003", "new")],
    { "d/a.003": "new", "d/a.0001": "3", "d/ab.001": "4", "e/a.001": "5" },
  ],
  [
    "E.4.3 [R-E.4.3-04][R-E.4.1-08] Add Versioned File installs only where no file has the base",
    { "a.001": "1" },
    [addVersioned("/a.003", "new"), addVersioned("/b.003", "new")],
    { "a.001": "1", "b.003": "new" },
  ],
  [
    "E.4.3 [R-E.4.3-05] missing directories are made",
    { "d/x": "x" },
    [extract("/d/new/deep/f", "1"), add("/n/f", "2"), move("/d/x", "/m/x")],
    { "d/new/deep/f": "1", "n/f": "2", "m/x": "x" },
  ],
  [
    "E.4.3 [R-E.4.3-12] files are found by their offset in the payload",
    {},
    [extract("/a", "first"), extract("/empty", ""), extract("/b", "second")],
    { a: "first", empty: "", b: "second" },
  ],
  [
    "E.4.4 [R-E.4.4-01][R-E.4.1-09] Remove File deletes the file, and one that is absent is no error",
    { a: "1", b: "2" },
    [remove("/a"), remove("/nothing"), remove("/no/directory"), remove("/b/below"), extract("/c", "3")],
    { b: "2", c: "3" },
  ],
  [
    "E.4.4 [R-E.4.4-02][R-E.4.1-10] Remove Versioned File deletes every extension of the base",
    { "a.001": "1", "a.002": "2", "b.001": "3" },
    [removeVersioned("/a.009")],
    { "b.001": "3" },
  ],
  [
    "E.4.4 [R-E.4.4-03][R-E.4.1-11] Remove Sub-Tree deletes everything beneath the path and the path, links unfollowed",
    { "d/a": "1", "d/e/b": "2", "d/link": "-> ../keep", "keep/k": "k", f: "f" },
    [removeTree("/d"), removeTree("/f"), removeTree("/absent")],
    { "keep/k": "k" },
  ],
  [
    "E.4.5 [R-E.4.5-01][R-E.4.1-12] Move File renames, also into another directory",
    { "a/f": "1", g: "2" },
    [move("/a/f", "/b/g"), move("/g", "/h")],
    { a: "/", "b/g": "1", h: "2" },
  ],
  [
    "E.4.5 [R-E.4.5-02][R-E.4.1-13] Move Versioned File takes a file of the base, whatever its extension",
    { "a.005": "5", "ab.005": "x" },
    [moveVersioned("/a.001", "/b.001")],
    { "ab.005": "x", "b.001": "5" },
  ],
  [
    "E.4.5 [R-E.4.5-03][R-E.4.5-04] of several versions the lowest number moves and the others are deleted",
    { "a.010": "10", "a.002": "2", "a.xyz": "x" },
    [moveVersioned("/a.001", "/b.001")],
    { "b.001": "2" },
  ],
  [
    "E.4.5 [R-E.4.5-05] a file at the destination is overwritten",
    { a: "new", b: "old" },
    [move("/a", "/b")],
    { b: "new" },
  ],
  [
    "E.4.5 [R-E.4.5-06] a source that is absent changes nothing, and the list goes on",
    { b: "old" },
    [move("/a", "/b"), move("/no/a", "/b"), moveVersioned("/a.001", "/b.001"), extract("/c", "1")],
    { b: "old", c: "1" },
  ],
  [
    "E.4.9 [R-E.4.9-01][R-E.4.1-21] Format File System leaves only the files of the package",
    { a: "1", "d/b": "2", ".hidden": "3", link: "-> /etc" },
    [format, extract("/d/new", "1")],
    { "d/new": "1" },
  ],
  [
    "E.4.1 [R-E.4.1-01] order counts: removing and adding",
    { a: "old" },
    [remove("/a"), add("/a", "new")],
    { a: "new" },
  ],
  [
    "E.4.1 [R-E.4.1-01] order counts: adding and removing",
    { a: "old" },
    [add("/a", "new"), remove("/a")],
    {},
  ],
  [
    "E.4.1 files that an earlier command brought can be moved, overwritten and removed",
    { old: "o" },
    [
      extract("/a", "1"),
      move("/a", "/b"),
      move("/old", "/a"),
      extract("/c", "x"),
      extract("/c", "y"),
      extract("/t/f", "f"),
      removeTree("/t"),
    ],
    { a: "o", b: "1", c: "y" },
  ],
  [
    "E.4.1 two files change places through a third name",
    { a: "A", b: "B" },
    [move("/a", "/t"), move("/b", "/a"), move("/t", "/b")],
    { a: "B", b: "A" },
  ],
  [
    "E.4.1 a file is carried out of a directory that goes, and a new directory takes its place",
    { "d/a": "A", "d/b": "B" },
    [move("/d/a", "/keep"), removeTree("/d"), move("/keep", "/d/a")],
    { "d/a": "A" },
  ],
  [
    "E.4.1 a file becomes a directory, and a directory a file",
    { f: "1", "d/x": "2" },
    [remove("/f"), extract("/f/in", "3"), removeTree("/d"), extract("/d", "4")],
    { "f/in": "3", d: "4" },
  ],
  [
    "E.4.2 [R-E.4.2-01][R-E.4.1-04] nothing behind End is parsed, whatever it is",
    {},
    [extract("/a", "1"), end, raw(1, 0, 0), extract("/b", "")],
    { a: "1" },
  ],
  ["E.4.2 [R-E.4.2-02] a list without End is complete", {}, [extract("/a", "1")], { a: "1" }],
  [
    "E.4 [R-E.4-02][R-E.4.1-27][R-E.4.1-28][R-E.4.1-30][R-E.4-01] unknown, reserved and vendor types are passed over by their length",
    {},
    [raw(500, 1, 2, 3), raw(23, 9), raw(24), raw(1234, 0, 0, 0, 1), raw(0xffffffff, 7), extract("/a", "1")],
    { a: "1" },
  ],
  [
    "E.4.6 [R-E.4.6-01][R-E.4.1-14][R-E.4.1-15] Version and Description change nothing",
    {},
    [text("version", "2.0"), text("description", "né"), extract("/a", "1")],
    { a: "1" },
  ],
  [
    "E.4.7 [R-E.4.7-03][R-E.4.1-16][R-E.4.1-17][R-E.4.1-18][R-E.4.1-19] timeouts do not bind a package that has come as a whole",
    {},
    [raw(12, 0, 0, 0, 1), raw(13, 0, 0, 0, 1), raw(14, 0, 0, 0, 1), raw(15, 0, 0, 0, 1), extract("/a", "1")],
    { a: "1" },
  ],
  ["E.4.8 Reboot may be followed by End", {}, [extract("/a", "1"), reboot, end], { a: "1" }],
];

describe("a package's commands", () => {
  test.each(rows)("%s", async (_, before, commands, after) => {
    expect(await shop.after(before, ...commands)).toEqual(after);
  });

  test("a file of several MiB is hashed and written in parts", async () => {
    const large = "0123456789abcdef".repeat(200_000);
    expect(await shop.after({}, extract("/small", "s"), extract("/large", large))).toEqual({
      large,
      small: "s",
    });
    const wrong = extract("/large", large, { hash: new Uint8Array(20) });
    expect(await shop.refusal({}, [wrong])).toBe("hash");
  });

  test("E.4.6 [R-E.4.6-02] E.4.8 effects contain the version, the description, the Role and the request for a reboot", async () => {
    const file = await shop.pack(
      text("version", "2.0\u0007é"),
      text("description", "d"),
      extract("/a", "1"),
      reboot,
    );
    const report = await shop.verify(file);
    expect(report.effects).toEqual({ reboot: true, role: null, version: "2.0\u0007é", description: "d" });
  });

  test("installing a file again changes its content only: the mode stays", async () => {
    const { chmodSync, statSync } = await import("node:fs");
    shop.lay({ a: "old" });
    chmodSync(`${shop.root}/a`, 0o750);
    const file = await shop.pack(extract("/a", "new"), extract("/b", "new"));
    const report = await shop.install(file);
    expect(report.changed).toEqual(["/a", "/b"]);
    expect(statSync(`${shop.root}/a`).mode & 0o777).toBe(0o750);
    expect(statSync(`${shop.root}/b`).mode & 0o777).toBe(0o644);
  });
});
