/** Port: flock(2), which neither runtime offers.
 *
 * Bun calls the C library. Node lets the `flock` program lock the open file that it inherits: the lock belongs to
 * the file description, so it stays with our descriptor after the program has ended. */
import { spawnSync } from "node:child_process";
import { systemLibrary } from "../../bun/libc.ts";

const exclusive = 2;
const withoutWaiting = 4;
const giveBack = 8;

type Flock = (fd: number, operation: number) => number;

let flock: Flock | undefined;
let looked = false;

/** Takes the exclusive lock of an open file; it is given back with the descriptor.
 * @returns false while somebody else has it */
export function tryLock(fd: number): boolean {
  const system = systemFlock();
  return system === undefined ? byProgram(fd, "-x") : system(fd, exclusive | withoutWaiting) === 0;
}

/** Gives it back without closing the file. */
export function unlock(fd: number): void {
  const system = systemFlock();
  if (system === undefined) byProgram(fd, "-u");
  else system(fd, giveBack);
}

function systemFlock(): Flock | undefined {
  if (!looked) {
    const library = systemLibrary({ flock: { args: ["i32", "i32"], returns: "i32" } });
    flock = library?.flock as Flock | undefined;
    looked = true;
  }
  return flock;
}

function byProgram(fd: number, how: "-x" | "-u"): boolean {
  const { error, status } = spawnSync("flock", [how, "-n", "3"], {
    stdio: ["ignore", "ignore", "ignore", fd],
  });
  if (error !== undefined) throw error;
  return status === 0;
}
