/** Bench: from a browser's request to its redirect, beyond what the ACS takes, against one durable commit and two POSTs on
 * a new connection; and the status page against the same bytes from a bare server. TR-069 Annex D. */
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { servePage } from "../../platform/bun/page.ts";
import { pageApp } from "../../platform/bun/pageapp.ts";
import { openStore } from "../../platform/bun/store.ts";
import { answeringAcs, startAgent } from "./agent.ts";
import { median, type Row, row } from "./measure.ts";

const rounds = 200;
const warmUps = 20;

export async function run(): Promise<Row[]> {
  const acs = await answeringAcs();
  const agent = await startAgent(acs.url);
  const place = { lanName: "", names: ["127.0.0.1"] };
  const app = pageApp(await agent.engine.site(), () => ({ ...place, port: page.port }));
  const networks = [{ address: "127.0.0.1", mask: 32 }];
  const page = await servePage({ networks, port: 0, log: () => {}, answer: app });
  let turn = 0;
  const kick = () => get(page.port, `/kick.html?arg=${++turn}&next=/x`, "302 Found");
  // The session goes on after the redirect: its end is nobody's wait.
  const alone = () => agent.session();
  const status = () => get(page.port, "/", "200 OK");
  const bytes = await status();
  const bare = Bun.serve({ port: 0, fetch: () => new Response(bytes.slice(bytes.indexOf("\r\n\r\n") + 4)) });
  const plain = () => get(bare.port!, "/", "200 OK");
  const [ours, reference] = [await times(kick, alone), await times(await bareKick(acs.url))];
  const [shown, same] = [await times(status), await times(plain)];
  await Promise.all([page.close(), bare.stop(true), agent.close(), acs.close()]);
  return [
    row("kick", median(ours), median(reference), 2.5, "ms"),
    row("page", median(shown), median(same), 3, "ms"),
  ];
}

/** Milliseconds between two rounds: a browser comes to an agent at rest, not to one that puts its last session away. */
const restMs = 30;

/** @param beside begun with each round, and waited for outside of what is measured */
async function times(work: () => Promise<unknown>, beside = async () => {}): Promise<number[]> {
  const found: number[] = [];
  for (let i = -warmUps; i < rounds; i++) {
    const over = beside();
    const began = performance.now();
    await work();
    if (i >= 0) found.push(performance.now() - began);
    await over;
    await rest(restMs);
  }
  return found;
}

/** One request on a connection of its own, to its end. */
function get(port: number, path: string, expected: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`),
    );
    let text = "";
    socket.on("data", (piece) => {
      text += piece.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("close", () =>
      text.startsWith(`HTTP/1.1 ${expected}`) ? resolve(text) : reject(new Error(text.slice(0, 200))),
    );
  });
}

/** What nobody can do without: the kick is on the disk, Inform and Kicked reach the ACS on a new connection. */
async function bareKick(url: string): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "cwmpd-bench-kick-"));
  const store = await openStore(directory);
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  let turn = 0;
  return async () => {
    store.write([{ shelf: "kick", key: `kick ${++turn}`, value: { args: "x".repeat(200) } }]);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 2; i++) await post(url, agent);
    agent.destroy();
  };
}

const body = "x".repeat(1500);

function post(url: string, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method: "POST", agent, headers: { "Content-Type": "text/xml" } },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve());
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
