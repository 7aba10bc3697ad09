/** Bench: resident memory after the first session and a minute of rest, against an empty compiled HTTP server; and how
 * often the process wakes up in that minute. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as rest } from "node:timers/promises";
import { listening, statusOf, stop, Workshop } from "./binary.ts";
import { type Row, row } from "./measure.ts";

/** The runtime tidies its memory every second for some 25 s after it has worked; the reference does, too. */
export const settleMs = 30_000;
const restMs = 60_000;
const sampleMs = 1000;
const moreMibMax = 20;
/** Of timers: one in ten seconds. */
const wakesMax = restMs / 10_000;

export async function run(): Promise<Row[]> {
  const workshop = new Workshop();
  const server = workshop.compile(
    "server",
    'Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("") });',
  );
  const acs = await listening(() => {});
  const ours = workshop.start(acs.url);
  const reference = spawn(server, [], { stdio: "ignore", env: {} });
  await rest(settleMs);
  const more = await Promise.all([ours, reference].map(wakes));
  const mib = [ours, reference].map((child) => statusOf(child, "VmRSS") / 1024);
  await Promise.all([stop(ours), stop(reference)]);
  acs.close();
  workshop.close();
  return [
    row("idle", mib[0]!, mib[1]!, (mib[1]! + moreMibMax) / mib[1]!, "MiB"),
    row(
      "idle wake-ups in a minute",
      more[0]!,
      Math.max(more[1]!, 1),
      (more[1]! + wakesMax) / Math.max(more[1]!, 1),
      "times",
    ),
  ];
}

/** Times that something has woken the main thread: what wakes it again in the second after belongs to the same. */
export async function wakes(child: ChildProcess): Promise<number> {
  let count = 0;
  let awake = false;
  let before = statusOf(child, "voluntary_ctxt_switches");
  for (let passed = 0; passed < restMs; passed += sampleMs) {
    await rest(sampleMs);
    const now = statusOf(child, "voluntary_ctxt_switches");
    if (now > before && !awake) count += 1;
    awake = now > before;
    before = now;
  }
  return count;
}
