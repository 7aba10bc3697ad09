/** The engine: puts the rooms together and nothing else. It knows no socket, no file, no clock and no UCI syntax;
 * all of that is given by the ports. See README.md for the map. */

import { begun, controlOf, underWay } from "./commands.ts";
import { randomPath } from "./connreq/path.ts";
import type { Control } from "./control/control.ts";
import { explaining } from "./control/explain.ts";
import type { AssociationEvent } from "./dhcp/association.ts";
import { dhcpDesk } from "./dhcp/desk.ts";
import { ownAssociation } from "./dhcp/devices.ts";
import type { DiscoveryEvent } from "./dhcp/discovery.ts";
import type { Found } from "./dhcp/found.ts";
import { type Identity, identityOf } from "./dhcp/identity.ts";
import { urlIn, withFound } from "./dhcp/overlay.ts";
import { diagnosticsPackage, overlaid } from "./diagnostics/overlay.ts";
import { type DiagnosticsPorts, diagnosticsDesk } from "./diagnostics/perform.ts";
import { dispatcher } from "./handlers/dispatch.ts";
import { voucherMethods } from "./handlers/vouchers.ts";
import { familyReached } from "./http/affinity.ts";
import { lanPage } from "./kick/lan.ts";
import type { Site } from "./kick/site.ts";
import { beginLife, loadLife } from "./life.ts";
import { type Loop, runLoop } from "./loop.ts";
import { applier, parameterKeyOf } from "./model/apply.ts";
import { recoverIntents, resume } from "./model/commit.ts";
import type { Root } from "./model/define.ts";
import { type Moment, openModel } from "./model/session.ts";
import { natDesk } from "./nat/desk.ts";
import { voucherDesk } from "./options/desk.ts";
import { type OptionPorts, optionsPerformer } from "./options/perform.ts";
import { optionReports } from "./options/report.ts";
import { ordersPackage } from "./orders/orders.ts";
import { ordersPerformer } from "./orders/perform.ts";
import { overriding } from "./override.ts";
import { type Hosts, ownState, type PageUrls } from "./own.ts";
import type { Config, ConfigView } from "./ports/config.ts";
import type { Content } from "./ports/content.ts";
import type { Dhcp } from "./ports/dhcp.ts";
import type { Events } from "./ports/events.ts";
import type { Extent, Facts, Sheet } from "./ports/facts.ts";
import type { Presence } from "./ports/presence.ts";
import type { Store } from "./ports/store.ts";
import type { Endpoint, Source, Udp } from "./ports/udp.ts";
import { type DeedPorts, performer } from "./session/deeds.ts";
import { affinityOf } from "./session/kept.ts";
import { retryLimits } from "./session/limits.ts";
import type { AgentEvent } from "./session/state.ts";
import { keptSettings, type Settings } from "./settings.ts";
import { type TransferAdapters, type TransferParts, transferWork } from "./transfer/deeds.ts";
import { transferMethods } from "./transfer/methods.ts";
import { transferControl } from "./transfer/wishes.ts";
import { trialGuard, trialPerformer } from "./trial/desk.ts";

export interface EnginePorts extends Omit<DeedPorts, "store">, Pick<OptionPorts, "programs" | "vouchers"> {
  readonly store: Store;
  readonly config: Config;
  readonly facts: Facts;
  readonly transfers: TransferAdapters & Pick<TransferParts, "schemes">;
  readonly dhcp: Dhcp;
  readonly events: Events;
  readonly presence: Presence;
  readonly content: Content;
  readonly udp: Udp;
  readonly probes: DiagnosticsPorts["probes"];
}

export interface EngineOptions {
  readonly root: Root;
  /** Names this boot of the device: another one than last time means that it has booted. */
  readonly boot: string;
  readonly version: string;
  /** Wins over the configured URL until one is set. */
  readonly acsUrl: string | undefined;
  /** Told in ConnectionRequestURL where the interfaces of the tree are not those of this machine. */
  readonly host: Hosts | undefined;
  /** Packages of the configuration on which the way to the ACS depends. */
  readonly reach: ReadonlySet<string>;
  /** Faults that the platform finds, for `status`. */
  readonly warnings: (settings: Settings) => readonly string[];
  /** Called before the first session and after each change of the settings. */
  readonly settled: (settings: Settings, engine: Engine) => Promise<void>;
}

export interface Engine {
  readonly control: Control;
  /** Path of the Connection Request URL. */
  readonly connectionRequestPath: string;
  /** An authenticated Connection Request has been answered. */
  connectionRequest(): void;
  /** A Connection Request waits for the Inform that reports it. */
  connectionRequestWaits(): boolean;
  /** Reports the port on which Connection Requests are accepted. */
  listening(port: number | undefined): void;
  /** Reports the port on which UDP Connection Requests are accepted. */
  listeningUdp(port: number | undefined): void;
  /** A datagram has arrived at the port `at`: the one of UDP Connection Requests, or the secondary one of probes. */
  datagram(at: Source, from: Endpoint, bytes: Uint8Array): void;
  /** The LAN page, and where it is reached now. */
  readonly site: () => Promise<Site>;
  servingPage(urls: PageUrls): void;
  /** Configuration may have changed. */
  touched(): void;
  /** A session is under way, or about to be. */
  readonly busy: boolean;
  /** The identity of this device in Annex F. */
  readonly identity: Identity;
  /** A broadcast to port 67 on the LAN. */
  heard(bytes: Uint8Array): void;
  stop(): void;
}

