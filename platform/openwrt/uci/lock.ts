/** Adapter: one package under its lock, by the order of steps that loses no update beside uci, rpcd and netifd: open,
 * lock, see that no commit is under way, see that the file is still the one of that name. */
import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "../../../src/errors.ts";
import { type Files, openIfThere } from "./files.ts";
import { uciLimits } from "./limits.ts";
import { commitInFlight, type Places, packagePath } from "./places.ts";
import type { Replaced } from "./replaced.ts";

export interface Held {
  readonly name: string;
  /** The path of the package, whether the file exists or not. */
  readonly path: string;
  /** The same with symbolic links followed: this is replaced. */
  readonly target: string;
  /** Open and locked; undefined: there is no such file yet, so there is nothing to lock. */
  readonly fd: number | undefined;
}

/** Waits for the lock of a package. @throws Refused after `lockWaitMsMax` */
export async function hold(files: Files, places: Places, replaced: Replaced, name: string): Promise<Held> {
  const giveUp = performance.now() + uciLimits.lockWaitMsMax;
  for (;;) {
    const held = tryHold(files, places, replaced, name);
    if (held !== undefined) return held;
    if (performance.now() > giveUp) {
      const path = packagePath(files, places, name);
      throw new Refused(
        `Cannot write ${path}: another program keeps it locked; end that program, then retry`,
      );
    }
    await sleep(uciLimits.lockRetryMs);
  }
}

/** Gives the locks back.
 * @param replacedNow the file is no longer the one of that name */
export function release(files: Files, replaced: Replaced, held: Held, replacedNow = false): void {
  if (held.fd === undefined) return;
  replaced.unlock(held.path);
  if (replacedNow) replaced.keep(held.path, held.fd);
  else files.close(held.fd);
}

function tryHold(files: Files, places: Places, replaced: Replaced, name: string): Held | undefined {
  const path = packagePath(files, places, name);
  const fd = openIfThere(files, path);
  if (fd === undefined) return absent(files, name, path);
  let kept = false;
  let locked = false;
  try {
    // The new file would replace the target of a link: a device, or a pipe that another program reads.
    if (!files.fstat(fd).isFile) throw new Refused(`Cannot write ${path}: it is no plain file; remove it`);
    if (!files.tryLock(fd)) return undefined;
    locked = replaced.tryLock(path);
    if (!locked) return undefined;
    // First the commit under way, then the inode: between uci's unlock and its rename only the file beside shows it.
    if (commitInFlight(files, places, name, Date.now())) return undefined;
    if (!isStill(files, path, fd) || packagePath(files, places, name) !== path) return undefined;
    kept = true;
    return { name, path, target: files.realpath(path), fd };
  } finally {
    if (!kept && locked) replaced.unlock(path);
    if (!kept) files.close(fd);
  }
}

function isStill(files: Files, path: string, fd: number): boolean {
  const there = files.stat(path);
  const here = files.fstat(fd);
  return there?.inode === here.inode && there.device === here.device;
}

function absent(files: Files, name: string, path: string): Held {
  if (!files.isLink(path)) return { name, path, target: path, fd: undefined };
  throw new Refused(`Cannot write ${path}: it is a symbolic link to nowhere; remove it or make its target`);
}
