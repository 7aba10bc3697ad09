/** Bench: of good UDP Connection Requests, each sent three times 100 ms apart into a flood of rubbish, how many start a session
 * within half a second; and how soon the agent answers after a flood, and what it has grown by. TR-069 G.2.1.4. */
import { type ChildProcess, spawn } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { listening, statusOf, stop, Workshop } from "./binary.ts";
import { type Row, row } from "./measure.ts";
import { configure, portOf, request } from "./udp-request.ts";

/** Datagrams a second. */
const rate = 20_000;
const burst = 100_000;
const wanted = 0.99;
const requests = 100;
const servedMsMax = 500;
const copies = 3;
const copyMs = 100;

export async function run(): Promise<Row[]> {
  const workshop = new Workshop();
  configure(workshop, "", ["option requests_per_minute '6000'"]);
  let hear: () => void = () => {};
  const acs = await listening(() => hear());
  const first = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const agent = workshop.start(acs.url);
  await first;
  await rest(1000);
  const port = await portOf(workshop);
  const socket = dgram.createSocket("udp4");
  let ts = Math.floor(Date.now() / 1000);
  /** @returns milliseconds until its session begins; Infinity: it does not */
  const call = async (): Promise<number> => {
    const bytes = request(++ts);
    const began = performance.now();
    const heard = new Promise<number>((resolve) => {
      hear = () => resolve(performance.now() - began);
      setTimeout(() => resolve(Number.POSITIVE_INFINITY), servedMsMax);
    });
    for (let copy = 0; copy < copies; copy += 1)
      setTimeout(() => socket.send(bytes, port, "127.0.0.1"), copy * copyMs);
    const took = await heard;
    // Copies that are still to come belong to this request.
    await rest(copies * copyMs);
    return took;
  };
  const resident = () => statusOf(agent, "VmRSS") / 1024;
  const flood = child([port, rate, requests * (servedMsMax + copies * copyMs) + 10_000]);
  await rest(1000);
  let served = 0;
  for (let at = 0; at < requests; at += 1) if ((await call()) <= servedMsMax) served += 1;
  flood.kill();
  await rest(1000);
  const before = resident();
  const heavy = child([port, burst, 5000]);
  const made = Number(await firstLine(heavy));
  const after = await call();
  const grown = resident() - before;
  await stop(agent);
  socket.close();
  acs.close();
  workshop.close();
  console.error(`${made} datagrams a second in the burst`);
  return [
    row("udp-flood", wanted, served / requests, 1, "share"),
    row("udp-flood answers after", after, 1000, 1, "ms"),
    row("udp-flood grown", before + grown, before, 1.1, "MiB"),
  ];
}

function child(args: readonly number[]): ChildProcess {
  const argv = [join(import.meta.dirname, "udp-flood-child.ts"), ...args.map(String)];
  return spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [bytes] = await once(child.stdout!, "data");
  return String(bytes).trim();
}
