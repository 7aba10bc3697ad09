/** Handler: runs the diagnostics over the interface that they name, and serves UDP echo. TR-098, TR-143. */
import type { LinePorts, LineSettings } from "../http/lines.ts";
import { noEcho, type OwnEcho } from "../own.ts";
import type { Facts, Sheet } from "../ports/facts.ts";
import type { FtpFailure, Probes, Stopped } from "../ports/probes.ts";
import type { Performers } from "../session/machine.ts";
import type { Settings } from "../settings.ts";
import { echoed } from "./echo.ts";
import { type HttpTest, testHttp } from "./http.ts";
import { diagnosticsLimits } from "./limits.ts";
import { measuredResults } from "./measured.ts";
import { pingArguments, pingMsMax, pingOutcome } from "./ping.ts";
import { failed, type Kind, type Options, type Outcome } from "./sections.ts";
import type { DiagnosticsDeed, DiagnosticsEvent } from "./state.ts";
import { routeArguments, routeMsMax, routeOutcome } from "./traceroute.ts";

export interface DiagnosticsPorts extends LinePorts {
  readonly facts: Facts;
  readonly probes: Probes;
}

export interface DiagnosticsParts {
  readonly tls: () => LineSettings["tls"];
  /** The interfaces of the tree are not those of this machine: tests follow its routes. */
  readonly plays: boolean;
}

export interface DiagnosticsDesk {
  readonly performers: Performers<DiagnosticsDeed, DiagnosticsEvent>;
  readonly echoCounts: () => OwnEcho;
}

/** The network device and the source address of a test; undefined: the routes choose them. */
interface Way {
  readonly device: string | undefined;
  readonly address: string | undefined;
}

export function diagnosticsDesk(ports: DiagnosticsPorts, parts: DiagnosticsParts): DiagnosticsDesk {
  const ends = new Map<number, () => void>();
  const echo = echoServer(ports, parts);
  return {
    echoCounts: echo.counts,
    performers: {
      async run({ number, kind, options }) {
        const enders: (() => void)[] = [];
        let over = false;
        ends.set(number, () => {
          over = true;
          for (const end of enders) end();
        });
        const stopped: Stopped = (end) => {
          enders.push(end);
          if (over) end();
        };
        ports.log("info", "A diagnostic begins", { kind });
        try {
          const way = await wayOf(options.interface ?? "", ports.facts, parts.plays);
          const outcome =
            way === undefined
              ? failed("Error_Other")
              : await tests[kind](options, way, stopped, ports, parts.tls());
          ports.log("info", "A diagnostic has ended", { kind, state: over ? "None" : outcome.state });
          return [{ on: "ended", number, outcome }];
        } finally {
          ends.delete(number);
        }
      },
      async cancel({ number }) {
        ends.get(number)?.();
        return [];
      },
      async echo({ settings }) {
        await echo.follow(settings);
        return [];
      },
    },
  };
}

/** @returns undefined: the interface is not up */
async function wayOf(name: string, facts: Facts, plays: boolean): Promise<Way | undefined> {
  if (name === "" || plays) return { device: undefined, address: undefined };
  const found = (await facts.sheet("wired")).interface(name);
  const address = found?.addresses[0]?.address;
  return found?.device === undefined || address === undefined ? undefined : { device: found.device, address };
}

type Test = (
  options: Options,
  way: Way,
  stopped: Stopped,
  ports: DiagnosticsPorts,
  tls: LineSettings["tls"],
) => Promise<Outcome>;

const tests: Readonly<Record<Kind, Test>> = {
  async ping(options, { device }, stopped, { probes }) {
    const ran = await probes.run("ping", pingArguments(options, device), pingMsMax(options), stopped);
    return ran.is === "ended" ? pingOutcome(options, ran) : failed(notRun[ran.why]);
  },
  async traceroute(options, { device }, stopped, { probes }) {
    const ran = await probes.run("traceroute", routeArguments(options, device), routeMsMax(options), stopped);
    return ran.is === "ended" ? routeOutcome(ran) : failed(notRun[ran.why]);
  },
  download: (options, way, stopped, ports, tls) => transfer("download", options, way, stopped, ports, tls),
  upload: (options, way, stopped, ports, tls) => transfer("upload", options, way, stopped, ports, tls),
};

