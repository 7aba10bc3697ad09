/** Adapter: files on the device: hooks, leftovers, uncommitted changes, room, certificates. */
import { lstatSync, readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { doctorLimits } from "../../src/doctor/limits.ts";
import type { Hook, Observed, Unknown } from "../../src/doctor/observed.ts";
import { filesUnder } from "../openwrt/read.ts";

const hooks: readonly Omit<Hook, "there">[] = [
  { path: "etc/init.d/cwmpd", without: "the service cannot be started" },
  { path: "usr/libexec/cwmpd/cwmpd", without: "the service has no clean environment to start in" },
  { path: "etc/hotplug.d/iface/60-cwmpd", without: "a new address is told to the ACS up to 30 s late" },
  { path: "etc/hotplug.d/ntp/60-cwmpd", without: "only the kernel tells when the clock is right" },
  { path: "etc/udhcpc.user.d/60-cwmpd", without: "DHCP cannot name the ACS" },
  { path: "etc/hotplug.d/dhcp/60-cwmpd", without: "devices in the LAN are not told apart (Annex F)" },
  { path: "lib/upgrade/keep.d/cwmpd", without: "an upgrade makes a new device of it for the ACS" },
];

export function hooksAt(root: string): Pick<Observed, "hooks" | "enabledAtBoot" | "dnsmasqCallsHooks"> {
  const there = (path: string) => statSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
  const files = filesUnder(root);
  const generated = files.names("var/etc").filter((name) => name.startsWith("dnsmasq.conf"));
  const called = generated.some((name) =>
    (files.text(`var/etc/${name}`, 65_536) ?? "").includes("dhcp-script="),
  );
  return {
    hooks: hooks.map((hook) => ({ ...hook, there: there(hook.path) })),
    enabledAtBoot: namesIn(join(root, "etc/rc.d")).some((name) => /^S\d\dcwmpd$/.test(name)),
    dnsmasqCallsHooks: generated.length === 0 ? undefined : called,
  };
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
      return bsize * bavail;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        return { unknown: `${path} cannot be looked at: ${(error as Error).message}` };
    }
  }
  return { unknown: `there is no ${parent}` };
}

/** Counts the certificates in a file, or in the files of a directory. */
export function certificatesIn(path: string): number | Unknown {
  try {
    const files = statSync(path).isDirectory() ? namesIn(path).map((name) => join(path, name)) : [path];
    const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, "latin1"));
    return texts.join("\n").split(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/).length - 1;
  } catch (error) {
    return { unknown: `it cannot be read: ${(error as Error).message}` };
  }
}
