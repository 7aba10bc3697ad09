/** Rests and tells what came of it. Its argument is the file of /proc that this kernel is to lack. */
import { readFileSync } from "node:fs";
import { memoryAs, processMemory } from "../../platform/bun/memory.ts";

const lacking = process.argv[2];
const memory =
  lacking === undefined
    ? processMemory
    : memoryAs((path) => (path.endsWith(lacking) ? undefined : readFileSync(path, "latin1")));

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
