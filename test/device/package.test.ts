/** Packages for OpenWrt, looked at with tar as opkg reads them. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { buildApk, buildIpk, conffiles, control, layOutPackage } from "../../image/package.ts";
import { type Lock, sbomOf } from "../../image/sbom.ts";
import { project } from "../../image/tree.ts";

let home: string;
const path = (name: string) => join(home, name);
const tar = (...args: readonly string[]) => execFileSync("tar", args, { encoding: "utf8" });

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "cwmpd-package-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

/** A package whose program is a short text. */
function built(name: string): string {
  writeFileSync(path("program"), "#!/bin/sh\necho agent\n");
  layOutPackage(path(`${name}-tree`), path("program"));
  buildIpk(path(name), "x86_64", path(`${name}-tree`));
  return path(name);
}

/** The members of the package, unpacked. */
function opened(ipk: string): { data: string; meta: string } {
  for (const name of ["outer", "data", "meta"]) mkdirSync(path(name));
  tar("-xzf", ipk, "-C", path("outer"));
  tar("-xzpf", path("outer/data.tar.gz"), "-C", path("data"));
  tar("-xzpf", path("outer/control.tar.gz"), "-C", path("meta"));
  return { data: path("data"), meta: path("meta") };
}

describe(".ipk", () => {
  test("an .ipk is a gzipped tar of three members, owned by root, with the fields that opkg needs", () => {
    const ipk = built("one.ipk");
    expect(tar("-tzf", ipk).split("\n").sort().filter(Boolean)).toEqual([
      "./",
      "./control.tar.gz",
      "./data.tar.gz",
      "./debian-binary",
    ]);
    const { meta } = opened(ipk);
    expect(readFileSync(path("outer/debian-binary"), "utf8")).toBe("2.0\n");
    const fields = readFileSync(join(meta, "control"), "utf8");
    for (const [name, value] of Object.entries({ ...control, Architecture: "x86_64" }))
      expect(fields).toContain(`${name}: ${value}\n`);
    expect(fields).toMatch(/^Depends: .*libstdcpp6/m);
    expect(fields).toMatch(/^Installed-Size: \d+$/m);
    const owners = tar("--numeric-owner", "-tvzf", path("outer/data.tar.gz")).match(/^\S+ (\S+)/gm)!;
    expect(new Set(owners.map((line) => line.split(" ")[1]))).toEqual(new Set(["0/0"]));
  });

  test("files that the owner may change are conffiles, scripts can be executed, and only root can read the configuration", () => {
    const { data, meta } = opened(built("one.ipk"));
    for (const name of readFileSync(join(meta, "conffiles"), "utf8").trim().split("\n"))
      expect(statSync(join(data, name)).isFile()).toBe(true);
    const mode = (name: string) => statSync(join(data, name)).mode & 0o777;
    expect(mode("etc/config/cwmp")).toBe(0o600);
    for (const name of [
      "etc/init.d/cwmpd",
      "usr/sbin/cwmpd",
      "usr/libexec/cwmpd/cwmpd",
      "usr/libexec/rpcd/cwmpd",
    ])
      expect(mode(name)).toBe(0o755);
    for (const script of ["postinst", "prerm"]) {
      expect(statSync(join(meta, script)).mode & 0o111).toBe(0o111);
      expect(spawnSync("sh", ["-n", join(meta, script)]).status).toBe(0);
    }
  });

  test("the same input gives the same bytes, at another time and from another directory", () => {
    expect(readFileSync(built("one.ipk")).equals(readFileSync(built("two.ipk")))).toBe(true);
  });

  test("removal of the package removes its DHCP options, and an upgrade leaves them", () => {
    const { meta } = opened(built("one.ipk"));
    mkdirSync(path("root/lib"), { recursive: true });
    writeFileSync(path("root/lib/functions.sh"), "default_prerm() { :; }\n");
    const script = readFileSync(join(meta, "prerm"), "utf8").replace(
      /\[ -n \S+ \] \|\| \S+dhcp-options/,
      "echo options",
    );
    const said = (why: string) =>
      spawnSync("sh", ["-c", script, "prerm", why], {
        encoding: "utf8",
        env: { IPKG_INSTROOT: path("root") },
      }).stdout;
    expect(said("remove")).toBe("options remove\n");
    expect(said("upgrade")).toBe("");
  });
});

/** opkg is no program of Debian. dpkg, which opkg's format and rules come from, reads the same three members out of another
 * outer archive, and knows Maintainer where opkg does not. */
const hasDpkg = ["dpkg", "ar"].every((name) => spawnSync(name, ["--version"]).status === 0);

