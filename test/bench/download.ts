/** Bench: a file of 256 MiB from an HTTP server on loopback to the disk, fsync included, against `curl -o` and `sync`; by how
 * much the memory of the agent grows meanwhile, beside a file of 16 MiB; and how long a Connection Request waits meanwhile
 * for its answer. TR-069 A.3.2.8. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { challengeIn, get, sign } from "../connreq/answering.ts";
import { binary, statusOf, stop, Workshop } from "./binary.ts";
import { scriptedAcs } from "./full-session.ts";
import { median, type Row, row } from "./measure.ts";

const mib = 1_048_576;
const sizes = { large: 256 * mib, small: 16 * mib } as const;
const rounds = 5;
const timesMax = 1.5;
/** MiB by which resident memory may grow, and by how much more than with the small file. */
const growthMax = { large: 32, beside: 12 } as const;
const answerMsMax = 50;
/** Between two Connection Requests while the file comes. */
const requestEveryMs = 25;
/** More of one client in a minute are refused. */
const requestsMax = 80;
/** Between the first session and the download: the memory that the start has needed goes back. */
const restMs = 2000;

/** An image without metadata: it is refused as soon as all of it is on the disk, so that nothing more is measured. */
const download = (url: string) =>
  `<c:Download><CommandKey>k</CommandKey><FileType>1 Firmware Upgrade Image</FileType><URL>${url}</URL><Username/><Password/><FileSize>0</FileSize><TargetFileName/><DelaySeconds>0</DelaySeconds><SuccessURL/><FailureURL/></c:Download>`;

export async function run(): Promise<Row[]> {
  // On a disk: the agent's files lie beneath the root of its gateway.
  const directory = mkdtempSync(join(process.cwd(), "dist/bench-download-"));
  const server = serve(directory);
  try {
    const ours: number[] = [];
    const theirs: number[] = [];
    const growth = { large: [] as number[], small: [] as number[] };
    for (let i = -1; i < rounds; i++) {
      const copied = await curl(server.url("large"), join(directory, "copy"));
      const large = await measured(directory, server, "large");
      const small = await measured(directory, server, "small");
      if (i < 0) continue;
      theirs.push(copied);
      ours.push(large.ms);
      growth.large.push(large.growth);
      growth.small.push(small.growth);
    }
    const { answers } = await measured(directory, server, "large", knocking);
    const [large, small] = [median(growth.large), Math.max(median(growth.small), 1)];
    return [
      row("download", median(ours), median(theirs), timesMax, "ms"),
      row("download memory", large, growthMax.large, 1, "MiB"),
      row("download memory, 16 MiB", large, small, (small + growthMax.beside) / small, "MiB"),
      row("download knock", Math.max(...answers), answerMsMax, 1, "ms"),
    ];
  } finally {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Served {
  url(size: keyof typeof sizes): string;
  /** Resolves with the moment at which a file is asked for. */
  asked(): Promise<number>;
  close(): void;
}

function serve(directory: string): Served {
  const block = new Uint8Array(mib).map((_, i) => (i * 37 + (i >> 8)) & 0xff);
  for (const [name, bytes] of Object.entries(sizes)) {
    const writer = Bun.file(join(directory, name)).writer();
    for (let at = 0; at < bytes; at += mib) writer.write(block);
    void writer.end();
  }
  let hear: (at: number) => void = () => {};
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      hear(performance.now());
      return new Response(Bun.file(join(directory, new URL(request.url).pathname)));
    },
  });
  return {
    url: (size) => `${server.url.href}${size}`,
    asked: () =>
      new Promise((resolve) => {
        hear = resolve;
      }),
    close: () => void server.stop(true),
  };
}

async function curl(url: string, to: string): Promise<number> {
  const began = performance.now();
  for (const argv of [
    ["curl", "-sf", "-o", to, url],
    ["sync", to],
  ]) {
    const [code] = await once(spawn(argv[0]!, argv.slice(1), { stdio: "ignore" }), "exit");
    if (code !== 0) throw new Error(`${argv.join(" ")} failed`);
  }
  const ms = performance.now() - began;
  rmSync(to);
  return ms;
}

interface Measured {
  readonly ms: number;
  /** MiB. */
  readonly growth: number;
  /** Milliseconds of each answer to a Connection Request. */
  readonly answers: readonly number[];
}

type Meanwhile = (port: number, path: string, over: () => boolean) => Promise<readonly number[]>;

/** A fresh agent downloads the file once. */
async function measured(
  directory: string,
  server: Served,
  size: keyof typeof sizes,
  meanwhile: Meanwhile = async () => [],
): Promise<Measured> {
  const workshop = new Workshop(directory);
  const script: string[] = [];
  let ended: number | undefined;
  const acs = await scriptedAcs(script, (request) => {
    // The response, or the Inform of the session that tells the end.
    if (request.includes("DownloadResponse")) script.pop();
    if (request.includes("7 TRANSFER COMPLETE")) ended ??= performance.now();
  });
  const first = acs.over();
  const child = workshop.start(acs.url);
  try {
    await first;
    const { port, pathname } = new URL(await requestUrl(workshop.root));
    await rest(restMs);
    script.push(download(server.url(size)));
    const before = statusOf(child, "VmRSS");
    // From here on VmHWM is the peak since now.
    writeFileSync(`/proc/${child.pid}/clear_refs`, "5");
    const asked = server.asked();
    await output(["inform", "--root", workshop.root]);
    const began = await asked;
    const answers = await meanwhile(Number(port), pathname, () => ended !== undefined);
    while (ended === undefined) await rest(1);
    return { ms: ended - began, growth: (statusOf(child, "VmHWM") - before) / 1024, answers };
  } finally {
    await stop(child);
    acs.close();
    workshop.close();
  }
}

/** Connection Requests with their login, one after the other until the file is there. */
const knocking: Meanwhile = async (port, path, over) => {
  const found: number[] = [];
  while (!over() && found.length < requestsMax) {
    const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    const challenge = challengeIn(await answer(socket, get(path), "401"));
    const login = sign(challenge, { username: "acs", password: "knock knock", uri: path });
    const sent = performance.now();
    await answer(socket, get(path, login), "200");
    found.push(performance.now() - sent);
    socket.destroy();
    await rest(requestEveryMs);
  }
  return found;
};

async function answer(socket: net.Socket, request: string, status: string): Promise<string> {
  socket.write(request);
  const text = ((await once(socket, "data")) as [Buffer])[0].toString("latin1");
  if (!text.startsWith(`HTTP/1.1 ${status}`)) throw new Error(`expected ${status}: ${text.slice(0, 100)}`);
  return text;
}

async function requestUrl(root: string): Promise<string> {
  const status = JSON.parse(await output(["status", "--root", root, "--json"]));
  return status.connectionRequest.url;
}

async function output(args: readonly string[]): Promise<string> {
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  for await (const part of child.stdout) out += part;
  return out;
}
