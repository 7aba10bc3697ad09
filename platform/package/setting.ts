/** Adapter: the policy on packages from UCI, the clock and the machine. TR-069 Annex E. */
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import {
  type PackageSettings,
  type Policy,
  policyOf,
  readPackageSettings,
} from "../../src/package/policy.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Certificate } from "../../src/package/signature.ts";
import { clockKnown } from "../openwrt/clock.ts";
import { Cache } from "../openwrt/uci/cache.ts";
import { systemFiles } from "../openwrt/uci/files.ts";
import { placesUnder } from "../openwrt/uci/places.ts";
import { readTrust } from "./trust-store.ts";

export interface Setting {
  readonly policy: Policy;
  readonly anchors: readonly Certificate[];
}

/** Every `config package` beneath a device's root. A missing file is no error. An unreadable file is one: it could
 * forbid packages that its absence allows.
 * @throws PackageRefused "unreadable" */
export function settingsBeneath(deviceRoot: string): readonly PackageSettings[] {
  const places = placesUnder(deviceRoot);
  const file = new Cache(systemFiles, places, () => {}).package("cwmp");
  const path = join(places.confdir, "cwmp");
  if (file === undefined ? existsSync(path) : file.damaged !== undefined) {
    throw new PackageRefused(
      "unreadable",
      `${path} cannot be read: ${file?.damaged ?? "see its permissions"}.`,
    );
  }
  return readPackageSettings(file, []);
}

/** @param at.root where the package's paths lie
 * @param at.trust PEM files, as they lie in the file system
 * @param at.now milliseconds since 1970; undefined: the system's clock, if it can be believed
 * @throws PackageRefused "unreadable" for certificates that cannot be read */
export async function settingFrom(
  settings: PackageSettings,
  at: {
    readonly deviceRoot: string;
    readonly root: string;
    readonly trust: readonly string[];
    readonly now: number | undefined;
  },
): Promise<Setting> {
  const now =
    at.now === undefined
      ? { wall: Date.now(), known: clockKnown(at.deviceRoot)() }
      : { wall: at.now, known: true };
  const signerRoles = [];
  for (const { certificate, roles } of settings.signers) {
    for (const { id } of await readTrust([join(at.deviceRoot, certificate)])) {
      signerRoles.push({ certificate: id, roles });
    }
  }
  const storage = {
    nonvolatile: settings.storage.nonvolatile ?? freeBeneath(at.root),
    volatile: settings.storage.volatile ?? freeMemory(),
  };
  const policy = policyOf({ ...settings, storage }, { now, signerRoles, wholeDevice: at.root === "/" });
  return { policy, anchors: await readTrust(at.trust) };
}

function freeBeneath(root: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(root);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Memory that programs could have: the unused part and caches that the kernel can drop. */
function freeMemory(): number | undefined {
  try {
    const [, kilobytes] = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "latin1")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
