/** What follows from libuci's source where no recorded run of the real tool says it. Each title ends with the function
 * that decides; the expected bytes are worked out from it. */
import { mkdirSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type UciCall, uci } from "../../platform/openwrt/uci/cli.ts";
import { Tree } from "./tree.ts";

interface Run {
  readonly exit: 0 | 1;
  readonly out: string;
  readonly err: string;
}

function run(tree: Tree, call: Omit<UciCall, "root">): Run {
  const { stdout, stderr, exitCode } = uci({ root: tree.root, ...call });
  return { exit: exitCode, out: Buffer.from(stdout).toString("latin1"), err: stderr };
}

const done = (out: string): Run => ({ exit: 0, out, err: "" });
const refused = (message: string): Run => ({ exit: 1, out: "", err: `uci: ${message}\n` });

/** `uci -X show t` of a file with uncommitted changes. */
function shown(input: string, delta: string, S = false): Run {
  const tree = new Tree({ t: Buffer.from(input, "latin1") });
  tree.write("tmp/.uci/t", Buffer.from(delta, "latin1"));
  return run(tree, { verb: "show", X: true, S, name: "t" });
}

describe("a changed section type", () => {
  const input = "config a\n\toption p '1'\nconfig a\n";

  test("of the same length leaves the section anonymous (uci_set)", () => {
    const tree = new Tree({ t: input });
    tree.write("tmp/.uci/t", "t.cfg01b606='b'\n");
    expect(run(tree, { verb: "export", name: "t" })).toEqual(
      done("package t\n\nconfig b\n\toption p '1'\n\nconfig a\n\n"),
    );
  });

  test("of another length gives the section a name, at its place, and renumbers no other (uci_set)", () => {
    const tree = new Tree({ t: input });
    tree.write("tmp/.uci/t", "t.cfg01b606='other'\nt.new='a'\n+t.cfg049999='a'\n");
    expect(run(tree, { verb: "export", name: "t" })).toEqual(
      done(
        "package t\n\nconfig other 'cfg01b606'\n\toption p '1'\n\nconfig a\n\nconfig a 'new'\n\nconfig a\n\n",
      ),
    );
    expect(run(tree, { verb: "show", name: "t" }).out).toContain("t.@a[0]=a\nt.new=a\nt.@a[2]=a\n");
  });

  test("by + leaves the section anonymous whatever the length (uci_parse_delta_line)", () => {
    const tree = new Tree({ t: input });
    tree.write("tmp/.uci/t", "+t.cfg01b606='other'\n");
    expect(run(tree, { verb: "show", name: "t" }).out).toBe(
      "t.@other[0]=other\nt.@other[0].p='1'\nt.@a[0]=a\n",
    );
  });

  test("in the file, in non-strict mode, does the same (uci_parse_config)", () => {
    const tree = new Tree({ t: "config a\nconfig other 'cfg01b606'\n\toption p 1\nconfig b\n" });
    expect(run(tree, { verb: "export", S: true, name: "t" })).toEqual(
      done("package t\n\nconfig other 'cfg01b606'\n\toption p '1'\n\nconfig b\n\n"),
    );
  });
});

describe("numbers in changes", () => {
  const input = "config a 'x'\n\tlist l 'a'\n\tlist l 'b'\n";

  test.each([
    ["an index with a sign and blanks before it", " +1", "'a'"],
    ["an index before letters", "0x1", "'b'"],
    ["a negative index", "-1", "'a' 'b'"],
    ["no index", "b", "'a' 'b'"],
    ["a byte that only another locale calls a blank", "\xa00", "'a' 'b'"],
    ["past 32 bits", "4294967296", "'b'"],
    ["past 63 bits", "9223372036854775808", "'a' 'b'"],
    ["many zeros", "000000000000000000000001", "'a'"],
  ])("removes a list item by %s (uci_delete)", (_, index, left) => {
    expect(shown(input, `-t.x.l='${index}'\n`)).toEqual(done(`t.x=a\nt.x.l=${left}\n`));
  });

  test.each([
    ["1", "yxz"],
    ["-1", "xyz"],
    ["7", "yzx"],
    ["no number", "xyz"],
    ["000000000000000000000002", "yzx"],
    ["18446744073709551617", "xyz"],
  ])("moves a section to %s (uci_list_set_pos)", (index, order) => {
    const { out } = shown("config a 'x'\nconfig a 'y'\nconfig a 'z'\n", `^t.x='${index}'\n`);
    expect(out).toBe([...order].map((name) => `t.${name}=a\n`).join(""));
  });
});

