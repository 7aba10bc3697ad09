/** Adapter: "2 Web Content": an archive that replaces the texts and the style of the LAN page. TR-069 Table 30.
 *
 * Each content lies in a directory of its own; `current` is a link that names it, and one rename moves the link. */
import { existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { syncFolder, writeDurably } from "../../bun/durable.ts";
import { readArchive } from "./archive.ts";

/** Endings of what a page is made of; a program has no place there. */
const contentFile = /\.(?:html|css|js|json|txt|svg|png|jpe?g|gif|webp|ico|woff2?)$/;

/** @param directory of the content, below which everything lies
 * @param id of the transfer, which names the version */
export async function applyWebContent(directory: string, id: number, bytes: Uint8Array): Promise<void> {
  const entries = await readArchive(bytes);
  const stranger = entries.find(({ name }) => !contentFile.test(name));
  if (stranger !== undefined) {
    throw new TransferFailure(
      "corrupted",
      `The archive has ${JSON.stringify(stranger.name)}, which is no web content`,
    );
  }
  const version = `v${id}`;
  const home = join(directory, version);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true, mode: 0o755 });
  for (const { name, bytes } of entries) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeDurably(path, bytes, 0o644);
  }
  syncFolder(home);
  const link = join(directory, "current.new");
  rmSync(link, { force: true });
  symlinkSync(version, link);
  renameSync(link, join(directory, "current"));
  syncFolder(directory);
  sweep(directory);
}

/** Removes every version but the one that is current. */
function sweep(directory: string): void {
  const current = existsSync(join(directory, "current")) ? readlinkSync(join(directory, "current")) : "";
  for (const name of readdirSync(directory)) {
    if (/^v\d+$/.test(name) && name !== current)
      rmSync(join(directory, name), { recursive: true, force: true });
  }
}
