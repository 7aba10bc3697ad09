/** Rests and reports its mapped code. With an argument it has no list of its memory mappings. */
import { readFileSync } from "node:fs";
import { memoryAs, processMemory } from "../../platform/bun/memory.ts";

const memory = process.argv[2] === undefined ? processMemory : memoryAs(() => "");

/** Kilobytes of code that are mapped now. */
function code(): number {
  const mappings = readFileSync("/proc/self/smaps", "latin1").matchAll(
    /^[0-9a-f]+-[0-9a-f]+ r-xp .* \/.+\n(?:[A-Z].*\n)*?Rss: +(\d+) kB$/gm,
  );
  return [...mappings].reduce((sum, [, kb]) => sum + Number(kb), 0);
}

const before = code();
memory.rest();
const rested = code();
console.log(JSON.stringify({ before, rested, answer: ["still", "here"].join(" ") }));
