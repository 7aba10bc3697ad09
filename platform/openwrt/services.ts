/** Port: Services on OpenWrt: reload_config, ifup, passwd, reboot, factory reset. */
import { Refused } from "../../src/errors.ts";
import type { Services } from "../../src/ports/services.ts";
import type { Exec, ExecResult } from "./exec.ts";
import { serviceLimits } from "./limits.ts";
import { setEnabledOf, setPasswordOf } from "./passwd.ts";
import { accountsIn } from "./processes.ts";
import { filesUnder } from "./read.ts";
import { reloadPackages } from "./reload.ts";

export function openServices(root: string, exec: Exec): Services {
  return {
    apply: async (packages) => {
      if (packages.length > 0) await reloadPackages(root, exec, packages);
    },
    // A single program takes the connection down and up: a connection that is down stays down if we die
    // between two programs.
    reset: async (name) => must("ifup", await exec(["/sbin/ifup", name], serviceLimits.orderMsMax, "order")),
    renew: async (name) => {
      const argv = ["ubus", "call", `network.interface.${name}`, "renew"];
      must(argv.join(" "), await exec(argv, serviceLimits.orderMsMax, "order"));
    },
    setPassword: (user, password) => setPasswordOf(user, password),
    setEnabled: (user, on) => setEnabledOf(accountsIn(filesUnder(root)), exec, user, on),
    reboot: async () => {
      const asked = await exec(["ubus", "call", "system", "reboot"], serviceLimits.orderMsMax, "order");
      if (asked.is === "done" && asked.code === 0) return;
      must("reboot", await exec(["/sbin/reboot"], serviceLimits.orderMsMax, "order"));
    },
    factoryReset: async () => {
      const obstacle = obstacleIn(root);
      if (obstacle !== undefined) throw new Refused(`Cannot reset to factory settings: ${obstacle}`);
      must("firstboot", await exec(["/sbin/firstboot", "-y", "-r"], serviceLimits.eraseMsMax, "order"));
    },
    resetObstacle: () => obstacleIn(root),
  };
}

/** Without a mounted overlay firstboot fails half-way. Mounts that cannot be read say nothing: firstboot will. */
function obstacleIn(root: string): string | undefined {
  const mounts = filesUnder(root).text("proc/mounts");
  if (mounts === undefined || mounts.includes(" /overlay ")) return undefined;
  return "this image has no overlay to erase; flash it anew instead";
}

/** @throws Refused for an order that was not carried out. An order that is still running counts as carried out. */
function must(what: string, result: ExecResult): void {
  if (result.is === "failed") {
    if (result.why === "timeout") return;
    throw new Refused(`Cannot run ${what}: ${result.why}; is this an OpenWrt system?`);
  }
  if (result.code !== 0) throw new Refused(`${what} ended with exit code ${result.code}; see the system log`);
}
