import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasBun } from "./pki.ts";

/** Its own network and its own resolv.conf, which only root can have. */
const apart = ["unshare", "--mount", "--net", "sh", "-c"] as const;
const canPart = spawnSync(apart[0], [...apart.slice(1), "ip link set lo up"]).status === 0;

test.skipIf(!hasBun || !canPart)(
  "3.1 [R-3.1-23] [R-3.1-26] the runtime that ships asks DNS each time and keeps no answer",
  () => {
    const home = mkdtempSync(join(tmpdir(), "dns-"));
    writeFileSync(join(home, "resolv.conf"), "nameserver 127.0.0.1\n");
    const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");
    const script = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && exec "$2" "$3"';
    const inside = [script, "sh", join(home, "resolv.conf"), bun, join(import.meta.dirname, "dns-child.ts")];
    const run = spawnSync(apart[0], [...apart.slice(1), ...inside], { encoding: "utf8" });
    rmSync(home, { recursive: true });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
  },
);
