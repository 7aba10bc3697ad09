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

/** Prints the plan and asks whether to go on.
 * @returns false in a dry run
 * @throws Stop when the answer is no, or no terminal is there to ask at */
export async function agreed({ target, steps, back }: Plan): Promise<boolean> {
  say(`Target: ${target}`);
  say("This is going to be done:");
  for (const [index, step] of steps.entries()) say(`  ${index + 1}. ${step}`);
  say(`To go back: ${back}`);
  if (process.env.DRY === "1") {
    say("Dry run: nothing has been done.");
    return false;
  }
  if (process.env.YES === "1") return true;
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

/** Runs the flashing of one target. The exit code is 1 where it stopped. */
export async function flashing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    process.exit(0);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    process.stderr.write(`flash: ${error.message}\n`);
    process.exit(1);
  }
}
