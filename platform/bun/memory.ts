/** Port: what this process holds of the device's memory while it has nothing to do.
 *
 * The runtime is a program of a hundred megabytes. A session touches a third of its code, and what is touched stays
 * mapped although an agent rests for a day. Code that nobody has written to is the page cache's: given back, the
 * kernel can drop it as it likes, and it comes from there when it is next called. */
import { readFileSync } from "node:fs";
import type { Memory } from "../../src/ports.ts";
import { systemLibrary } from "./libc.ts";

/** madvise(2): the pages are not needed now. */
const dontNeed = 4;

type Range = readonly [from: number, length: number];

let giveBack: (() => void) | undefined;

export const processMemory: Memory = {
  rest() {
    giveBack ??= prepare();
    giveBack();
  },
};

/** Code is mapped when the process begins and stays where it is. */
function prepare(): () => void {
  const library = systemLibrary({ madvise: { args: ["usize", "usize", "i32"], returns: "i32" } });
  if (library === undefined) return () => {};
  const madvise = library.madvise as (from: number, length: number, advice: number) => number;
  const ranges = cleanCode(readFileSync("/proc/self/smaps", "latin1"));
  return () => {
    for (const [from, length] of ranges) madvise(from, length, dontNeed);
  };
}

/** Mappings of files that can be executed, cannot be written and hold no page of this process's own: giving those back
 * would lose what a loader has relocated in them. proc_pid_smaps(5). */
function cleanCode(smaps: string): Range[] {
  const mapping =
    /^([0-9a-f]+)-([0-9a-f]+) r-xp [0-9a-f]+ \S+ \d+ +\/.+\n(?:[A-Z].*\n)*?Anonymous: +0 kB\n/gm;
  return Array.from(smaps.matchAll(mapping), ([, from, to]) => {
    const start = Number.parseInt(from!, 16);
    return [start, Number.parseInt(to!, 16) - start];
  });
}
