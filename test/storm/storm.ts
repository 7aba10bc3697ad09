/** One storm: the whole agent and an ACS under a virtual clock, with faults by seed. The wire is cut, answers come
 * late, short, twice or from somebody else, the store and the files refuse, the process dies between any two steps,
 * the clock jumps. Then calm, and what must be true is looked at (watch.ts). */
import { ask, type Mishap, type Result, type Task } from "../../src/acs/state.ts";
import { type Fuse, fuse } from "../model/world.ts";
import { Seeded } from "../world/chance.ts";
import { settled } from "../world/clock.ts";
import { Gateway } from "../world/gateway.ts";
import { packages } from "../world/packages.ts";
import { type Serving, Shed } from "../world/shed.ts";
import type { Trouble } from "../world/wire.ts";
import { together, Watch } from "./watch.ts";

export interface Storm {
  readonly seed: number;
  readonly breaches: readonly string[];
  /** What happened, in order. */
  readonly story: readonly string[];
  readonly sessions: number;
}

const mappings = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.";

const fileTypes = {
  image: "1 Firmware Upgrade Image",
  web: "2 Web Content",
  configuration: "3 Vendor Configuration File",
} as const;

export async function storm(seed: number): Promise<Storm> {
  const weather = new Weather(seed);
  return weather.blow();
}

class Weather {
  private readonly chance: Seeded;
  private readonly story: string[] = [];
  private readonly shed = new Shed();
  private readonly watch = new Watch(
    () => this.gateway,
    () => this.shed,
    (what) => this.tell(what),
  );
  private readonly gateway: Gateway;
  private readonly roughness: number;
  private calm = false;
  private tokens = 0;
  private keys = 0;
  private fuse: Fuse = fuse();
  private killAt = Number.POSITIVE_INFINITY;
  private orders = 0;

  constructor(private readonly seed: number) {
    this.chance = new Seeded(seed * 7919);
    this.roughness = this.chance.roll() * 0.3;
    this.shed.serve = () => this.serving();
    this.shed.bootFails = () => !this.calm && this.chance.often(0.2);
    this.gateway = new Gateway({
      seed,
      shed: this.shed,
      acs: { plan: () => this.tasks(), script: () => this.mishap() },
      trouble: () => this.trouble(),
      logged: (what, fields) => {
        this.story.push(`  log: ${what} ${JSON.stringify(fields)}`);
        // What a dead process still says is not said by anybody.
        if (this.fuse.steps.length < this.killAt) this.watch.logged(what, fields);
      },
    });
  }

  async blow(): Promise<Storm> {
    await this.begin("device");
    const blows = 10 + this.chance.below(25);
    for (let i = 0; i < blows; i++) {
      await this.act();
      await this.settle();
    }
    await this.subside();
    this.watch.quietLog();
    const sessions = this.gateway.informs().length;
    return { seed: this.seed, breaches: this.watch.breaches, story: this.story, sessions };
  }

  private tell(what: string): void {
    this.story.push(`${this.gateway.clock.time.mono}: ${what}`);
  }

  // ---------------------------------------------------------------- lives

  private async begin(what: "device" | "process", offMs = 0): Promise<void> {
    // What the last process still had on its lips is not the next one's.
    this.gateway.life?.engine?.stop();
    await settled();
    this.killAt = !this.calm && this.chance.often(0.4) ? this.chance.below(120) : Number.POSITIVE_INFINITY;
    this.fuse = fuse(this.killAt);
    this.tell(
      `${what} starts${this.killAt === Number.POSITIVE_INFINITY ? "" : `, to die at step ${this.killAt}`}`,
    );
    if (this.gateway.life === undefined) await this.gateway.start("device", this.fuse);
    else
      await this.gateway.restart(what === "device" ? offMs : undefined, this.fuse, () => this.watch.begun());
    this.watch.stir();
  }

  private get dead(): boolean {
    return this.fuse.steps.length >= this.killAt || this.gateway.life.engine === undefined;
  }

  /** Time passes, until the device is told to go down: it does so within minutes. */
  private async pass(ms: number): Promise<void> {
    const until = this.gateway.clock.time.mono + ms;
    while (this.gateway.clock.time.mono < until && !this.orderedDown) {
      await this.gateway.clock.pass(Math.min(300_000, until - this.gateway.clock.time.mono));
    }
  }

  private get orderedDown(): boolean {
    return this.gateway.orders.slice(this.orders).some((o) => o === "reboot" || o === "factoryReset");
  }

