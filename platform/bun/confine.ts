/** Adapter: the privileges that the agent gives up before its first packet: the right to gain new ones, and every
 * capability that neither the agent nor a program that it starts needs. capabilities(7), prctl(2).
 *
 * The kernel keeps both for each thread, and a thread inherits them from the one that makes it. In the environment of
 * the service the runtime has made no second thread by now: the only one gives them up. Where there are several, the
 * agent executes itself again, for a second start of the runtime: every thread of the second life begins without
 * them. */
import { readdirSync } from "node:fs";
import { systemLibrary } from "./libc.ts";

/** The capabilities that stay, by their number in capabilities(7), and their uses. */
export const kept = {
  // Files of a signed package get the owner and the mode that it names; files of other users are read and replaced.
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  // A Connection Request port below 1024; ping and traceroute.
  NET_BIND_SERVICE: 10,
  NET_RAW: 13,
  // Programs of the device in /usr/lib/cwmpd/options, which may set up a network.
  NET_ADMIN: 12,
  // sysupgrade and firstboot of the device: mounts, and the reboot at their end.
  SYS_ADMIN: 21,
  SYS_BOOT: 22,
} as const;

/** A function of Node 23 that the types of Node 20 do not have. */
const again = process as unknown as {
  execve(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): never;
};

const prctlNumber = { dropFromBoundingSet: 24, setNoNewPrivileges: 38, getNoNewPrivileges: 39 } as const;
/** The kernel's sets have 64 bits. */
const capabilitiesMax = 64;
/** _LINUX_CAPABILITY_VERSION_3 of capget(2): two words a set. */
const setsVersion = 0x20080522;

/** Returns in a process that has nothing more to give up; else the process begins again with the same arguments.
 * @param warn receives the reason why nothing could be given up: the agent works all the same */
export function confine(warn: (why: string) => void): void {
  process.umask(0o022);
  if (process.getuid?.() !== 0) return;
  try {
    const { prctl, capget, capset } = loadLibrary();
    // A kernel that does not report it answers -1: then it could not be seen that something was given up.
    if (prctl(prctlNumber.getNoNewPrivileges, 0, 0, 0, 0) !== 0) return;
    const numbers: ReadonlySet<number> = new Set(Object.values(kept));
    for (let capability = 0; capability < capabilitiesMax; capability++)
      if (!numbers.has(capability)) prctl(prctlNumber.dropFromBoundingSet, capability, 0, 0, 0);
    // Without this the second life would begin a third one.
    if (prctl(prctlNumber.setNoNewPrivileges, 1, 0, 0, 0) !== 0)
      throw new Error("the kernel refuses no_new_privs");
    if (readdirSync("/proc/self/task").length === 1 && narrowed(capget, capset)) return;
    again.execve(process.execPath, [process.execPath, ...process.argv.slice(2)], process.env);
  } catch (error) {
    warn((error as Error).message);
  }
}

/** Takes from the sets of this thread what is not kept. @returns false: the kernel refuses that */
function narrowed(
  capget: (header: Uint32Array, sets: Uint32Array) => number,
  capset: (header: Uint32Array, sets: Uint32Array) => number,
): boolean {
  // A process number of 0 is this thread.
  const header = Uint32Array.of(setsVersion, 0);
  // The effective, the permitted and the inheritable set of the capabilities below 32, then of those from 32 on.
  const sets = new Uint32Array(6);
  if (capget(header, sets) !== 0) return false;
  const mask = Object.values(kept).reduce((sum, capability) => sum | (1n << BigInt(capability)), 0n);
  const masks = [Number(mask & 0xffff_ffffn), Number(mask >> 32n)];
  const narrow = sets.map((set, at) => set & masks[at < 3 ? 0 : 1]!);
  return capset(header, narrow) === 0;
}

function loadLibrary() {
  const library = systemLibrary({
    prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
    capget: { args: ["ptr", "ptr"], returns: "i32" },
    capset: { args: ["ptr", "ptr"], returns: "i32" },
  });
  if (library === undefined) throw new Error("the C library cannot be called");
  return library;
}
