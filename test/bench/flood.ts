/** Bench: up to how many new connections a second, from as many sources, that say nothing, every good Connection
 * Request is served at once. TR-069 3.2.2. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { challengeIn, get, path, sign } from "../connreq/answering.ts";
import { quantile, type Row, row } from "./measure.ts";

/** Connections a second for which it has to hold: as many once kept every good request out. */
const rateWanted = 4000;
const rates = [1000, 2000, 4000, 8000];
const floodMs = 4000;
/** Milliseconds that a good request may take: a machine that is busy besides is slow, not deaf. */
const servedMsMax = 10_000;

export async function run(): Promise<Row[]> {
  const server = child("flood-server.ts", []);
  const port = Number(await firstLine(server));
  const quiet = await requests(port, 500);
  let held = 0;
  let slowest: readonly number[] = quiet;
  for (const rate of rates) {
    const flood = child("flood-child.ts", [port, rate, floodMs]);
    const told = firstLine(flood);
    const times = await requests(port, floodMs - 500);
    const made = Number(await told);
    if (times.some((ms) => ms > servedMsMax)) break;
    held = made;
    slowest = times;
  }
  server.stdin?.end();
  await once(server, "exit");
  return [
    row("flood", rateWanted, held, 1.05, "1/s"),
    row("flood p99", quantile(slowest, 0.99), quantile(quiet, 0.99), Number.POSITIVE_INFINITY, "ms"),
  ];
}

function child(file: string, args: readonly number[]): ChildProcess {
  const argv = [join(import.meta.dirname, file), ...args.map(String)];
  return spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
}

async function firstLine(process: ChildProcess): Promise<string> {
  let text = "";
  for await (const bytes of process.stdout!) {
    text += bytes;
    if (text.includes("\n")) break;
  }
  return text.trim();
}

/** Good requests one after the other, each on a connection of its own.
 * @returns milliseconds of each; one that is not served took for ever */
async function requests(port: number, ms: number): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const began = performance.now();
    const served = await request(port).catch(() => false);
    times.push(served ? performance.now() - began : Number.POSITIVE_INFINITY);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return times;
}

async function request(port: number): Promise<boolean> {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  const timer = setTimeout(() => socket.destroy(new Error("late")), servedMsMax);
  try {
    await once(socket, "connect");
    socket.write(get(path));
    const challenge = challengeIn(((await once(socket, "data")) as [Buffer])[0].toString("latin1"));
    socket.write(get(path, sign(challenge)));
    return /^HTTP\/1\.1 200 /.test(((await once(socket, "data")) as [Buffer])[0].toString("latin1"));
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
