/** Runs every test and ends with one line that counts them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { unprovenRows } from "./conformance/page.ts";

const report = "dist/tests.json";
mkdirSync("dist", { recursive: true });
rmSync(report, { force: true });
const run = spawnSync(
  "node_modules/.bin/vitest",
  ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  { stdio: "inherit" },
);

interface Counts {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { fullName: string; status: string }[] }[];
}
const counts = JSON.parse(readFileSync(report, "utf8")) as Counts;
// A file that does not even load has no tests to fail; it fails all the same.
const broken = counts.testResults.filter(
  (f) => f.status === "failed" && f.assertionResults.length === 0,
).length;
const failed = counts.numFailedTests + broken;
const skipped = counts.numPendingTests + counts.numTodoTests;
console.log(unprovenRows(counts));
console.log(`${counts.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
process.exit(run.status === 0 && failed === 0 ? 0 : 1);
