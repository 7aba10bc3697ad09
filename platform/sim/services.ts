/** Adapter: Services of a directory that plays a device: a boot begins the agent anew, a factory reset puts the
 * configuration of /rom back. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Refused } from "../../src/errors.ts";
import type { Services } from "../../src/ports/services.ts";
import { startSlot } from "./bootloader.ts";
import { record } from "./exec.ts";

export interface Parts {
  /** The agent's own state, which a factory reset empties. */
  readonly state: string;
  /** Begins the agent anew, with everything that a boot means; returns at once. */
  readonly restart: () => void;
}

export function simServices(directory: string, { state, restart }: Parts): Services {
  return {
    apply: async (packages) => {
      if (packages.length > 0) record(directory, `reload_config ${packages.join(" ")}`);
    },
    reset: async (name) => record(directory, `ifup ${name}`),
    renew: async (name) => record(directory, `renew ${name}`),
    setPassword: async (user) => record(directory, `passwd ${user}`),
    setEnabled: async (user, on) => {
      record(directory, `passwd ${on ? "-u" : "-l"} ${user}`);
      const shadow = join(directory, "etc/shadow");
      writeFileSync(shadow, locked(readFileSync(shadow, "utf8"), user, !on), { mode: 0o600 });
    },
    reboot: async () => {
      record(directory, "reboot");
      boot(directory);
      restart();
    },
    factoryReset: async () => {
      const obstacle = obstacleIn(directory);
      if (obstacle !== undefined) throw new Refused(`Cannot reset ${directory}: ${obstacle}`);
      record(directory, "factory reset");
      restore(directory);
      empty(state);
      boot(directory);
      restart();
    },
    resetObstacle: () => obstacleIn(directory),
  };
}

/** The text of /etc/shadow after `passwd -l` or `passwd -u`: the password of a locked account begins with a mark. */
const locked = (shadow: string, user: string, lock: boolean): string =>
  shadow
    .split("\n")
    .map((line) => {
      const [name, password = "", ...rest] = line.split(":");
      if (name !== user || password.startsWith("!") === lock) return line;
      return [name, lock ? `!${password}` : password.slice(1), ...rest].join(":");
    })
    .join("\n");

const obstacleIn = (directory: string): string | undefined =>
  existsSync(join(directory, "rom/etc/config")) ? undefined : "there is no rom/etc/config to go back to";

/** The files that distinguish one boot from another; a directory without /proc has none of it. */
function boot(directory: string): void {
  const proc = join(directory, "proc");
  if (!existsSync(proc)) return;
  mkdirSync(join(proc, "sys/kernel/random"), { recursive: true });
  writeFileSync(join(proc, "sys/kernel/random/boot_id"), `${crypto.randomUUID()}\n`);
  writeFileSync(join(proc, "uptime"), "14.20 25.31\n");
  startSlot(directory);
}

/** Each file replaces its old version whole, and only then the others are removed: a directory that is cut off in the
 * middle has the configuration with which the agent finds its reset undone, and begins it again. */
function restore(directory: string): void {
  const from = join(directory, "rom/etc/config");
  const to = join(directory, "etc/config");
  mkdirSync(to, { recursive: true });
  const shipped = readdirSync(from);
  for (const name of shipped) {
    const beside = join(to, `.${name}.rom`);
    copyFileSync(join(from, name), beside);
    chmodSync(beside, statSync(join(from, name)).mode & 0o777);
    renameSync(beside, join(to, name));
  }
  empty(to, shipped);
  empty(join(directory, "tmp/.uci"));
}

function empty(directory: string, but: readonly string[] = []): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    if (!but.includes(name)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}
