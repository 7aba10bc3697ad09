/** Adapter: the privileges that the agent gives up before its first packet: the right to gain new ones, and every capability
 * that neither the agent nor a program that it starts needs. capabilities(7), prctl(2).
 *
 * The kernel keeps both for each thread, and the runtime has several by now. So the agent gives them up and executes itself
 * again: every thread of the second life begins without them. */
import { readFileSync } from "node:fs";
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

const prctlNumber = { setNoNewPrivileges: 38, dropFromBoundingSet: 24 } as const;
/** The kernel's sets have 64 bits. */
const capabilitiesMax = 64;

/** Returns in a process that has nothing more to give up; else the process begins again with the same arguments.
 * @param warn is told why nothing could be given up: the agent works all the same */
export function confine(warn: (why: string) => void): void {
  process.umask(0o022);
  if (process.getuid?.() !== 0 || !mayGainPrivileges()) return;
  try {
    const prctl = loadPrctl();
    const names: ReadonlySet<number> = new Set(Object.values(kept));
    for (let capability = 0; capability < capabilitiesMax; capability++)
      if (!names.has(capability)) prctl(prctlNumber.dropFromBoundingSet, capability);
    // Without this the second life would begin a third one.
    if (prctl(prctlNumber.setNoNewPrivileges, 1) !== 0) throw new Error("the kernel refuses no_new_privs");
    again.execve(process.execPath, [process.execPath, ...process.argv.slice(2)], process.env);
  } catch (error) {
    warn((error as Error).message);
  }
}

/** false also where the kernel does not tell: then it could not be seen that something was given up. */
function mayGainPrivileges(): boolean {
  try {
    return /^NoNewPrivs:\s*0$/m.test(readFileSync("/proc/self/status", "latin1"));
  } catch {
    return false;
  }
}

function loadPrctl(): (option: number, value: number) => number {
  const library = systemLibrary({
    prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
  });
  if (library === undefined) throw new Error("the C library cannot be called");
  return (option, value) => library.prctl(option, value, 0, 0, 0);
}