describe("a list without items", () => {
  test("is shown and not exported (uci_show_value, uci_export_package)", () => {
    const tree = new Tree({ t: "config a 'x'\n\tlist l 'a'\n" });
    tree.write("tmp/.uci/t", "~t.x.l='a'\n");
    expect(run(tree, { verb: "show", name: "t.x" })).toEqual(done("t.x=a\nt.x.l=\n"));
    expect(run(tree, { verb: "export", name: "t" })).toEqual(done("package t\n\nconfig a 'x'\n\n"));
  });
});

describe("a part of a package", () => {
  const input =
    "config a 'x'\n\toption p 'it'\\''s'\nconfig r\n\toption p '1'\n\tlist l 'a'\n\tlist l 'b c'\n";
  const third = "t.cfg02b617=r\nt.cfg02b617.p='1'\nt.cfg02b617.l='a' 'b c'\n";

  test.each<[string, Run]>([
    ["t.x", done("t.x=a\nt.x.p='it'\\''s'\n")],
    ["t.x.p", done("t.x.p='it'\\''s'\n")],
    ["t.cfg02b617.l", done("t.cfg02b617.l='a' 'b c'\n")],
    ["t.@r[0]", done(third)],
    ["t.@r[-1]", done(third)],
    ["t.@[1]", done(third)],
    ["t.@r[]", done(third)],
    ["t.@r[ +0]", done(third)],
    ["t.@r[4294967296]", done(third)],
    ["t.@r[99999999999999999999]", done(third)],
    ["t.@r[0].p", done("t.cfg02b617.p='1'\n")],
    ["t.x.p=whatever", done("t.x.p='it'\\''s'\n")],
    ["t.@r[1]", refused("Entry not found")],
    ["t.@r[-2]", refused("Entry not found")],
    ["t.y", refused("Entry not found")],
    ["t.x.q", refused("Entry not found")],
    ["t.@r[ ]", refused("Invalid argument")],
    ["t.@r[0x0]", refused("Invalid argument")],
    ["t.@r[0", refused("Invalid argument")],
    ["t.@r[0]]", refused("Invalid argument")],
    ["t.@r", refused("Invalid argument")],
    ["t.a-b", refused("Invalid argument")],
    ["t.", refused("Invalid argument")],
    ["t.x.", refused("Parse error")],
    ["t.x.p.q", refused("Parse error")],
    ["t.x.a-b", refused("Parse error")],
    ["t=\x01", refused("Parse error")],
    ["", refused("Parse error")],
    [".t", refused("Parse error")],
    ["no such", refused("Parse error")],
    ["none.@bad", refused("Entry not found")],
  ])("show %j (uci_parse_ptr, uci_lookup_ptr, uci_lookup_ext_section)", (name, expected) => {
    expect(run(new Tree({ t: input }), { verb: "show", name })).toEqual(expected);
  });

  test("is looked up by export, which prints the whole package (package_cmd)", () => {
    const tree = new Tree({ t: "config a 'x'\n" });
    const whole = done("package t\n\nconfig a 'x'\n\n");
    expect(run(tree, { verb: "export", name: "t.x.p" })).toEqual(whole);
    expect(run(tree, { verb: "export", name: "t.gone" })).toEqual(whole);
    expect(run(tree, { verb: "export", name: "t.@a" })).toEqual(refused("Invalid argument"));
  });
});

