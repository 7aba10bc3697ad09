/** Lays out the files of the emulated gateway: busybox, the libraries that the binary needs, rootfs/ as every device has
 * it, and what stands in for the rest of OpenWrt (image/gateway). */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("..", import.meta.url));

export interface Contents {
  readonly busybox: string;
  /** The agent's binary for this machine. */
  readonly binary: string;
  /** DISTRIB_REVISION, which an image's metadata names too. */
  readonly revision: string;
}

/** The directories of a root that are mounted over, or written at run time. */
const empty = ["proc", "sys", "dev", "tmp", "rom", "overlay", "mnt", "root", "usr/bin"];

export function layOutTree(tree: string, { busybox, binary, revision }: Contents): void {
  for (const name of empty) mkdirSync(join(tree, name), { recursive: true });
  installBusybox(tree, busybox);
  for (const from of ["rootfs", "image/gateway"])
    cpSync(join(project, from), tree, { recursive: true, dereference: false });
  installProgram(tree, binary, "usr/sbin/cwmpd");
  symlinkSync("tmp", join(tree, "var"));
  symlinkSync("/tmp/resolv.conf", join(tree, "etc/resolv.conf"));
  const release = {
    ID: "cwmpd-gateway",
    RELEASE: "1.0",
    REVISION: revision,
    DESCRIPTION: "cwmpd emulated gateway",
  };
  const lines = Object.entries(release).map(([name, value]) => `DISTRIB_${name}='${value}'\n`);
  writeFileSync(join(tree, "etc/openwrt_release"), lines.join(""));
  writeFileSync(join(tree, "etc/config/cwmp"), configuration());
  // inittab starts the agent; on a device the link of an enabled service does.
  mkdirSync(join(tree, "etc/rc.d"));
  symlinkSync("../init.d/cwmpd", join(tree, "etc/rc.d/S94cwmpd"));
  settle(tree);
}

/** Files of the data partition: a configuration that names the ACS. */
export function writeUpper(directory: string, acsUrl: string): void {
  const named = configuration().replace("config acs 'acs'\n", `config acs 'acs'\n\toption url '${acsUrl}'\n`);
  mkdirSync(join(directory, "etc/config"), { recursive: true });
  writeFileSync(join(directory, "etc/config/cwmp"), named, { mode: 0o600 });
}

/** The configuration that the package ships, with the identity and the two slots of the emulated gateway. */
function configuration(): string {
  const shipped = readFileSync(join(project, "rootfs/etc/config/cwmp"), "utf8");
  const cpe = "config cpe 'cpe'\n";
  const named = `${cpe}\toption oui '00256D'\n\toption serial_number 'EMULATED1'\n`;
  return `${shipped.replace(cpe, named)}
config slots 'slots'
\toption a '/dev/vda2'
\toption b '/dev/vda3'
`;
}

function installBusybox(tree: string, busybox: string): void {
  for (const name of ["bin", "sbin", "usr/sbin"]) mkdirSync(join(tree, name), { recursive: true });
  cpSync(busybox, join(tree, "bin/busybox"));
  const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n");
  const atBoot = new Set(["init", "reboot", "poweroff", "halt"]);
  for (const name of applets.filter((one) => one !== "" && one !== "busybox"))
    symlinkSync("/bin/busybox", join(tree, atBoot.has(name) ? "sbin" : "bin", name));
  // The init script starts the agent by /usr/bin/env.
  symlinkSync("/bin/busybox", join(tree, "usr/bin/env"));
}

/** A program and the libraries that it names, where the loader looks for them. */
export function installProgram(tree: string, program: string, at: string): void {
  put(program, join(tree, at));
  const said = execFileSync("ldd", [program], { encoding: "utf8" });
  for (const [library] of said.matchAll(/\/\S+/g)) {
    const place = join(tree, library);
    if (!existsSync(place)) put(realpathSync(library), place);
  }
}

function put(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
  chmodSync(to, 0o755);
}

/** Dates in images and packages, seconds since 1970: the same for the same source. */
export const buildDate = (): string => process.env.SOURCE_DATE_EPOCH ?? "1767225600";

/** Sets the mode of each file by its kind, so that the umask of the builder does not show in the image. */
export function settle(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      chmodSync(path, path.endsWith("/tmp") ? 0o1777 : 0o755);
      settle(path);
    } else if (entry.isFile()) {
      const runs = /^(\x7fELF|#!)/.test(readFileSync(path, "latin1").slice(0, 4));
      chmodSync(path, path.endsWith("/etc/config/cwmp") ? 0o600 : runs ? 0o755 : 0o644);
    }
  }
}
