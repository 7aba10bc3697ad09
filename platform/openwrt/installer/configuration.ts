/** Adapter: "3 Vendor Configuration File": a backup archive of OpenWrt, the output of `uci export`, or a batch of uci
 * commands, checked as a whole and applied as one change that can be undone. TR-069 A.3.2.8.
 *
 * The agent's own package is left as it is: a configuration must not take the way to the ACS away. Of an archive the
 * packages of /etc/config count; accounts, keys and other files are the device's own.
 *
 * The replaced files stay in the agent's state beside a mark until the new configuration has proven itself. A start
 * after a crash at any step finishes the work, and until then the old files can be restored. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Log } from "../../../src/ports/log.ts";
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { writeDurably } from "../../bun/durable.ts";
import { Document } from "../uci/package.ts";
import { BadPackage, parse } from "../uci/parse.ts";
import { isPackageName } from "../uci/places.ts";
import { fromBytes, toBytes } from "../uci/text.ts";
import type { WholePackages } from "../uci/whole.ts";
import { write } from "../uci/write.ts";
import { isGzip, readArchive } from "./archive.ts";
import { applyBatch, looksLikeBatch } from "./batch.ts";

export interface ConfigurationPorts {
  readonly packages: WholePackages;
  /** Makes written packages take effect. */
  readonly reload: (packages: readonly string[]) => Promise<void>;
  /** The directory that keeps the replaced files. */
  readonly directory: string;
  readonly log: Log;
}

/** The file that says that all replaced packages are kept. No package can have that name. */
const mark = ".complete";

/** The agent's own package, which is never replaced. */
const own = "cwmp";

/** @param id of the transfer; @throws TransferFailure, and nothing has changed */
export async function applyConfiguration(ports: ConfigurationPorts, id: number, bytes: Uint8Array) {
  const wanted = await packagesOf(ports, bytes);
  if (wanted.delete(own)) ports.log("info", "The agent's own package in a configuration file is left out");
  if (wanted.size === 0) throw new TransferFailure("corrupted", "The file holds no package of configuration");
  const kept = join(ports.directory, `${id}`);
  if (!existsSync(join(kept, mark))) keepOld(ports, kept, wanted);
  await put(ports, wanted);
}

/** Restores the previous configuration. */
export async function takeConfigurationBack(ports: ConfigurationPorts, id: number): Promise<void> {
  const kept = join(ports.directory, `${id}`);
  if (existsSync(join(kept, mark))) await put(ports, keptIn(kept));
  forgetConfiguration(ports, id);
}

function keptIn(directory: string): Map<string, string> {
  const names = readdirSync(directory).filter(isPackageName);
  return new Map(names.map((name) => [name, fromBytes(readFileSync(join(directory, name)))]));
}

export function forgetConfiguration({ directory }: Pick<ConfigurationPorts, "directory">, id: number): void {
  rmSync(join(directory, `${id}`), { recursive: true, force: true });
}

async function put(ports: ConfigurationPorts, texts: ReadonlyMap<string, string>): Promise<void> {
  try {
    await ports.packages.replace(texts);
  } catch (error) {
    throw new TransferFailure("internal", `The configuration cannot be written: ${(error as Error).message}`);
  }
  await ports.reload([...texts.keys()]);
}

function keepOld({ packages }: ConfigurationPorts, kept: string, wanted: ReadonlyMap<string, string>): void {
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  // A package that is new here is empty before.
  for (const name of wanted.keys()) writeDurably(join(kept, name), toBytes(packages.read(name) ?? ""));
  writeDurably(join(kept, mark), new Uint8Array());
}

/** The packages that the file wants, each checked by the reader of the system. */
async function packagesOf(ports: ConfigurationPorts, bytes: Uint8Array): Promise<Map<string, string>> {
  if (isGzip(bytes) || isTar(bytes)) return ofArchive(bytes);
  const text = fromBytes(bytes);
  if (looksLikeBatch(text)) return applyBatch(text, (name) => documentOf(ports, name));
  return ofExport(text);
}

const isTar = (bytes: Uint8Array): boolean => fromBytes(bytes.subarray(257, 262)) === "ustar";

async function ofArchive(bytes: Uint8Array): Promise<Map<string, string>> {
  const wanted = new Map<string, string>();
  for (const entry of await readArchive(bytes)) {
    if (dirname(entry.name) !== "etc/config") continue;
    const name = basename(entry.name);
    if (!isPackageName(name)) continue;
    const text = fromBytes(entry.bytes);
    checked(name, text);
    wanted.set(name, text);
  }
  return wanted;
}

/** `package NAME` opens each part, as `uci export` writes it. */
function ofExport(text: string): Map<string, string> {
  const wanted = new Map<string, string>();
  const parts = text.split(/^[ \t]*package[ \t]+(?:'([A-Za-z0-9_-]+)'|([A-Za-z0-9_-]+))[ \t]*\r?$/m);
  if (parts[0]?.trim() !== "") {
    const expected = "a backup archive, the output of uci export, or uci commands";
    throw new TransferFailure("corrupted", `The file is no configuration: expected ${expected}`);
  }
  for (let at = 1; at + 2 < parts.length + 1; at += 3) {
    const name = parts[at] ?? parts[at + 1] ?? "";
    const body = parts[at + 2] ?? "";
    wanted.set(name, write(checked(name, body)));
  }
  return wanted;
}

function documentOf({ packages }: ConfigurationPorts, name: string): Document {
  const raw = packages.read(name);
  if (raw === undefined) throw new TransferFailure("corrupted", `There is no package ${name} to change`);
  return checked(name, raw);
}

/** @throws TransferFailure for a package that the system would not read */
function checked(name: string, text: string): Document {
  try {
    return text === "" ? new Document() : parse(text, true).document;
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    const { first, reason } = error.complaint;
    throw new TransferFailure("corrupted", `Package ${name} in the file, line ${first}: ${reason}`);
  }
}
