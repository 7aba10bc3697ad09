/** Processor time of each test file, its import and the programs that it starts included: `make measure` has it
 * written, and those that take long are listed in slow.tsv. */
import { appendFileSync, readFileSync } from "node:fs";
import { afterAll, expect } from "vitest";

/** Fields 14 to 17 of proc(5) stat: ticks of this process and of its children that have been waited for. */
function ticks(): number {
  const fields = readFileSync("/proc/self/stat", "latin1").split(") ")[1]!.split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

const msPerTick = 10;
const list = process.env.MEASURE;

if (list !== undefined) {
  const before = ticks();
  afterAll(() => {
    appendFileSync(list, `${expect.getState().testPath}\t${(ticks() - before) * msPerTick}\n`);
  });
}
