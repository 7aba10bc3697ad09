/** Handler: a package that somebody hands in: looked into, judged, installed beneath a directory. TR-069 Annex E. */
import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { HandPolicy, PackageCall } from "../../src/cli/package-call.ts";
import { settingsFor } from "../../src/package/policy.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import { emptyReport, type Report } from "../../src/package/report.ts";
import { type Disk, systemDisk } from "./disk.ts";
import { PackageInHand } from "./in-hand.ts";
import { Installer } from "./installer.ts";
import { type Setting, settingFrom, settingsBeneath } from "./setting.ts";
import { withState } from "./state.ts";
import { treeBeneath } from "./tree.ts";

/** Never throws PackageRefused: the reason is in the report, with all that was found before it. */
export async function examine(call: PackageCall, disk: Disk = systemDisk): Promise<Report> {
  let hand: PackageInHand | undefined;
  try {
    if (call.verb === "install") {
      const root = realRoot(call.root);
      const state = call.state === undefined ? stateBeside(root) : resolve(call.state);
      return await withState(state, call.state !== undefined, async () => {
        const installer = new Installer(disk, root, state);
        // Recovery is first: the later steps have to see the tree as it leaves it.
        await installer.recover();
        hand = PackageInHand.open(call.file);
        const verified = await verifyFor(hand, await settingOf(root, call.policy));
        const plan = hand.plan(verified, treeBeneath(disk, root, state));
        await hand.install(verified, plan, installer);
        return hand.report;
      });
    }
    hand = PackageInHand.open(call.file);
    if (call.verb === "inspect") hand.inspect(hand.parse());
    else {
      const root = realRoot(call.root);
      const verified = await verifyFor(hand, await settingOf(root, call.policy));
      hand.plan(verified, treeBeneath(disk, root, stateBeside(root)));
    }
    return hand.report;
  } catch (error) {
    if (!(error instanceof PackageRefused)) throw error;
    return { ...(hand?.report ?? emptyReport), verdict: "refused", reason: error.reason };
  } finally {
    hand?.close();
  }
}

async function verifyFor(hand: PackageInHand, setting: Setting) {
  return hand.verify(hand.judge(hand.parse(), setting));
}

/** Paths are looked at without following links: the way to the root may have some. */
function realRoot(root: string): string {
  try {
    const real = realpathSync(root);
    if (statSync(real).isDirectory()) return real;
  } catch {
    // Told below.
  }
  throw new PackageRefused("unreadable", `There is no directory ${root} to take for the root.`);
}

/** Outside of the root, so that no package meets it, and on the same file system in most cases. */
function stateBeside(root: string): string {
  if (root === "/") return "/etc/cwmpd/package";
  return join(dirname(root), `${basename(root)}.cwmpd-package`);
}

/** Options win over `config package`. */
async function settingOf(root: string, hand: HandPolicy): Promise<Setting> {
  const found = settingsFor(settingsBeneath(root), hand.section);
  if (found === undefined) {
    throw new PackageRefused(
      "unreadable",
      `There is no section "config package '${hand.section}'" in ${join(root, "etc/config/cwmp")}.`,
    );
  }
  const { storage } = hand;
  const settings = {
    ...found,
    requireSignature: hand.requireSignature ?? found.requireSignature,
    allowSha1: hand.allowSha1 ?? found.allowSha1,
    version: hand.version ?? found.version,
    storage: {
      nonvolatile: storage.nonvolatile ?? found.storage.nonvolatile,
      volatile: storage.volatile ?? found.storage.volatile,
    },
    attributes: hand.attributes.length > 0 ? hand.attributes : found.attributes,
  };
  const trust = hand.trust.length > 0 ? hand.trust : found.trust.map((path) => join(root, path));
  return settingFrom(settings, { deviceRoot: root, root, trust, now: hand.now });
}
