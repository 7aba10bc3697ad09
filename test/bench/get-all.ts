/** Bench: the response to GetParameterValues of the whole tree, from the model to bytes, against joining the same
 * strings ready-made into one buffer. TR-069 A.3.2.2. */
import { encodeReply } from "../../src/rpc/encode.ts";
import { valueClosing } from "../../src/soap/writer.ts";
import { exponent, grown, type Measured, median } from "./tree.ts";

const sizes = [1_000, 10_000, 100_000] as const;
const ratioMax = 6;
const exponentMax = 1.1;
const rounds = 15;
/** Parameters in one round, so that small trees are timed often. */
const roundParameters = 100_000;
const options = { version: "cwmp-1-1", id: "1" } as const;
const encoder = new TextEncoder();

async function measure(size: number): Promise<Measured> {
  const { model, names } = await grown(size);
  const respond = async () =>
    encodeReply("GetParameterValues", { ParameterList: await model.values([""]) }, options);
  // Flat strings, as ready-made ones are.
  const ready = (await model.values([""])).map((v) =>
    structuredClone(`${v.head}${v.opening}${v.Value}${valueClosing}`),
  );
  const times = Math.max(1, Math.round(roundParameters / names.length));
  const ours: number[] = [];
  const reference: number[] = [];
  // The first rounds warm both up; then they take turns, so that what else the machine does meets both.
  for (let round = -5; round < rounds; round++) {
    let started = performance.now();
    for (let i = 0; i < times; i++) await respond();
    const own = (performance.now() - started) / times;
    started = performance.now();
    for (let i = 0; i < times; i++) encoder.encode(ready.join(""));
    const bare = (performance.now() - started) / times;
    if (round < 0) continue;
    ours.push(own);
    reference.push(bare);
  }
  const [own, bare] = [median(ours), median(reference)];
  return {
    name: `get-all-${size}`,
    ours: own,
    reference: bare,
    ratio: own / bare,
    limit: ratioMax,
    unit: "ms",
  };
}

export async function run(): Promise<Measured[]> {
  const rows: Measured[] = [];
  for (const size of sizes) rows.push(await measure(size));
  const [small, , large] = rows;
  const grows = exponent(small?.ours ?? 1, large?.ours ?? 1, sizes[2] / sizes[0]);
  return [
    ...rows,
    { name: "get-all exponent", ours: grows, reference: 1, ratio: grows, limit: exponentMax, unit: "power" },
  ];
}
