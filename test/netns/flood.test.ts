/** The Connection Request port under a flood from one IPv6 /48, over real sockets under the runtime that ships. TR-069 3.2.2. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inNamespace } from "../bench/flood.ts";

const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");
const [program, ...args] = inNamespace;
const canPart = spawnSync(program, [...args, "true"]).status === 0;

// A slow machine opens fewer connections, and has as long for each good request as it likes: seconds are not judged here.
test.skipIf(!canPart)(
  "[R-3.2.2-24] thousands of idle connections from all over one /48 block no good request",
  () => {
    const run = spawnSync(program, [...args, bun, join(import.meta.dirname, "flood-child.ts")], {
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    const { served, refused, flood } = JSON.parse(run.stdout) as Record<string, number>;
    expect(refused).toBe(0);
    expect(served).toBeGreaterThan(0);
    // More than there are places: most of them had to make way.
    expect(flood).toBeGreaterThan(1600);
    console.log(`${served} requests served beside ${flood} connections`);
  },
);
