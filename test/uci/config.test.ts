import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { describe, expect, test } from "vitest";
import { openConfig } from "../../platform/openwrt/config.ts";
import { type Files, sweep, systemFiles } from "../../platform/openwrt/uci/files.ts";
import { tryLock } from "../../platform/openwrt/uci/flock.ts";
import { Refused } from "../../src/errors.ts";
import type { Config, Edit } from "../../src/ports/config.ts";
import { Tree } from "./tree.ts";

const network = `
config interface 'lan'
	option proto 'static'
	list ipaddr '192.168.1.1/24'

config interface 'wan'
	option proto 'dhcp'

`;

const firewall = `# hand-made
config rule
	option name 'ssh'	# keep

config rule
	option name 'ping'

config zone 'lan'
	option input 'ACCEPT'
`;

const set = (name: string, section: string, option: string, value: string | readonly string[]): Edit => ({
  edit: "set",
  package: name,
  section,
  option,
  value,
});

async function apply(config: Config, edits: readonly Edit[]): Promise<void> {
  (await config.stage(config.view(), edits)).commit();
}

describe("view", () => {
  test("shows sections, options, lists and the system's names", () => {
    const view = openConfig(new Tree({ network, firewall }).root).view();
    expect(view.package("network")!.section("lan")!.options.get("ipaddr")).toEqual(["192.168.1.1/24"]);
    const rules = view.package("firewall")!.ofType("rule");
    expect(rules.map(({ name, anonymous }) => [name, anonymous])).toEqual([
      ["cfg0192bd", true],
      ["cfg0292bd", true],
    ]);
    expect(view.package("nothing")).toBeUndefined();
    expect(view.package("../config/network")).toBeUndefined();
  });

  test("stays unchanged, and the next view shows changes under a new version", () => {
    const tree = new Tree({ network });
    const config = openConfig(tree.root);
    const old = config.view();
    const first = old.package("network")!;
    expect(config.view().package("network")!.version).toBe(first.version);
    // The same length and, in the file system's grain, the same moment.
    tree.write("etc/config/network", network.replace("192.168.1.1", "192.168.1.2"));
    expect(old.package("network")).toBe(first);
    const second = config.view().package("network")!;
    expect(second.version).toBeGreaterThan(first.version);
    expect(second.section("lan")!.options.get("ipaddr")).toEqual(["192.168.1.2/24"]);
  });

  test("keeps its version when other bytes mean the same", () => {
    const tree = new Tree({ network });
    const config = openConfig(tree.root);
    const { version } = config.view().package("network")!;
    tree.write("etc/config/network", `# a comment\n${network}`);
    expect(config.view().package("network")!.version).toBe(version);
  });

  test("shows the uncommitted changes of others, as netifd and the shell see them", () => {
    const tree = new Tree({ network });
    tree.write("tmp/.uci/network", "network.wan.proto='pppoe'\n");
    const config = openConfig(tree.root);
    expect(config.view().package("network")!.section("wan")!.options.get("proto")).toBe("pppoe");
    rmSync(tree.path("tmp/.uci/network"));
    expect(config.view().package("network")!.section("wan")!.options.get("proto")).toBe("dhcp");
  });

  test.each([
    ["config a 'x'\n\toption p 'v", "line 2: EOF with unterminated '"],
    ["config a 'x'\n\toption p 'v\n\toption q 1\n\toption r 2\n", "line 2: EOF with unterminated '"],
    ["config a 'x'\nbogus line", "line 2: invalid command"],
  ])(
    "a damaged package is named with the line at which the bad command begins: %j",
    async (text, damaged) => {
      const tree = new Tree({ network: text });
      const lines: string[] = [];
      const config = openConfig(tree.root, (level, what) => lines.push(`${level} ${what}`));
      expect(config.view().package("network")!.damaged).toBe(damaged);
      expect(lines[0]).toContain(`network ${damaged}`);
      await expect(apply(config, [set("network", "x", "p", "w")])).rejects.toThrow(
        `network: ${damaged}; repair`,
      );
    },
  );

  test("a file that has just lost all its bytes is being written anew: its last reading counts, and no change is built on it", async () => {
    const tree = new Tree({ network });
    const config = openConfig(tree.root);
    const proto = () => config.view().package("network")?.section("wan")?.options.get("proto");
    expect(proto()).toBe("dhcp");
    tree.write("etc/config/network", "");
    expect(proto()).toBe("dhcp");
    await expect(apply(config, [set("network", "wan", "proto", "static")])).rejects.toThrow(
      "lost all its bytes",
    );
    expect(tree.read("etc/config/network")).toBe("");
    tree.write("etc/config/network", network.replace("'dhcp'", "'pppoe'"));
    expect(proto()).toBe("pppoe");
    // A file that stays empty is an empty package.
    tree.write("etc/config/network", "");
    utimesSync(tree.path("etc/config/network"), 0, 0);
    expect([proto(), config.view().package("network")?.sections]).toEqual([undefined, []]);
  });

  test("reads a package from /var/run/uci instead, and writes it there", async () => {
    const tree = new Tree({ network });
    tree.write("var/run/uci/network", "config interface 'lan'\n\toption proto 'none'\n");
    const config = openConfig(tree.root);
    expect(config.view().package("network")!.section("lan")!.options.get("proto")).toBe("none");
    await apply(config, [set("network", "lan", "proto", "dhcp")]);
    expect(tree.read("var/run/uci/network")).toContain("option proto 'dhcp'");
    expect(tree.read("etc/config/network")).toBe(network);
  });

  test("reads a damaged package as netifd does, reports file and line once for each change, and does not write it", async () => {
    const broken = "config interface 'lan'\n\toption proto 'static'\nbogus line\n";
    const tree = new Tree({ network: broken });
    const lines: string[] = [];
    const config = openConfig(tree.root, (level, what) => lines.push(`${level} ${what}`));
    for (let i = 0; i < 3; i++) {
      expect(config.view().package("network")!.section("lan")!.options.get("proto")).toBe("static");
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`warn ${tree.path("etc/config/network")} line 3: invalid command`);
    await expect(apply(config, [set("network", "lan", "proto", "dhcp")])).rejects.toThrow(
      /network: line 3: invalid command; repair/,
    );
    expect(tree.packages()).toEqual({ network: broken });
    expect(config.view().package("network")!.damaged).toBe("line 3: invalid command");
    tree.write("etc/config/network", `${broken}worse\n`);
    config.view().package("network");
    expect(lines).toHaveLength(2);
    tree.write("etc/config/network", broken.replace("bogus line\n", ""));
    expect(config.view().package("network")!.damaged).toBeUndefined();
  });
});

