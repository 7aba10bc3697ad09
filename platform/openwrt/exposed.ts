/** Adapter: files with secrets in them that others than root can read. TR-069 3.3, 3.4.4. */
import { statSync } from "node:fs";
import { join } from "node:path";

/** Rights of group and others to read, and to write, which lets them choose the secret. chmod(2) */
const others = 0o066;

/** @param clientKey path of the client certificate's key, if one is configured
 * @returns a sentence for each such file, with the remedy */
export function exposedFiles(root: string, clientKey: string | undefined): readonly string[] {
  const files = [
    {
      path: join(root, "etc/config/cwmp"),
      shown: "/etc/config/cwmp",
      what: "The package cwmp holds passwords",
    },
    ...(clientKey === undefined
      ? []
      : [{ path: clientKey, shown: clientKey, what: "The key of the client certificate is secret" }]),
  ];
  return files
    .filter(({ path }) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & others) !== 0)
    .map(({ shown, what }) => `${what} and can be read or written by others: chmod 600 ${shown}`);
}
