/** Bench: the response to GetParameterValues of the whole tree, from the model to bytes, against joining the same
 * strings ready-made into one buffer. TR-069 A.3.2.2. */
import type { Root } from "../../src/model/define.ts";
import { encodeReply } from "../../src/rpc/encode.ts";
import { valueHead, valueRest } from "../../src/soap/writer.ts";
import { roots } from "./real.ts";
import { exponent, grown, type Measured, median } from "./tree.ts";

const sizes = [1_000, 10_000, 100_000] as const;
const ratioMax = 2.5;
/** Above the exponent of the join itself, which is more than 1: larger trees meet slower memory. */
const exponentMoreMax = 0.05;
const rounds = 25;
/** Parameters of one size in one round, so that small trees are timed often. */
const roundParameters = 100_000;
const options = { version: "cwmp-1-1", id: "1" } as const;
const encoder = new TextEncoder();

type Work = () => unknown;

async function timed(size: number, work: Work): Promise<number> {
  const repeats = roundParameters / size;
  const started = performance.now();
  for (let n = 0; n < repeats; n++) await work();
  return (performance.now() - started) / repeats;
}

interface Pair {
  readonly size: number;
  readonly ours: Work;
  readonly reference: Work;
}

async function pairOf(root: Root, size: number): Promise<Pair> {
  const { model } = await grown(root, size);
  // Copied, so that they are flat strings as ready-made ones are.
  const ready = (await model.values([""])).map((v) =>
    structuredClone(valueHead("") + valueRest(v.Name, v.type, v.Value)),
  );
  return {
    size,
    ours: async () => {
      const ParameterList = await model.values([""]);
      return encodeReply("GetParameterValues", { ParameterList }, options);
    },
    reference: () => encoder.encode(ready.join("")),
  };
}

export const run = async (): Promise<Measured[]> => [
  ...(await rowsOf("get-all", roots.igd)),
  ...(await rowsOf("get-all-device", roots.device)),
];

async function rowsOf(name: string, root: Root): Promise<Measured[]> {
  const pairs = await Promise.all(sizes.map((size) => pairOf(root, size)));
  const times = pairs.map(() => ({ ours: [] as number[], reference: [] as number[] }));
  // All take turns: what else the machine does meets every size and both sides.
  for (let round = -3; round < rounds; round++) {
    for (const [i, { size, ours, reference }] of pairs.entries()) {
      const [own, bare] = [await timed(size, ours), await timed(size, reference)];
      if (round < 0) continue;
      times[i]?.ours.push(own);
      times[i]?.reference.push(bare);
    }
  }
  const rows = times.map((t, i) => {
    const [ours, reference] = [median(t.ours), median(t.reference)];
    const ratio = ours / reference;
    return { name: `${name}-${sizes[i]}`, ours, reference, ratio, limit: ratioMax, unit: "ms" };
  });
  const growth = (of: (row: Measured) => number) =>
    exponent(of(rows[0]!), of(rows.at(-1)!), sizes[2] / sizes[0]);
  const [ours, reference] = [growth((r) => r.ours), growth((r) => r.reference)];
  const limit = (reference + exponentMoreMax) / reference;
  return [
    ...rows,
    { name: `${name} exponent`, ours, reference, ratio: ours / reference, limit, unit: "power" },
  ];
}
