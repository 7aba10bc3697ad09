/** Adapter: the ports for received files, as they are where a file may be a package. The modules of packages are loaded
 * with the first package. TR-069 Annex E, A.3.2.8. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { isPackage } from "../../src/package/header.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Files } from "../../src/ports/files.ts";
import type { Flash, Installer } from "../../src/ports/installer.ts";
import { failureOf, judgedWhileArriving } from "./arriving.ts";
import type { PackageWorld } from "./downloads.ts";

const downloads = () => import("./downloads.ts");

/** Files that are judged while they arrive, where they are packages. */
export const filesWithPackages = <F extends Files>(files: F, world: PackageWorld): F =>
  judgedWhileArriving(files, async (parsed, fileType) =>
    (await downloads()).judgeHead(world, parsed, fileType),
  );

/** The installer, which takes packages of every file type that a `config package` names. */
export function installerWithPackages(files: Installer, world: PackageWorld): Installer {
  return {
    ...files,
    async apply(file) {
      if (!startsAsPackage(world.path(file.id))) return files.apply(file);
      await asFailure(async () => (await downloads()).installDownload(world, file.id, file.fileType));
      return 0;
    },
  };
}

/** The flash, which takes an image also out of a package. */
export function flashWithPackages(flash: Flash, world: PackageWorld): Flash {
  return {
    ...flash,
    async check(id) {
      const path = world.path(id);
      if (startsAsPackage(path)) await asFailure(async () => (await downloads()).unpackImage(world, path));
      return flash.check(id);
    },
  };
}

/** Ends an installation that a crash interrupted: at every start of the agent. A failure is tried again with the next
 * package. */
export async function recoverPackages(world: PackageWorld): Promise<void> {
  if (!existsSync(join(world.state, "journal"))) return;
  try {
    await (await downloads()).recoverDownload(world);
  } catch (error) {
    if (!(error instanceof PackageRefused)) throw error;
    world.log("error", "Cannot complete the interrupted installation of a package", {
      reason: error.message,
    });
  }
}

function startsAsPackage(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const start = new Uint8Array(8);
    return readSync(fd, start, 0, 8, 0) === 8 && isPackage(start);
  } finally {
    closeSync(fd);
  }
}

async function asFailure(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof PackageRefused ? failureOf(error) : error;
  }
}
