import { defineConfig } from "vitest/config";

// Suites that start real servers share the machine's cores: the limits are generous, so that no test depends on speed.
const shared = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } };

/** Everything that needs nothing but this tree. */
const fast = [
  "soap",
  "rpc",
  "session",
  "life",
  "model",
  "igd",
  "uci",
  "connreq",
  "nat",
  "cli",
  "acs",
  "store",
  "dhcp",
  "rules",
  "conformance",
];

export default defineConfig({
  test: {
    ...shared,
    projects: [
      { test: { ...shared, name: "fast", include: fast.map((room) => `test/${room}/**/*.test.ts`) } },
      {
        test: {
          ...shared,
          name: "whole",
          include: ["test/**/*.test.ts"],
          exclude: fast.map((room) => `test/${room}/**`),
        },
      },
    ],
  },
});
