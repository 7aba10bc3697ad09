/** Runs vitest and counts what came of it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";

export interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export interface Outcome {
  readonly counts: Counts;
  /** The one line that counts the tests. */
  readonly line: string;
  readonly passed: boolean;
}

/** @param report the path of the JSON report
 * @param more arguments of vitest */
export function runTests(report: string, more: readonly string[] = [], env = process.env): Outcome {
  mkdirSync("dist", { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const run = spawnSync("node_modules/.bin/vitest", ["run", ...reporters, ...more], {
    stdio: "inherit",
    env,
  });
  const counts = JSON.parse(readFileSync(report, "utf8")) as Counts;
  // A file that does not even load has no tests to fail; it fails all the same.
  const broken = counts.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const failed = counts.numFailedTests + broken;
  const skipped = counts.numPendingTests + counts.numTodoTests;
  return {
    counts,
    line: `${counts.numPassedTests} passed, ${failed} failed, ${skipped} skipped`,
    passed: run.status === 0 && failed === 0,
  };
}
