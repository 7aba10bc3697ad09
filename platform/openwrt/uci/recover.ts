/** Adapter: finishes a change that a crash interrupted. */
import { dirname } from "node:path";
import type { Log } from "../../../src/ports/log.ts";
import { refusal, replace } from "./commit.ts";
import { type Files, syncDirectory } from "./files.ts";
import { digest, type Intent, type PackageIntent } from "./intent.ts";
import { type Held, hold, release } from "./lock.ts";
import { replayIntent } from "./merge.ts";
import { readStrictly, written } from "./origin.ts";
import type { Places } from "./places.ts";
import { readOpen } from "./reading.ts";
import type { Replaced } from "./replaced.ts";
import { takeBack } from "./undo.ts";

/** Takes each package forward by itself; one that fails does not keep back the others.
 * @throws Refused, the first of them, when all have had their turn */
export async function recover(
  files: Files,
  places: Places,
  replaced: Replaced,
  log: Log,
  intent: Intent,
): Promise<void> {
  const failures: unknown[] = [];
  for (const one of intent.packages) {
    try {
      await finish(files, places, replaced, log, one);
    } catch (error) {
      failures.push(refusal(error));
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function finish(
  files: Files,
  places: Places,
  replaced: Replaced,
  log: Log,
  intent: PackageIntent,
): Promise<void> {
  const held = await hold(files, places, replaced, intent.name);
  let after: string | undefined;
  try {
    after = finished(files, log, held, intent);
    // The file may have been renamed by a process that died before it synced the directory.
    if (after === undefined && held.fd !== undefined) syncDirectory(files, dirname(held.target));
  } finally {
    if (after === undefined) release(files, replaced, held);
  }
  if (after !== undefined) replace(files, replaced, held, after);
}

/** The text that the file must get; undefined: the file has it already. */
function finished(files: Files, log: Log, held: Held, intent: PackageIntent): string | undefined {
  const { name, before, outcome, after } = intent;
  if (held.fd === undefined) {
    if (before === null) return after;
    log("warn", `${held.path} is gone; a change to it that a crash interrupted is discarded`, {
      package: name,
    });
    return undefined;
  }
  const raw = readOpen(files, held.fd, held.path);
  const found = digest(raw);
  if (raw === after || found === outcome) return undefined;
  if (after !== undefined && found === before) return after;
  // Either the edits alone say what the file becomes, or another process has changed the file since: its change stays,
  // and ours is made on top.
  const origin = readStrictly(held.path, raw);
  for (const edit of replayIntent(origin.document, intent)) {
    const what = `${edit.edit} in ${name}.${edit.section} is dropped: the section has gone since the crash`;
    log("warn", what, { package: name, section: edit.section });
  }
  takeBack(origin.document, intent.undone ?? []);
  return written(origin);
}
