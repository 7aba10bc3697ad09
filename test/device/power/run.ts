/** `make power`: so many cuts, spread over all kinds and moments by a seed; the last line counts them. */
import { join } from "node:path";
import { project } from "../../../image/tree.ts";
import { type Cut, type Moment, type Survival, Trial, told } from "./cuts.ts";
import type { Kind } from "./work.ts";

/** In turn, so that each kind has its share. */
const turns: readonly Kind[] = [
  ...(["parameters", "package", "image", "parameters", "reboot"] as const),
  ...(["package", "image", "parameters", "stillborn", "package"] as const),
];

/** mulberry32. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Writes of a start until its first session is over, about. */
const bootReach = 25;

function momentOf(kind: Kind, reach: number): Moment {
  const nth = (max: number) => 1 + Math.floor(roll() * max);
  const pick = roll();
  // Writes to the flash are not seen from outside.
  if (nand && pick < 0.55) return { at: "time", share: roll() };
  if (pick < 0.45) return { at: "write", nth: nth(reach), since: "order" };
  if (pick < 0.6) return { at: "answer" };
  if (pick < 0.7) return { at: "inform", nth: nth(2) };
  if (pick < 0.8) return { at: "write", nth: nth(bootReach), since: "power" };
  if (kind === "parameters" || kind === "reboot") return { at: pick < 0.9 ? "answer" : "rest" };
  if (kind === "package" || pick < 0.9) return { at: "report" };
  return { at: "environment", nth: nth(4) };
}

const [count = 50, seed = Math.floor(Math.random() * 1e6)] = process.argv.slice(2).map(Number);
const nand = process.env.NAND === "1";
const roll = dice(seed);
const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
const trial = await Trial.begin(process.env.CWMPD ?? join(project, "dist/cwmpd"), roll, nand);
console.log(`seed ${seed}; the first session is over after ${seconds()} s`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void trial.end().finally(() => process.exit(1)));
const counted = new Map<string, number>();
let lost = 0;

/** What the life after a cut finds is the cut's. */
async function lived(cut: Cut | undefined, before: string): Promise<boolean> {
  const struck = await trial.life(cut);
  const complaints = trial.ledger.complaints.splice(0);
  if (complaints.length > 0) {
    lost += 1;
    console.log(`  LOST, cut ${before}: ${complaints.join("; ")}`);
    if (process.env.CONSOLE) console.log(trial.console.join("\n"));
  }
  return struck;
}

let before = "none yet";
for (let n = 1; n <= count; n++) {
  const kind = turns[(n - 1) % turns.length]!;
  const survival = (["nothing", "half", "everything"] as const)[Math.floor(roll() * 3)] as Survival;
  const cut = { kind, moment: momentOf(kind, trial.reach[kind]), survival };
  const struck = await lived(cut, before);
  before = `${n} (${told(cut)})`;
  const name = struck ? kind : `${kind} at rest`;
  counted.set(name, (counted.get(name) ?? 0) + 1);
  console.log(`${n}: ${told(cut)}${struck ? "" : "; all was done before"} (${seconds()} s)`);
}
await lived(undefined, before);
await trial.end();
console.log([...counted].map(([name, times]) => `${name} ${times}`).join(", "));
console.log(`${count} cuts, ${lost} lost`);
process.exit(lost > 0 ? 1 : 0);
