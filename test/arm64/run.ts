/** `make test-arm64`: sessions of the arm64 binary for musl, on an emulated processor; ends with one line that counts them. */
import { join } from "node:path";
import { runTests } from "../counts.ts";

const { line, passed } = runTests(
  "dist/tests-arm64.json",
  ["test/e2e/bootstrap.test.ts", "--testTimeout=900000"],
  {
    ...process.env,
    CWMPD: join(process.cwd(), "dist/arm64/cwmpd"),
    // An emulated processor takes its time.
    PATIENCE_MS: "300000",
  },
);
console.log(`arm64: ${line}`);
process.exit(passed ? 0 : 1);
