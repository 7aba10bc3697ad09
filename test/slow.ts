/** `make measure`: lists the test files that `make check` leaves out, from what measure.ts has written. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Milliseconds of processor time of one file: past it `make check` leaves it out. */
const fastMsMax = 800;

const top = join(import.meta.dirname, "..");
const list = join(import.meta.dirname, "slow.tsv");
const measured = readFileSync(process.argv[2]!, "utf8").trim().split("\n");
const rows = new Map(
  measured.map((line) => {
    const [path, ms] = line.split("\t");
    return [relative(top, path!), Number(ms)] as const;
  }),
);
const slow = [...rows].filter(([, ms]) => ms > fastMsMax).sort(([one], [other]) => (one < other ? -1 : 1));
const head =
  "# Test files that `make check` leaves out: milliseconds of processor time. Written by `make measure`.\n";
writeFileSync(list, head + slow.map(([path, ms]) => `${path}\t${ms}\n`).join(""));
console.log(
  `${slow.length} of ${rows.size} test files take more than ${fastMsMax} ms of processor time: test/slow.tsv`,
);
