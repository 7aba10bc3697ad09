/** Bench: GetParameterValues of one parameter, from the model to bytes, in trees of several sizes. TR-069 A.3.2.2. */
import type { Root } from "../../src/model/define.ts";
import { encodeReply } from "../../src/rpc/encode.ts";
import { roots } from "./real.ts";
import { grown, type Measured, median } from "./tree.ts";

const sizes = [1_000, 10_000, 100_000] as const;
const ratioMax = 1.5;
const rounds = 31;
const callsPerRound = 2_000;
const options = { version: "cwmp-1-1", id: "1" } as const;

async function asker(root: Root, size: number): Promise<() => Promise<number>> {
  const { model, names } = await grown(root, size);
  // The last of the table that has grown: what a search from the front would find last.
  const name = names.findLast((n) => /\.PortMapping\.\d+\.(PortMapping)?Description$/.test(n));
  if (name === undefined) throw new Error("the tree has no port mapping");
  return async () => {
    const started = performance.now();
    for (let i = 0; i < callsPerRound; i++) {
      encodeReply("GetParameterValues", { ParameterList: await model.values([name]) }, options);
    }
    return ((performance.now() - started) * 1000) / callsPerRound;
  };
}

export const run = async (): Promise<Measured[]> => [
  ...(await rowsOf("get-one", roots.igd)),
  ...(await rowsOf("get-one-device", roots.device)),
];

async function rowsOf(prefix: string, root: Root): Promise<Measured[]> {
  const askers = await Promise.all(sizes.map((size) => asker(root, size)));
  const times: number[][] = sizes.map(() => []);
  // Taking turns, so that what else the machine does meets all sizes.
  for (let round = -5; round < rounds; round++) {
    for (const [i, ask] of askers.entries()) {
      const time = await ask();
      if (round >= 0) times[i]?.push(time);
    }
  }
  const [reference = 1, ...larger] = times.map(median);
  return larger.map((ours, i) => {
    const name = `${prefix}-${sizes[i + 1]}`;
    return { name, ours, reference, ratio: ours / reference, limit: ratioMax, unit: "us" };
  });
}
