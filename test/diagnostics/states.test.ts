/** Every state that the standard gives a diagnostic is reached, and no other one: by the desk that ships, with the real ping
 * and traceroute in a network namespace, with real connections, and in the words of both roots. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { systemChance } from "../../platform/bun/chance.ts";
import { systemClock } from "../../platform/bun/clock.ts";
import { systemNet } from "../../platform/bun/net.ts";
import { type Exec, systemExec } from "../../platform/openwrt/exec.ts";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import * as bindings from "../../platform/openwrt/gateway/diagnostics.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { systemProbes } from "../../platform/openwrt/probes.ts";
import { diagnosticsMachine } from "../../src/diagnostics/machine.ts";
import { diagnosticsDesk } from "../../src/diagnostics/perform.ts";
import type { Kind, Options, State } from "../../src/diagnostics/sections.ts";
import type { Binding, Env } from "../../src/model/define.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { memoryFacts } from "../model/world.ts";
import { closed, ftpServer, type Replies, serve } from "./servers.ts";

/** Hosts of 198.51.100.0/24 answer nothing, those of 203.0.113.0/24 cannot be reached. */
const network = `busybox ip link set lo up && busybox ip addr add 192.0.2.1/24 dev lo &&
busybox ip route add 198.51.100.0/24 dev lo && busybox ip route add unreachable 203.0.113.0/24 && exec busybox "$@"`;
const inNamespace: Exec = (argv, ...more) =>
  systemExec(["unshare", "-n", "sh", "-c", network, "sh", ...argv], ...more);

const canUnshare =
  spawnSync("unshare", ["-n", "sh", "-c", network, "sh", "ping", "-c", "1", "192.0.2.1"]).status === 0;

const clock = systemClock(
  () => true,
  () => 0,
);

interface Case {
  readonly options: Options;
  readonly exec?: Exec;
  /** The clock of the test: time is over once the server has answered. */
  readonly clock?: Clock;
  /** The facts of the device cannot be read. */
  readonly dark?: boolean;
}

async function run(kind: Kind, one: Case): Promise<State> {
  const facts = memoryFacts();
  if (one.dark) facts.refuse = 1;
  const ports = { net: systemNet, clock: one.clock ?? clock, chance: systemChance, log: () => {} };
  const probes = systemProbes(one.exec ?? inNamespace);
  const { performers } = diagnosticsDesk({ ...ports, facts, probes }, { tls: () => ({}), plays: false });
  const deed = { do: "run", number: 1, kind, options: one.options } as const;
  // The loop turns what a performer throws into the event of the deed's row.
  const events = await performers.run(deed).catch((error: unknown) => {
    const event = diagnosticsMachine.deeds.run.onFailure?.(error, deed);
    return event === undefined ? [] : [event];
  });
  const [event] = events;
  if (event?.on !== "ended") throw new Error("The diagnostic has not ended");
  return event.outcome.state;
}

const missing: Exec = (argv, ...more) => systemExec([`/nowhere/${argv[0]}`, ...argv.slice(1)], ...more);

/** Ends the time of a test when its server says so. */
function endingClock(): { readonly clock: Clock; end(): void } {
  const wakes: (() => void)[] = [];
  const wake = (_at: number, fire: () => void) => {
    wakes.push(fire);
    return () => {};
  };
  return { clock: { ...clock, wake }, end: () => wakes[0]?.() };
}

const quick = { count: "1", tries: "1", timeout: "1000", hops: "2" };
const host = (name: string): Case => ({ options: { ...quick, host: name } });
const noInterface: Case = {
  options: { ...quick, host: "192.0.2.1", url: "http://127.0.0.1/", interface: "wan" },
};

type Cases = Partial<Record<State, () => Promise<Case> | Case>>;

const programs: Cases = {
  Complete: () => host("192.0.2.1"),
  Error_CannotResolveHostName: () => host("nosuch.invalid"),
  Error_NoRouteToHost: () => host("203.0.113.9"),
  Error_Internal: () => ({ ...host("192.0.2.1"), exec: missing }),
  Error_Other: () => noInterface,
};

const at = (port: number, scheme = "http"): Options => ({
  url: `${scheme}://127.0.0.1:${port}/pub/file`,
  length: "1000",
});
const http = async (answer: string, once = 1): Promise<Case> => ({
  options: at(
    await serve((socket) => {
      let taken = 0;
      socket.on("data", (bytes) => {
        taken += bytes.length;
        if (taken >= once) socket.end(answer);
      });
    }),
  ),
});
const ftp = async (replies: Replies): Promise<Case> => ({ options: at(await ftpServer(replies), "ftp") });
const empty = "Content-Length: 0\r\n\r\n";

