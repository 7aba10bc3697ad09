/** Port: flock(2) and the lease of fcntl(2), which neither runtime offers.
 *
 * Bun calls the C library. Node lets the `flock` program lock the open file that it inherits: the lock belongs to
 * the file description, so it stays with our descriptor after the program has ended. */
import { spawnSync } from "node:child_process";
import { fstatSync } from "node:fs";
import { systemLibrary } from "../../bun/libc.ts";

const exclusive = 2;
const withoutWaiting = 4;
const giveBack = 8;

/** F_SETLEASE and F_WRLCK. */
const setLease = 1024;
const writeLease = 1;

interface Calls {
  flock(fd: number, operation: number): number;
  fcntl(fd: number, command: number, argument: number): number;
}

let calls: Calls | undefined;
let looked = false;

/** Takes the exclusive lock of an open file; it is given back with the descriptor.
 * @returns false while somebody else has it */
export function tryLock(fd: number): boolean {
  const system = systemCalls();
  return system === undefined ? byProgram(fd, "-x") : system.flock(fd, exclusive | withoutWaiting) === 0;
}

/** Gives it back without closing the file. */
export function unlock(fd: number): void {
  const system = systemCalls();
  if (system === undefined) byProgram(fd, "-u");
  else system.flock(fd, giveBack);
}

/** Whether nobody else has this file without a name open. The kernel grants a write lease to the only opener; closing
 * the file ends the lease. A file with a name could be opened meanwhile, and the kernel would end us with SIGIO.
 * @returns false also where the kernel gives no lease: on Node, for the file of another user, on some file systems */
export const openedByNobodyElse = (fd: number): boolean =>
  fstatSync(fd).nlink === 0 && systemCalls()?.fcntl(fd, setLease, writeLease) === 0;

function systemCalls(): Calls | undefined {
  if (!looked) {
    calls = systemLibrary({
      flock: { args: ["i32", "i32"], returns: "i32" },
      fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
    });
    looked = true;
  }
  return calls;
}

function byProgram(fd: number, how: "-x" | "-u"): boolean {
  const { error, status } = spawnSync("flock", [how, "-n", "3"], {
    stdio: ["ignore", "ignore", "ignore", fd],
  });
  if (error !== undefined) throw error;
  return status === 0;
}
