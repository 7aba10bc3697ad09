/** Adapter: the tree beneath the root of a package, for planning. TR-069 E.4.3 to E.4.9. */
import { opendirSync } from "node:fs";
import { join, relative } from "node:path";
import { packageLimits } from "../../src/package/limits.ts";
import type { TreeView } from "../../src/package/picture.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Disk } from "./disk.ts";

/** @param root without symbolic links in it
 * @param state where the installer keeps its journal; may lie beneath the root */
export function treeBeneath(disk: Disk, root: string, state: string): TreeView {
  const own = relative(root, state);
  if (own === "")
    throw new PackageRefused("own-files", "The state directory cannot be the root: give another --state.");
  return {
    own: own.startsWith("..") ? [] : [own],
    kind(path) {
      const full = join(root, path);
      if (full.length > packageLimits.pathBytesMax || Buffer.byteLength(full) > packageLimits.pathBytesMax) {
        throw new PackageRefused(
          "path",
          `"/${path.slice(0, 200)}" is too long for the file system with its root.`,
        );
      }
      const stat = disk.stat(full);
      if (stat === undefined) return undefined;
      if (stat.isDirectory()) return "directory";
      if (stat.isSymbolicLink()) return "link";
      return stat.isFile() ? "file" : "other";
    },
    names(path) {
      const directory = opendirSync(join(root, path));
      const names: string[] = [];
      try {
        for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
          names.push(entry.name);
          if (names.length <= packageLimits.removedEntriesMax) continue;
          throw new PackageRefused(
            "conflict",
            `The directory "/${path}" holds too many files to look through.`,
          );
        }
      } finally {
        directory.closeSync();
      }
      return names;
    },
  };
}