/** Finishes the work that a crash interrupted, as far as it can be, then begins. */
export async function startEngine(given: EnginePorts, options: EngineOptions): Promise<Engine> {
  const stored = loadLife(given.store);
  let loop: Loop | undefined;
  const override =
    options.acsUrl === undefined ? undefined : overriding(given.config, urlOption(options.acsUrl));
  const configured = override ?? given.config;
  const byDhcp = () => (loop?.life.discovery.kept ?? stored.discovery).found;
  const written = keptSettings();
  const allowed = (view: ConfigView) => {
    const { enabled, dhcp } = written(view, "configuration");
    return enabled && dhcp.discovery;
  };
  const withDhcp = withFound(configured, byDhcp, allowed);
  const ports = {
    ...given,
    config: overlaid(
      overlaid(
        withDhcp,
        diagnosticsPackage,
        () => (loop?.life.diagnostics.kept ?? stored.diagnostics).sections,
        (edits) => loop?.feed({ to: "diagnostics", event: { on: "written", edits } }),
      ),
      ordersPackage,
      () => (loop?.life.orders.kept ?? stored.orders).sections,
      (edits) => loop?.feed({ to: "orders", event: { on: "written", edits } }),
    ),
  };
  const { store, config, clock } = ports;
  await resume(ports);
  // Once the model is there, it finishes interrupted work in turn with its changes.
  let finish = () => recoverIntents(config, store);
  const apply = applier(ports, () => finish());
  // A boot reads every file anew; after a crash of the agent alone the changes of its last session may be pending.
  if (stored.agent.boot === options.boot) await apply();
  // Another root that is asked for is served by the next engine; until then this one speaks of its own.
  const served = (found: Settings): Settings => ({ ...found, dataModel: options.root.name });
  const effective = keptSettings();
  const read = (view = config.view()): Settings => {
    const own = withDhcp.ownUrl;
    const source = urlIn(view) !== own ? "DHCP" : override?.holds ? "command line" : "configuration";
    const settings = effective(view, source, own);
    return source === "DHCP" ? { ...settings, ...retryOf(byDhcp()) } : settings;
  };
  /** Both together, and only where the configuration wants them. */
  function retryOf(found: Found | undefined) {
    const { retryWaitSeconds = null, retryMultiplier = null } = found ?? {};
    if (retryWaitSeconds === null && retryMultiplier === null) return {};
    if (!written(configured.view(), "configuration").dhcp.retry) return {};
    const firstWaitSeconds = retryWaitSeconds ?? retryLimits.firstWaitSeconds;
    return { retry: { firstWaitSeconds, factor: (retryMultiplier ?? 2000) / 1000 } };
  }
  const association = () => loop?.life.association.kept ?? stored.association;
  let found = read();
  let settings = served(found);
  const interfaceName = () => settings.connectionRequest.interface;
  const nat = natDesk(ports, {
    state: () => loop?.life.nat,
    feed: (event) => loop?.feed({ to: "nat", event }),
    told: () => feed({ on: "touched" }),
  });
  const diagnostics = diagnosticsDesk(ports, {
    tls: () => settings.transfer.tls,
    plays: options.host !== undefined,
  });
  const own = ownState(
    ports,
    () => parameterKeyOf(store, options.root.name),
    interfaceName,
    options.host,
    () => familyReached(settings.url, affinityOf(store)),
    randomPath,
    nat,
    () => ownAssociation(association()),
    diagnostics.echoCounts,
  );
  const guard = trialGuard({
    state: () => loop?.life.trial,
    feed: (event) => loop?.feed({ to: "trial", event }),
    reach: options.reach,
  });
  const model = openModel(options.root, ports, own, guard);
  finish = model.finish;

  let lan = true;
  /** Ends when Connection Requests are taken where the settings say, or cannot be. */
  let followed = Promise.resolve();
  const associate = (event: AssociationEvent) => loop?.feed({ to: "association", event });
  const discover = (event: DiscoveryEvent) => loop?.feed({ to: "discovery", event });
  const feed = (event: AgentEvent) => loop?.feed({ to: "agent", event });

  function settled(view?: ConfigView): void {
    const now = read(view);
    if (now === found || JSON.stringify(now) === JSON.stringify(found)) return;
    const { url } = found;
    found = now;
    settings = served(found);
    if (found.url !== url) model.renotify();
    followed = options.settled(found, engine);
    feed({ on: "settings", settings });
  }

  /** The sheet that the start has read, for the look with which the loop begins. */
  let atStart: Sheet | undefined;

  async function refresh(extent: Extent = "wired"): Promise<Moment | undefined> {
    try {
      const sheet = await (atStart ?? ports.facts.sheet(extent));
      const view = config.view();
      // The values of this view are sent to the ACS that it names, not to the one before, and with a port that
      // is listened on.
      settled(view);
      await followed;
      own.refresh(sheet, view);
      const before = lan;
      lan = sheet.ports("lan").length > 0;
      if (lan !== before) associate({ on: "side", lan });
      await nat.located(own.address);
      return { sheet, view };
    } catch (error) {
      ports.log("warn", "Cannot read device facts; using the last known values", {
        reason: String(error),
      });
      return undefined;
    }
  }

  const transfers = () => loop?.life.transfer.transfers ?? [];
  const transfer = transferWork(
    { ...ports, ...ports.transfers },
    { settings: () => settings.transfer, boot: options.boot, schemes: ports.transfers.schemes },
  );
  const vouchers = voucherDesk(
    ports,
    () => settings,
    () => own.deviceId,
    () => loop!.life.options,
  );
  const dispatch = dispatcher({
    model,
    log: ports.log,
    scheduled: () => loop?.life.agent.kept.scheduled.length ?? 0,
    lasting: () => store.lasting?.() ?? true,
    resetObstacle: () => ports.services.resetObstacle(),
    others: { ...transferMethods({ transfers, offer: () => transfer.offer() }), ...voucherMethods(vouchers) },
  });
  const agent = performer(ports, {
    model,
    dispatch,
    settled: () => settled(),
    settings: () => settings,
    deviceId: () => own.deviceId,
    refresh,
    apply,
    install: (ref) => transfer.install(ref, (event) => loop?.feed({ to: "transfer", event })),
    tried: (reached) => discover({ on: "tried", reached }),
  });
  const touched = () => {
    settled();
    feed({ on: "touched" });
  };
  const desk = dhcpDesk(ports, {
    discover,
    associate,
    interface: interfaceName,
    lease: () => association().lease,
    device: () => (loop?.life.association.roles.device ? identityOf(own.deviceId) : undefined),
    changed: touched,
  });
  const lanSide = lanPage(ports, {
    agent: () => loop?.life.agent,
    state: () => loop?.life.kick,
    feed: (event) => loop?.feed({ to: "kick", event }),
    settings: () => settings,
    options: () => (loop === undefined ? [] : optionReports(loop.life.options, config.view())),
    transfers: () => engine.control.transfers(),
    model,
    root: `${options.root.name}.`,
  });
  const engine: Engine = {
    control: {
      ...explaining(model, options.root),
      ...controlOf(() => loop, model, own, ports, options, {
        touched,
        apply,
        takeIn: desk.takeIn,
        nat: nat.status,
      }),
      ...transferControl(
        transfer,
        () => begun(loop).life.transfer,
        (event) => loop?.feed({ to: "transfer", event }),
        () => clock.now(),
      ),
    },
    connectionRequestPath: own.path,
    connectionRequest: () => feed({ on: "connectionRequest" }),
    connectionRequestWaits: () =>
      loop?.life.agent.kept.queue.events.some(({ code }) => code === "6 CONNECTION REQUEST") ?? false,
    listening(port) {
      own.listening(port);
      feed({ on: "touched" });
    },
    listeningUdp(port) {
      nat.listening(port);
      void nat.located(own.address);
    },
    datagram: nat.datagram,
    site: lanSide.site,
    servingPage: own.servingPage,
    touched,
    get busy() {
      if (loop === undefined) return false;
      const { phase } = loop.life.agent;
      return phase.is === "closing" || underWay(phase);
    },
    get identity() {
      return identityOf(own.deviceId);
    },
    heard: desk.heard,
    stop: () => loop?.stop(),
  };
  // The first look numbers every table: with a sheet that knows no radios it would have to begin anew.
  const first = await refresh("brief");
  followed = options.settled(found, engine);
  await followed;
  const beginning = { settings, boot: options.boot, now: clock.now() };
  transfer.begin(stored.transfer.transfers);
  atStart = first?.sheet;
  loop = runLoop(beginLife(stored, beginning), stored, ports, {
    agent,
    transfer: transfer.performers,
    discovery: desk.discovery,
    association: desk.association,
    options: optionsPerformer(ports, vouchers),
    nat: nat.performers,
    diagnostics: diagnostics.performers,
    orders: ordersPerformer(ports, apply),
    kick: lanSide.performers,
    trial: trialPerformer(ports, model, apply),
  });
  atStart = undefined;
  associate({ on: "side", lan });
  // The first look reads the configuration after this turn, with the URL that DHCP has found by then.
  desk.takeIn();
  await nat.located(own.address);
  return engine;
}

const urlOption = (value: string) =>
  ({ package: "cwmp", section: "acs", type: "acs", option: "url", value }) as const;
