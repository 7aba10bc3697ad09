/** Composition: `cwmpd run`. Answers every port of the engine for this system, or for a directory that plays one. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { withoutPassword } from "../src/acs/secret.ts";
import type { Outcome } from "../src/cli/command.ts";
import type { Arguments } from "../src/cli/table.ts";
import type { Control } from "../src/control/control.ts";
import { type Engine, startEngine } from "../src/engine.ts";
import { Refused } from "../src/errors.ts";
import type { Root } from "../src/model/define.ts";
import type { RootName } from "../src/model/roots.ts";
import type { Config } from "../src/ports/config.ts";
import type { Level } from "../src/ports/log.ts";
import { isAcsUrl, readSettings, type Settings } from "../src/settings.ts";
import { zoneOffset } from "../src/zone.ts";
import { systemChance } from "./bun/chance.ts";
import { systemClock } from "./bun/clock.ts";
import { serveControl } from "./bun/control.ts";
import { waitingEvents } from "./bun/events.ts";
import { lineLog } from "./bun/log.ts";
import { processMemory } from "./bun/memory.ts";
import { systemNet } from "./bun/net.ts";
import { openPatientStore, type PatientStore } from "./bun/patient-store.ts";
import { voucherTools } from "./bun/vouchers.ts";
import { runLimits } from "./limits.ts";
import { connectionRequests } from "./listeners/connreq.ts";
import { associating } from "./listeners/dhcp.ts";
import { paging } from "./listeners/page.ts";
import { datagrams } from "./listeners/udp.ts";
import { clockKnown } from "./openwrt/clock.ts";
import { openConfig } from "./openwrt/config.ts";
import type { Device } from "./openwrt/device.ts";
import { exposedFiles } from "./openwrt/exposed.ts";
import { openFacts } from "./openwrt/facts.ts";
import { systemProbes } from "./openwrt/probes.ts";
import { optionPrograms } from "./openwrt/programs.ts";
import { openUbus } from "./openwrt/ubus.ts";
import { webFiles } from "./openwrt/webcontent.ts";
import { openTransfers } from "./transfers.ts";

type RunOptions = Arguments<"run">;

/** How one life of the agent ended: by a stop, to begin anew as after a boot, or with another root. */
type End = "stop" | "boot" | "root";