  /** Carries out what the device was told to, and revives what has died, until all is well or hopeless. */
  private async settle(): Promise<void> {
    for (let i = 0; i < 20; i++) {
      this.watch.look();
      const order = this.gateway.orders
        .slice(this.orders)
        .find((o) => o === "reboot" || o === "factoryReset");
      this.orders = this.gateway.orders.length;
      if (order === "factoryReset") this.reset();
      if (order !== undefined) await this.begin("device", 1000);
      else if (this.dead)
        await this.begin(this.chance.often(0.5) ? "device" : "process", this.chance.below(10_000));
      else break;
    }
    if (!this.dead) this.watch.whole();
  }

  /** What a factory reset leaves: the configuration of the image, and no state. */
  private reset(): void {
    this.tell("factory reset");
    for (const [name, sections] of Object.entries(packages())) this.gateway.disk.replace(name, sections);
    this.gateway.disk.rows.clear();
    this.gateway.disk.marked = false;
    this.shed.reset();
    this.watch.forget();
  }

  // ---------------------------------------------------------------- what happens

  private async act(): Promise<void> {
    const { gateway, chance } = this;
    const acts: readonly (readonly [weight: number, what: string, act: () => unknown])[] = [
      [6, "time passes", () => this.pass(chance.below(chance.pick([100, 6000, 60_000, 3_600_000])))],
      [4, "Connection Request", () => gateway.life.engine?.connectionRequest()],
      [2, "asked for a session", () => gateway.life.engine?.control.inform().catch(() => {})],
      [3, "hand edit", () => this.edit()],
      [1, "the store refuses", () => this.refuse("store")],
      [1, "files refuse", () => this.refuse("files")],
      [1, "ubus is silent", () => this.refuse("facts")],
      [1, "files of transfers refuse", () => this.refuse("shed")],
      [1, "the clock jumps", () => this.jump()],
      [1, "the power fails", () => this.begin("device", chance.below(1_000_000))],
      [1, "the process dies", () => this.begin("process")],
    ];
    const total = acts.reduce((sum, [weight]) => sum + weight, 0);
    let at = chance.below(total);
    const [, what, act] = acts.find(([weight]) => {
      at -= weight;
      return at < 0;
    })!;
    this.tell(what);
    this.watch.stir();
    await act();
    await gateway.rest();
  }

  private edit(): void {
    const edit = {
      edit: "set",
      package: "system",
      section: "cfg01e48a",
      option: "hostname",
      value: `h${this.chance.below(9)}`,
    } as const;
    this.gateway.disk.edit([edit]);
    this.gateway.life.engine?.touched();
  }

  private refuse(what: "store" | "files" | "facts" | "shed"): void {
    const times = 1 + this.chance.below(4);
    if (what === "store") this.gateway.life.store.refuse = times;
    else if (what === "files") this.gateway.life.config.refuseStages = times;
    else if (what === "facts") this.gateway.facts.refuse = times;
    else this.shed.refuse = times;
  }

  private jump(): void {
    const { time } = this.gateway.clock;
    if (this.chance.often(0.3)) time.known = !time.known;
    time.wall += (this.chance.roll() - 0.5) * 2 * 86_400_000 * this.chance.pick([0.001, 1, 3650]);
  }

  // ---------------------------------------------------------------- what the ACS does

  private tasks(): readonly Task[] {
    if (this.calm) return [];
    const count = this.chance.below(4);
    return Array.from({ length: count }, () => this.task());
  }

  private task(): Task {
    switch (this.chance.below(11)) {
      case 0:
      case 1:
      case 2:
        return this.change();
      case 3:
        return ask("GetParameterValues", { ParameterNames: ["InternetGatewayDevice."] });
      case 4:
        return ask(
          "AddObject",
          { ObjectName: mappings, ParameterKey: "" },
          {
            after: (result) => {
              if (result.is === "reply") this.watch.added(result.args.InstanceNumber);
              return [];
            },
          },
        );
      case 5:
        return this.keyed((key) => ["Reboot", { CommandKey: key }]);
      case 6:
        return this.keyed((key) => [
          "ScheduleInform",
          { DelaySeconds: 1 + this.chance.below(5000), CommandKey: key },
        ]);
      case 7:
        return ask("SetParameterAttributes", {
          ParameterList: [
            {
              Name: "InternetGatewayDevice.Time.",
              NotificationChange: true,
              Notification: this.chance.below(2),
              AccessListChange: false,
              AccessList: [],
            },
          ],
        });
      case 8:
      case 9:
        return this.transfer();
      default:
        return this.chance.often(0.1) ? ask("FactoryReset", {}) : ask("GetRPCMethods", {});
    }
  }

