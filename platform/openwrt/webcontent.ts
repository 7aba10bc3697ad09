/** Adapter: files of the web content that is current. No link and no name leads out of its directory.
 * TR-069 Table 30. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import type { Content } from "../../src/ports/content.ts";

/** @param root of the device */
export function webFiles(root: string): Content {
  const home = join(root, "etc/cwmp/web");
  return {
    read(name, bytesMax) {
      let file: number | undefined;
      try {
        const current = realpathSync(join(home, "current"));
        const path = realpathSync(join(current, name));
        if (!current.startsWith(realpathSync(home) + sep) || !path.startsWith(current + sep))
          return undefined;
        file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
        const { size } = fstatSync(file);
        return fstatSync(file).isFile() && size <= bytesMax ? readFileSync(file) : undefined;
      } catch {
        // Absent, or not to be read: the page has its own.
        return undefined;
      } finally {
        if (file !== undefined) closeSync(file);
      }
    },
  };
}
