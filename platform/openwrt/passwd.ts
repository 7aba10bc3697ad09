/** Adapter: the password of an account and its lock, by `passwd` of busybox, which reads it twice from its input:
 * others can read the arguments of a program. */
import { spawn } from "node:child_process";
import { Refused } from "../../src/errors.ts";
import type { Account } from "../../src/ports/facts.ts";
import { type Exec, environment } from "./exec.ts";
import { serviceLimits } from "./limits.ts";

/** @throws Refused the account stays as it was: without a password of its own an unlocked account would
 * let everyone in */
export async function setEnabledOf(
  accounts: readonly Account[],
  exec: Exec,
  user: string,
  on: boolean,
): Promise<void> {
  const account = accounts.find(({ name }) => name === user);
  if (account === undefined || user.startsWith("-")) throw new Refused(`"${user}" is no name of an account`);
  if (account.enabled === on) return;
  if (on && !account.hasPassword)
    throw new Refused(`The account ${user} has no password to be unlocked with`);
  const argv = ["passwd", on ? "-u" : "-l", user];
  const result = await exec(argv, serviceLimits.orderMsMax, "order");
  if (result.is === "failed") throw new Refused(`Cannot run ${argv.join(" ")}: ${result.why}`);
  if (result.code !== 0) throw new Refused(`${argv.join(" ")} ended with exit code ${result.code}`);
}

/** @param argv the program, without the account
 * @throws Refused the password stays as it was */
export async function setPasswordOf(
  user: string,
  password: string,
  [program = "", ...before]: readonly string[] = ["passwd"],
): Promise<void> {
  if (user === "" || user.startsWith("-")) throw new Refused(`"${user}" is no name of an account`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...before, user], {
      cwd: "/",
      env: { ...environment },
      stdio: ["pipe", "ignore", "ignore"],
    });
    const fail = (why: string): void => reject(new Refused(`Cannot set the password of ${user}: ${why}`));
    const timer = setTimeout(() => child.kill("SIGKILL"), serviceLimits.orderMsMax);
    child.on("error", () => {
      clearTimeout(timer);
      fail("there is no program passwd");
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else fail(code === null ? "passwd did not end" : `passwd ended with exit code ${code}`);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(`${password}\n${password}\n`);
  });
}
