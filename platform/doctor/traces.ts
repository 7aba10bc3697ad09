/** Adapter: files on the device: hooks, leftovers, uncommitted changes, room, certificates. */
import { X509Certificate } from "node:crypto";
import { accessSync, constants, lstatSync, readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { doctorLimits } from "../../src/doctor/limits.ts";
import type { Hook, Observed, Unknown } from "../../src/doctor/observed.ts";
import { counted } from "../../src/terminal.ts";
import { certificatesAt } from "../bun/tls.ts";
import { filesUnder } from "../openwrt/read.ts";

const hooks: readonly Omit<Hook, "fault">[] = [
  { path: "etc/init.d/cwmpd", without: "the service cannot be started" },
  { path: "usr/libexec/cwmpd/cwmpd", without: "the service has no clean environment to start in" },
  { path: "etc/hotplug.d/iface/60-cwmpd", without: "a new address is told to the ACS up to 30 s late" },
  { path: "etc/hotplug.d/ntp/60-cwmpd", without: "only the kernel tells when the clock is right" },
  { path: "etc/udhcpc.user.d/60-cwmpd", without: "DHCP cannot name the ACS" },
  { path: "etc/odhcp6c.user.d/60-cwmpd", without: "DHCPv6 cannot name the ACS" },
  { path: "etc/hotplug.d/dhcp/60-cwmpd", without: "devices in the LAN are not told apart (Annex F)" },
  { path: "lib/upgrade/keep.d/cwmpd", without: "an upgrade makes a new device of it for the ACS" },
];

export function hooksAt(root: string): Pick<Observed, "hooks" | "enabledAtBoot" | "dnsmasqCallsHooks"> {
  const files = filesUnder(root);
  const generated = files.names("var/etc").filter((name) => name.startsWith("dnsmasq.conf"));
  const called = generated.some((name) =>
    (files.text(`var/etc/${name}`, 65_536) ?? "").includes("dhcp-script="),
  );
  return {
    hooks: hooks.map((hook) => ({ ...hook, fault: hookFault(join(root, hook.path)) })),
    enabledAtBoot: namesIn(join(root, "etc/rc.d")).some((name) => /^S\d\dcwmpd$/.test(name)),
    dnsmasqCallsHooks: generated.length === 0 ? undefined : called,
  };
}

/** The hooks of hotplug and of DHCP clients are read by a shell; the others are programs. A flash that lost its power
 * may have left a name without bytes. */
function hookFault(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "is not there";
  if (!found.isFile() || found.size === 0) return "is empty";
  if (/\/(init\.d|libexec)\//.test(path) && (found.mode & 0o111) === 0) return "cannot be executed";
  return undefined;
}

/** Files of a writer that ended in the middle, and a rollback of rpcd that nobody confirmed or undid. */
export function leftoversAt(root: string, now: number): readonly string[] {
  const beside = namesIn(join(root, "etc/config")).filter((name) => /^\..+\.(uci|cwmp)-/.test(name));
  const paths = [...beside.map((name) => `etc/config/${name}`), "var/run/rpcd/snapshot-files"];
  const old = (path: string) => {
    const found = lstatSync(join(root, path), { throwIfNoEntry: false });
    return found !== undefined && now - found.mtimeMs > doctorLimits.leftoverMs;
  };
  return paths.filter(old).map((path) => `/${path}`);
}

export const uncommittedAt = (root: string): readonly string[] =>
  namesIn(join(root, "tmp/.uci")).filter(
    (name) => (statSync(join(root, "tmp/.uci", name), { throwIfNoEntry: false })?.size ?? 0) > 0,
  );

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** Free bytes of the directory that keeps the state, or of its parent before the first start. */
export function roomFor(stateDirectory: string, parent: string): number | Unknown {
  for (const path of [stateDirectory, parent]) {
    try {
      const { bsize, bavail } = statfsSync(path);
      accessSync(path, constants.W_OK);
      return bsize * bavail;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EROFS") return { unknown: `${path} can only be read` };
      if (code !== "ENOENT") return { unknown: `${path} cannot be looked at: ${message}` };
    }
  }
  return { unknown: `there is no ${parent}` };
}

/** Whether that directory lies in memory: OpenWrt starts with an overlay of tmpfs where the one on flash cannot be
 * mounted. Linux proc(5), /proc/mounts. */
export function keptInMemory(root: string, directory: string): boolean {
  const mounts = (filesUnder(root).text("proc/mounts") ?? "").split("\n").map((line) => line.split(" "));
  let [, , type, options = ""] = deepest(mounts, directory) ?? [];
  const upper = /(?:^|,)upperdir=([^,]+)/.exec(options)?.[1];
  if (type === "overlay" && upper !== undefined) [, , type] = deepest(mounts, upper) ?? [];
  return type === "tmpfs" || type === "ramfs";
}

/** Of the mounts that hold a path the one with the longest place; of two at one place the later one. */
function deepest(mounts: readonly (readonly string[])[], path: string): readonly string[] | undefined {
  const holds = ([, at = ""]: readonly string[]) => at === "/" || path === at || path.startsWith(`${at}/`);
  const place = ([, at = ""]: readonly string[]) => at.length;
  return mounts
    .filter((mount) => mount.length > 3 && holds(mount))
    .reduce<readonly string[] | undefined>(
      (best, mount) => (best === undefined || place(mount) >= place(best) ? mount : best),
      undefined,
    );
}

/** Counts the certificates in a file, or in the files of a directory. */
export function certificatesIn(path: string): number | Unknown {
  try {
    const found = certificatesAt(path);
    const damaged = found.filter((one) => !parses(one)).length;
    return damaged === 0
      ? found.length
      : { unknown: `${damaged} of ${counted(found.length, "certificate")} cannot be parsed` };
  } catch (error) {
    return { unknown: `it cannot be read: ${(error as Error).message}` };
  }
}

function parses(certificate: string): boolean {
  try {
    new X509Certificate(certificate);
    return true;
  } catch {
    return false;
  }
}
