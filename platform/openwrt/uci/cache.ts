/** Adapter: packages as they are on disk, read again only when their files have changed. */
import { join } from "node:path";
import type { Log } from "../../../src/ports/log.ts";
import { replay } from "./delta.ts";
import type { Files } from "./files.ts";
import { uciLimits } from "./limits.ts";
import { checkedAt } from "./origin.ts";
import type { Document } from "./package.ts";
import { BadPackage, parse } from "./parse.ts";
import { isPackageName, type Places, packagePath } from "./places.ts";
import { type Reading, readFile, readPackageFile, refuseEmptied, sameFile } from "./reading.ts";
import type { Complaint } from "./scan.ts";
import { PackageView, type Shelf } from "./view.ts";

interface Entry {
  readonly file: Reading;
  readonly delta: Reading;
  readonly view: PackageView | undefined;
}

/** Whether there are files beside the packages at a moment: overrides, pending changes. */
interface Around {
  readonly overrides: boolean;
  readonly deltas: boolean;
}

export class Cache {
  readonly #files: Files;
  readonly #places: Places;
  readonly #log: Log;
  readonly #entries = new Map<string, Entry>();
  /** Packages that could not be read at the last look, with the reason. Their last readings are used. */
  readonly #failing = new Map<string, string>();
  #version = 0;

  constructor(files: Files, places: Places, log: Log) {
    this.#files = files;
    this.#places = places;
    this.#log = log;
  }

  nextVersion(): number {
    return ++this.#version;
  }

  /** Names that have been asked for. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The package as the last look saw it, without a new look; undefined before the first look. */
  seen(name: string): { readonly version: number | undefined } | undefined {
    const entry = this.#entries.get(name);
    return entry === undefined ? undefined : { version: entry.view?.version };
  }

  /** Packages as a view of this moment gets them: overrides and deltas, which are rare, are looked for once for all. */
  moment(): Shelf {
    let around: Around | undefined;
    return {
      package: (name) => {
        around ??= this.#quietly();
        return this.package(name, around);
      },
      nextVersion: () => this.nextVersion(),
    };
  }

  /** undefined: it is unknown, which each package then finds out by itself. */
  #quietly(): Around | undefined {
    try {
      return this.around();
    } catch {
      return undefined;
    }
  }

  private around(): Around {
    const { override, savedir } = this.#places;
    const there = (path: string) => this.#files.stat(path) !== undefined;
    return { overrides: override !== undefined && there(override), deltas: there(savedir) };
  }

  /** Complaints, for people, about the packages that have been asked for. */
  troubles(): readonly string[] {
    const failing = [...this.#failing].map(
      ([name, why]) =>
        `Cannot read package ${name}: ${why}; ${this.#standIn(name)} is used until it can be read.`,
    );
    const damaged = [...this.#entries].flatMap(([name, { file, view }]) =>
      view?.damaged === undefined || this.#failing.has(name)
        ? []
        : [
            `${file.path} is damaged, ${view.damaged}: it is read without its bad lines, and the ACS cannot change it until they are repaired.`,
          ],
    );
    return [...failing, ...damaged];
  }

  /** True while a package could not be read. */
  get failing(): boolean {
    return this.#failing.size > 0;
  }

  /** A package with the pending changes of others: netifd and every shell script see those too. If the file
   * exists and cannot be read (no descriptors left, a medium that fails), the last reading counts, and the next look
   * reads again: an error is not an absence. */
  package(name: string, around?: Around): PackageView | undefined {
    if (!isPackageName(name)) return undefined;
    try {
      const view = this.#look(name, around ?? this.around());
      this.#failing.delete(name);
      return view;
    } catch (error) {
      this.#failed(name, error);
      return this.#entries.get(name)?.view;
    }
  }

  /** The reading that stands in for a package that cannot be read, in words. */
  #standIn(name: string): string {
    return this.#entries.has(name) ? "its last reading" : "an empty one";
  }

  #failed(name: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (this.#failing.get(name) !== why)
      this.#log("warn", `Cannot read package ${name}: ${why}; using ${this.#standIn(name)}`, {
        package: name,
      });
    this.#failing.set(name, why);
  }

  /** @throws the errors of node:fs, Refused for a file past the limit */
  #look(name: string, around: Around): PackageView | undefined {
    const path = packagePath(this.#files, this.#places, name, around.overrides);
    const deltaPath = join(this.#places.savedir, name);
    const known = this.#entries.get(name);
    const freshDelta =
      known !== undefined &&
      (around.deltas ? this.#fresh(known.delta, deltaPath) : known.delta.stat === undefined);
    if (freshDelta && this.#fresh(known.file, path)) return known.view;
    const entry = this.#read(name, path, deltaPath, known);
    this.#entries.set(name, entry);
    return entry.view;
  }

  #fresh(reading: Reading, path: string): boolean {
    return reading.settled && reading.path === path && sameFile(reading.stat, this.#files.stat(path));
  }

  #read(name: string, path: string, deltaPath: string, known: Entry | undefined): Entry {
    const file = readPackageFile(this.#files, path);
    if (file.raw === "" && (known?.file.raw ?? "") !== "") refuseEmptied(path, this.#files.stat(path));
    const delta = readFile(this.#files, deltaPath);
    const same = known?.file.path === path && known.file.raw === file.raw && known.delta.raw === delta.raw;
    if (known !== undefined && same) return { file, delta, view: known.view };
    const view =
      file.raw === undefined ? undefined : this.#view(name, path, file.raw, delta.raw ?? "", known?.view);
    return { file, delta, view };
  }

  #view(name: string, path: string, raw: string, delta: string, old: PackageView | undefined): PackageView {
    const base = this.#parse(path, raw);
    const document = delta === "" ? base : base.clone();
    if (delta !== "") replay(delta, name, document);
    const view = new PackageView(name, this.#version + 1, document, base);
    if (old?.saysTheSame(view)) return new PackageView(name, old.version, document, base);
    this.#version++;
    return view;
  }

  /** Parses strictly if that works. If not, as netifd and config_load do, without the bad lines: the system runs on the
   * rest, so the ACS must see it. Such a package is never written: its bad lines would be lost. */
  #parse(path: string, raw: string, left: number = uciLimits.rereadsMax): Document {
    try {
      return checkedAt(path, raw) ?? parse(raw, true).document;
    } catch (error) {
      if (!(error instanceof BadPackage)) throw error;
      // rpcd copies snapshots back in place and without a lock: a file that looks broken may only be half written.
      const again = left > 0 ? readFile(this.#files, path).raw : undefined;
      if (again !== undefined && again !== raw) return this.#parse(path, again, left - 1);
      this.#tell(path, error.complaint);
      const { document } = parse(raw, false);
      document.damaged = `line ${error.complaint.first}: ${error.complaint.reason}`;
      return document;
    }
  }

  #tell(path: string, { reason, first, byte }: Complaint): void {
    const what = `${path} line ${first}: ${reason}; reading it without its bad lines, as netifd does; it cannot be set until they are repaired`;
    this.#log("warn", what, { file: path, line: first, byte });
  }
}
