/** Packages for OpenWrt, looked at with tar as opkg reads them. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  test("it is a gzipped tar of the three members, owned by root, with the fields that opkg needs", () => {
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

  test("what was changed by the owner is a conffile, scripts run, the configuration is for root only", () => {
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

  test("taking it away takes the DHCP options out again, and a new version leaves them", () => {
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

test("without apk the .apk is refused with what to do", () => {
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

test("the bill of materials names the runtime and what is in the binary, and no tool of development", () => {
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