describe("every package", () => {
  test("are listed by name, without directories and names with a dot; bad packages are reported (uci_do_package_cmd)", () => {
    const tree = new Tree({
      b: "config r\n",
      a: "config a 'x'\n",
      B: "",
      bad: "x\n",
      "a.orig": "config a\n",
    });
    tree.write("etc/config/.hidden", "config a\n");
    tree.write("etc/config/spa ce", "config a\n");
    mkdirSync(tree.path("etc/config/directory"));
    symlinkSync("directory", tree.path("etc/config/link"));
    symlinkSync("nowhere", tree.path("etc/config/gone"));
    const err = "uci: Parse error (invalid command) at line 1, byte 0\nuci: Entry not found\n";
    expect(run(tree, { verb: "show" })).toEqual({ exit: 0, out: "a.x=a\nb.@r[0]=r\n", err });
    expect(run(tree, { verb: "export", n: true })).toEqual({
      exit: 0,
      out: "package B\n\npackage a\n\nconfig a 'x'\n\npackage b\n\nconfig r 'cfg01b617'\n\n",
      err,
    });
  });

  test("are none if the directory is empty or missing (uci_list_config_files)", () => {
    expect(run(new Tree(), { verb: "show" })).toEqual(refused("Entry not found"));
    expect(run(new Tree(), { verb: "export", confdir: "/nowhere/at/all" })).toEqual(
      refused("Entry not found"),
    );
  });
});

describe("the file of a package", () => {
  test("must be a plain file (uci_open_stream)", () => {
    const tree = new Tree();
    mkdirSync(tree.path("etc/config/directory"));
    symlinkSync("circle", tree.path("etc/config/circle"));
    for (const name of ["directory", "circle", "none", "none/below", "x".repeat(300), "y".repeat(5000)]) {
      expect(run(tree, { verb: "export", name })).toEqual(refused("Entry not found"));
    }
  });

  test("is looked for in /var/run/uci first, whatever lies there (uci_file_load)", () => {
    const tree = new Tree({ t: "config a 'x'\n", d: "config a 'x'\n" });
    tree.write("var/run/uci/t", "config b 'y'\n");
    mkdirSync(tree.path("var/run/uci/d"));
    expect(run(tree, { verb: "show", name: "t" })).toEqual(done("t.y=b\n"));
    expect(run(tree, { verb: "show", name: "d" })).toEqual(refused("Entry not found"));
    expect(run(tree, { verb: "show", name: "d", override: "" })).toEqual(done("d.x=a\n"));
  });

  test("may be named by an absolute path, then without uncommitted changes (uci_file_load)", () => {
    const tree = new Tree();
    tree.write("elsewhere/t", "config a 'x'\n");
    tree.write("tmp/.uci/t", "t.x.p='1'\n");
    expect(run(tree, { verb: "show", name: tree.path("elsewhere/t") })).toEqual(done("t.x=a\n"));
    expect(run(tree, { verb: "export", name: tree.path("elsewhere/t.x") }).out).toMatch(/^package t\n/);
    expect(run(tree, { verb: "show", name: "/" })).toEqual(refused("Entry not found"));
  });
});

describe("uncommitted changes", () => {
  test("are read in the usual directory first and then in the named one, each once (uci_set_savedir)", () => {
    const tree = new Tree({ t: "config a 'x'\n" });
    tree.write("tmp/.uci/t", "|t.x.l='1'\n");
    tree.write("mine/t", "|t.x.l='2'\n");
    const call = { verb: "show", name: "t.x.l" } as const;
    expect(run(tree, { ...call, savedir: tree.path("mine") })).toEqual(done("t.x.l='1' '2'\n"));
    expect(run(tree, { ...call, savedir: tree.path("tmp/.uci/") })).toEqual(done("t.x.l='1'\n"));
  });

  test("are none if they cannot be read (uci_load_delta)", () => {
    const tree = new Tree({ t: "config a 'x'\n" });
    mkdirSync(tree.path("tmp/.uci"), { recursive: true });
    symlinkSync("t", tree.path("tmp/.uci/t"));
    mkdirSync(tree.path("mine/t"), { recursive: true });
    expect(run(tree, { verb: "show", name: "t", savedir: tree.path("mine") })).toEqual(done("t.x=a\n"));
  });
});

describe("the line buffer", () => {
  test.each<[string, string, string]>([
    ["a NUL takes the rest of its line, newline included", "config a 'x'\0y\n'z'\n", "t.xz=a\n"],
    ["a line of NUL alone is none", "config a 'x'\n\0\noption p 1\n", "t.x=a\nt.x.p='1'\n"],
    [
      "a NUL takes no more than what was read at once",
      `config a 'x'\noption p a\0${"y".repeat(20)}${"z".repeat(20)}\n`,
      `t.x=a\nt.x.p='a${"z".repeat(20)}'\n`,
    ],
  ])("%s (uci_getln)", (_, input, out) => {
    expect(shown(input, "")).toEqual(done(out));
  });
});