const transfers: Cases = {
  Error_CannotResolveHostName: () => ({ options: { url: "http://nosuch.invalid/" } }),
  Error_NoRouteToHost: () => ({ options: { url: "http://255.255.255.255/" } }),
  async Error_InitConnectionFailed() {
    const port = await serve(() => {});
    closed();
    return { options: at(port) };
  },
  Error_NoResponse: () => http(""),
  Error_PasswordRequestFailed: () => ftp({ USER: "530 nobody" }),
  Error_LoginFailed: () => http(`HTTP/1.1 401 Unauthorized\r\n${empty}`, 1000),
  Error_NoTransferMode: () => ftp({ TYPE: "504 no" }),
  Error_NoPASV: () => ftp({ PASV: "502 no" }),
  async Error_Timeout() {
    const time = endingClock();
    const port = await serve((socket) => socket.once("data", () => time.end()));
    return { options: at(port), clock: time.clock };
  },
  Error_Internal: () => ({ options: { url: "http://127.0.0.1/" }, dark: true }),
  Error_Other: () => noInterface,
};

const cases: Readonly<Record<Kind, Cases>> = {
  ping: programs,
  traceroute: { ...programs, Error_MaxHopCountExceeded: () => host("198.51.100.9") },
  download: {
    ...transfers,
    Complete: () => http("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
    Error_LoginFailed: () => http(`HTTP/1.1 401 Unauthorized\r\n${empty}`),
    Error_TransferFailed: () => http(`HTTP/1.1 404 Not Found\r\n${empty}`),
    Error_IncorrectSize: () => http("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
  },
  upload: {
    ...transfers,
    Complete: () => http(`HTTP/1.1 201 Created\r\n${empty}`, 1000),
    Error_NoCWD: () => ftp({ CWD: "550 no" }),
    Error_NoSTOR: () => ftp({ STOR: "553 no" }),
    Error_NoTransferComplete: () => http(`HTTP/1.1 500 No\r\n${empty}`, 1000),
  },
};

const kinds: readonly (readonly [
  Kind,
  { state: Binding; olderState: Binding },
  older: string,
  newer: string,
])[] = [
  ["ping", bindings.ping, "IPPingDiagnostics.", "IP.Diagnostics.IPPing."],
  ["traceroute", bindings.route, "TraceRouteDiagnostics.", "IP.Diagnostics.TraceRoute."],
  ["download", bindings.download, "DownloadDiagnostics.", "IP.Diagnostics.DownloadDiagnostics."],
  ["upload", bindings.upload, "UploadDiagnostics.", "IP.Diagnostics.UploadDiagnostics."],
];

/** The word of the root for a state of the diagnostic. */
function wordOf(binding: Binding, state: State): string {
  const section = { type: "", name: "", anonymous: false, options: new Map([["state", state]]) };
  const config = { package: () => ({ section: () => section }) };
  return binding.read({}, { config } as unknown as Env);
}

/** The ends of a diagnostic that the standard names. `Canceled` and `Error` are not required; `Completed` is the older word
 * for `Complete`. */
function ends(root: typeof igdRoot, path: string): readonly string[] {
  const [, words = ""] =
    /enum=([^;]*)/.exec(root.schema.parameter(`${path}DiagnosticsState`)!.constraints) ?? [];
  const all = words.split("|");
  return all
    .filter((word) => !/\{[^}]*(?:opt|dep)/.test(word))
    .map((word) => word.replace(/\{.*/, ""))
    .filter((word) => word !== "None" && word !== "Requested")
    .toSorted();
}

describe.each(kinds)("the states of %s", (kind, { state, olderState }, older, newer) => {
  const needsNamespace = kind === "ping" || kind === "traceroute";

  test.skipIf(needsNamespace && !canUnshare)("each is reached", async () => {
    for (const [wanted, made] of Object.entries(cases[kind]))
      expect([wanted, await run(kind, await made())]).toEqual([wanted, wanted]);
  });

  test.each([
    [deviceRoot, newer, state],
    [igdRoot, older, olderState],
  ])("they are those of the standard in $name", (root, path, binding) => {
    const reached = Object.keys(cases[kind]).map((word) => wordOf(binding, word as State));
    expect([...new Set(reached)].toSorted()).toEqual(ends(root, path));
  });
});
