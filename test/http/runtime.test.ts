/** The runtime that ships has sockets, streams and TLS of its own: what was proven on Node is proven there again. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasBun } from "./pki.ts";

const root = join(import.meta.dirname, "../..");

const files = ["link", "bounds", "authentication", "redirect", "cookies", "tls", "nginx"].map(
  (name) => `test/http/${name}.test.ts`,
);

test.skipIf(!hasBun)("3.4 the line to the ACS is the same under Bun", () => {
  const bin = join(root, "node_modules/.bin");
  const args = ["--bun", join(bin, "vitest"), "run", "--pool=threads", "--reporter=json", ...files];
  // What the outer run tells its own workers is not meant for this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/VITEST|^TEST$/.test(name)));
  const run = spawnSync(join(bin, "bun"), args, { cwd: root, env, encoding: "utf8" });
  const report = JSON.parse(run.stdout.slice(run.stdout.indexOf('{"numTotal'))) as {
    readonly numPassedTests: number;
    readonly testResults: readonly {
      readonly assertionResults: readonly { status: string; fullName: string; failureMessages: string[] }[];
    }[];
  };
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.filter(({ status }) => status === "failed");
  expect(failed.map(({ fullName, failureMessages }) => [fullName, ...failureMessages])).toEqual([]);
  expect(report.numPassedTests).toBeGreaterThan(50);
});
