/** The plan of a flashing, for every kind of target: the steps are printed first, then a person is asked, a bar shows the
 * progress, and the plan says how to go back. */
import { createInterface } from "node:readline/promises";

export interface Plan {
  /** The target in words: model and board of the device, or the disk. */
  readonly target: string;
  readonly steps: readonly string[];
  /** How to undo the steps. */
  readonly back: string;
}

/** The end of `make flash` with a sentence instead of a stack trace: a person has to do something else first. */
export class Stop extends Error {}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Whether an option of that name is set in the environment.
 * @param otherwise where it is not set at all
 * @throws Stop for a value that says neither yes nor no: DRY=true must not write */
export function flag(name: string, otherwise = false): boolean {
  const value = (process.env[name] ?? "").toLowerCase();
  if (["1", "yes", "y", "true", "on"].includes(value)) return true;
  if (value === "") return otherwise;
  if (["0", "no", "n", "false", "off"].includes(value)) return false;
  throw new Stop(`${name} is "${value}": expected 1 or 0`);
}

/** Prints the plan and asks whether to go on.
 * @returns false in a dry run
 * @throws Stop when the answer is no, or no terminal is there to ask at */
export async function agreed({ target, steps, back }: Plan): Promise<boolean> {
  const [dry, yes] = [flag("DRY"), flag("YES")];
  say(`Target: ${target}`);
  say("This is going to be done:");
  for (const [index, step] of steps.entries()) say(`  ${index + 1}. ${step}`);
  say(`To go back: ${back}`);
  if (dry) {
    say("Dry run: nothing has been done.");
    return false;
  }
  if (yes) return true;
  if (!process.stdin.isTTY) throw new Stop("Nobody is there to ask. YES=1 says yes.");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("Go on? [y/N] ");
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Stop("Nothing has been done.");
  return true;
}

/** Shows the progress: as a bar on a terminal, else as a line for each quarter. */
export function progress(what: string, total: number): (done: number) => void {
  let shown = -1;
  return (done) => {
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const wide = process.stdout.isTTY === true;
    const step = wide ? percent : Math.floor(percent / 25);
    if (step === shown) return;
    shown = step;
    if (!wide) return say(`${what}: ${percent} %`);
    const bar = "#".repeat(Math.floor(percent / 4)).padEnd(25, ".");
    process.stdout.write(`\r${what} [${bar}] ${percent} %${percent === 100 ? "\n" : ""}`);
  };
}

/** Errors of the system that a person can do something about, by their codes. */
const system: Readonly<Record<string, string>> = {
  EACCES: "call it as root",
  EPERM: "call it as root",
  EBUSY: "it is in use",
  ENOSPC: "there is no room",
  EIO: "the medium fails",
  EROFS: "it can only be read",
  ENOMEDIUM: "there is no card in the reader",
};

/** Runs the flashing of one target. The exit code is 1 where it stopped. */
export async function flashing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    process.exit(0);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!(error instanceof Stop) && !Object.hasOwn(system, code ?? "")) throw error;
    process.stderr.write(`flash: ${error instanceof Stop ? message : `${message}: ${system[code!]}`}\n`);
    process.exit(1);
  }
}
