/** Adapter: packages read and replaced as whole files, for transfers of a whole configuration. */
import { Refused } from "../../../src/errors.ts";
import { replace } from "./commit.ts";
import type { Files } from "./files.ts";
import { type Held, hold, release } from "./lock.ts";
import { isPackageName, type Places, packagePath } from "./places.ts";
import { readFile } from "./reading.ts";
import type { Replaced } from "./replaced.ts";
import { refuseSnapshot } from "./stage.ts";

/** Texts of packages, as byte strings (text.ts). */
export interface WholePackages {
  /** Every package there is. */
  list(): readonly string[];
  /** undefined: there is no such package. */
  read(name: string): string | undefined;
  /** Puts each text in the place of its package, all of them under their locks. Doing it twice does no harm; a crash in
   * the middle leaves some old and some new. @throws Refused */
  replace(texts: ReadonlyMap<string, string>): Promise<void>;
}

export function wholePackages(files: Files, places: Places, replaced: Replaced): WholePackages {
  return {
    list: () => [...new Set(files.list(places.confdir))].filter(isPackageName).sort(),
    read: (name) => readFile(files, packagePath(files, places, name)).raw,
    async replace(texts) {
      refuseSnapshot(files, places);
      const held: Held[] = [];
      try {
        // In sorted order, so that two of us never wait for each other.
        for (const name of [...texts.keys()].sort()) {
          if (!isPackageName(name)) throw new Refused(`Cannot write a package of the name ${name}`);
          held.push(await hold(files, places, replaced, name));
        }
        for (let one = held.shift(); one !== undefined; one = held.shift()) {
          replace(files, replaced, one, texts.get(one.name) ?? "");
        }
      } finally {
        for (const one of held) release(files, replaced, one);
      }
    },
  };
}
