/** Port: running a program: an argument vector, never a shell, a clean environment, bounded time and output.
 * No secret is ever an argument: other users can read them. */
import { spawn } from "node:child_process";
import type { Stopped } from "../../src/ports/probes.ts";
import { factsLimits } from "./limits.ts";

export type ExecResult =
  | { readonly is: "done"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** The program could not be started, did not end in time, or wrote too much and was killed. */
  | { readonly is: "failed"; readonly why: "missing" | "timeout" | "output" | "killed" };

/** A question is killed when its time is over. An order changes the system: it is waited for that long and then left
 * running, because half an order (half of the flash erased) is worse than a late one. The output of an order is not
 * read. */
export type ExecKind = "question" | "order";

/** @param stopped ends a question before its time */
export type Exec = (
  argv: readonly string[],
  msMax: number,
  kind?: ExecKind,
  stopped?: Stopped,
) => Promise<ExecResult>;

/** The environment of every program. No variable of ours is passed on (BUN_BE_BUN, proxies, secrets of a session). */
export const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", HOME: "/" } as const;

/** Runs programs of this system. Never rejects. */
export const systemExec: Exec = (argv, msMax, kind = "question", stopped) =>
  kind === "order" ? order(argv, msMax) : question(argv, msMax, stopped);

/** The program has a process group of its own and no pipe to us: neither our end nor a signal to our group ends it. */
function order([program = "", ...args]: readonly string[], msMax: number): Promise<ExecResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: "/",
      env: { ...environment },
      stdio: "ignore",
      detached: true,
    });
    const timer = setTimeout(() => {
      child.unref();
      resolve({ is: "failed", why: "timeout" });
    }, msMax);
    child.on("error", () => {
      clearTimeout(timer);
      resolve({ is: "failed", why: "missing" });
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      if (code === null) resolve({ is: "failed", why: "killed" });
      else resolve({ is: "done", code, stdout: "", stderr: "" });
    });
  });
}

function question(
  [program = "", ...args]: readonly string[],
  msMax: number,
  stopped?: Stopped,
): Promise<ExecResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: "/",
      env: { ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let ended: Extract<ExecResult, { is: "failed" }>["why"] | undefined;
    const end = (why: NonNullable<typeof ended>): void => {
      ended ??= why;
      child.kill("SIGKILL");
      // A grandchild may hold the pipes open: nobody waits for it.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => end("timeout"), msMax);
    stopped?.(() => end("killed"));
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let bytes = 0;
    const take = (into: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > factsLimits.outputBytesMax) end("output");
      else into.push(chunk);
    };
    child.stdout.on("data", take(out));
    child.stderr.on("data", take(err));
    child.on("error", () => {
      clearTimeout(timer);
      resolve({ is: "failed", why: "missing" });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (ended !== undefined || code === null) return resolve({ is: "failed", why: ended ?? "killed" });
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      return resolve({ is: "done", code, stdout: text(out), stderr: text(err) });
    });
  });
}

/** For a directory that is no running system: no program is there. */
export const noExec: Exec = async () => ({ is: "failed", why: "missing" });

/** The output of a program that succeeded; undefined in every other case. */
export async function answer(
  exec: Exec,
  argv: readonly string[],
  msMax: number,
): Promise<string | undefined> {
  const result = await exec(argv, msMax);
  return result.is === "done" && result.code === 0 ? result.stdout : undefined;
}
