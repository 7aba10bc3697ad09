/** Bench: how often 16 queued transfers wake the agent that waits a day for them, against an agent with none; and by how much
 * they make it larger. TR-069 A.3.2.8. */
import type { ChildProcess } from "node:child_process";
import { setTimeout as rest } from "node:timers/promises";
import { statusOf, stop, Workshop } from "./binary.ts";
import { scriptedAcs } from "./full-session.ts";
import { settleMs, wakes } from "./idle.ts";
import { type Row, row } from "./measure.ts";

const transfers = 16;
/** A timer for each would wake it more often; one that goes on its way does now and then. */
const wakesMax = 2;
const moreMibMax = 4;

const download = (i: number) =>
  `<c:Download><CommandKey>k${i}</CommandKey><FileType>2 Web Content</FileType><URL>http://127.0.0.1:1/${i}</URL><Username/><Password/><FileSize>0</FileSize><TargetFileName/><DelaySeconds>${86_400 + i}</DelaySeconds><SuccessURL/><FailureURL/></c:Download>`;

export async function run(): Promise<Row[]> {
  const agents = [
    await begun(Array.from({ length: transfers }, (_, i) => download(i))),
    await begun([]),
  ] as const;
  await rest(settleMs);
  const [ours, bare] = await Promise.all(agents.map(({ child }) => wakes(child)));
  const [large, small] = agents.map(({ child }) => statusOf(child, "VmRSS") / 1024);
  for (const { end } of agents) await end();
  const least = Math.max(bare!, 1);
  return [
    row("transfer-idle wake-ups in a minute", ours!, least, (least + wakesMax) / least, "times"),
    row("transfer-idle memory", large!, small!, (small! + moreMibMax) / small!, "MiB"),
  ];
}

/** An agent after its first session, in which the ACS has asked that. */
async function begun(
  script: readonly string[],
): Promise<{ readonly child: ChildProcess; end(): Promise<void> }> {
  const workshop = new Workshop();
  const acs = await scriptedAcs(script);
  const over = acs.over();
  const child = workshop.start(acs.url);
  await over;
  return {
    child,
    async end() {
      await stop(child);
      acs.close();
      workshop.close();
    },
  };
}