describe.skipIf(!hasDpkg || process.getuid?.() !== 0)("on a device with a package manager", () => {
  const root = () => path("device");
  const on = (name: string) => join(root(), name);

  beforeEach(() => {
    for (const name of ["var/lib/dpkg/info", "var/lib/dpkg/updates", "lib", "etc/init.d"])
      mkdirSync(on(name), { recursive: true });
    writeFileSync(on("var/lib/dpkg/status"), "");
    writeFileSync(on("var/lib/dpkg/available"), "");
    // Notes what the scripts of the package ask of OpenWrt's functions.
    const note = (what: string) =>
      `default_${what}() { echo "${what} $pkgname \${2:-}" >> "$IPKG_INSTROOT/calls"; }\n`;
    writeFileSync(on("lib/functions.sh"), `${note("postinst")}${note("prerm")}`);
  });

  function dpkg(...args: readonly string[]): void {
    const forced = ["architecture", "depends", "confold", "script-chrootless"].map((one) => `--force-${one}`);
    const { status, stderr } = spawnSync("dpkg", [...forced, `--root=${root()}`, ...args], {
      encoding: "utf8",
      env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, IPKG_INSTROOT: root() },
    });
    if (status !== 0) throw new Error(stderr);
  }

  /** The package as dpkg has it, in that version. @param files that differ from those of this one */
  function debOf(name: string, version: string, files: Readonly<Record<string, string>> = {}): string {
    writeFileSync(path("program"), "#!/bin/sh\necho agent\n");
    const tree = path(`${name}-tree`);
    layOutPackage(tree, path("program"));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(tree, file), text);
    buildIpk(path(`${name}.ipk`), "x86_64", tree);
    const [outer, meta] = [path(`${name}-outer`), path(`${name}-meta`)];
    for (const directory of [outer, meta]) mkdirSync(directory);
    tar("-xzf", path(`${name}.ipk`), "-C", outer);
    tar("-xzpf", join(outer, "control.tar.gz"), "-C", meta);
    const fields = readFileSync(join(meta, "control"), "utf8").replace(
      /^Version: .*$/m,
      `Version: ${version}`,
    );
    writeFileSync(join(meta, "control"), `${fields}Maintainer: test\n`);
    tar("-czf", join(outer, "control.tar.gz"), "-C", meta, ".");
    const members = ["debian-binary", "control.tar.gz", "data.tar.gz"];
    execFileSync("ar", ["rc", path(`${name}.deb`), ...members], { cwd: outer });
    return path(`${name}.deb`);
  }

  /** Files of the device but those of the package manager itself. */
  const there = () =>
    readdirSync(root(), { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(root(), join(entry.parentPath, entry.name)))
      .filter((name) => !/^(var\/lib\/dpkg\/|lib\/functions\.sh$|calls$)/.test(name))
      .sort();

  test("a new version replaces an older one and keeps a changed configuration; removal leaves nothing else", () => {
    const old = debOf("old", "0.0.9-r1", {
      "etc/config/cwmp": "config acs 'acs'\n",
      "usr/libexec/cwmpd/cwmpd": "#!/bin/sh\n# older\n",
      "usr/lib/cwmpd/gone": "a file that the next version does not have\n",
    });
    dpkg("--install", old);
    expect(there()).toContain("usr/lib/cwmpd/gone");
    const mine = "config acs 'acs'\n\toption url 'https://acs.example/'\n";
    writeFileSync(on("etc/config/cwmp"), mine);
    dpkg("--install", debOf("new", control.Version));
    expect(readFileSync(on("etc/config/cwmp"), "utf8")).toBe(mine);
    expect(statSync(on("etc/config/cwmp")).mode & 0o777).toBe(0o600);
    expect(readFileSync(on("usr/libexec/cwmpd/cwmpd"), "utf8")).toBe(
      readFileSync(join(project, "rootfs/usr/libexec/cwmpd/cwmpd"), "utf8"),
    );
    expect(there()).not.toContain("usr/lib/cwmpd/gone");
    dpkg("--remove", "cwmpd");
    expect(there()).toEqual(["etc/config/cwmp", "etc/config/cwmp.dpkg-dist"]);
    expect(readFileSync(on("calls"), "utf8").split("\n")).toEqual([
      "postinst cwmpd configure",
      "prerm cwmpd upgrade",
      "postinst cwmpd configure",
      "prerm cwmpd remove",
      "",
    ]);
  });
});

test("the program is the same to the last byte wherever and whenever it is compiled from the same source", () => {
  const compiled = (name: string) => {
    const out = path(`${name}/cwmpd`);
    execFileSync("make", ["-s", `OUT=${out}`, "--eval", recipe, "again"], { cwd: project });
    return readFileSync(out);
  };
  const recipe =
    "again: ; $(BUN) $(BUN_BUILD) --define BUILD_TIME_MS=$(SOURCE_TIME)000 platform/main.ts --outfile $(OUT) >/dev/null";
  expect(compiled("one").equals(compiled("two"))).toBe(true);
});

