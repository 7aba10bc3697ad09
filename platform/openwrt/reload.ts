/** Adapter: makes the services of OpenWrt read packages that have changed.
 *
 * reload_config compares a sum of each package with the sums of its last run and sends procd an event for each that
 * differs. Its runs share a scratch directory: of two at once (ours and LuCI's) one can find the sums of the other
 * missing and then takes the changed packages for unchanged ones, without an event. So each package of ours has to
 * show another sum after the run than before it; for one that does not, procd gets the event from us. A service that
 * reads its package twice is the lesser evil. */
import { Refused } from "../../src/errors.ts";
import type { Exec } from "./exec.ts";
import { serviceLimits } from "./limits.ts";
import { type Files, filesUnder } from "./read.ts";

const scratch = "var/run/config.check";
const sumsFile = "var/run/config.md5";

/** @throws Refused where neither reload_config nor ubus reaches procd */
export async function reloadPackages(root: string, exec: Exec, packages: readonly string[]): Promise<void> {
  const files = filesUnder(root);
  const before = look(files);
  const result = await exec(["/sbin/reload_config"], serviceLimits.reloadMsMax, "order");
  const after = look(files);
  const told = (name: string): boolean =>
    result.is === "done" &&
    result.code === 0 &&
    !before.busy &&
    !after.busy &&
    before.sums.has(name) &&
    after.sums.has(name) &&
    before.sums.get(name) !== after.sums.get(name);
  const untold = packages.filter((name) => !told(name));
  const failed: string[] = [];
  for (const name of untold) if (!(await sendEvent(exec, name))) failed.push(name);
  if (failed.length === 0) return;
  const why = result.is === "failed" ? `reload_config: ${result.why}` : `exit code ${result.code}`;
  throw new Refused(
    `Cannot put ${failed.join(", ")} into effect: neither reload_config (${why}) nor ubus reaches procd; is this an OpenWrt system?`,
  );
}

interface Look {
  /** A run is under way. */
  readonly busy: boolean;
  /** By package. */
  readonly sums: ReadonlyMap<string, string>;
}

/** Lines of md5sum: `SUM  /var/run/config.check/PACKAGE`. */
function look(files: Files): Look {
  const lines = (files.text(sumsFile) ?? "").matchAll(/^([0-9a-f]{32}) [ *]\S*\/([A-Za-z0-9_-]+)$/gm);
  return {
    busy: files.names(scratch).length > 0,
    sums: new Map(Array.from(lines, ([, sum, name]) => [name!, sum!])),
  };
}

async function sendEvent(exec: Exec, name: string): Promise<boolean> {
  const event = JSON.stringify({ type: "config.change", data: { package: name } });
  const sent = await exec(["ubus", "call", "service", "event", event], serviceLimits.orderMsMax, "order");
  return sent.is === "done" && sent.code === 0;
}
