/** Adapter: the Config port on UCI files, under any root. */
import { basename, dirname, join } from "node:path";
import { Malformed } from "../../src/errors.ts";
import type { Config, ConfigView, Edit, Intent, Staged } from "../../src/ports/config.ts";
import type { Log } from "../../src/ports/log.ts";
import { Cache } from "./uci/cache.ts";
import { stage, stageRevert } from "./uci/commit.ts";
import { type Files, sweep, systemFiles } from "./uci/files.ts";
import { readIntent } from "./uci/intent.ts";
import { isPackageName, type Places, placesUnder } from "./uci/places.ts";
import { recover } from "./uci/recover.ts";
import { Replaced } from "./uci/replaced.ts";
import { readUndo } from "./uci/undo.ts";
import { View } from "./uci/view.ts";
import { Watch } from "./uci/watch.ts";
import { type WholePackages, wholePackages } from "./uci/whole.ts";

/** Other parts than the usual ones, for tests. */
export interface ConfigParts {
  readonly files?: Files;
  readonly places?: Places;
}

export interface OpenedConfig extends Config {
  readonly whole: WholePackages;
}

/** Opens the configuration and removes files that a crash has left beside the packages.
 * @param root `/` on a device */
export function openConfig(root: string, log: Log = () => {}, parts: ConfigParts = {}): OpenedConfig {
  const { files = systemFiles, places = placesUnder(root) } = parts;
  const cache = new Cache(files, places, log);
  const replaced = new Replaced(files);
  sweepAll(files, places);
  return {
    view: () => new View(cache.moment()),
    stage: (view: ConfigView, edits: readonly Edit[]): Promise<Staged> =>
      stage(files, places, replaced, view, edits),
    revert: async (changes) => stageRevert(files, places, replaced, changes.map(readUndo)),
    async recover(intent: Intent): Promise<void> {
      sweepAll(files, places);
      const known = understood(intent, log);
      if (known !== undefined) await recover(files, places, replaced, log, known);
    },
    whole: wholePackages(files, places, replaced),
    troubles: () => cache.troubles(),
    watch: (changed) => new Watch(cache, files, places, log, changed).end,
  };
}

/** Reads an intent. An intent that does not parse can never be completed: log it and drop it, or it would block every
 * later change. */
function understood(intent: Intent, log: Log): ReturnType<typeof readIntent> | undefined {
  try {
    return readIntent(intent);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    log("error", error.message);
    return undefined;
  }
}

/** A new file is written beside the file that it replaces: behind a symbolic link that is another directory. */
function sweepAll(files: Files, places: Places): void {
  const own = places.override === undefined ? [places.confdir] : [places.confdir, places.override];
  const linked = own.flatMap((directory) =>
    files
      .list(directory)
      .map((entry) => join(directory, entry))
      .filter((path) => isPackageName(basename(path)) && files.isLink(path) && files.stat(path) !== undefined)
      .map((path) => dirname(files.realpath(path))),
  );
  for (const directory of new Set([...own, ...linked])) sweep(files, directory);
}
