/** Adapter: the password of an account, by `passwd` of busybox, which reads it twice from its input: others can read the
 * arguments of a program. */
import { spawn } from "node:child_process";
import { Refused } from "../../src/errors.ts";
import { environment } from "./exec.ts";
import { serviceLimits } from "./limits.ts";

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
