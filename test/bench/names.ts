/** Bench: GetParameterNames of the whole tree where 2,000 hosts have leases (1,024 are shown) and 500 ports are mapped, from
 * the model to bytes, against joining the same strings ready-made into one buffer. TR-069 A.3.2.3. */
import { encodeReply } from "../../src/rpc/encode.ts";
import { cpuMsOf, median, type Row, row } from "./measure.ts";
import { realModel, redirects, roots } from "./real.ts";

const rounds = 15;
const callsPerRound = 5;
const timesMax = 3;
const [hosts, mappings] = [2000, 500];
const options = { version: "cwmp-1-1", id: "1" } as const;
const encoder = new TextEncoder();

const hex = (n: number) => (n & 255).toString(16).padStart(2, "0");
const leases = Array.from(
  { length: hosts },
  (_, i) => `0 00:00:5e:00:${hex(i >> 8)}:${hex(i)} 192.168.${1 + (i >> 8)}.${i & 255} host${i} *\n`,
).join("");

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const root of Object.keys(roots) as (keyof typeof roots)[]) {
    const { model, close } = await realModel(root, {
      "etc/config/firewall": redirects(mappings),
      "tmp/dhcp.leases": leases,
    });
    const ours = async () => {
      const ParameterList = await model.names("", false);
      return encodeReply("GetParameterNames", { ParameterList }, options);
    };
    const text = new TextDecoder().decode(await ours());
    const ready = text.split(/(?<=<\/ParameterInfoStruct>)/).map((part) => structuredClone(part));
    const times = { ours: [] as number[], reference: [] as number[] };
    for (let round = -3; round < rounds; round++) {
      const [own, bare] = [
        await cpuMsOf(ours, callsPerRound),
        await cpuMsOf(() => encoder.encode(ready.join("")), callsPerRound),
      ];
      if (round < 0) continue;
      times.ours.push(own);
      times.reference.push(bare);
    }
    close();
    const name = `names-tree ${root}, ${ready.length - 1} names`;
    rows.push(row(name, median(times.ours), median(times.reference), timesMax, "ms"));
  }
  return rows;
}
