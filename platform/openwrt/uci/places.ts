/** Table: the directories of packages and of their uncommitted changes. */
import { join } from "node:path";
import type { Files } from "./files.ts";
import { uciLimits } from "./limits.ts";

export interface Places {
  readonly confdir: string;
  /** A package here hides the one in `confdir`; undefined: not looked at. */
  readonly override: string | undefined;
  /** Changes that nobody has committed yet. */
  readonly savedir: string;
  /** Exists while LuCI may take an `apply` back. */
  readonly snapshot: string;
}

export function placesUnder(root: string): Places {
  return {
    confdir: join(root, "etc/config"),
    override: join(root, "var/run/uci"),
    savedir: join(root, "tmp/.uci"),
    snapshot: join(root, "var/run/rpcd/snapshot-files"),
  };
}

/** The packages that we read and write: libuci takes stranger names, but no path may hide in one. */
export function isPackageName(name: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name);
}

/** The file of a package, which need not exist.
 * @param overridden whether there is a directory of overrides, for a caller that has looked */
export function packagePath(files: Files, places: Places, name: string, overridden = true): string {
  if (places.override !== undefined && overridden) {
    const path = join(places.override, name);
    if (files.stat(path) !== undefined) return path;
  }
  return join(places.confdir, name);
}

/** Whether a `uci commit` of the package is between its write and its rename. */
export function commitInFlight(files: Files, places: Places, name: string, wall: number): boolean {
  return [places.confdir, places.override].some(
    (directory) =>
      directory !== undefined &&
      files.list(directory).some((entry) => {
        if (!entry.startsWith(`.${name}.uci-`) || entry.length !== name.length + 12) return false;
        const stat = files.stat(join(directory, entry));
        return stat !== undefined && ageMs(stat.modified, wall) < uciLimits.inFlightMsMax;
      }),
  );
}

/** How far a file's time stamp is from now, in either direction: clocks of routers jump. */
export function ageMs(modified: bigint, wall: number): number {
  return Math.abs(wall - Number(modified / 1_000_000n));
}
