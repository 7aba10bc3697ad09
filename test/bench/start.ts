/** Bench: from the start of the process to the first byte of its Inform, warm, against the whole life of an empty
 * binary that the same Bun compiled. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { listening, stop, Workshop } from "./binary.ts";
import { median, type Row, row } from "./measure.ts";

const warmUps = 3;
const rounds = 15;

export async function run(): Promise<Row[]> {
  const workshop = new Workshop();
  const empty = workshop.compile("empty", "");
  let heard: (at: number) => void = () => {};
  const acs = await listening((at) => heard(at));
  const times = { ours: [] as number[], reference: [] as number[] };
  for (let i = -warmUps; i < rounds; i++) {
    const first = new Promise<number>((resolve) => {
      heard = resolve;
    });
    const began = performance.now();
    const child = workshop.start(acs.url);
    const ours = (await first) - began;
    await stop(child);
    const reference = await life(empty);
    if (i < 0) continue;
    times.ours.push(ours);
    times.reference.push(reference);
  }
  acs.close();
  workshop.close();
  return [row("start", median(times.ours), median(times.reference), 12, "ms")];
}

async function life(binary: string): Promise<number> {
  const began = performance.now();
  await once(spawn(binary, [], { stdio: "ignore" }), "exit");
  return performance.now() - began;
}
