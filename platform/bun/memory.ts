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

/** @param maps gives /proc/self/maps, or nothing where the kernel has no such file */
export function memoryAs(maps: () => string): Memory {
  let giveBack: (() => void) | undefined;
  return {
    rest() {
      giveBack ??= prepare(maps);
      giveBack();
    },
  };
}

export const processMemory: Memory = memoryAs(() => {
  try {
    return readFileSync("/proc/self/maps", "latin1");
  } catch {
    return "";
  }
});

/** Frees unreferenced objects. The runtime counts its own heap, but the pieces of a file that is being transferred lie
 * outside of it. Some 15 ms, in which nothing else is done. */
export function collect(): void {
  if (typeof Bun !== "undefined") Bun.gc(true);
}

/** Code is mapped when the process begins and stays where it is. */
function prepare(maps: () => string): () => void {
  const library = systemLibrary({ madvise: { args: ["usize", "usize", "i32"], returns: "i32" } });
  if (library === undefined) return () => {};
  const madvise = library.madvise as (from: number, length: number, advice: number) => number;
  const ranges = ownCode(maps());
  return () => {
    for (const [from, length] of ranges) madvise(from, length, dontNeed);
  };
}

/** The program's own code, and the constants at its beginning. No loader relocates either, so that none of their pages
 * is this process's own. They are nearly all that there is to give back. The kernel could report the owners of all pages
 * (smaps), but it takes milliseconds for that. proc_pid_maps(5). */
function ownCode(maps: string): Range[] {
  const mapping = /^([0-9a-f]+)-([0-9a-f]+) (?:r-xp [0-9a-f]+|r--p 0+) \S+ \d+ +(\/.+)$/gm;
  const own = [...maps.matchAll(mapping)].filter(([, , , path]) => path === process.execPath);
  return own.map(([, from, to]) => {
    const start = Number.parseInt(from!, 16);
    return [start, Number.parseInt(to!, 16) - start];
  });
}
