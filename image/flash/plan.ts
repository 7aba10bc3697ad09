/** What every way of `make flash` has in common: it says first what it is going to do, asks, shows how far it has come,
 * and says how to go back. */
import { createInterface } from "node:readline/promises";

export interface Plan {
  /** What it is done to: model and board of the device, or the disk. */
  readonly target: string;
  readonly steps: readonly string[];
  /** How to go back. */
  readonly back: string;
}

/** Ends in words, not in a stack: somebody has to do something else first. */
export class Stop extends Error {}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Tells the plan and asks.
 * @returns false: this was a dry run
 * @throws Stop somebody said no, or nobody can be asked */
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

/** A bar on a terminal, a line each quarter elsewhere. */
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

/** Runs one way of flashing; the exit code tells how it went. */
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
