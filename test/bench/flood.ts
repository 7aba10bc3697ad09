/** Bench: up to how many new connections a second that say nothing, from as many IPv4 addresses and from one IPv6 /48,
 * every good Connection Request is served at once. TR-069 3.2.2. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
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
  return [...(await rowsOf("flood", "127.0.0.1")), ...apart()];
}

/** @param host that is flooded; of IPv6 from addresses that only a network of its own has */
async function rowsOf(name: string, host: string): Promise<Row[]> {
  const { port, end } = await server(host);
  const quiet = await requests(host, port, 500);
  let held = 0;
  let slowest: readonly number[] = quiet;
  for (const rate of rates) {
    const { times, made } = await flooded(host, port, rate, floodMs);
    if (times.some((ms) => ms > servedMsMax)) break;
    held = made;
    slowest = times;
  }
  await end();
  return [
    row(name, rateWanted, held, 1.05, "1/s"),
    row(`${name} p99`, quantile(slowest, 0.99), quantile(quiet, 0.99), Number.POSITIVE_INFINITY, "ms"),
  ];
}

export async function server(host: string) {
  const process = child("flood-server.ts", [host]);
  const port = Number(await firstLine(process));
  const end = async () => {
    process.stdin?.end();
    await once(process, "exit");
  };
  return { port, end };
}

/** @param patienceMs for a good request
 * @returns milliseconds of each good request during the flood, and the connections a second that came about */
export async function flooded(
  host: string,
  port: number,
  rate: number,
  ms: number,
  patienceMs: number = servedMsMax,
) {
  const flood = child("flood-child.ts", [port, rate, ms, host.includes(":") ? 6 : 4]);
  const told = firstLine(flood);
  const times = await requests(host, port, ms - 500, patienceMs);
  return { times, made: Number(await told) };
}

/** All addresses of the /48 are those of a network namespace. */
export const inNamespace = [
  "unshare",
  "--net",
  "sh",
  "-c",
  `ip link set lo up && ip -6 route add local 2001:db8:f00d::/48 dev lo &&
echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind && exec "$@"`,
  "sh",
] as const;

/** The rows for IPv6, measured in a process of its own; none where namespaces are forbidden. */
function apart(): Row[] {
  const [program, ...args] = [...inNamespace, process.execPath, import.meta.filename, "apart"];
  const { status, stdout } = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) return [];
  // Infinity is none of the numbers of JSON.
  return (JSON.parse(stdout) as Row[]).map((one) => ({
    ...one,
    limit: one.limit ?? Number.POSITIVE_INFINITY,
  }));
}

function child(file: string, args: readonly (string | number)[]): ChildProcess {
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
async function requests(host: string, port: number, ms: number, patienceMs = servedMsMax): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const began = performance.now();
    const served = await request(host, port, patienceMs).catch(() => false);
    times.push(served ? performance.now() - began : Number.POSITIVE_INFINITY);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return times;
}

async function request(host: string, port: number, patienceMs: number): Promise<boolean> {
  const socket = net.connect({ port, host, noDelay: true });
  const timer = setTimeout(() => socket.destroy(new Error("late")), patienceMs);
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

if (process.argv[2] === "apart") console.log(JSON.stringify(await rowsOf("flood-48", "::1")));