describe("with", () => {
  test("changes a view in memory only, and any edit gives a new version", () => {
    const tree = new Tree({ network });
    const view = openConfig(tree.root).view();
    const changed = view.with([
      set("network", "lan", "ipaddr", ["10.0.0.1/8"]),
      { edit: "unset", package: "network", section: "wan", option: "proto" },
      { edit: "add", package: "network", section: "guest", type: "interface" },
      set("network", "guest", "proto", "none"),
      { edit: "remove", package: "network", section: "wan" },
    ]);
    const before = view.package("network")!;
    const after = changed.package("network")!;
    expect(after.sections.map((section) => section.name)).toEqual(["lan", "guest"]);
    expect(after.section("lan")!.options.get("ipaddr")).toEqual(["10.0.0.1/8"]);
    expect(after.version).not.toBe(before.version);
    expect(before.sections.map((section) => section.name)).toEqual(["lan", "wan"]);
    expect(view.with([set("network", "wan", "proto", "dhcp")]).package("network")).toBe(before);
    expect(
      changed
        .with([set("network", "guest", "proto", "dhcp")])
        .package("network")!
        .section("guest")!
        .options.get("proto"),
    ).toBe("dhcp");
    expect(tree.read("etc/config/network")).toBe(network);
  });
});

describe("with after with", () => {
  /** A call of the ACS makes a view for each of its parameters, and may have twenty thousand: each used to ask the one
   * before it, down to the first, and to copy and write out all of its package. */
  test("returns the last change, and an unchanged package at once", () => {
    let view = openConfig(new Tree({ network, firewall }).root).view();
    const start = view;
    for (let turn = 0; turn < 20_000; turn++) {
      view = view.with([set("firewall", "lan", "input", `${turn}`)]);
      expect(view.package("firewall")!.section("lan")!.options.get("input")).toBe(`${turn}`);
    }
    expect(view.package("network")).toBe(start.package("network"));
    expect(start.package("firewall")!.section("lan")!.options.get("input")).toBe("ACCEPT");
  });

  test("leaves every earlier view unchanged, even if a section is added, changed and removed", () => {
    const views = [openConfig(new Tree({ network, firewall }).root).view()];
    const then = (edits: readonly Edit[]) => views.push(views.at(-1)!.with(edits));
    const where = { package: "network", section: "new" };
    then([{ edit: "add", ...where, type: "interface" }, set("network", "new", "proto", "none")]);
    then([set("network", "new", "proto", "dhcp"), set("network", "lan", "proto", "dhcp")]);
    then([set("firewall", "lan", "input", "DROP")]);
    then([{ edit: "remove", ...where }]);
    const seen = () =>
      views.map((view) => [
        ...["lan", "new"].map((name) => view.package("network")!.section(name)?.options.get("proto")),
        view.package("firewall")!.section("lan")!.options.get("input"),
        view.package("network")!.sections.length,
      ]);
    const expected = [
      ["static", undefined, "ACCEPT", 2],
      ["static", "none", "ACCEPT", 3],
      ["dhcp", "dhcp", "ACCEPT", 3],
      ["dhcp", "dhcp", "DROP", 3],
      ["dhcp", undefined, "DROP", 2],
    ];
    expect(seen()).toEqual(expected);
    expect(seen().reverse()).toEqual(expected.reverse());
  });
});

