/** Adapter: the directory in which an installation keeps its journal, for one process at a time. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { PackageRefused } from "../../src/package/reason.ts";
import { tryLock } from "../openwrt/uci/flock.ts";

/** Makes the directory where it is missing, locks it, and takes it away again once nothing is in it.
 * @param given somebody named the directory: one that was there stays
 * @throws PackageRefused "busy", "write" */
export async function withState<T>(state: string, given: boolean, work: () => Promise<T>): Promise<T> {
  const made = makeState(state);
  const fd = openSync(state, "r");
  try {
    if (!tryLock(fd)) {
      throw new PackageRefused("busy", `Another installation works with ${state}. Wait until it has ended.`);
    }
    return await work();
  } finally {
    closeSync(fd);
    if (made || !given) removeQuietly(state);
  }
}

/** @returns whether it was missing */
function makeState(state: string): boolean {
  if (existsSync(state)) return false;
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    // A journal is worth nothing in a directory that a power cut forgets.
    const fd = openSync(dirname(state), "r");
    fsyncSync(fd);
    closeSync(fd);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PackageRefused(
      "write",
      `The state directory ${state} cannot be made: ${why}. Choose another with --state.`,
    );
  }
}

function removeQuietly(state: string): void {
  try {
    rmdirSync(state);
  } catch {
    // A journal is in it, or it is another's.
  }
}
