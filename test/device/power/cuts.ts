/** Helper: pulls the plug of an emulated gateway, over and over, and judges what it finds after each boot.
 * TR-069 3.7.1.5, A.3.2.1, A.3.2.8, A.3.3.2. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { partAt } from "../../../image/build.ts";
import { call, type Element, textOf, valuesIn, within } from "../../e2e/writing.ts";
import { makeKeys, Workshop } from "../../package/workshop.ts";
import { CutGateway, PlugPulled, stepMsMax } from "./gateway.ts";
import { type Event, Ledger } from "./ledger.ts";
import { smallImage, stillbornImage } from "./small.ts";
import { type Post, Station } from "./station.ts";
import { type Kind, names, treeOf, type Work, workOf } from "./work.ts";

/** When the plug is pulled. A moment that never comes is one at rest, when all is done. */
export type Moment =
  /** At a write to the disk, counted from the order or from the power on. */
  | { readonly at: "write"; readonly nth: number; readonly since: "order" | "power" }
  /** When that share of the time has gone by that such an order took last. */
  | { readonly at: "time"; readonly share: number }
  /** The answer to the order, or TransferComplete, was heard and is not answered. */
  | { readonly at: "answer" | "report" }
  /** The Inform of the n-th session was heard and is not answered. */
  | { readonly at: "inform"; readonly nth: number }
  /** The boot environment is about to be written, for the n-th time since the order. */
  | { readonly at: "environment"; readonly nth: number }
  | { readonly at: "rest" };

/** The part of what the disk has not flushed that is there all the same. */
const survivals = { nothing: 0, half: 0.5, everything: 1 } as const;
export type Survival = keyof typeof survivals;

export interface Cut {
  readonly kind: Kind;
  readonly moment: Moment;
  readonly survival: Survival;
}

export const told = ({ kind, moment, survival }: Cut): string => {
  const { at, nth, since, share } = moment as { at: string; nth?: number; since?: string; share?: number };
  const which = `${at} ${share?.toFixed(2) ?? nth ?? ""}${since === "power" ? " of the boot" : ""}`.trim();
  return `${kind}, at ${which}, ${survival} of what was not flushed survives`;
};

const configuration = (url: string): string => `config acs 'acs'
	option url '${url}'

config cpe 'cpe'
	option interface 'wan'
	option association 'none'
	option oui '00256D'
	option serial_number 'EMULATED1'

config slots 'slots'
	option a '/dev/vda2'
	option b '/dev/vda3'

config package 'web'
	list file_type '2 Web Content'
	option directory '/srv'
	list trust '/etc/vendor.pem'
	list role '3'
`;

const files = {
  "etc/config/system":
    "config system\n\toption hostname 'gateway'\n\nconfig timeserver 'ntp'\n\tlist server 'ntp0.example'\n",
  "etc/config/network": `${readFileSync(new URL("../../../image/gateway/etc/config/network", import.meta.url), "utf8")}
config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.0.1'
	option netmask '255.255.255.0'
`,
  "srv/one": "0",
  "srv/two": "0",
  "srv/deep/three": "0",
};

/** Revisions of what is in slot a, and of the image that goes into slot b. */
const [first, next] = ["r1-first", "r2-next"];
const isImage = (kind: Kind | undefined): boolean => kind === "image" || kind === "stillborn";

/** What the Inform of a session has said. */
interface Opened {
  readonly events: readonly Event[];
  readonly revision: string;
  readonly watch: Watch;
}

/** A gateway, its ACS, and all that has been promised between them. */
export class Trial {
  readonly ledger = new Ledger();
  private readonly gateway: CutGateway;
  private readonly keys = makeKeys();
  private readonly shop = new Workshop(this.keys);
  private station!: Station;
  private turn = 0;
  /** Writes to the disk from an order to its end, as far as is known. */
  readonly reach: Record<Kind, number> = {
    parameters: 12,
    reboot: 12,
    package: 40,
    image: 60,
    stillborn: 60,
  };

  /** Milliseconds of the last order of each kind. */
  private readonly took: Partial<Record<Kind, number>> = {};

  /** @param binary the agent that is tried; @param roll chance in [0, 1); @param nand what lasts lies on NAND flash */
  static async begin(binary: string, roll: () => number, nand = false): Promise<Trial> {
    const trial = new Trial(roll, nand);
    const { gateway } = trial;
    trial.station = await Station.open();
    await gateway.layOut({
      binary,
      revision: first,
      upper: {
        ...files,
        "etc/config/cwmp": configuration(trial.station.url),
        "etc/vendor.pem": readFileSync(join(trial.keys, "root.pem"), "utf8"),
      },
    });
    trial.station.files.set("image", smallImage(gateway.path("first.img"), gateway.directory, next));
    trial.station.files.set("stillborn", stillbornImage(gateway.kernel.busybox, gateway.directory));
    gateway.onStart = () => trial.ledger.powered();
    await trial.life(undefined);
    const { complaints } = trial.ledger;
    if (complaints.length === 0) return trial;
    await trial.end();
    throw new Error(`the gateway does not work before any cut: ${complaints.join("; ")}`);
  }

