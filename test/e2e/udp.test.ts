/** UDP Connection Requests to the built program, and a flood of what is none. TR-069 G.2.1.4. */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import dgram from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { Acs } from "./acs.ts";
import { Device } from "./device.ts";
import { path } from "./paths.ts";

const bun = fileURLToPath(new URL("../../node_modules/.bin/bun", import.meta.url));
const floodChild = fileURLToPath(new URL("../bench/udp-flood-child.ts", import.meta.url));

let stamp = Math.floor(Date.now() / 1000);

function request(key = "knock knock"): Buffer {
  stamp += 1;
  const fields = `ts=${stamp}&id=${stamp}&un=acs&cn=c`;
  const sig = createHmac("sha1", key).update(`${stamp}${stamp}acsc`).digest("hex");
  return Buffer.from(`GET http://gw?${fields}&sig=${sig} HTTP/1.1\r\nHost: gw\r\n\r\n`);
}

async function idle() {
  const acs = await Acs.open();
  const device = await Device.running(acs.url);
  const inform = await acs.pass("0 BOOTSTRAP");
  const address = await device.get(
    path.connectionRequestUrl.replace("ConnectionRequestURL", "UDPConnectionRequestAddress"),
  );
  const port = Number(address.split(":")[1]);
  const socket = dgram.createSocket("udp4");
  onTestFinished(() => void socket.close());
  const answers: Buffer[] = [];
  socket.on("message", (bytes) => answers.push(bytes));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const send = (bytes: Buffer) =>
    new Promise<void>((resolve) => socket.send(bytes, port, "127.0.0.1", () => resolve()));
  return { acs, device, send, answers, port, url: inform.values.get(path.connectionRequestUrl)! };
}

it("[R-G.2.1.4-01] [R-G.2.1.4-19] [R-G.2.1.4-20] [R-G.2.2.3-02] [R-G.2.2.3-04] an authentic UDP Connection Request starts a session, any other datagram starts none, and none is answered", async () => {
  const { acs, send, answers } = await idle();
  for (const bad of [
    request("wrong"),
    Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Buffer.alloc(0),
    Buffer.alloc(20),
  ]) {
    await send(bad);
  }
  const good = request();
  for (let copy = 0; copy < 3; copy += 1) await send(good);
  const informed = await acs.pass("6 CONNECTION REQUEST");
  expect(informed.codes).toEqual(["6 CONNECTION REQUEST"]);
  await send(request());
  expect((await acs.pass("6 CONNECTION REQUEST")).codes).toEqual(["6 CONNECTION REQUEST"]);
  expect(answers).toEqual([]);
});

it("[R-G.2.1.4-04] Connection Requests over TCP are accepted too", async () => {
  const { acs, send, url } = await idle();
  const { status } = await fetch(url);
  expect(status).toBe(401);
  await send(request());
  await acs.pass("6 CONNECTION REQUEST");
  expect((await fetch(url)).status).toBe(401);
});

const requested = "6 CONNECTION REQUEST";

/** The same request again and again until its session begins: the kernel discards datagrams of a full buffer. A copy that
 * comes later starts no session. */
async function asked(acs: Acs, send: (bytes: Buffer) => Promise<void>) {
  const good = request();
  let begun = false;
  const inform = acs.pass(requested).finally(() => {
    begun = true;
  });
  while (!begun) {
    await send(good);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return inform;
}

it("an authentic request is accepted during a flood of garbage; after the flood the agent answers and has not grown", async () => {
  const { acs, device, send, port } = await idle();
  const rubbish = [Buffer.alloc(100, 0xff), request("wrong"), Buffer.alloc(40), Buffer.from("GET rubbish")];
  let sent = 0;
  let over = false;
  const flood = (async () => {
    while (!over) {
      await Promise.all(Array.from({ length: 200 }, () => send(rubbish[sent++ % rubbish.length]!)));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  const grown = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${device.pid}/status`, "utf8"))![1]) / 1024;
  await expect.poll(() => sent, { timeout: 60_000 }).toBeGreaterThan(2000);
  const before = grown();
  for (let time = 0; time < 3; time += 1) expect((await asked(acs, send)).codes).toEqual([requested]);
  await expect.poll(() => sent, { timeout: 60_000 }).toBeGreaterThan(5000);
  over = true;
  await flood;
  const burst = spawn(bun, [floodChild, String(port), "100000", "2000"], { stdio: "ignore" });
  await once(burst, "exit");
  expect((await asked(acs, send)).codes).toEqual([requested]);
  expect((await device.status()).warnings).toEqual([]);
  expect(grown() - before).toBeLessThan(32);
});
