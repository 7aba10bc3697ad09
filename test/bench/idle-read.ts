/** Bench: resident memory a minute after a session in which everything was read, and its peak, against an empty compiled
 * HTTP server that has answered 300 requests; the same with a tree of 16,000 parameters that was read twice. How much
 * longer the first of those reads takes, which makes the tree, than the second. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { serviceEnvironment, statusOf, stop, Workshop } from "./binary.ts";
import { getAll, scriptedAcs, wholeSession } from "./full-session.ts";
import { type Row, row } from "./measure.ts";
import { redirects } from "./real.ts";

const restMs = 60_000;
/** MiB above the reference. */
const moreMax = { rest: 8, peak: 26, treeRest: 34, treePeak: 64 } as const;
/** The first read against the second: 250 ms where that takes 130. */
const firstReadTimesMax = 250 / 130;
const mappings = 2000;

/** An HTTP server that has answered, and does nothing more. */
export const emptyServer = `
const s = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("x".repeat(500)) });
for (let i = 0; i < 300; i++) await (await fetch("http://127.0.0.1:" + s.port)).text();
console.log("ready");`;

const mib = (child: ChildProcess, field: string) => statusOf(child, field) / 1024;

export async function run(): Promise<Row[]> {
  const small = new Workshop();
  const large = new Workshop();
  appendFileSync(join(large.root, "etc/config/firewall"), redirects(mappings));
  const whole = await scriptedAcs(wholeSession);
  const twice = await scriptedAcs([getAll, getAll]);
  const empty = small.compile("server", emptyServer);
  const reference = spawn(empty, [], { stdio: ["ignore", "pipe", "inherit"], env: serviceEnvironment });
  try {
    await once(reference.stdout, "data");
    // One after the other: the reads are timed.
    const children: ChildProcess[] = [];
    for (const [workshop, acs] of [
      [small, whole],
      [large, twice],
    ] as const) {
      const over = acs.over();
      children.push(workshop.start(acs.url));
      await over;
    }
    const [first, second] = twice.took;
    await rest(restMs);
    const bare = mib(reference, "VmRSS");
    const [read, tree] = children.map((child) => [mib(child, "VmRSS"), mib(child, "VmHWM")] as const);
    await Promise.all(children.map(stop));
    const against = (name: string, ours: number, more: number) =>
      row(name, ours, bare, (bare + more) / bare, "MiB");
    return [
      against("idle-read", read![0], moreMax.rest),
      against("idle-read peak", read![1], moreMax.peak),
      against("tree-memory", tree![0], moreMax.treeRest),
      against("tree-memory peak", tree![1], moreMax.treePeak),
      row("tree-memory first", first!, second!, firstReadTimesMax, "ms"),
    ];
  } finally {
    await stop(reference);
    whole.close();
    twice.close();
    small.close();
    large.close();
  }
}
