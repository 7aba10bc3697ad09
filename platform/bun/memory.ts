/** Port: the memory of this process, given back to the device while the agent is idle.
 *
 * The runtime is a program of a hundred megabytes. A session touches a third of its code, and touched pages stay
 * mapped although an agent rests for a day. Code that nobody has written to is the page cache's: given back, the
 * kernel can drop it as it likes, and reads it again when it is next called. */
import { readFileSync } from "node:fs";
import type { Memory } from "../../src/ports/memory.ts";
import { systemLibrary } from "./libc.ts";

/** madvise(2): the pages are not needed now. */
const dontNeed = 4;

type Range = readonly [from: number, length: number];

/** Gives a file of /proc as text; undefined where the kernel has none of that name. */
export type Proc = (path: string) => string | undefined;

export function memoryAs(proc: Proc): Memory {
  let giveBack: (() => void) | undefined;
  return {
    rest() {
      giveBack ??= prepare(proc);
      giveBack();
    },
  };
}

export const processMemory: Memory = memoryAs((path) => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
});

/** Frees unreferenced objects. The runtime counts its own heap, but the pieces of a file that is being transferred lie
 * outside of it. Some 15 ms, in which nothing else is done. */
export function collect(): void {
  if (typeof Bun !== "undefined") Bun.gc(true);
}

/** Code is mapped when the process begins and stays where it is. */
function prepare(proc: Proc): () => void {
  const library = systemLibrary({ madvise: { args: ["usize", "usize", "i32"], returns: "i32" } });
  if (library === undefined) return () => {};
  const madvise = library.madvise as (from: number, length: number, advice: number) => number;
  const smaps = proc("/proc/self/smaps");
  const ranges = smaps === undefined ? ownCode(proc("/proc/self/maps") ?? "") : cleanCode(smaps);
  return () => {
    for (const [from, length] of ranges) madvise(from, length, dontNeed);
  };
}

/** Mappings of files that cannot be written and hold no page of this process's own: giving those pages back would lose
 * a loader's relocations. Code, and the constants at the beginning of a program; pages that a loader relocates and then
 * protects lie behind the code. proc_pid_smaps(5). */
function cleanCode(smaps: string): Range[] {
  const mapping =
    /^([0-9a-f]+)-([0-9a-f]+) (?:r-xp [0-9a-f]+|r--p 0+) \S+ \d+ +\/.+\n(?:[A-Z].*\n)*?Anonymous: +0 kB\n/gm;
  return Array.from(smaps.matchAll(mapping), ([, from, to]) => range(from!, to!));
}

/** Without CONFIG_PROC_PAGE_MONITOR, which OpenWrt leaves out, the owner of a page is unknown. The program's own
 * code and constants are never relocated; they are nearly all that there is to give back. */
function ownCode(maps: string): Range[] {
  const mapping = /^([0-9a-f]+)-([0-9a-f]+) (?:r-xp [0-9a-f]+|r--p 0+) \S+ \d+ +(\/.+)$/gm;
  const own = [...maps.matchAll(mapping)].filter(([, , , path]) => path === process.execPath);
  return own.map(([, from, to]) => range(from!, to!));
}

function range(from: string, to: string): Range {
  const start = Number.parseInt(from, 16);
  return [start, Number.parseInt(to, 16) - start];
}