describe("stage and commit", () => {
  test("writes as uci commits, keeps modes, and leaves unchanged packages alone", async () => {
    const tree = new Tree({ network, firewall });
    chmodSync(tree.path("etc/config/network"), 0o640);
    const config = openConfig(tree.root);
    const staged = await config.stage(config.view(), [
      set("network", "lan", "ipaddr", ["10.0.0.1/24"]),
      set("firewall", "lan", "input", "ACCEPT"),
      { edit: "add", package: "cwmp", section: "acs", type: "acs" },
      set("cwmp", "acs", "url", "http://acs/"),
    ]);
    expect(tree.read("etc/config/network")).toBe(network);
    expect(Object.keys(tree.packages()).filter((name) => !name.startsWith("."))).toEqual([
      "firewall",
      "network",
    ]);
    staged.commit();
    expect(tree.packages()).toEqual({
      network: network.replace("192.168.1.1", "10.0.0.1"),
      firewall,
      cwmp: "\nconfig acs 'acs'\n\toption url 'http://acs/'\n\n",
    });
    expect(statSync(tree.path("etc/config/network")).mode & 0o777).toBe(0o640);
    expect(statSync(tree.path("etc/config/cwmp")).mode & 0o777).toBe(0o600);
  });

  test("is aborted without a trace", async () => {
    const tree = new Tree({ network });
    const config = openConfig(tree.root);
    const staged = await config.stage(config.view(), [
      set("network", "lan", "proto", "dhcp"),
      { edit: "add", package: "cwmp", section: "acs", type: "acs" },
    ]);
    staged.abort();
    expect(tree.packages()).toEqual({ network });
    await apply(config, [set("network", "lan", "proto", "none")]);
    expect(tree.read("etc/config/network")).toContain("'none'");
  });

  test.each([
    "two\nlines",
    "it's",
    '"double"',
    "$(reboot)",
    "`reboot`",
    "Größe 日本 \u{1f600}",
    "M\udcfcller",
    "#; \\ \\n",
    " \t\r\n",
  ])("a value comes back as it was: %j", async (value) => {
    const tree = new Tree({ network });
    await apply(openConfig(tree.root), [
      set("network", "lan", "descr", value),
      set("network", "wan", "l", [value, "", value]),
    ]);
    const shown = openConfig(tree.root).view().package("network")!;
    expect(shown.section("lan")!.options.get("descr")).toBe(value);
    expect(shown.section("wan")!.options.get("l")).toEqual([value, "", value]);
  });

  test("an empty value or list removes the option", async () => {
    const tree = new Tree({ network });
    await apply(openConfig(tree.root), [
      set("network", "lan", "proto", ""),
      set("network", "lan", "ipaddr", []),
    ]);
    expect(tree.read("etc/config/network")).toBe(
      "\nconfig interface 'lan'\n\nconfig interface 'wan'\n\toption proto 'dhcp'\n\n",
    );
  });

  test("merges with changes that others have written since the view", async () => {
    const tree = new Tree({ network });
    const config = openConfig(tree.root);
    const view = config.view();
    view.package("network");
    tree.write("etc/config/network", network.replace("'dhcp'", "'pppoe'"));
    (await config.stage(view, [set("network", "lan", "proto", "none")])).commit();
    expect(tree.read("etc/config/network")).toBe(
      network.replace("'dhcp'", "'pppoe'").replace("'static'", "'none'"),
    );
  });

  test.each([
    ["no", ""],
    ["a", "firewall.lan.forward='DROP'\n"],
  ])("continues from a view with the edits of the last change, beside %s pending one", async (_, delta) => {
    const tree = new Tree({ firewall });
    tree.write("tmp/.uci/firewall", delta);
    const config = openConfig(tree.root);
    let view = config.view();
    const changes: Edit[][] = [
      [
        set("firewall", "cfg0192bd", "name", "SSH"),
        { edit: "add", package: "firewall", section: "mine", type: "rule" },
      ],
      [set("firewall", "cfg0192bd", "target", "DROP"), set("firewall", "mine", "name", "x")],
      [set("firewall", "mine", "target", "DROP")],
    ];
    for (const edits of changes) {
      (await config.stage(view, edits)).commit();
      view = view.with(edits) as typeof view;
    }
    const shown = config.view().package("firewall")!;
    expect(Object.fromEntries(shown.section("cfg0192bd")!.options)).toEqual({ name: "SSH", target: "DROP" });
    expect(Object.fromEntries(shown.section("mine")!.options)).toEqual({ name: "x", target: "DROP" });
  });

  test("follows a symbolic link, into another directory too", async () => {
    const tree = new Tree();
    tree.write("elsewhere/net", network);
    symlinkSync("../../elsewhere/net", tree.path("etc/config/network"));
    await apply(openConfig(tree.root), [set("network", "lan", "proto", "none")]);
    expect(readlinkSync(tree.path("etc/config/network"))).toBe("../../elsewhere/net");
    expect(tree.read("elsewhere/net")).toContain("'none'");
  });

  test("a program that already waits for the lock of the old file reads the new bytes", async () => {
    const tree = new Tree({ network });
    const old = openSync(tree.path("etc/config/network"), "r");
    const config = openConfig(tree.root);
    await apply(config, [set("network", "lan", "ipaddr", [])]);
    expect(readFileSync(old, "utf8")).toBe(tree.read("etc/config/network"));
    closeSync(old);
  });
});

