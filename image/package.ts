/** Packages for OpenWrt: .ipk by hand (a gzipped tar of three members), .apk by OpenWrt's own tool, and a plain archive for
 * devices without a package manager. The same input gives the same bytes. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { version } from "../package.json";
import { buildDate, project, settle } from "./tree.ts";

/** Architectures as OpenWrt names them, and the runtime that is compiled in. */
export const architectures = {
  x86_64: { machine: "x86_64", runtime: "bun-linux-x64-musl" },
  aarch64_generic: { machine: "aarch64", runtime: "bun-linux-arm64-musl" },
} as const;

export type Architecture = keyof typeof architectures;

/** Release of the packaging, counted up when only that changes. */
const release = "r1";

export const control = {
  Package: "cwmpd",
  Version: `${version}-${release}`,
  // The runtime is C++ and linked to the system's library.
  Depends: "libc, libstdcpp6",
  Section: "net",
  Priority: "optional",
  License: "Apache-2.0",
  Description: "TR-069 (CWMP) agent",
} as const;

const directory = join(project, "dist/package");

/** Files of a machine's packages, as `uname -m` names it; undefined: none is built for it. */
export function packagePaths(machine: string) {
  const found = Object.entries(architectures).find(([, one]) => one.machine === machine);
  if (found === undefined) return undefined;
  const base = join(directory, `cwmpd_${control.Version}_${found[0]}`);
  return { ipk: `${base}.ipk`, apk: `${base}.apk`, files: `${base}.tar.gz` };
}

/** Lays out the files of the package as they lie on a device.
 * @param binary of the package's architecture */
export function layOutPackage(tree: string, binary: string): void {
  cpSync(join(project, "rootfs"), tree, { recursive: true });
  mkdirSync(join(tree, "usr/sbin"), { recursive: true });
  cpSync(binary, join(tree, "usr/sbin/cwmpd"));
  settle(tree);
}

const environment = () => ({ PATH: process.env.PATH, LC_ALL: "C" });

/** Packs a directory as a gzipped tar. Names are sorted, dates and owners fixed, so that the same files give the same bytes. */
function packed(from: string, to: string): void {
  const plain = ["--format=gnu", "--sort=name", `--mtime=@${buildDate()}`, "--owner=0", "--group=0"];
  const tar = execFileSync("tar", [...plain, "--numeric-owner", "-cf", "-", "-C", from, "."], {
    maxBuffer: 1 << 30,
    env: environment(),
  });
  const gzip = spawnSync("gzip", ["-9n"], { input: tar, maxBuffer: 1 << 30, env: environment() });
  if (gzip.status !== 0) throw new Error(`gzip: ${gzip.stderr}`);
  writeFileSync(to, gzip.stdout);
}

export function buildIpk(out: string, architecture: string, tree: string): void {
  const scratch = mkdtempSync(join(tmpdir(), "cwmpd-package-"));
  try {
    const [meta, outer] = [join(scratch, "control"), join(scratch, "outer")];
    for (const path of [meta, outer]) mkdirSync(path);
    const fields = { ...control, Architecture: architecture, "Installed-Size": String(sizeOf(tree)) };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
    writeFileSync(join(meta, "control"), lines.join(""));
    for (const name of ["conffiles", "postinst", "prerm"])
      cpSync(join(project, "image/package", name), join(meta, name));
    settle(meta);
    packed(tree, join(outer, "data.tar.gz"));
    packed(meta, join(outer, "control.tar.gz"));
    writeFileSync(join(outer, "debian-binary"), "2.0\n");
    settle(outer);
    packed(outer, out);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws Error where there is no apk of version 3 */
export function buildApk(out: string, architecture: string, tree: string): void {
  if (spawnSync("apk", ["mkpkg", "--help"]).status !== 0)
    throw new Error(
      "There is no apk with mkpkg here, and nothing else makes .apk packages: build apk-tools 3, or use the feed recipe in feed/cwmpd inside of OpenWrt's build system. FORMAT=ipk makes the others alone.",
    );
  const info = {
    name: control.Package,
    version: control.Version,
    description: control.Description,
    arch: architecture,
    license: control.License,
    depends: control.Depends.replaceAll(",", ""),
  };
  const script = (when: string, name: string) => [
    "--script",
    `${when}:${join(project, "image/package", name)}`,
  ];
  // OpenWrt's scripts find the files of a package and its conffiles here.
  const lists = join(tree, "lib/apk/packages");
  const files = filesIn(tree).map((path) => `/${relative(tree, path)}\n`);
  mkdirSync(lists, { recursive: true });
  writeFileSync(join(lists, `${control.Package}.list`), files.sort().join(""));
  writeFileSync(join(lists, `${control.Package}.conffiles`), conffiles());
  settle(lists);
  execFileSync("apk", [
    "mkpkg",
    ...Object.entries(info).flatMap(([name, value]) => ["--info", `${name}:${value}`]),
    ...script("post-install", "postinst"),
    ...script("pre-deinstall", "prerm"),
    ...["--files", tree, "--output", out],
  ]);
}

const filesIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const sizeOf = (path: string): number => filesIn(path).reduce((sum, file) => sum + statSync(file).size, 0);

type Format = "ipk" | "apk" | "files";

/** Makes packages of one architecture in dist/package. */
export function buildPackages(architecture: Architecture, binary: string, formats: readonly Format[]): void {
  if (!existsSync(binary)) throw new Error(`There is no ${binary}`);
  const paths = packagePaths(architectures[architecture].machine)!;
  mkdirSync(directory, { recursive: true });
  const tree = mkdtempSync(join(tmpdir(), "cwmpd-files-"));
  const build = {
    files: (out: string) => packed(tree, out),
    ipk: (out: string) => buildIpk(out, architecture, tree),
    apk: (out: string) => buildApk(out, architecture, tree),
  };
  try {
    layOutPackage(tree, binary);
    for (const format of formats) {
      const out = paths[format];
      build[format](out);
      const size = (statSync(out).size / 1_048_576).toFixed(1);
      process.stdout.write(`${out.slice(project.length)} ${size} MiB\n`);
    }
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

export const conffiles = (): string => readFileSync(join(project, "image/package/conffiles"), "utf8");
