/** Handler: packages that arrive by Download, of any file type. TR-069 Annex E, A.3.2.8.
 *
 * A package of the file type for images holds one file, the image, and is handled as every image. All others are
 * installed by their commands. */
import { readFileSync, realpathSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { ParsedPackage } from "../../src/package/head.ts";
import { judge } from "../../src/package/judge.ts";
import { settingsForType } from "../../src/package/policy.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { VerifiedPackage } from "../../src/package/verify.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Services } from "../../src/ports/services.ts";
import { writeDurably } from "../bun/durable.ts";
import { systemDisk } from "./disk.ts";
import { PackageInHand, verdictsOn } from "./in-hand.ts";
import { Installer } from "./installer.ts";
import { type Setting, settingFrom, settingsBeneath } from "./setting.ts";
import { withState } from "./state.ts";
import { treeBeneath } from "./tree.ts";

export interface PackageWorld {
  /** Of the device. */
  readonly root: string;
  /** The directory of the journal. */
  readonly state: string;
  /** The path of a received file. */
  readonly path: (id: number) => string;
  /** The device's own software version. */
  readonly version: () => Promise<string>;
  readonly services: Pick<Services, "reboot">;
  readonly log: Log;
}

const imageType = "1 Firmware Upgrade Image";

/** Roles of a package that is an image: upgrade and recovery. E.4.11 Table 80. */
const imageRoles: readonly (number | null)[] = [1, 2];

/** Judges everything before the payload. @throws PackageRefused */
export async function judgeHead(world: PackageWorld, parsed: ParsedPackage, fileType: string): Promise<void> {
  const setting = await settingOf(world, fileType);
  const { block, verdicts } = verdictsOn(parsed, setting);
  judge(parsed, block, verdicts, setting.policy);
}

/** @throws PackageRefused where no section of UCI takes packages of that type */
async function settingOf(
  world: PackageWorld,
  fileType: string,
): Promise<Setting & { readonly root: string }> {
  const settings = settingsForType(settingsBeneath(world.root), fileType);
  if (settings === undefined) {
    throw new PackageRefused(
      "unreadable",
      `No section "config package" takes packages of the type "${fileType}".`,
    );
  }
  const root = realpathSync(join(world.root, settings.directory));
  const own = (await world.version()) || undefined;
  const trust = settings.trust.map((path) => join(world.root, path));
  const known = { ...settings, version: settings.version ?? own };
  return { ...(await settingFrom(known, { deviceRoot: world.root, root, trust, now: undefined })), root };
}

/** Ends an installation that a crash interrupted. */
export async function recoverDownload(world: PackageWorld): Promise<void> {
  const recovered = await withState(world.state, true, () =>
    new Installer(systemDisk, world.root, world.state).recover(),
  );
  world.log("warn", "The installation of a package was interrupted", { recovered });
}

/** @throws PackageRefused, and nothing has changed */
export async function installDownload(world: PackageWorld, id: number, fileType: string): Promise<void> {
  // The reboot that the package asked for may have happened before the queue knew that the package is installed.
  if (installedId(world.state) === id) return;
  const { policy, anchors, root } = await settingOf(world, fileType);
  await withState(world.state, true, async () => {
    const installer = new Installer(systemDisk, root, world.state);
    await installer.recover();
    const hand = PackageInHand.open(world.path(id));
    try {
      const verified = await hand.verify(hand.judge(hand.parse(), { policy, anchors }));
      const { reboot, role, version } = hand.report.effects;
      if (imageRoles.includes(role)) {
        throw new PackageRefused(
          "role",
          `A package of Role ${role} holds an image: it comes as "${imageType}".`,
        );
      }
      const plan = hand.plan(verified, treeBeneath(systemDisk, root, world.state));
      await hand.install(verified, plan, installer);
      world.log("info", "A package is installed", {
        id,
        version: version ?? "",
        files: hand.report.changed.length,
      });
      if (!reboot) return;
      writeDurably(join(world.state, installedName), Buffer.from(String(id)));
      await world.services.reboot();
    } finally {
      hand.close();
    }
  });
}

const installedName = "installed";

/** The download whose package asked for the last reboot. */
function installedId(state: string): number | undefined {
  try {
    return Number(readFileSync(join(state, installedName), "latin1"));
  } catch {
    return undefined;
  }
}

/** The package is judged, and its image put in its place. @throws PackageRefused */
export async function unpackImage(world: PackageWorld, path: string): Promise<void> {
  const { policy, anchors } = await settingOf(world, imageType);
  const hand = PackageInHand.open(path);
  try {
    const verified = await hand.verify(hand.judge(hand.parse(), { policy, anchors }));
    if (!imageRoles.includes(hand.report.effects.role) || !isOneFile(verified)) {
      throw new PackageRefused(
        "role",
        "A package for the flash has Role 1 or 2 and one command: Extract File.",
      );
    }
    hand.copyOut(verified.pieces[0]!, `${path}.image`);
    renameSync(`${path}.image`, path);
  } finally {
    hand.close();
  }
}

const isOneFile = ({ actions }: VerifiedPackage): boolean => actions.length === 1 && actions[0]!.is === "put";