describe("leftovers", () => {
  const leftover = "etc/config/.network.cwmp-AAAAAA";

  test("of a crash are removed when the configuration is opened, beside a linked package too", () => {
    const tree = new Tree({ network });
    tree.write(leftover, "half");
    tree.write("elsewhere/.dhcp.cwmp-BBBBBB", "half");
    tree.write("elsewhere/dhcp", "");
    symlinkSync("../../elsewhere/dhcp", tree.path("etc/config/dhcp"));
    openConfig(tree.root);
    expect(Object.keys(tree.packages())).toEqual(["dhcp", "network"]);
    expect(existsSync(tree.path("elsewhere/.dhcp.cwmp-BBBBBB"))).toBe(false);
  });

  test("do not include a file that another process is writing", async () => {
    const tree = new Tree({ network });
    const config = openConfig(tree.root);
    const staged = await config.stage(config.view(), [set("network", "lan", "proto", "none")]);
    openConfig(tree.root);
    staged.commit();
    expect(tree.packages()).toEqual({ network: network.replace("static", "none") });
  });

  /** Seen with three writers under load: one opened its configuration between another's create and its lock. */
  test("a temporary file not yet locked may be swept as a leftover; the writer then creates another", async () => {
    const tree = new Tree({ network });
    let swept = 0;
    const files: Files = {
      ...systemFiles,
      tryLock(fd) {
        const fresh = Object.keys(tree.packages()).some((name) => name.includes(".cwmp-"));
        if (fresh && swept++ === 0) sweep(systemFiles, tree.path("etc/config"));
        return systemFiles.tryLock(fd);
      },
    };
    await apply(openConfig(tree.root, undefined, { files }), [set("network", "lan", "proto", "none")]);
    expect(swept).toBeGreaterThan(1);
    expect(tree.packages()).toEqual({ network: network.replace("static", "none") });
  });
});

describe("locks", () => {
  test("wait for a uci commit between its write and its rename, not for leftovers of a crash of uci", async () => {
    const tree = new Tree({ network });
    tree.write("etc/config/.network.uci-OLDOLD", "x");
    utimesSync(tree.path("etc/config/.network.uci-OLDOLD"), 1, 1);
    tree.write("etc/config/.network.uci-abcdef", network.replace("dhcp", "pppoe"));
    let looks = 0;
    const files: Files = {
      ...systemFiles,
      list(directory) {
        // uci renames while we look for the second time.
        if (directory === tree.path("etc/config") && ++looks === 4) {
          renameSync(tree.path("etc/config/.network.uci-abcdef"), tree.path("etc/config/network"));
        }
        return systemFiles.list(directory);
      },
    };
    await apply(openConfig(tree.root, undefined, { files }), [set("network", "lan", "proto", "none")]);
    expect(looks).toBeGreaterThanOrEqual(4);
    expect(tree.read("etc/config/network")).toContain("'none'");
    expect(tree.read("etc/config/network")).toContain("'pppoe'");
  });
});

