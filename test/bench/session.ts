/** Bench: CPU time of a session of Inform and empty POST, against a bare undici Client that posts the same bytes. */
import { Client } from "undici/index.js";
import { systemNet } from "../../platform/bun/net.ts";
import type { HttpRequest } from "../../src/ports/net.ts";
import { answeringAcs, type BenchAgent, startAgent } from "./agent.ts";
import { median, type Row, row } from "./measure.ts";

const warmUps = 100;
const rounds = 10;
/** 1,000 sessions in all, in turns with the reference. */
const sessionsPerRound = 100;

export async function run(): Promise<Row[]> {
  const acs = await answeringAcs();
  const { url } = acs;
  const requests: HttpRequest[] = [];
  const overheard = overhear(requests);
  const agent = await startAgent(url);
  overheard();
  try {
    await ours(agent, warmUps);
    await bare(url, requests, warmUps);
    const times = { ours: [] as number[], reference: [] as number[] };
    for (let i = 0; i < rounds; i++) {
      times.ours.push(await cpuMs(() => ours(agent, sessionsPerRound)));
      times.reference.push(await cpuMs(() => bare(url, requests, sessionsPerRound)));
    }
    const each = (list: readonly number[]) => median(list) / sessionsPerRound;
    return [row("session", each(times.ours), each(times.reference), 1.5, "ms CPU")];
  } finally {
    await agent.close();
    acs.close();
  }
}

/** Notes what goes out of the first session. */
function overhear(requests: HttpRequest[]): () => void {
  const { line } = systemNet;
  systemNet.line = (target, policy) => {
    const made = line(target, policy);
    const { exchange } = made;
    made.exchange = (request, max) => {
      requests.push(request);
      return exchange.call(made, request, max);
    };
    return made;
  };
  return () => {
    systemNet.line = line;
  };
}

async function ours(agent: BenchAgent, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const session = agent.session();
    await agent.engine.control.inform();
    await session;
  }
}

async function bare(url: string, requests: readonly HttpRequest[], count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const client = new Client(url);
    for (const { path, headers, body } of requests) {
      const flat = headers.flat();
      const response = await client.request({ method: "POST", path, headers: flat, body: body as Buffer });
      await response.body.arrayBuffer();
    }
    await client.close();
  }
}

async function cpuMs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
