/** Table: since when a link is in its state. netifd reports the time for a link that an interface uses; for
 * other links the agent itself has noted when it saw a change. */
import type { At, Binding, Env } from "../../../src/model/define.ts";
import { fact, netdev } from "./bind.ts";
import { interfaces } from "./network.ts";

/** An interface goes down with its link, so that the link is up for as long at least. */
const carrying = (device: string, env: Env): number =>
  interfaces(env).reduce((longest, { name }) => {
    const state = env.sheet.interface(name);
    return state?.up && state.device === device ? Math.max(longest, state.uptime) : longest;
  }, 0);

/** Seconds.
 * @param packages that `device` looks into */
export const lastChangeOf = (
  device: (at: At, env: Env) => string | undefined,
  packages: readonly string[] = [],
): Binding =>
  fact(
    (sheet, at, env) => {
      const name = device(at, env) ?? "";
      const noted = netdev(sheet, name)?.changed;
      const seen = noted === undefined ? 0 : sheet.uptime() - noted;
      return String(Math.floor(Math.max(seen, carrying(name, env), 0)));
    },
    [...new Set([...packages, "network"])],
  );