/** uci keeps the mode only; a daemon that reads its package as a user of its own would be locked out. */
test.skipIf(process.getuid?.() !== 0)("a package keeps its owner and group", async () => {
  const tree = new Tree({ network });
  const path = tree.path("etc/config/network");
  chownSync(path, 123, 456);
  chmodSync(path, 0o640);
  await apply(openConfig(tree.root), [set("network", "lan", "mtu", "1400")]);
  const { uid, gid, mode } = statSync(path);
  expect([uid, gid, mode & 0o7777]).toEqual([123, 456, 0o640]);
});

describe("a process that waited for a file that we replace", () => {
  const twoChanges = async (tree: Tree, between: (old: number) => Promise<void> | void, config: Config) => {
    const old = openSync(tree.path("etc/config/network"), "r+");
    await apply(config, [set("network", "lan", "proto", "none")]);
    expect(tryLock(old)).toBe(true);
    const second = apply(config, [set("network", "lan", "mtu", "1400")]);
    await between(old);
    await second;
  };

  /** uci loses updates of others so: it waits for the lock of a file that another then replaces, gets it, and renames
   * its own over whatever has come since. The next change of ours has to wait for it, though the new file is free. */
  test("gets the lock before our next change", async () => {
    const tree = new Tree({ network });
    await twoChanges(
      tree,
      (old) => {
        const theirs = readFileSync(old, "utf8").replace("'dhcp'", "'pppoe'");
        tree.write("etc/config/.network.uci-abcdef", theirs);
        closeSync(old);
        renameSync(tree.path("etc/config/.network.uci-abcdef"), tree.path("etc/config/network"));
      },
      openConfig(tree.root),
    );
    const { lan, wan } = Object.fromEntries(
      openConfig(tree.root)
        .view()
        .package("network")!
        .sections.map(({ name, options }) => [name, options]),
    );
    expect([lan!.get("proto"), lan!.get("mtu"), wan!.get("proto")]).toEqual(["none", "1400", "pppoe"]);
  });

  test("finds our later changes in the file that it waits for", async () => {
    const tree = new Tree({ network });
    const older = openSync(tree.path("etc/config/network"), "r");
    await twoChanges(tree, closeSync, openConfig(tree.root));
    expect(readFileSync(older, "utf8")).toBe(tree.read("etc/config/network"));
    expect(tryLock(older)).toBe(true);
    closeSync(older);
  });

  /** We know what we have left in such a file, and do not read it again: another process may have written into it at the
   * same moment, and as many bytes. */
  test("finds it there, too, after another process has written into that file", async () => {
    const tree = new Tree({ network });
    const older = openSync(tree.path("etc/config/network"), "r");
    const scribble = (old: number) => {
      writeSync(old, "####", 0);
      closeSync(old);
    };
    await twoChanges(tree, scribble, openConfig(tree.root));
    expect(readFileSync(older, "utf8")).toBe(tree.read("etc/config/network"));
    closeSync(older);
  });
});

describe("anonymous sections", () => {
  const rename = (from: string, to: string): Edit => set("firewall", from, "name", to);

  test("are found by name and content", async () => {
    const tree = new Tree({ firewall });
    await apply(openConfig(tree.root), [
      rename("cfg0292bd", "PING"),
      { edit: "remove", package: "firewall", section: "cfg0192bd" },
    ]);
    expect(tree.read("etc/config/firewall")).toBe(
      "# hand-made\n\nconfig rule\n\toption name 'PING'\n\nconfig zone 'lan'\n\toption input 'ACCEPT'\n",
    );
  });

  test("are found by content if others have moved them", async () => {
    const tree = new Tree({ firewall });
    const config = openConfig(tree.root);
    const view = config.view();
    view.package("firewall");
    tree.write("etc/config/firewall", `config rule\n\toption name 'new'\n${firewall}`);
    (await config.stage(view, [rename("cfg0192bd", "SSH")])).commit();
    expect(tree.read("etc/config/firewall")).toContain(
      "'new'\n# hand-made\nconfig rule\n\toption name 'SSH'\t# keep\n\nconfig rule\n\toption name 'ping'",
    );
  });

  test.each([
    ["changed", firewall.replace("'ssh'", "'other'")],
    ["doubled and moved", `config rule\n\toption name 'new'\n${firewall}config rule\n\toption name 'ssh'\n`],
  ])("are refused if others have %s them", async (_, theirs) => {
    const tree = new Tree({ firewall });
    const config = openConfig(tree.root);
    const view = config.view();
    view.package("firewall");
    tree.write("etc/config/firewall", theirs);
    await expect(config.stage(view, [rename("cfg0192bd", "SSH")])).rejects.toThrow(
      /cfg0192bd of package firewall: somebody/,
    );
    expect(tree.packages()).toEqual({ firewall: theirs });
  });
});

