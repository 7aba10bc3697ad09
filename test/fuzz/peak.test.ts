/** What envelopes at the limit of their size cost a device with 128 MB of memory. TR-069 3.5. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serviceEnvironment } from "../bench/binary.ts";
import { hostile } from "./peak.ts";

const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");
const measurable = existsSync("/proc/self/clear_refs") && spawnSync(bun, ["--version"]).status === 0;

/** Kibibytes above rest. */
const peakMax = 48 * 1024;

test.skipIf(!measurable).each(Object.keys(hostile))(
  "3.5 an envelope of %s takes no more than 48 MiB above rest",
  (name) => {
    // As the service starts the agent: upper tiers that compile late on a loaded machine are not part of the matter.
    const env = { ...serviceEnvironment, BUN_JSC_forceRAMSize: String(128 * 1024 * 1024) };
    const told = execFileSync(bun, [join(import.meta.dirname, "peak-child.ts"), name], {
      env,
      encoding: "utf8",
    });
    const { peak, outcome } = JSON.parse(told) as { readonly peak: number; readonly outcome: string };
    expect(["call", "badCall", "Malformed"]).toContain(outcome);
    expect(peak).toBeLessThan(peakMax);
  },
);
