import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasBun } from "./pki.ts";

/** Its own network and its own resolv.conf, which only root can have. */
const apart = ["unshare", "--mount", "--net", "sh", "-c"] as const;
const canPart = spawnSync(apart[0], [...apart.slice(1), "ip link set lo up"]).status === 0;

/** What the child prints. */
function askInside(): { readonly found: readonly string[]; readonly failure: string } {
  const home = mkdtempSync(join(tmpdir(), "dns-"));
  writeFileSync(join(home, "resolv.conf"), "nameserver 127.0.0.1\n");
  const bun = join(import.meta.dirname, "../../node_modules/.bin/bun");
  const script = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && exec "$2" "$3"';
  const inside = [script, "sh", join(home, "resolv.conf"), bun, join(import.meta.dirname, "dns-child.ts")];
  const run = spawnSync(apart[0], [...apart.slice(1), ...inside], { encoding: "utf8" });
  rmSync(home, { recursive: true });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout);
}

describe.skipIf(!hasBun || !canPart)("names of the ACS under the runtime that ships", () => {
  test("3.1 [R-3.1-23] [R-3.1-26] DNS is queried each time, and no answer is cached", () => {
    expect(askInside().found).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
  });

  test("the error for a name that dnsmasq withholds says how to allow it", () => {
    expect(askInside().failure).toMatch(
      /private\.example cannot be resolved.*rebind_domain.*\/etc\/config\/dhcp/,
    );
  });
});
