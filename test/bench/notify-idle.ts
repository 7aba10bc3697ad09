/** Bench: a minute in which nothing changes, with active notification on 1,000 parameters, against the same without: processor
 * time, and files that are read. TR-069 3.2.1, A.3.2.4. */
import type { ChildProcess } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { stop, Workshop } from "./binary.ts";
import { scriptedAcs } from "./full-session.ts";
import { type Row, row } from "./measure.ts";
import { redirects } from "./real.ts";

const settleMs = 30_000;
const restMs = 60_000;
/** Of a core. */
const shareMax = 0.002;
const readsMoreMax = 1.05;
/** Port mappings have 8 parameters each. */
const mappings = 125;
const path = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.";

const notified = `<c:SetParameterAttributes><ParameterList e:arrayType="c:SetParameterAttributesStruct[1]"><SetParameterAttributesStruct><Name>${path}</Name><NotificationChange>true</NotificationChange><Notification>2</Notification><AccessListChange>false</AccessListChange><AccessList e:arrayType="xsd:string[0]"/></SetParameterAttributesStruct></ParameterList></c:SetParameterAttributes>`;

export async function run(): Promise<Row[]> {
  const all = [[notified], []].map(async (script) => {
    const workshop = new Workshop();
    appendFileSync(join(workshop.root, "etc/config/firewall"), redirects(mappings));
    const acs = await scriptedAcs(script);
    const over = acs.over();
    const child = workshop.start(acs.url);
    await over;
    return { workshop, acs, child };
  });
  const agents = await Promise.all(all);
  await rest(settleMs);
  const look = () => agents.map(({ child }) => [cpuMs(child), reads(child)] as const);
  const before = look();
  await rest(restMs);
  const [ours, reference] = look().map(([cpu, count], i) => [cpu - before[i]![0], count - before[i]![1]]);
  for (const { workshop, acs, child } of agents) {
    await stop(child);
    acs.close();
    workshop.close();
  }
  return [
    row("notify-idle", ours![0]!, restMs * shareMax, 1, "ms"),
    row("notify-idle without", reference![0]!, restMs * shareMax, Number.POSITIVE_INFINITY, "ms"),
    row("notify-idle reads", ours![1]!, Math.max(reference![1]!, 1), readsMoreMax, "times"),
  ];
}

/** Calls of read(2) so far. */
const reads = (child: ChildProcess): number =>
  Number(/^syscr: (\d+)/m.exec(readFileSync(`/proc/${child.pid}/io`, "latin1"))?.[1]);

/** Milliseconds of processor time so far, of threads that have ended too. proc(5) stat: ticks of 10 ms. */
function cpuMs(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "latin1").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