describe("refusals name a remedy and change nothing", () => {
  const remove: Edit = { edit: "remove", package: "firewall", section: "lan" };

  test.each<[string, Edit[], RegExp]>([
    [
      "a section that is gone",
      [set("network", "nope", "proto", "x")],
      /set in section nope of package network/,
    ],
    ["a package that is not there", [set("nope", "lan", "proto", "x")], /section lan of package nope/],
    [
      "a section that is there",
      [{ edit: "add", package: "network", section: "lan", type: "interface" }],
      /there is one/,
    ],
    [
      "a section name with a dash",
      [{ edit: "add", package: "network", section: "a-b", type: "interface" }],
      /not a section name/,
    ],
    [
      "a type that needs quotes",
      [{ edit: "add", package: "network", section: "ab", type: "a#b" }],
      /not a section type/,
    ],
    ["an option name with a dot", [set("network", "lan", "a.b", "x")], /not an option name/],
    ["a path as package", [set("../etc", "lan", "ab", "x")], /not a package name/],
    ["a control character", [set("network", "lan", "password", "secret\u0001")], /control characters/],
  ])("%s", async (_, edits, text) => {
    const tree = new Tree({ network, firewall });
    const config = openConfig(tree.root);
    const failure = await config
      .stage(config.view(), [set("firewall", "lan", "input", "DROP"), ...edits])
      .catch((error) => error);
    expect(failure).toBeInstanceOf(Refused);
    expect(failure.message).toMatch(text);
    expect(failure.message).not.toContain("secret");
    expect(tree.packages()).toEqual({ network, firewall });
    await apply(config, [set("firewall", "lan", "input", "DROP")]);
  });

  test("a package that does not parse is refused; a type that uci could not write back keeps its spelling", async () => {
    const odd = "config 'a b'\n";
    const quoted = "config 'a#b' 'x'\n";
    const tree = new Tree({ odd, quoted });
    const config = openConfig(tree.root);
    await expect(apply(config, [{ edit: "add", package: "odd", section: "x", type: "y" }])).rejects.toThrow(
      /line 1/,
    );
    await apply(config, [set("quoted", "x", "p", "1")]);
    expect(tree.packages()).toEqual({ odd, quoted: `${quoted}\toption p '1'\n` });
  });

  test("a change is refused while LuCI may roll back its last apply, and no longer", async () => {
    const tree = new Tree({ network });
    mkdirSync(tree.path("var/run/rpcd/snapshot-files"), { recursive: true });
    const config = openConfig(tree.root);
    await expect(apply(config, [set("network", "lan", "proto", "none")])).rejects.toThrow(
      /LuCI .* retry in \d+ s/,
    );
    expect(tree.packages()).toEqual({ network });
    utimesSync(tree.path("var/run/rpcd/snapshot-files"), 1, 1);
    await apply(config, [set("network", "lan", "proto", "none")]);
    expect(tree.read("etc/config/network")).toContain("'none'");
  });

  test("a removal is refused that would direct uncommitted changes to another anonymous section", async () => {
    const tree = new Tree({ firewall });
    tree.write("tmp/.uci/firewall", "firewall.cfg0292bd.name='echo'\n");
    const config = openConfig(tree.root);
    await expect(apply(config, [remove])).rejects.toThrow(/tmp\/\.uci\/firewall name its anonymous sections/);
    expect(tree.packages()).toEqual({ firewall });
    await apply(config, [set("firewall", "lan", "input", "DROP")]);
    tree.write("tmp/.uci/firewall", "firewall.lan.forward='DROP'\n");
    await apply(config, [{ edit: "remove", package: "firewall", section: "cfg0192bd" }]);
    expect(tree.read("etc/config/firewall")).not.toContain("ssh");
    expect(tree.read("tmp/.uci/firewall")).toBe("firewall.lan.forward='DROP'\n");
  });

  test.each([
    ["sets the same option", "network.lan.proto='ppp'\n"],
    ["removes the section", "-network.lan\n"],
    ["gives the section another name", "@network.lan='lan0'\n"],
  ])("an edit is refused that an uncommitted change overrides: it %s", async (_, delta) => {
    const tree = new Tree({ network });
    const config = openConfig(tree.root);
    const view = config.view();
    view.package("network");
    tree.write("tmp/.uci/network", delta);
    await expect(config.stage(view, [set("network", "lan", "proto", "none")])).rejects.toThrow(
      /uncommitted change in .*tmp\/\.uci\/network overrules it/,
    );
    expect(tree.packages()).toEqual({ network });
  });

  test("a section is refused that only an uncommitted change adds", async () => {
    const tree = new Tree({ network });
    tree.write("tmp/.uci/network", "network.vpn='interface'\n");
    const config = openConfig(tree.root);
    await expect(apply(config, [set("network", "vpn", "proto", "none")])).rejects.toThrow(
      /uncommitted change in .*; commit or revert/,
    );
  });

  test("a dangling link is refused", async () => {
    const tree = new Tree();
    symlinkSync("/nowhere/at/all", tree.path("etc/config/network"));
    const config = openConfig(tree.root);
    await expect(
      apply(config, [{ edit: "add", package: "network", section: "x", type: "y" }]),
    ).rejects.toThrow(/link to nowhere/);
  });
});