test.skipIf(spawnSync("shellcheck", ["--version"]).status !== 0)(
  "shellcheck finds nothing in the scripts of packages, of images and of the tests' preparation",
  () => {
    const names = execFileSync("git", ["ls-files", "image", "test"], { cwd: project, encoding: "utf8" });
    const scripts = names
      .trim()
      .split("\n")
      .filter((name) => /^#!.*\bsh\b/.test(readFileSync(join(project, name), "latin1").split("\n")[0]!));
    expect(scripts.length).toBeGreaterThan(5);
    const args = ["-s", "sh", "-e", "SC2034,SC3043", ...scripts];
    const { status, stdout } = spawnSync("shellcheck", args, { cwd: project, encoding: "utf8" });
    expect([status, stdout]).toEqual([0, ""]);
  },
);

test("without apk-tools the .apk is not made, and a message says how to get them", () => {
  if (spawnSync("apk", ["mkpkg", "--help"]).status === 0) return;
  expect(() => buildApk(path("x.apk"), "x86_64", home)).toThrow(/apk-tools 3/);
});

test("the feed recipe makes the same package: version, license, dependency, conffiles, scripts", () => {
  const recipe = readFileSync(join(project, "feed/cwmpd/Makefile"), "utf8");
  const of = (name: string) => new RegExp(`^${name}:=(.*)$`, "m").exec(recipe)?.[1];
  expect(`${of("PKG_VERSION")}-r${of("PKG_RELEASE")}`).toBe(control.Version);
  expect(of("PKG_LICENSE")).toBe(control.License);
  expect(recipe).toMatch(/DEPENDS:=.*\+libstdcpp/);
  expect(/define Package\/cwmpd\/conffiles\n([\s\S]*?)endef/.exec(recipe)?.[1]).toBe(conffiles());
  const lines = /define Package\/cwmpd\/prerm\n([\s\S]*?)endef/
    .exec(recipe)![1]!
    .replaceAll("$$", "$")
    .split("\n");
  const prerm = readFileSync(join(project, "image/package/prerm"), "utf8").split("\n");
  expect(prerm).toEqual(expect.arrayContaining(lines));
});

test("the feed recipe lays out the same files with the same modes, as OpenWrt's build system calls it", () => {
  for (const name of ["top", "include", "project/dist/musl/x86_64"])
    mkdirSync(path(name), { recursive: true });
  // The part of OpenWrt's makefiles that the recipe needs.
  writeFileSync(
    path("top/rules.mk"),
    "CP:=cp -fpR\nINSTALL_DIR:=install -d -m0755\nINSTALL_BIN:=install -m0755\n",
  );
  writeFileSync(
    path("include/package.mk"),
    "define BuildPackage\ninstall:\n\tmkdir -p $(OUT)\n$(call Package/$(1)/install,$(OUT))\nendef\n",
  );
  writeFileSync(path("project/dist/musl/x86_64/cwmpd"), "#!/bin/sh\necho agent\n");
  symlinkSync(join(project, "rootfs"), path("project/rootfs"));
  const given = {
    TOPDIR: path("top"),
    INCLUDE_DIR: path("include"),
    PROJECT: path("project"),
    ARCH: "x86_64",
    OUT: path("feed"),
  };
  const variables = Object.entries(given).map(([name, value]) => `${name}=${value}`);
  execFileSync("make", ["-s", "-f", join(project, "feed/cwmpd/Makefile"), ...variables, "install"]);
  layOutPackage(path("ours"), path("project/dist/musl/x86_64/cwmpd"));
  const files = (tree: string) =>
    readdirSync(path(tree), { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => {
        const { mode } = lstatSync(file);
        const text = entryText(file);
        return [relative(path(tree), file), (mode & 0o777).toString(8), text];
      })
      .sort();
  expect(files("feed").length).toBeGreaterThan(12);
  expect(files("feed")).toEqual(files("ours"));
});

const entryText = (file: string) =>
  lstatSync(file).isSymbolicLink() ? readlinkSync(file) : readFileSync(file, "latin1");

test("the bill of materials names the runtime and the libraries in the binary, and no development tool", () => {
  const read = (name: string) => JSON.parse(readFileSync(join(project, name), "utf8"));
  const lock: Lock = read("package-lock.json");
  const bill = sbomOf(lock, "Apache-2.0");
  const names = bill.components.map(({ name }) => name);
  for (const name of [...Object.keys(read("package.json").dependencies), "bun"].filter(
    (one) => one !== "stun",
  ))
    expect(names).toContain(name);
  expect(names).not.toContain("vitest");
  expect(names).not.toContain("typescript");
  expect(sbomOf(lock, "Apache-2.0")).toEqual(bill);
  for (const one of bill.components) expect(one.hashes?.[0]?.content).toMatch(/^[0-9a-f]{40,128}$/);
});