  private constructor(
    private readonly roll: () => number,
    nand: boolean,
  ) {
    this.gateway = new CutGateway(nand);
  }

  /** The console, from the power on. */
  get console(): readonly string[] {
    return this.gateway.lines;
  }

  /** One life: from power on, over what was still to be done, to the cut. What is wrong goes to the ledger.
   * @returns whether its moment has come */
  async life(cut: Cut | undefined): Promise<boolean> {
    const { gateway, ledger, station } = this;
    const share = survivals[cut?.survival ?? "everything"];
    const pull = () => gateway.cut(() => this.roll() < share);
    const work = cut && (await this.work(cut.kind));
    gateway.lines.length = 0;
    let struck = true;
    gateway.power();
    const watch = new Watch(cut?.moment ?? { at: "rest" }, pull, this.took[cut?.kind ?? "reboot"]);
    gateway.disk.onWrite = (at) => watch.written(at);
    try {
      await this.sessions(work, watch);
      if (work !== undefined && watch.tookMs !== undefined) {
        this.reach[work.kind] = watch.writes;
        this.took[work.kind] = watch.tookMs;
      }
      struck = cut?.moment.at === "rest";
    } catch (error) {
      if (!(error instanceof PlugPulled)) ledger.complain((error as Error).message);
    }
    gateway.disk.onWrite = undefined;
    watch.end();
    await pull();
    // An answer that was on its way is a promise as well.
    for (const { body } of await station.silence())
      if (body?.name === `${work?.call.method}Response`) work?.promised();
    ledger.cut();
    return struck;
  }

  /** An image goes into slot b alone, for the small one needs what is in slot a. Somebody at the console of the boot
   * loader has named slot a again. */
  private work(kind: Kind): Promise<Work> {
    const { gateway, ledger, station, shop } = this;
    if (!isImage(ledger.transfer?.kind) && gateway.environment.read().get("boot_slot") === "b")
      gateway.environment.set({ boot_slot: "a", upgrade_available: "0", bootcount: "0" });
    return workOf(kind, ++this.turn, { ledger, station, shop });
  }

  /** The next POST, for as long as the gateway gives any sign of life: it may have to boot several times before. */
  private async heard(): Promise<Post> {
    let look: ReturnType<typeof setInterval>;
    const patience = new Promise<never>((_, reject) => {
      const began = performance.now();
      look = setInterval(() => {
        if (performance.now() - Math.max(began, this.gateway.saidAt) < stepMsMax) return;
        reject(new Error(`nothing came:\n${this.console.slice(-30).join("\n")}`));
      }, 1000);
    });
    return Promise.race([this.gateway.live(this.station.next()), patience]).finally(() =>
      clearInterval(look),
    );
  }

  /** Sessions until the order, and whatever was still to be done before, is done. */
  private async sessions(work: Work | undefined, watch: Watch): Promise<void> {
    const { ledger } = this;
    for (let looked = false, ordered = false; ; ) {
      const opening = await this.heard();
      if (opening.body?.name !== "Inform")
        throw new Error(`${opening.body?.name ?? "nothing"} in place of an Inform`);
      const events = eventsOf(opening.body);
      const revision = versionIn(opening.body);
      ledger.informed(events);
      watch.informed();
      await this.alive();
      opening.answer("InformResponse", "<MaxEnvelopes>1</MaxEnvelopes>", opening.id);
      ledger.eventsAnswered();
      let post = await this.heard();
      ledger.eventsConfirmed(events);
      while (post.body?.name === "TransferComplete") {
        const key = await this.report(post, { events, revision, watch });
        post = await this.heard();
        ledger.toldConfirmed(key);
      }
      if (!looked) {
        post = await this.look(post);
        looked = true;
      }
      if (work !== undefined && !ordered && ledger.transfer === undefined) {
        ordered = true;
        // The slot of the image that was put on trial before is not the one to write.
        if (isImage(work.kind) && !revision.includes(first)) {
          post.end();
          return;
        }
        watch.ordered();
        work.asked();
        post.answer(work.call.method, work.call.args, "order");
        post = await this.heard();
        if (post.body?.name !== `${work.call.method}Response`)
          throw new Error(
            `${work.call.method} is answered with ${textOf(post.body, "detail", "Fault", "FaultCode")}`,
          );
        work.promised();
        watch.answered();
        await this.alive();
      }
      post.end();
      const done = ordered || work === undefined;
      if (done && ledger.transfer === undefined && !ledger.rebootDue) return;
    }
  }

  /** Ends what follows where the plug has been pulled by now. */
  private alive(): Promise<void> {
    return this.gateway.live(new Promise((resolve) => setImmediate(resolve)));
  }