describe("watch", () => {
  /** Resolves with the next call; there is no other clock in these tests. */
  function calls(config: Config) {
    let resolve: () => void = () => {};
    const watch = { count: 0, next: new Promise<void>((done) => (resolve = done)), end: () => {} };
    watch.end = config.watch(() => {
      watch.count++;
      resolve();
      watch.next = new Promise((done) => (resolve = done));
    });
    return watch;
  }

  test.each<[string, (tree: Tree) => void]>([
    [
      "a rename over it",
      (tree) => {
        tree.write("etc/config/.network.uci-abcdef", network.replace("static", "none"));
        renameSync(tree.path("etc/config/.network.uci-abcdef"), tree.path("etc/config/network"));
      },
    ],
    [
      "a write in place",
      (tree) => writeFileSync(tree.path("etc/config/network"), network.replace("static", "none")),
    ],
    [
      "an uncommitted change where there was no directory",
      (tree) => tree.write("tmp/.uci/network", "network.lan.proto='none'\n"),
    ],
    [
      "an override where there was no directory",
      (tree) => tree.write("var/run/uci/network", "config interface 'lan'\n\toption proto 'none'\n"),
    ],
    [
      "another directory in its place",
      (tree) => {
        tree.write("etc/new/network", network.replace("static", "none"));
        renameSync(tree.path("etc/config"), tree.path("etc/old"));
        renameSync(tree.path("etc/new"), tree.path("etc/config"));
      },
    ],
  ])("tells of %s", async (_, change) => {
    const tree = new Tree({ network });
    mkdirSync(tree.path("tmp"));
    const config = openConfig(tree.root);
    config.view().package("network");
    const watch = calls(config);
    change(tree);
    while (config.view().package("network")?.section("lan")?.options.get("proto") !== "none")
      await watch.next;
    if (watch.count === 0) await watch.next;
    watch.end();
  });

  test("reports changes made before it began, and a directory that is made anew", async () => {
    const tree = new Tree({ network });
    const config = openConfig(tree.root);
    config.view().package("network");
    tree.write("etc/config/network", network.replace("static", "none"));
    const watch = calls(config);
    await watch.next;
    const { next } = watch;
    rmSync(tree.path("etc/config"), { recursive: true });
    await next;
    while (config.view().package("network") !== undefined) await watch.next;
    const again = watch.next;
    tree.write("etc/config/network", network);
    await again;
    while (config.view().package("network") === undefined) await watch.next;
    watch.end();
  });

  test("reports no change of spelling only", async () => {
    const tree = new Tree({ network, firewall });
    const config = openConfig(tree.root);
    config.view().package("network");
    config.view().package("firewall");
    const watch = calls(config);
    tree.write("etc/config/network", `${network}# more\n`);
    utimesSync(tree.path("etc/config/network"), 1, 1);
    tree.write("etc/config/firewall", firewall.replace("ssh", "SSH"));
    await watch.next;
    expect(config.view().package("firewall")!.sections[0]!.options.get("name")).toBe("SSH");
    expect(watch.count).toBe(1);
    watch.end();
  });
});

