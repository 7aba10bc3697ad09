import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

// Suites that start real servers share the machine's cores: the limits are generous, so that no test depends on speed.
const shared = {
  setupFiles: ["test/measure.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
};

/** What `make check` leaves out: files that were measured to take long (`make measure`), and rooms that need the binary. */
const slow = readFileSync(new URL("test/slow.tsv", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split("\t")[0]!);
const needsBinary = ["test/e2e/**", "test/demo/**", "test/netns/**", "test/device/**"];

export default defineConfig({
  test: {
    globalSetup: ["test/temporary.setup.ts"],
    // The longest suites wait for clocks of real servers and NATs: one worker alone would leave a core idle meanwhile.
    maxWorkers: 2,
    ...shared,
    projects: [
      {
        test: {
          ...shared,
          name: "fast",
          // One process for all files: half of the time would go into importing the same modules again.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [...slow, ...needsBinary],
        },
      },
      {
        test: {
          ...shared,
          name: "whole",
          include: [...slow, ...needsBinary.map((room) => `${room}/*.test.ts`)],
        },
      },
    ],
  },
});
