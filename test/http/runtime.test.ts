/** The runtime that ships has sockets, streams and TLS of its own: what was proven on Node is proven there again. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasBun } from "./pki.ts";

const root = join(import.meta.dirname, "../..");

const files = ["link", "bounds", "head", "authentication", "redirect", "cookies", "tls", "nginx"].map(
  (name) => `test/http/${name}.test.ts`,
);

/** Milliseconds for all of these files together, on a machine with much else to do. */
const patienceMs = 600_000;

test.skipIf(!hasBun)(
  "3.4 the connection to the ACS behaves the same under Bun",
  { timeout: patienceMs },
  async () => {
    const bin = join(root, "node_modules/.bin");
    const args = ["--bun", join(bin, "vitest"), "run", "--pool=threads", "--reporter=json", ...files];
    // What the outer run tells its own workers is not meant for this one.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/VITEST|^TEST$/.test(name)),
    );
    const printed = await new Promise<string>((resolve) =>
      execFile(
        join(bin, "bun"),
        args,
        { cwd: root, env, timeout: patienceMs, maxBuffer: 16_777_216 },
        (_, stdout) => resolve(stdout),
      ),
    );
    const report = JSON.parse(printed.slice(printed.indexOf('{"numTotal'))) as {
      readonly numPassedTests: number;
      readonly testResults: readonly {
        readonly assertionResults: readonly { status: string; fullName: string; failureMessages: string[] }[];
      }[];
    };
    const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = results.filter(({ status }) => status === "failed");
    expect(failed.map(({ fullName, failureMessages }) => [fullName, ...failureMessages])).toEqual([]);
    expect(report.numPassedTests).toBeGreaterThan(50);
  },
);