describe("a package that is there and cannot be read", () => {
  /** Descriptors run out for as long as `fail` is set; `what` fails then. */
  function failing(what: "open" | "list" | "stat") {
    const state = { fail: false };
    const broken = () => {
      if (state.fail) throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
    };
    const files: Files = {
      ...systemFiles,
      [what]: (...args: never[]) => {
        broken();
        return (systemFiles[what] as (...args: never[]) => unknown)(...args);
      },
    };
    return { state, files };
  }

  test.each(["open", "stat"] as const)(
    "keeps its last content while %s fails, is reported, and is read again",
    (what) => {
      const tree = new Tree({ network });
      const { state, files } = failing(what);
      const config = openConfig(tree.root, undefined, { files });
      const lan = () => config.view().package("network")?.section("lan")?.options.get("ipaddr");
      expect(lan()).toEqual(["192.168.1.1/24"]);
      state.fail = true;
      tree.write("etc/config/network", network.replace("192.168.1.1", "10.0.0.1"));
      expect([lan(), lan()]).toEqual([["192.168.1.1/24"], ["192.168.1.1/24"]]);
      expect(config.troubles().join()).toMatch(
        /Cannot read package network: EMFILE.*last reading is used until/,
      );
      state.fail = false;
      expect(lan()).toEqual(["10.0.0.1/24"]);
      expect(config.troubles()).toEqual([]);
    },
  );

  const others: readonly (readonly [string, (path: string) => void])[] = [
    ["a directory", (path) => mkdirSync(path)],
    ["a pipe", (path) => execFileSync("mkfifo", [path])],
    ["a link to a directory", (path) => symlinkSync("..", path)],
    ["a link to nowhere", (path) => symlinkSync("nowhere", path)],
    ["a link to itself", (path) => symlinkSync("network", path)],
  ];

  test.each(others)(
    "is as it was last read, and never written, while %s lies in its place",
    async (_, make) => {
      const tree = new Tree({ network });
      const config = openConfig(tree.root);
      const lan = () => config.view().package("network")?.section("lan")?.options.get("ipaddr");
      expect(lan()).toEqual(["192.168.1.1/24"]);
      rmSync(tree.path("etc/config/network"));
      make(tree.path("etc/config/network"));
      const first = openConfig(tree.root);
      expect(first.view().package("network")).toBeUndefined();
      expect(first.troubles()).toEqual([expect.stringContaining("an empty one is used until")]);
      expect(lan()).toEqual(["192.168.1.1/24"]);
      expect(config.troubles()).toEqual([
        expect.stringMatching(/Cannot read package network: .*its last reading/),
      ]);
      const edit: Edit = { edit: "set", package: "network", section: "lan", option: "mtu", value: "1400" };
      await expect(config.stage(config.view(), [edit])).rejects.toBeInstanceOf(Refused);
      rmSync(tree.path("etc/config/network"), { recursive: true });
      tree.write("etc/config/network", network.replace("192.168.1.1", "10.0.0.1"));
      expect(lan()).toEqual(["10.0.0.1/24"]);
      expect(config.troubles()).toEqual([]);
    },
  );

  test("does not count as absent at the first look either, and is read as soon as possible", () => {
    const tree = new Tree({ network });
    const { state, files } = failing("open");
    const config = openConfig(tree.root, undefined, { files });
    state.fail = true;
    expect(config.view().package("network")).toBeUndefined();
    expect(config.troubles()).toEqual([expect.stringContaining("an empty one is used until")]);
    state.fail = false;
    expect(config.view().package("network")?.section("lan")).toBeDefined();
  });

  test("a deleted package is absent, and a package with bad lines is reported with the first of them", () => {
    const tree = new Tree({ network, wireless: "config wifi-iface\n\toption ssid 'no end\n" });
    const config = openConfig(tree.root);
    config.view().package("network");
    config.view().package("wireless");
    expect(config.troubles()).toEqual([
      expect.stringMatching(/etc\/config\/wireless is damaged, line \d: .*repaired/),
    ]);
    rmSync(tree.path("etc/config/network"));
    expect(config.view().package("network")).toBeUndefined();
    expect(config.troubles()).toHaveLength(1);
  });
});
