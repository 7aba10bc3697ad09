/** Bench: AddObject one by one up to 2,000 port mappings: processor time of the last hundred against the first, and what
 * it leaves in memory. In memory lie the files, too, where the system has room for them there: a disk would take minutes for
 * so many durable writes, and would be all that is measured. TR-069 A.3.2.6. */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import ownTemporary from "../temporary.ts";
import { cpuMsOf, type Row, row } from "./measure.ts";
import { realModel } from "./real.ts";

const [calls, hundred] = [2000, 100];
const timesMax = 3;
const moreMibMax = 20;
const mappings = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.";

const resident = (): number => {
  Bun.gc(true);
  return process.memoryUsage.rss() / 2 ** 20;
};

export async function run(): Promise<Row[]> {
  const shared = "/dev/shm";
  const over = ownTemporary(existsSync(shared) ? shared : tmpdir());
  const { model, close } = await realModel("igd");
  const add = (key: number) => model.add(mappings, "acs", `${key}`);
  const times: number[] = [];
  let before = 0;
  model.begin();
  for (let i = 0; i < calls; i++) {
    if (i === hundred) before = resident();
    times.push(await cpuMsOf(() => add(i), 1));
  }
  const after = resident();
  model.end();
  close();
  over();
  const sum = (list: readonly number[]) => list.reduce((total, ms) => total + ms, 0);
  return [
    row("add-many", sum(times.slice(-hundred)), sum(times.slice(0, hundred)), timesMax, "ms"),
    row("add-many memory", after, before, (before + moreMibMax) / before, "MiB"),
  ];
}
