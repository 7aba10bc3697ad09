/** Bench: the whole tree of the sample gateway, files read anew, from the model to bytes: against 100 parameters a
 * millisecond of processor time, and against only reading the same files and joining their text. TR-069 A.3.2.2. */
import { readdirSync, readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { encodeReply } from "../../src/rpc/encode.ts";
import { cpuMsOf, median, type Row, row } from "./measure.ts";
import { type RealModel, realModel, roots } from "./real.ts";

const rounds = 31;
const callsPerRound = 10;
const parametersPerMs = 100;
const timesMax = 2.5;
const options = { version: "cwmp-1-1", id: "1" } as const;
const encoder = new TextEncoder();

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const root of Object.keys(roots) as (keyof typeof roots)[]) {
    const real = await realModel(root);
    rows.push(...(await rowsOf(root, real)));
    real.close();
  }
  return rows;
}

async function rowsOf(root: string, real: RealModel): Promise<Row[]> {
  const ours = async () => {
    const ParameterList = await real.model.values([""]);
    encodeReply("GetParameterValues", { ParameterList }, options);
    return ParameterList.length;
  };
  const count = await ours();
  const read = await filesRead(real.directory, ours);
  const reference = () => encoder.encode(read.map((path) => readFileSync(path, "latin1")).join(""));
  const times = { ours: [] as number[], reference: [] as number[] };
  for (let round = -5; round < rounds; round++) {
    const [own, bare] = [await cpuMsOf(ours, callsPerRound), await cpuMsOf(reference, callsPerRound)];
    if (round < 0) continue;
    times.ours.push(own);
    times.reference.push(bare);
  }
  const [own, bare] = [median(times.ours), median(times.reference)];
  return [
    row(`get-all-real ${root}, ${count} parameters`, own, count / parametersPerMs, 1, "ms"),
    row(`get-all-real ${root}, ${read.length} files`, own, bare, timesMax, "ms"),
  ];
}

/** The files that a call reads, by the time of their last access: all of them where that is not kept. */
async function filesRead(directory: string, call: () => Promise<unknown>): Promise<readonly string[]> {
  const all = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of all) utimesSync(path, new Date(0), statSync(path).mtime);
  await call();
  const read = all.filter((path) => statSync(path).atimeMs > 0);
  return read.length === 0 ? all : read;
}