  /** Three packages at once. */
  private change(): Task {
    const token = this.tokens++;
    const ParameterList = together.map((Name) => ({ Name, Value: `T${token}`, type: "string" }));
    return ask("SetParameterValues", { ParameterList, ParameterKey: `k${token}` });
  }

  private keyed(
    make: (
      key: string,
    ) =>
      | ["Reboot", { CommandKey: string }]
      | ["ScheduleInform", { DelaySeconds: number; CommandKey: string }],
  ): Task {
    const key = `key-${this.keys++}`;
    const [method, args] = make(key);
    return ask(method, args as never, {
      after: (result) => {
        if (result.is === "reply") this.watch.promise(key);
        return [];
      },
    });
  }

  /** The name of the file is the key, and its beginning tells what becomes of it (watch.ts). */
  private transfer(): Task {
    const kind = this.chance.pick(["image", "web", "configuration", "upload"] as const);
    const key = `${this.chance.often(0.1) ? "bad " : ""}${kind}-${this.keys++}`;
    const place = {
      CommandKey: key,
      URL: `ftp://files.example/${encodeURIComponent(key)}`,
      Username: "",
      Password: "",
      DelaySeconds: this.chance.often(0.5) ? 0 : this.chance.below(5000),
    };
    const more = {
      after: (result: Result) => {
        if (result.is === "reply") this.watch.transferPromised(key);
        return [];
      },
    };
    if (kind === "upload") return ask("Upload", { ...place, FileType: "2 Vendor Log File" }, more);
    const rest = { FileSize: 0, TargetFileName: "", SuccessURL: "", FailureURL: "" };
    return ask("Download", { ...place, ...rest, FileType: fileTypes[kind] }, more);
  }

  private serving(): Serving {
    if (this.calm || !this.chance.often(this.roughness)) return "well";
    return this.chance.pick(["unreached", "unreached", "missing", "login", "cut"] as const);
  }

  private mishap(): Mishap | undefined {
    if (this.calm || !this.chance.often(this.roughness)) return undefined;
    return this.chance.pick<Mishap>([
      { do: "fault", code: 8005 },
      { do: "fault", code: 8000 + this.chance.below(5) },
      { do: "drop" },
      { do: "close" },
      { do: "hold" },
      { do: "delay", ms: this.chance.below(120_000) },
      { do: "cut", bytes: this.chance.below(500) },
      { do: "answer", status: this.chance.pick([200, 204, 302, 400, 401, 404, 500, 503]) },
      { do: "answer", status: 307, headers: [["Location", "http://other.example/"]] },
    ]);
  }

  private trouble(): Trouble | undefined {
    if (this.calm || !this.chance.often(this.roughness)) return undefined;
    return this.chance.pick<Trouble>([
      { is: "refused" },
      { is: "unsent" },
      { is: "cut", bytes: this.chance.below(600) },
      { is: "truncated", bytes: this.chance.below(600) },
      { is: "delayed", ms: this.chance.below(100_000) },
      { is: "silent" },
      { is: "doubled" },
      { is: "foreign", body: this.chance.pick(["<html>Log in</html>", "", "<a", "\u0000"]) },
    ]);
  }

  // ---------------------------------------------------------------- calm

  /** A Connection Request, and all that follows from it at once. */
  private async ring(): Promise<void> {
    this.watch.stir();
    this.gateway.life.engine?.connectionRequest();
    await this.gateway.rest();
    await this.settle();
  }

  private async subside(): Promise<void> {
    this.calm = true;
    const { gateway } = this;
    this.tell("calm");
    gateway.clock.time.known = true;
    gateway.life.store.refuse = 0;
    gateway.life.config.refuseStages = 0;
    gateway.facts.refuse = 0;
    this.shed.refuse = 0;
    this.killAt = Number.POSITIVE_INFINITY;
    await this.begin("process");
    // What the ACS still wanted is asked, and what that leaves falls due.
    for (let i = 0; i < 6; i++) {
      await this.ring();
      await this.pass(6_000_000);
      await this.settle();
    }
    const informs = gateway.informs().length;
    await this.ring();
    this.watch.settled();
    const events = (await gateway.engine.control.status()).eventsWaiting;
    if (events.length > 0)
      this.watch.breach(`events still wait: ${events.map((e) => e.EventCode).join(", ")}`);
    const rung = gateway
      .informs()
      .slice(informs)
      .some((i) => i.Event.some((e) => e.EventCode.startsWith("6 ")));
    if (!rung) this.watch.breach("the agent does not answer any more");
    if (gateway.life.wire.openMost > 1) this.watch.breach("two lines were open at a time");
  }
}