/** Runs until a signal stops it. A directory that plays a device boots by beginning anew. */
export async function run(options: RunOptions, version: string): Promise<Outcome> {
  const url = options["acs-url"];
  if (url !== undefined && !isAcsUrl(url)) {
    return {
      exit: 2,
      err: `cwmpd run: --acs-url takes an absolute http or https URL without credentials, not "${withoutPassword(url)}"\n`,
    };
  }
  // A mistyped name is not to become a device without any configuration.
  if (!statSync(options.root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Refused(
      `There is no directory ${options.root} to take for the root. Lay out a sample: cwmpd sandbox ${options.root}`,
    );
  }
  let end: End;
  do end = await live(options, version);
  while (end !== "stop");
  return { exit: 0 };
}

async function live(options: RunOptions, version: string): Promise<End> {
  const { root } = options;
  const level = { now: (options["log-level"] ?? "info") as Level };
  const log = lineLog(() => level.now, options.syslog ? await logWriter() : onTerminal);
  const stateDirectory = options.state ?? join(root, "etc/cwmp");
  const config = openConfig(root, log);
  const clock = systemClock(clockKnown(root), (wall) => zoneOffset(timezone(config), wall));

  let over: (end: End) => void = () => {};
  const ended = new Promise<End>((resolve) => {
    over = resolve;
  });
  const device: Device =
    root !== "/"
      ? await import("./sim/device.ts").then((sim) =>
          sim.openDevice({ root, stateDirectory, boot: () => over("boot"), view: () => config.view() }),
        )
      : (await import("./openwrt/device.ts")).openwrtDevice(root);

  // The socket is the agent's claim to the device: a second one ends here, before it touches anything.
  let engine: Engine | undefined;
  const control = await serveControl(
    root,
    deferred(() => engine?.control),
    log,
  );
  const store = await openPatientStore(stateDirectory);
  const warnings: string[] = [];
  if (store.setAside !== undefined) {
    warnings.push(
      `The state was damaged and set aside as ${store.setAside}; the agent began as from factory.`,
    );
    log("error", warnings[0]!);
  }
  for (const warning of stateWarnings(store)) log("error", warning);
  const ubus = openUbus(root, device.exec);
  const facts = openFacts(root, device.exec, ubus);
  const association = associating({
    config,
    facts,
    services: device.services,
    log,
    listens: device.ownsMachine,
  });
  const udp = datagrams(!device.ownsMachine, { log, clock });
  const requests = connectionRequests(!device.ownsMachine, { log, clock, chance: systemChance, store });
  const page = paging({ config, facts, clock, log, here: device.host?.[4] });
  // A tree that is served stays until no session sees it any more; then the next life has the other one.
  const turned = (name: RootName): void => {
    if (engine?.busy !== false) clock.wake(clock.now().mono + runLimits.rootWaitMs, () => turned(name));
    else if (readSettings(config.view(), "configuration").dataModel === name) over("root");
  };
  const settled = async (settings: Settings, engine: Engine) => {
    if (settings.dataModel !== dataModel.name) turned(settings.dataModel);
    if (options["log-level"] === undefined) level.now = settings.logLevel;
    for (const problem of settings.problems) log("warn", problem);
    // The UDP port is the one of TCP, where that could be had.
    let port = settings.connectionRequest.port;
    await requests.follow(settings, {
      connectionRequestPath: engine.connectionRequestPath,
      connectionRequest: () => engine.connectionRequest(),
      connectionRequestWaits: () => engine.connectionRequestWaits(),
      listening(at) {
        port = at ?? port;
        engine.listening(at);
        void udp.follow(port, engine);
      },
    });
    void association.follow(settings, engine);
    void page.follow(settings, engine);
  };
  const dataModel = await rootOf(readSettings(config.view(), "configuration").dataModel);
  const ports = {
    clock,
    chance: systemChance,
    log,
    store,
    config,
    net: systemNet,
    facts,
    events: waitingEvents(root),
    presence: device.presence,
    content: webFiles(root),
    dhcp: device.dhcp(facts),
    udp: udp.udp,
    probes: systemProbes(device.exec),
    services: device.services,
    memory: processMemory,
    transfers: await openTransfers({ root, stateDirectory, config, facts, log, ...device }),
    programs: optionPrograms(root),
    vouchers: voucherTools,
  };
  engine = await startEngine(ports, {
    root: dataModel,
    boot: device.boot,
    version,
    acsUrl: options["acs-url"],
    host: device.host,
    reach: new Set(["network", "wireless", "firewall"]),
    warnings: ({ tls }) => [
      ...warnings,
      ...stateWarnings(store),
      ...association.warnings,
      ...exposedFiles(root, tls.clientKey),
    ],
    settled,
  });
  const touched = () => {
    engine?.touched();
    page.look();
  };
  const unwatch = config.watch(touched);
  const signals = onSignals({ stop: () => over("stop"), reload: touched });
  const end = await ended;
  signals();
  unwatch();
  engine.stop();
  association.close();
  ubus.close();
  await Promise.all([control.close(), requests.close(), udp.close(), page.close()]);
  store.close();
  return end;
}

/** Loads the one data model that is served, and nothing of the other. */
async function rootOf(name: RootName): Promise<Root> {
  return name === "Device"
    ? (await import("./openwrt/gateway/device2/root.ts")).deviceRoot
    : (await import("./openwrt/gateway/igd/root.ts")).igdRoot;
}

function stateWarnings(store: Pick<PatientStore, "trouble">): readonly string[] {
  const trouble = store.trouble();
  if (trouble === undefined) return [];
  return [
    `The state of the agent cannot be saved (${trouble.why}): sessions are held, and what would have to outlast a power cut is refused. ${trouble.remedy}`,
  ];
}

const onTerminal = (at: Level, line: string): void => void process.stderr.write(`${at}: ${line}`);

/** Without a system log, the program that relays both outputs must distinguish errors from other lines. */
async function logWriter(): Promise<(at: Level, line: string) => void> {
  const { systemLog } = await import("./bun/syslog.ts");
  const given = systemLog() ?? (() => false);
  return (at, line) => {
    if (given(at, line)) return;
    const stream = at === "error" || at === "warn" ? process.stderr : process.stdout;
    // The agent outlives the program that relays its log.
    if (stream.listenerCount("error") === 0) stream.on("error", () => {});
    stream.write(`${at}: ${line}`);
  };
}

/** Refuses commands until the engine has started. */
function deferred(control: () => Control | undefined): Control {
  const now = () => {
    const found = control();
    if (found === undefined) throw new Refused("The agent is still starting: ask again in a moment.");
    return found;
  };
  return {
    get: async (paths) => now().get(paths),
    describe: async (paths) => now().describe(paths),
    rehearse: async (pairs) => now().rehearse(pairs),
    profiles: async () => now().profiles(),
    set: async (pairs) => now().set(pairs),
    names: async (path, nextLevel) => now().names(path, nextLevel),
    status: async () => now().status(),
    options: async () => now().options(),
    inform: async () => now().inform(),
    events: async () => now().events(),
    transfers: async () => now().transfers(),
    transfer: async (wish) => now().transfer(wish),
    requestDownload: async (wish) => now().requestDownload(wish),
  };
}

function timezone(config: Config): string {
  const value = config.view().package("system")?.ofType("system")[0]?.options.get("timezone");
  return typeof value === "string" ? value : "UTC";
}

function onSignals(handlers: { readonly stop: () => void; readonly reload: () => void }): () => void {
  process.on("SIGTERM", handlers.stop);
  process.on("SIGINT", handlers.stop);
  process.on("SIGHUP", handlers.reload);
  return () => {
    process.off("SIGTERM", handlers.stop);
    process.off("SIGINT", handlers.stop);
    process.off("SIGHUP", handlers.reload);
  };
}
