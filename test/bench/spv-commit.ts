/** Bench: SetParameterValues of 100 parameters over three packages, durable, against the bare sum of one SQLite commit of
 * the same rows and, for each package, lock, write, fsync, rename and fsync of the directory. TR-069 A.3.2.1. */
import { Database } from "bun:sqlite";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { tryLock } from "../../platform/openwrt/uci/flock.ts";
import { median, type Row, row } from "./measure.ts";
import { type RealModel, realModel, redirects } from "./real.ts";

const rounds = 31;
const timesMax = 1.5;
const parameters = 100;
const packages = ["firewall", "network", "wireless"];
const lan = "InternetGatewayDevice.LANDevice.1.";
const mappings = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.";

export async function run(): Promise<Row[]> {
  const real = await realModel("igd", { "etc/config/firewall": redirects(parameters) });
  const numbers = (await real.model.names(mappings, true)).slice(0, parameters - 2);
  const set = (turn: number) =>
    real.model.set(
      [
        [`${lan}LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress`, `192.168.1.${1 + (turn % 2)}`],
        [`${lan}WLANConfiguration.1.SSID`, `Net ${turn}`],
        ...numbers.map(
          ({ Name }, i) => [`${Name}PortMappingDescription`, `Mapping ${i} of ${turn}`] as const,
        ),
      ].map(([Name, Value]) => ({ Name: Name!, Value: Value!, type: "string" })),
      "acs",
      `key ${turn}`,
    );
  const bare = bareCommit(real);
  const times = { ours: [] as number[], reference: [] as number[] };
  real.model.begin();
  for (let round = -5; round < rounds; round++) {
    const [own, reference] = [await timed(() => set(round + 5)), await timed(bare)];
    if (round < 0) continue;
    times.ours.push(own);
    times.reference.push(reference);
  }
  real.model.end();
  real.close();
  return [row("spv-commit", median(times.ours), median(times.reference), timesMax, "ms")];
}

/** What no implementation can do without, on copies of the same files. */
function bareCommit({ directory, state }: RealModel): () => void {
  const home = join(directory, "bare");
  mkdirSync(home);
  const texts = packages.map((name) => readFileSync(join(directory, "etc/config", name), "latin1"));
  packages.forEach((name, i) => {
    writeFileSync(join(home, name), texts[i]!, "latin1");
  });
  const db = new Database(join(state, "bare.db"));
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (key TEXT PRIMARY KEY, value TEXT)",
  );
  const put = db.prepare("INSERT OR REPLACE INTO row VALUES (?, ?)");
  const folder = openSync(home, "r");
  return () => {
    db.exec("BEGIN IMMEDIATE");
    put.run("intent", JSON.stringify(texts));
    db.exec("COMMIT");
    for (const [i, name] of packages.entries()) {
      const old = openSync(join(home, name), "r+");
      tryLock(old);
      const fresh = openSync(join(home, `.${name}`), "w");
      writeSync(fresh, Buffer.from(texts[i]!, "latin1"));
      fsyncSync(fresh);
      renameSync(join(home, `.${name}`), join(home, name));
      fsyncSync(folder);
      closeSync(fresh);
      closeSync(old);
    }
  };
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
