/** Bench: resident memory after the first session and a minute of rest, against an empty compiled HTTP server; and how
 * often the process wakes up in that minute. */
import { spawn } from "node:child_process";
import { setTimeout as rest } from "node:timers/promises";
import { listening, statusOf, stop, Workshop } from "./binary.ts";
import { type Row, row } from "./measure.ts";

const restMs = 60_000;
const moreMibMax = 20;
/** Of timers: one in ten seconds. The runtime's own wake-ups are told by the reference. */
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
  // The first session takes milliseconds; what it leaves is let go in the seconds after it.
  await rest(10_000);
  const before = [ours, reference].map(wakes);
  await rest(restMs);
  const after = [ours, reference].map(wakes);
  const mib = [ours, reference].map((child) => statusOf(child, "VmRSS") / 1024);
  const more = after.map((count, i) => count - before[i]!);
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

/** Times that the main thread has slept and been woken. */
const wakes = (child: Parameters<typeof statusOf>[0]): number => statusOf(child, "voluntary_ctxt_switches");