const notRun = {
  missing: "Error_Internal",
  killed: "Error_Internal",
  output: "Error_Other",
  timeout: "Error_Other",
} as const;

async function transfer(
  direction: "download" | "upload",
  options: Options,
  way: Way,
  stopped: Stopped,
  ports: DiagnosticsPorts,
  tls: LineSettings["tls"],
): Promise<Outcome> {
  if (!URL.canParse(options.url ?? "")) return failed("Error_InitConnectionFailed");
  const url = new URL(options.url ?? "");
  const length = Number(options.length ?? 0);
  const counter = direction === "download" ? "rx_bytes" : "tx_bytes";
  const count = async () => counted(await ports.facts.sheet("files"), way.device, counter);
  const before = await count();
  const outcome =
    url.protocol === "ftp:"
      ? await overFtp({ direction, url, length, from: way.address }, stopped, ports)
      : await testHttp({ direction, url, length, from: way.address, tls }, ports, stopped);
  // Other traffic of the interface is counted too: the count distinguishes a busy line from a slow one (TR-143 4.3).
  const total = Math.max((await count()) - before, Number(outcome.results.bytes ?? 0));
  return { ...outcome, results: { ...outcome.results, total: `${total % 2 ** 32}` } };
}

const counted = (sheet: Sheet, device: string | undefined, counter: string): number =>
  device === undefined ? 0 : Number(sheet.netdev(device)?.counter(counter) ?? 0);

const ftpStates: Readonly<Record<FtpFailure, Outcome["state"]>> = {
  connect: "Error_InitConnectionFailed",
  response: "Error_NoResponse",
  password: "Error_PasswordRequestFailed",
  login: "Error_LoginFailed",
  mode: "Error_NoTransferMode",
  passive: "Error_NoPASV",
  directory: "Error_NoCWD",
  store: "Error_NoSTOR",
  transfer: "Error_TransferFailed",
  complete: "Error_NoTransferComplete",
  size: "Error_IncorrectSize",
  timeout: "Error_Timeout",
};

async function overFtp(
  { direction, url, length, from }: Pick<HttpTest, "direction" | "url" | "length" | "from">,
  stopped: Stopped,
  { probes, net, clock }: DiagnosticsPorts,
): Promise<Outcome> {
  try {
    await net.resolve(url.hostname.replace(/^\[|\]$/g, ""));
  } catch {
    return failed("Error_CannotResolveHostName");
  }
  const bytes = direction === "upload" ? length : diagnosticsLimits.downloadBytesMax;
  const test = { direction, url: url.href, bytes, msMax: diagnosticsLimits.testMsMax, from };
  const { failure, ...measured } = await probes.ftp(test, () => clock.now().mono, stopped);
  const state = failure === undefined ? "Complete" : ftpStates[failure];
  return { state, results: measuredResults(measured, clock.now()) };
}

/** Keeps the port of the UDP echo server as the settings name it. */
function echoServer({ facts, probes, clock, log }: DiagnosticsPorts, { plays }: DiagnosticsParts) {
  let counts: OwnEcho = noEcho;
  let close = () => {};
  let turn: Promise<void> = Promise.resolve();
  const open = async (settings: Settings["udpEcho"]) => {
    close();
    close = () => {};
    if (!settings.enable) return;
    counts = noEcho;
    const way = await wayOf(settings.interface, facts, plays);
    if (way === undefined) return log("warn", "UDP echo is not served: its interface is not up", {});
    const v6 = settings.source.includes(":");
    const at = { address: way.address ?? (v6 ? "::" : "0.0.0.0"), port: settings.port };
    const port = await probes.listen(at, (bytes, from) => {
      const done = echoed(counts, settings, from.address, bytes, clock.now());
      counts = done.counts;
      if (done.answer !== undefined) port.send(done.answer, from);
    });
    close = () => port.close();
    log("info", "UDP echo is served", { port: settings.port });
  };
  return {
    counts: () => counts,
    follow: (settings: Settings["udpEcho"]): Promise<void> => {
      const mine = turn.then(() => open(settings));
      turn = mine.catch(() => {});
      return mine;
    },
  };
}
