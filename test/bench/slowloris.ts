/** Bench: a good Connection Request while 500 idle clients hold connections, against none. TR-069 3.2.2.
 * Both servers answer in turns in one run; a request is both round trips on a connection of its own. */
import { once } from "node:events";
import net from "node:net";
import { systemChance } from "../../platform/bun/chance.ts";
import { systemClock } from "../../platform/bun/clock.ts";
import { serveConnectionRequests } from "../../platform/bun/connreq.ts";
import { challengeIn, credentials, get, path, sign } from "../connreq/answering.ts";

const idleClients = 500;
const warmUps = 200;
const rounds = 1000;

export interface BenchRow {
  name: string;
  ours: number;
  reference: number;
  ratio: number;
  limit: number;
  unit: string;
}

export async function run(): Promise<BenchRow[]> {
  const quiet = await serve();
  const crowded = await serve();
  const crowd = await Promise.all(Array.from({ length: idleClients }, () => connect(crowded.port)));
  const times = { ours: [] as number[], reference: [] as number[] };
  for (let round = -warmUps; round < rounds; round += 1) {
    const reference = await timed(quiet.port);
    const ours = await timed(crowded.port);
    if (round < 0) continue;
    times.reference.push(reference);
    times.ours.push(ours);
  }
  const gone = crowd.filter((socket) => socket.readableEnded || socket.destroyed).length;
  if (gone > 0) throw new Error(`${gone} of the idle clients were closed before the end`);
  for (const socket of crowd) socket.destroy();
  await Promise.all([quiet.close(), crowded.close()]);
  const [ours, reference] = [median(times.ours), median(times.reference)];
  return [{ name: "slowloris", ours, reference, ratio: ours / reference, limit: 1.5, unit: "ms" }];
}

function serve() {
  return serveConnectionRequests({
    address: "127.0.0.1",
    port: 0,
    path,
    clock: systemClock(
      () => true,
      () => 0,
    ),
    chance: systemChance,
    log: () => {},
    credentials: () => credentials,
    onRequest: () => {},
    limits: { acceptedPerMinuteMax: 1e6, acceptedPerSourcePerMinuteMax: 1e6 },
  });
}

async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

async function timed(port: number): Promise<number> {
  const start = performance.now();
  const socket = await connect(port);
  const challenge = challengeIn(await ask(socket, get()));
  const answer = await ask(socket, get(path, sign(challenge)));
  const took = performance.now() - start;
  if (!answer.startsWith("HTTP/1.1 200 ")) throw new Error(`refused: ${answer}`);
  socket.destroy();
  return took;
}

async function ask(socket: net.Socket, request: string): Promise<string> {
  socket.write(request);
  const [bytes] = await once(socket, "data");
  return bytes.toString("latin1");
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}

if (import.meta.main) console.table(await run());
