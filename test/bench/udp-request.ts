/** Bench: from a good UDP Connection Request to the first byte of the Inform, against a bare UDP echo and a bare HTTP round
 * trip one after the other; and what keep-alives cost a process at rest, against a bare timer that sends the same datagram.
 * TR-069 Annex G. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import dgram from "node:dgram";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { bindingResponse, mapped, message } from "../nat/messages.ts";
import { binary, listening, statusOf, stop, Workshop } from "./binary.ts";
import { median, quantile, type Row, row } from "./measure.ts";

const warmUps = 20;
const rounds = 200;
/** Milliseconds more than the two bare trips, at the median. */
const moreMsMax = 5;
/** Seconds between keep-alives while it is measured: what an hour costs at 30 s is the hundredth and twentieth part. */
const period = 3;
const settleMs = 30_000;
const restMs = 60_000;

export async function run(): Promise<Row[]> {
  return [...(await requests()), ...(await idle())];
}

async function requests(): Promise<Row[]> {
  const workshop = new Workshop();
  configure(workshop, "", ["option requests_per_minute '6000'"]);
  let hear: (at: number) => void = () => {};
  const acs = await listening((at) => hear(at));
  const agent = workshop.start(acs.url);
  const socket = dgram.createSocket("udp4");
  const first = new Promise<number>((resolve) => {
    hear = resolve;
  });
  await first;
  await rest(1000);
  const port = await portOf(workshop);
  const found: number[] = [];
  for (let at = -warmUps; at < rounds; at += 1) {
    const heard = new Promise<number>((resolve) => {
      hear = resolve;
    });
    const bytes = request(Math.floor(Date.now() / 1000) + warmUps + at);
    const sent = performance.now();
    socket.send(bytes, port, "127.0.0.1");
    const took = (await heard) - sent;
    if (at >= 0) found.push(took);
    // The session ends.
    await rest(30);
  }
  const reference = median(await echoes()) + median(await trips());
  await stop(agent);
  socket.close();
  acs.close();
  workshop.close();
  const limit = (reference + moreMsMax) / reference;
  return [
    row("udp-request", median(found), reference, limit, "ms"),
    row("udp-request p99", quantile(found, 0.99), reference, Number.POSITIVE_INFINITY, "ms"),
  ];
}

export function configure(workshop: Workshop, stun: string, cpe: readonly string[] = []): void {
  const file = join(workshop.root, "etc/config/cwmp");
  const text = readFileSync(file, "utf8").replace(/\nconfig stun [\s\S]*?(?=\nconfig |$)/, "");
  const lines = cpe.map((line) => `\t${line}\n`).join("");
  writeFileSync(file, `${text.replace("config cpe 'cpe'\n", `config cpe 'cpe'\n${lines}`)}\n${stun}`);
}

export async function portOf(workshop: Workshop): Promise<number> {
  const child = spawn(binary, ["status", "--root", workshop.root, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  for await (const part of child.stdout) out += part;
  return Number((JSON.parse(out).nat.address as string).split(":").at(-1));
}

export function request(ts: number): Buffer {
  const sig = createHmac("sha1", "knock knock").update(`${ts}${ts}acsc`).digest("hex");
  return Buffer.from(`GET http://gw?ts=${ts}&id=${ts}&un=acs&cn=c&sig=${sig} HTTP/1.1\r\nHost: gw\r\n\r\n`);
}

async function echoes(): Promise<number[]> {
  const server = dgram.createSocket("udp4");
  server.on("message", (bytes, from) => server.send(bytes, from.port, from.address));
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const socket = dgram.createSocket("udp4");
  const found: number[] = [];
  for (let at = -warmUps; at < rounds; at += 1) {
    const sent = performance.now();
    socket.send(request(1), server.address().port, "127.0.0.1");
    await once(socket, "message");
    if (at >= 0) found.push(performance.now() - sent);
  }
  socket.close();
  server.close();
  return found;
}

/** A connection, a GET and its answer. */
async function trips(): Promise<number[]> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.end("HTTP/1.1 204 No Content\r\n\r\n"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const found: number[] = [];
  for (let at = -warmUps; at < rounds; at += 1) {
    const sent = performance.now();
    const socket = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    if (at >= 0) found.push(performance.now() - sent);
    socket.destroy();
  }
  server.close();
  return found;
}

/** At rest, a keep-alive and its answer every few seconds. */
async function idle(): Promise<Row[]> {
  const stun = dgram.createSocket("udp4");
  stun.on("message", (bytes, from) => {
    const answer = message(bindingResponse, [mapped(from.address, from.port)], bytes.toString("hex", 4, 20));
    stun.send(answer, from.port, from.address);
  });
  stun.bind(0, "127.0.0.1");
  await once(stun, "listening");
  const { port } = stun.address();
  const workshop = new Workshop();
  const options = { enable: 1, server: "127.0.0.1", port, min_keepalive: period, max_keepalive: period };
  const lines = Object.entries(options).map(([name, value]) => `\toption ${name} '${value}'\n`);
  configure(workshop, `config stun 'stun'\n${lines.join("")}`);
  const bare = workshop.compile(
    "timer",
    `import dgram from "node:dgram";
     const socket = dgram.createSocket("udp4");
     socket.on("message", () => {});
     setInterval(() => socket.send(Buffer.alloc(44), ${port}, "127.0.0.1"), ${period * 1000});`,
  );
  const acs = await listening(() => {});
  const ours = workshop.start(acs.url);
  const reference = spawn(bare, [], { stdio: "ignore", env: {} });
  await rest(settleMs);
  const before = [ours, reference].map(costs);
  await rest(restMs);
  const after = [ours, reference].map(costs);
  await Promise.all([stop(ours), stop(reference)]);
  acs.close();
  stun.close();
  workshop.close();
  const spent = (name: "wakes" | "cpu") => [0, 1].map((at) => after[at]![name] - before[at]![name]);
  // What an hour of keep-alives every 30 s takes.
  const hourly = 3600 / 30 / (restMs / 1000 / period);
  const [wakes, cpu] = [spent("wakes"), spent("cpu")];
  return [
    row("stun-idle wake-ups an hour", wakes[0]! * hourly, wakes[1]! * hourly, 2, "times"),
    row("stun-idle cpu an hour", cpu[0]! * hourly, cpu[1]! * hourly, 2, "ms"),
  ];
}

function costs(child: ChildProcess): { readonly wakes: number; readonly cpu: number } {
  const [ns = 0] = readFileSync(`/proc/${child.pid}/schedstat`, "utf8").split(" ").map(Number);
  return { wakes: statusOf(child, "voluntary_ctxt_switches"), cpu: ns / 1e6 };
}