  /** A TransferComplete: what it says has to be true. */
  private async report(post: Post, { events, revision, watch }: Opened): Promise<string> {
    const { ledger, gateway } = this;
    const key = textOf(post.body, "CommandKey");
    const code = Number(textOf(post.body, "FaultStruct", "FaultCode"));
    const text = textOf(post.body, "FaultStruct", "FaultString");
    const transfer = ledger.told(key);
    for (const [wanted, of] of [
      ["7 TRANSFER COMPLETE", ""],
      ["M Download", key],
    ] as const)
      if (!events.some(([code, commandKey]) => code === wanted && commandKey === of))
        ledger.complain(`TransferComplete of ${key} without ${wanted}`);
    if (transfer?.kind === "package") {
      const wanted = treeOf(Number(key.split(" ").at(-1)));
      ledger.tree.asked(wanted);
      const found = await this.tree();
      if (code !== 0) ledger.complain(`${key} has failed: ${text}`);
      if (!ledger.tree.seen(found) || (found === wanted) !== (code === 0))
        ledger.complain(`${key} is told with ${code}, and there is ${found}`);
    } else if (transfer !== undefined) {
      const { boot_slot: slot, upgrade_available: open } = Object.fromEntries(gateway.environment.read());
      const state = `${revision.split(" ").at(-1)}, slot ${slot}, ${open === "0" ? "" : "not "}committed`;
      const runs = revision.includes(next) && slot === "b" && open === "0";
      const back = revision.includes(first) && slot === "a" && open === "0";
      if (!(code === 0 ? runs : back)) ledger.complain(`${key} is told with ${code}: ${state}`);
      if (code === 0 && transfer.kind === "stillborn") ledger.complain(`${key} is told as a success`);
      if (code !== 0 && transfer.kind === "image" && !transfer.cut)
        ledger.complain(`${key} has failed: ${text}`);
    }
    watch.reported();
    await this.alive();
    post.answer("TransferCompleteResponse", "", post.id);
    ledger.toldAnswered();
    return key;
  }

  private tree(): Promise<string> {
    return this.gateway.ask("for f in one two deep/three; do cat /srv/$f; echo; done");
  }

  /** Looks once a life at what has to be there. @returns the POST that waits for the next order */
  private async look(empty: Post): Promise<Post> {
    const { ledger } = this;
    empty.answer("GetParameterValues", call.get(...names).args, "look");
    let post = await this.heard();
    const values = valuesIn(post.body!);
    const found = names.map((name) => values.get(name)).join(", ");
    const due = `${ledger.values}`;
    if (!ledger.values.seen(found) && due !== "") ledger.complain(`${found} stands where ${due} is due`);
    if (ledger.transfer !== undefined) {
      post.answer("GetAllQueuedTransfers", "", "queue");
      post = await this.heard();
      const queued =
        within(post.body, "TransferList")?.children.map((one) => textOf(one, "CommandKey")) ?? [];
      if (queued.includes(ledger.transfer.key)) ledger.transferPromised();
      else ledger.transferForgotten();
    }
    if (ledger.transfer === undefined) {
      const there = await this.tree();
      const wanted = `${ledger.tree}`;
      if (!ledger.tree.seen(there)) ledger.complain(`the files hold ${there} where ${wanted} is due`);
    }
    return post;
  }

  async end(): Promise<void> {
    await this.gateway.remove();
    this.station.close();
    this.shop.remove();
    rmSync(this.keys, { recursive: true, force: true });
  }
}

/** Waits for the moment of a life, and pulls. */
class Watch {
  /** Since the order. */
  writes = 0;
  private sincePower = 0;
  private informs = 0;
  private environments = 0;
  private orderedAt: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly moment: Moment,
    private readonly pull: () => void,
    private readonly usualMs = 3000,
  ) {}

  /** Milliseconds since the order; undefined: there was none. */
  get tookMs(): number | undefined {
    return this.orderedAt && performance.now() - this.orderedAt;
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private strike(comes: boolean): void {
    if (comes) this.pull();
  }

  ordered(): void {
    this.orderedAt = performance.now();
    const { moment } = this;
    if (moment.at === "time") this.timer = setTimeout(this.pull, moment.share * this.usualMs);
  }

  written(at: number): void {
    const { moment } = this;
    this.sincePower += 1;
    if (this.orderedAt !== undefined) this.writes += 1;
    const environment = at < partAt("a");
    if (environment && this.orderedAt !== undefined) this.environments += 1;
    if (moment.at === "write")
      this.strike(moment.nth === (moment.since === "order" ? this.writes : this.sincePower));
    if (moment.at === "environment") this.strike(environment && moment.nth === this.environments);
  }

  informed(): void {
    this.informs += 1;
    this.strike(this.moment.at === "inform" && this.moment.nth === this.informs);
  }

  answered(): void {
    this.strike(this.moment.at === "answer");
  }

  reported(): void {
    this.strike(this.moment.at === "report");
  }
}

const eventsOf = (inform: Element): readonly Event[] =>
  within(inform, "Event")!.children.map(
    (one) => [textOf(one, "EventCode"), textOf(one, "CommandKey")] as const,
  );

const versionIn = (inform: Element): string =>
  valuesIn(inform).get("InternetGatewayDevice.DeviceInfo.SoftwareVersion") ?? "";
