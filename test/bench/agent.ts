/** The agent in this process, over real adapters on a sample gateway, as a bench needs it: quiet and unlimited. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemChance } from "../../platform/bun/chance.ts";
import { systemClock } from "../../platform/bun/clock.ts";
import { serveConnectionRequests } from "../../platform/bun/connreq.ts";
import { processMemory } from "../../platform/bun/memory.ts";
import { systemNet } from "../../platform/bun/net.ts";
import { openStore } from "../../platform/bun/store.ts";
import { hmacSha1 } from "../../platform/bun/udp.ts";
import { voucherTools } from "../../platform/bun/vouchers.ts";
import { openConfig } from "../../platform/openwrt/config.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { optionPrograms } from "../../platform/openwrt/programs.ts";
import { openDevice } from "../../platform/sim/device.ts";
import { playedDhcp } from "../../platform/sim/dhcp.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import { type Engine, startEngine } from "../../src/engine.ts";
import type { Level } from "../../src/ports/log.ts";
import { credentials } from "../connreq/answering.ts";
import { noProbes } from "../diagnostics/nothing.ts";
import { noTransfers } from "../transfer/nothing.ts";
import { bootedLongAgo } from "./binary.ts";
import { elsewhere } from "./real.ts";

export interface BenchAgent {
  readonly engine: Engine;
  /** Of its Connection Request server. */
  readonly port: number;
  /** Resolves with the end of the next session. @throws when that fails */
  session(): Promise<void>;
  close(): Promise<void>;
}

/** An ACS in a process of its own (`answering-acs.ts`). */
export async function answeringAcs(): Promise<{ readonly url: string; close(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "answering-acs.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return { url: chunk.toString().trim(), close: () => void child.kill() };
}

export async function startAgent(acsUrl: string): Promise<BenchAgent> {
  const directory = mkdtempSync(join(tmpdir(), "cwmpd-bench-"));
  const root = join(directory, "gateway");
  layOutSandbox(root);
  bootedLongAgo(root);
  const many = "option kicks_per_hour '3600'\n\toption kicks_per_client '3600'\n";
  appendFileSync(join(root, "etc/config/cwmp"), `\nconfig lan 'lan'\n\t${many}`);
  const config = openConfig(root);
  const device = openDevice({
    root,
    stateDirectory: join(directory, "state"),
    boot: () => {},
    view: () => config.view(),
  });
  const store = await openStore(join(directory, "state"));
  const clock = systemClock(
    () => true,
    () => 0,
  );
  let ended: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const told = (_: string, what: string, fields?: Readonly<Record<string, unknown>>) => {
    if (what === "Session ended as it should") ended?.resolve();
    else if (what === "Session failed") ended?.reject(new Error(String(fields?.reason)));
  };
  // As the log of the service, which drops lines at level debug.
  const log = Object.assign(told, { wants: (level: Level) => level !== "debug" });
  let server: Awaited<ReturnType<typeof serveConnectionRequests>> | undefined;
  const ports = {
    clock,
    chance: systemChance,
    log,
    store,
    config,
    net: systemNet,
    probes: noProbes,
    udp: { send() {}, release() {}, source: async () => undefined, hmacSha1 },
    facts: openFacts(root, elsewhere(device.exec)),
    services: device.services,
    memory: processMemory,
    transfers: noTransfers,
    dhcp: playedDhcp,
    events: { waiting: () => [], done() {} },
    presence: { ask() {} },
    content: { read: () => undefined },
    programs: optionPrograms(root),
    vouchers: voucherTools,
  };
  const session = () =>
    new Promise<void>((resolve, reject) => {
      ended = { resolve, reject };
    });
  const first = session();
  const engine = await startEngine(ports, {
    root: igdRoot,
    boot: device.boot,
    version: "bench",
    acsUrl,
    host: device.host,
    reach: new Set(["network", "wireless", "firewall"]),
    warnings: () => [],
    async settled(_, started) {
      server ??= await serveConnectionRequests({
        address: "127.0.0.1",
        port: 0,
        path: started.connectionRequestPath,
        clock,
        chance: systemChance,
        log,
        credentials: () => credentials,
        onRequest: () => started.connectionRequest(),
        limits: { acceptedPerMinuteMax: 1e6, acceptedPerSourcePerMinuteMax: 1e6 },
      });
      started.listening(server.port);
    },
  });
  await first;
  return {
    engine,
    port: server!.port,
    session,
    async close() {
      engine.stop();
      await server?.close();
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
