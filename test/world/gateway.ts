/** A whole agent on a device in memory: the real engine over doubles of every port. The disk outlives it. */

import { hmacSha1 } from "../../platform/bun/udp.ts";
import { voucherTools } from "../../platform/bun/vouchers.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { playedDhcp } from "../../platform/sim/dhcp.ts";
import { Acs, type AcsOptions } from "../../src/acs/acs.ts";
import type { Entry } from "../../src/acs/state.ts";
import { type Engine, startEngine } from "../../src/engine.ts";
import { Refused } from "../../src/errors.ts";
import type { Root } from "../../src/model/define.ts";
import type { Events } from "../../src/ports/events.ts";
import type { Log } from "../../src/ports/log.ts";
import type { HttpRequest, Target } from "../../src/ports/net.ts";
import type { Probes } from "../../src/ports/probes.ts";
import type { Programs } from "../../src/ports/programs.ts";
import type { Services } from "../../src/ports/services.ts";
import type { Endpoint, Source, Udp } from "../../src/ports/udp.ts";
import type { Settings } from "../../src/settings.ts";
import { noProbes } from "../diagnostics/nothing.ts";
import {
  Disk,
  type Fuse,
  fuse,
  Killed,
  type MemoryConfig,
  type MemoryFacts,
  type MemoryStore,
  memoryConfig,
  memoryFacts,
  memoryStore,
  type Packages,
} from "../model/world.ts";
import { noTransfers } from "../transfer/nothing.ts";
import { Seeded } from "./chance.ts";
import { settled, VirtualClock } from "./clock.ts";
import { packages } from "./packages.ts";
import type { Shed } from "./shed.ts";
import { memoryWire, type Trouble, type Wire } from "./wire.ts";

export const acsUrl = "http://acs.example/cwmp";

