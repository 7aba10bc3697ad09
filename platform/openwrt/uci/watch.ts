/** Adapter: notices packages that have changed by any hand, through inotify; nothing fires while nothing changes.
 *
 * An event only says where to look. A change is reported if the version of a package there differs from that of the
 * last look: a burst of events is reported once, and a rewrite with the same meaning not at all. The directories need
 * not exist and may be replaced: the nearest directory above each is watched for that.
 *
 * Bun drops an event that follows an equal one within a moment, so each burst is followed by one more look. */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Log } from "../../../src/ports/log.ts";
import type { Cache } from "./cache.ts";
import type { Files } from "./files.ts";
import { uciLimits } from "./limits.ts";
import { isPackageName, type Places } from "./places.ts";

interface Armed {
  readonly watcher: FSWatcher;
  /** Tells a directory from another one of the same path. */
  readonly identity: string;
}

export class Watch {
  readonly #cache: Cache;
  readonly #files: Files;
  readonly #log: Log;
  readonly #changed: () => void;
  readonly #directories: readonly string[];
  readonly #armed = new Map<string, Armed>();
  /** Versions as of the last look; a package that is not in here counts as changed. */
  readonly #told = new Map<string, number | undefined>();
  readonly #suspects = new Set<string>();
  #soon: NodeJS.Immediate | undefined;
  #again: NodeJS.Timeout | undefined;
  #complained = false;
  /** A directory could not be watched: its changes are found by polling. */
  #deaf = false;

  constructor(cache: Cache, files: Files, places: Places, log: Log, changed: () => void) {
    this.#cache = cache;
    this.#files = files;
    this.#log = log;
    this.#changed = changed;
    const { confdir, override, savedir } = places;
    this.#directories = override === undefined ? [confdir, savedir] : [confdir, savedir, override];
    for (const name of cache.names) this.#told.set(name, cache.seen(name)?.version);
    // A change between the last look and this moment causes no event any more.
    this.#suspectAll();
    this.#arm();
    this.#lookSoon();
  }

  readonly end = (): void => {
    clearImmediate(this.#soon);
    clearTimeout(this.#again);
    for (const { watcher } of this.#armed.values()) watcher.close();
    this.#armed.clear();
  };

  #event(directory: string, entry: string | null): void {
    // By its own name a directory reports its end. The next one may have the same inode: forget it first.
    if (entry === basename(directory)) this.#disarm(directory);
    else if (entry === null) this.#suspectAll();
    else if (this.#directories.includes(directory) && isPackageName(entry)) this.#suspects.add(entry);
    else if (!this.#leads(join(directory, entry))) return;
    this.#lookSoon();
  }

  #leads(path: string): boolean {
    return this.#directories.some((directory) => directory === path || directory.startsWith(`${path}/`));
  }

  #suspectAll(): void {
    for (const name of this.#cache.names) this.#suspects.add(name);
  }

  #lookSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#look();
    });
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#lookAgain(), uciLimits.settleMs).unref();
  }

  /** No event reports that a file can be read again. */
  #lookAgain(): void {
    this.#look();
    this.#suspects.clear();
    if (this.#cache.failing || this.#deaf)
      this.#again = setTimeout(() => this.#lookAgain(), uciLimits.unreadableMs).unref();
  }

  #look(): void {
    if (this.#cache.failing || this.#deaf) this.#suspectAll();
    if (this.#arm()) this.#suspectAll();
    let changed = false;
    for (const name of this.#suspects) {
      const version = this.#cache.package(name)?.version;
      if (this.#told.has(name) && this.#told.get(name) === version) continue;
      this.#told.set(name, version);
      changed = true;
    }
    if (changed) this.#changed();
  }

  /** Watches the directories that exist. @returns whether a directory was created, removed or replaced */
  #arm(): boolean {
    const wanted = new Set(this.#directories.flatMap((directory) => this.#chain(directory)));
    let moved = false;
    for (const [path, { identity }] of this.#armed) {
      if (wanted.has(path) && identity === this.#identity(path)) continue;
      this.#disarm(path);
      moved = true;
    }
    for (const path of wanted) if (!this.#armed.has(path) && this.#watch(path)) moved = true;
    this.#deaf = this.#armed.size < wanted.size;
    return moved;
  }

  #disarm(path: string): void {
    this.#armed.get(path)?.watcher.close();
    this.#armed.delete(path);
  }

  /** A directory, if it exists, and the nearest one above it. */
  #chain(directory: string): string[] {
    const chain = this.#identity(directory) === "" ? [] : [directory];
    let above = dirname(directory);
    while (this.#identity(above) === "" && above !== dirname(above)) above = dirname(above);
    return [...chain, above];
  }

  #identity(path: string): string {
    const stat = this.#files.stat(path);
    return stat?.isDirectory ? `${stat.device}:${stat.inode}` : "";
  }

  #watch(path: string): boolean {
    try {
      const identity = this.#identity(path);
      const watcher = watch(path, { persistent: false }, (_, entry) => this.#event(path, entry));
      watcher.on("error", () => this.#event(path, null));
      this.#armed.set(path, { watcher, identity });
      return true;
    } catch (error) {
      if (!this.#complained) {
        this.#log("warn", `Cannot watch ${path}: ${String(error)}; changes there are noticed late`, {
          directory: path,
        });
      }
      this.#complained = true;
      return false;
    }
  }
}
