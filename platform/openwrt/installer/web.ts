/** Adapter: "2 Web Content": an archive that replaces the texts and the style of the LAN page. TR-069 Table 30.
 *
 * Each content lies in a directory of its own; `current` is a link that names it, and one rename moves the link. */
import { existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { syncFolder, writeDurably } from "../../bun/durable.ts";
import { type Entry, readArchive } from "./archive.ts";

/** Endings of the files of a web page; a program is rejected. */
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
  try {
    replace(directory, id, entries);
  } finally {
    sweep(directory);
  }
}

function replace(directory: string, id: number, entries: readonly Entry[]): void {
  // After a crash the content may be current already: the version that is current is never written to.
  const version = currentIn(directory) === `v${id}` ? `v${id}b` : `v${id}`;
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
}

/** The version that is current; empty: there is none. */
function currentIn(directory: string): string {
  try {
    return readlinkSync(join(directory, "current"));
  } catch {
    return "";
  }
}

/** Removes every version but the one that is current. A version that cannot be removed is removed with
 * the next content. */
function sweep(directory: string): void {
  const current = currentIn(directory);
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    if (!/^v\d+b?$/.test(name) || name === current) continue;
    try {
      rmSync(join(directory, name), { recursive: true, force: true });
    } catch {
      // The content that counts is in place.
    }
  }
}