export interface GatewayOptions {
  /** What hooks have handed over. */
  readonly events?: Events;
  readonly seed?: number;
  readonly packages?: Packages;
  readonly acs?: Partial<AcsOptions>;
  readonly trouble?: (request: HttpRequest) => Trouble | undefined;
  readonly sent?: (request: HttpRequest, target: Target) => void;
  readonly addresses?: (host: string) => readonly string[];
  /** Tools of the diagnostics. */
  readonly probes?: Probes;
  /** Trusted to sign vouchers, as DER. */
  readonly trust?: readonly Uint8Array[];
  /** Whether a program that turns an Option works now. */
  readonly turns?: (program: string, name: string, on: boolean) => boolean;
  /** Why a factory reset is impossible here. */
  readonly resetObstacle?: string;
  /** What the device has for files; absent: it has no use for any. */
  readonly shed?: Shed;
  readonly logged?: (what: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** One process of the agent. */
interface Life {
  readonly engine: Engine | undefined;
  readonly config: MemoryConfig;
  readonly store: MemoryStore;
  readonly wire: Wire;
  readonly fuse: Fuse;
}

export class Gateway {
  readonly disk: Disk;
  readonly clock = new VirtualClock();
  readonly chance: Seeded;
  readonly facts: MemoryFacts;
  readonly acs: Acs;
  readonly conversation: Entry[] = [];
  readonly logged: string[] = [];
  /** What the engine had services do. */
  readonly orders: string[] = [];
  /** Services take that long. */
  labour: Promise<void> | undefined;
  /** The listener for Connection Requests takes that long to follow the settings. */
  moving: Promise<void> | undefined;
  life!: Life;
  /** The root of the next process. */
  served: Root = igdRoot;
  private boots = 0;

  constructor(private readonly options: GatewayOptions = {}) {
    this.disk = new Disk(options.packages ?? packages());
    this.chance = new Seeded(options.seed ?? 1);
    this.facts = memoryFacts({
      board: {
        manufacturer: "Example",
        oui: "0017A4",
        productClass: "Gateway",
        serialNumber: "S1",
        softwareVersion: "1.0",
        hardwareVersion: "A",
      },
      lan: ["lan1"],
      wan: ["eth0"],
      interfaces: [
        {
          name: "wan",
          up: true,
          pending: false,
          device: "eth0",
          uptime: 10,
          addresses: [{ address: "192.0.2.7", mask: 24 }],
          gateway: "192.0.2.1",
          dns: [],
          errors: [],
        },
      ],
    });
    this.acs = new Acs({ chance: new Seeded((options.seed ?? 1) + 1), ...options.acs });
    this.acs.listen((news) => {
      if (news.do === "record") this.conversation.push(news.entry);
    });
  }

  /** Power comes on, or only the process is begun anew. */
  async start(what: "device" | "process" = "device", wired: Fuse = fuse(), first = () => {}): Promise<void> {
    if (what === "device") {
      this.boots += 1;
      this.options.shed?.boot();
    }
    first();
    const config = memoryConfig(this.disk, wired);
    const store = memoryStore(this.disk, wired);
    const wire = memoryWire({
      clock: this.clock,
      answer: (request) => this.acs.request(request, this.clock.time.wall),
      ...(this.options.trouble ? { trouble: this.options.trouble } : {}),
      ...(this.options.addresses ? { addresses: this.options.addresses } : {}),
      sent: (request, target) => {
        wired.step("send");
        this.options.sent?.(request, target);
      },
    });
    const life = { engine: undefined as Engine | undefined, config, store, wire, fuse: wired };
    this.life = life;
    const ports = {
      clock: this.clock,
      chance: this.chance,
      log: this.log,
      store,
      config,
      facts: this.facts,
      net: wire,
      udp: this.udp,
      probes: this.options.probes ?? noProbes,
      services: this.services(life),
      memory: { rest() {} },
      transfers: this.options.shed?.adapters(wired, () => this.orders.push("reboot")) ?? noTransfers,
      dhcp: playedDhcp,
      events: this.options.events ?? { waiting: () => [], done() {} },
      presence: { ask() {} },
      content: { read: () => undefined },
      programs: this.programs(life),
      vouchers: { ...voucherTools, certificates: () => this.options.trust ?? [] },
    };
    const settings = {
      root: this.served,
      boot: this.boot,
      version: "0",
      acsUrl: undefined,
      host: undefined,
      reach: new Set(["network", "wireless", "firewall"]),
      warnings: () => [],
      settled: async ({ connectionRequest }: Settings, engine: Engine) => {
        await this.moving;
        engine.listening(connectionRequest.port);
      },
    };
    try {
      life.engine = await startEngine(ports, settings);
      config.watch(() => life.engine?.touched());
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    await settled();
  }

  /** The process is gone, and with it every wait. @param offMs how long the device has no power; undefined: it has */
  async restart(offMs: number | undefined, wired: Fuse = fuse(), between = () => {}): Promise<void> {
    this.life.engine?.stop();
    if (offMs === undefined) this.clock.forget();
    else this.clock.boot(offMs);
    await this.start(offMs === undefined ? "process" : "device", wired, between);
  }

  private programs(life: Life): Programs {
    return {
      turn: async (program, name, on) => {
        life.fuse.step("program");
        this.orders.push(`${program} ${name} ${on ? "on" : "off"}`);
        if (this.options.turns?.(program, name, on) === false) throw new Refused("it ended with exit code 1");
      },
    };
  }

  /** Names the boot that this is. */
  get boot(): string {
    return `boot-${this.boots}`;
  }

  get engine(): Engine {
    if (this.life.engine === undefined) throw new Error("the agent did not start");
    return this.life.engine;
  }

  /** Everything that is due now, and what follows from it. */
  async rest(): Promise<void> {
    await this.clock.pass(0);
  }

  /** Requests that the ACS has heard, by method, oldest first. */
  heard(): string[] {
    return this.conversation.flatMap(({ from, said }) =>
      from !== "cpe" ? [] : said.is === "call" ? [said.method] : [said.is],
    );
  }

  /** Informs that the ACS has heard. */
  informs() {
    return this.conversation.flatMap(({ said }) =>
      said.is === "call" && said.method === "Inform" ? [said.args] : [],
    );
  }

  /** Datagrams that the agent has sent. */
  readonly datagrams: { readonly at: Source; readonly to: Endpoint; readonly bytes: Uint8Array }[] = [];
  private readonly udp: Udp = {
    send: (at, to, bytes) => void this.datagrams.push({ at, to, bytes }),
    release() {},
    source: async () => undefined,
    hmacSha1,
  };

  private readonly log: Log = (level, what, fields = {}) => {
    this.logged.push(`${level} ${what} ${JSON.stringify(fields)}`);
    this.options.logged?.(what, fields);
  };

  private services(life: Life): Services {
    const order = async (what: string) => {
      life.fuse.step(what);
      this.orders.push(what);
      await this.labour;
    };
    return {
      apply: (names) => order(`apply ${names.join(" ")}`),
      reset: (name) => order(`reset ${name}`),
      renew: (name) => order(`renew ${name}`),
      setPassword: (user, password) => order(`password ${user} ${password}`),
      setEnabled: (user, on) => order(`${on ? "unlock" : "lock"} ${user}`),
      reboot: () => order("reboot"),
      factoryReset: () => order("factoryReset"),
      resetObstacle: () => this.options.resetObstacle,
    };
  }
}
