/** What must be true in every storm, watched from outside: the log, the ACS's ears, the disk. */
import type { Entry } from "../../src/acs/state.ts";
import type { Args } from "../../src/rpc/table.ts";
import type { Gateway } from "../world/gateway.ts";
import type { Shed } from "../world/shed.ts";
import { TransferWatch } from "./transfers.ts";

/** Passwords that stand in the configuration, in clear. */
const secrets = ["acs-secret", "cr-secret", "wifi-secret"];

/** The parameters that every change sets together, one in each of three packages. */
export const together = [
  "InternetGatewayDevice.DeviceInfo.ProvisioningCode",
  "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID",
  "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.1.PortMappingDescription",
] as const;

/** As the device was laid out. */
const untouched = -1;

const tokenOf = (value: unknown): number => Number(/^T(\d+)$/.exec(String(value))?.[1] ?? untouched);

interface Heard {
  /** Number of the Inform that listed it. */
  readonly informs: number[];
}

export class Watch {
  readonly breaches: string[] = [];
  /** M events by CommandKey, as Informs listed them. */
  private readonly keys = new Map<string, Heard>();
  /** Keys that the ACS has been promised. */
  private readonly promised = new Set<string>();
  /** Keys that the CPE knows to be delivered. */
  private readonly delivered = new Set<string>();
  private informs = 0;
  /** What the Inform of the session under way lists. */
  private listed: readonly string[] = [];
  /** Event codes of the last session that began. */
  private codes: readonly string[] = [];
  private failedAt: number | undefined;
  private failures = 0;
  private stirred = false;
  private read = 0;
  /** What the three packages may hold: the change that was answered last, or one that was asked for since. */
  private allowed = new Set([untouched]);
  private asked = untouched;
  private readonly instances = new Set<number>();

  /** The transfers that were seen to have ended. */
  private readonly ended = new Set<string>();
  /** One of them is not in the last Inform. */
  private late = false;

  private readonly transfers = new TransferWatch(
    () => this.shed(),
    (what) => this.breach(what),
  );

  constructor(
    private readonly gateway: () => Gateway,
    private readonly shed: () => Shed,
    private readonly tell: (what: string) => void,
  ) {}

  /** The ACS has been told that it will hear of the transfer. */
  transferPromised(key: string): void {
    this.transfers.promise(key);
  }

  breach(what: string): void {
    if (this.breaches.includes(what)) return;
    this.breaches.push(what);
    this.tell(`BREACH: ${what}`);
  }

  /** Something happened that may start a session before its wait is over. */
  stir(): void {
    this.stirred = true;
  }

  promise(key: string): void {
    this.promised.add(key);
  }

  /** A new beginning: nothing that was promised is owed any more. */
  forget(): void {
    this.promised.clear();
    this.transfers.forget();
    this.ended.clear();
    this.instances.clear();
    this.failures = 0;
    this.failedAt = undefined;
    this.allowed = new Set([untouched]);
  }

  /** A boot begins with the first row of waits again; a process alone goes on, after a first attempt at once. */
  begun(): void {
    const { disk, boot } = this.gateway();
    const kept = (name: string) => JSON.parse(disk.rows.get("kept")?.get(name) ?? "null");
    // A session that was under way when the process died counts as failed.
    this.failures = kept("boot") === boot ? Number(kept("failures")) + Number(disk.marked) : 0;
    this.failedAt = undefined;
    this.listed = [];
  }

  added(instance: number): void {
    if (this.instances.has(instance)) this.breach(`instance number ${instance} was given twice`);
    this.instances.add(instance);
  }

  logged(what: string, fields: Readonly<Record<string, unknown>>): void {
    const now = this.gateway().clock.time.mono;
    if (what === "Session begins") {
      const codes = String(fields.events).split(", ");
      const count = (list: readonly string[], code: string) => list.filter((c) => c === code).length;
      // These may have occurred once more after they were delivered, which the codes do not tell.
      const recurs = (code: string) => code === "4 VALUE CHANGE" || code === "3 SCHEDULED";
      const fresh = (code: string) => recurs(code) || count(codes, code) > count(this.codes, code);
      if (codes.some((code) => code !== "" && fresh(code))) this.stirred = true;
      const listed = codes.filter((code) => code === "M Download" || code === "M Upload").length;
      if (this.transferEnded(listed)) this.stirred = true;
      this.codes = codes;
      this.began(now);
    } else if (what === "Session failed") {
      this.failures += 1;
      this.failedAt = now;
    } else if (what === "Session ended as it should") {
      this.failures = 0;
      this.failedAt = undefined;
    }
  }

  /** Whether a transfer has ended since the last look: a second one may leave the event codes as the first did.
   * @param listed transfers that the Inform tells of: one that ended while that was being made has the next session */
  private transferEnded(listed: number): boolean {
    const rows = [...(this.gateway().disk.rows.get("transfer") ?? [])];
    const ended = rows.filter(([, row]) => JSON.parse(row)?.stage?.is === "ended").map(([id]) => id);
    const more = this.late || ended.some((id) => !this.ended.has(id));
    for (const id of ended) this.ended.add(id);
    this.late = ended.length > listed;
    return more;
  }

  /** 3.2.1.1 Table 3: never later than its row, and never earlier without a reason. */
  private began(now: number): void {
    // What is on trial asks for a session of its own, which no event stands for.
    const stirred = this.stirred || this.shed().onTrial;
    this.stirred = false;
    if (this.failedAt === undefined) return;
    const low = 5000 * 2 ** (Math.min(this.failures, 10) - 1);
    const waited = now - this.failedAt;
    if (waited > 2 * low)
      this.breach(`attempt ${this.failures} came ${waited} ms after the failure, ${2 * low} at most`);
    if (waited < low && !stirred)
      this.breach(`attempt ${this.failures} came after ${waited} ms, without an event`);
  }

  /** Everything that the ACS has heard since the last look. */
  look(): void {
    const { conversation } = this.gateway();
    for (; this.read < conversation.length; this.read++) this.hear(conversation[this.read]!);
  }

  private hear(entry: Entry): void {
    const { from, said } = entry;
    this.transfers.hear(entry);
    if (said.is === "asked" && said.method === "SetParameterValues") {
      this.asked = tokenOf((said.args as Args<"SetParameterValues">).ParameterList[0]?.Value);
      this.allowed.add(this.asked);
    }
    if (from !== "cpe") return;
    if (said.is === "reply" && said.method === "SetParameterValues") this.allowed = new Set([this.asked]);
    if (said.is === "call" && said.method === "Inform") {
      this.informs += 1;
      // What a response to TransferComplete confirms is looked after by the watch of transfers.
      const own = said.args.Event.filter((e) => /^M (?!Download|Upload)/.test(e.EventCode));
      this.listed = own.map((e) => e.CommandKey);
      for (const key of this.listed) this.reported(key);
    } else if (this.listed.length > 0) {
      // It goes on after the InformResponse: it has it, and has it on disk.
      for (const key of this.listed) this.delivered.add(key);
      this.listed = [];
    }
  }

  private reported(key: string): void {
    if (this.delivered.has(key)) this.breach(`${key} was reported again after it had been delivered`);
    const heard = this.keys.get(key) ?? { informs: [] };
    heard.informs.push(this.informs);
    this.keys.set(key, heard);
  }

  /** A process that has started has finished what the last one left: the three packages agree. */
  whole(): void {
    const { disk } = this.gateway();
    const option = (name: string, type: string, index: number, option: string) =>
      disk.files.get(name)?.sections.filter((s) => s.type === type)[index]?.options[option];
    const values = [
      option("cwmp", "cpe", 0, "provisioning_code"),
      option("wireless", "wifi-iface", 0, "ssid"),
      option("firewall", "redirect", 0, "name"),
    ];
    const tokens = new Set(values.map(tokenOf));
    if (tokens.size > 1) this.breach(`half of a change is set: ${values.join(", ")}`);
    const [token = untouched] = tokens;
    if (!this.allowed.has(token))
      this.breach(`change ${[...this.allowed].join(" or ")} is gone: ${values.join(", ")}`);
  }

  /** After the calm: nothing is owed. */
  settled(): void {
    this.look();
    for (const key of this.promised) {
      if (!this.keys.has(key)) this.breach(`${key} was never reported`);
    }
    this.transfers.settled();
    this.whole();
  }

  quietLog(): void {
    const leaked = this.gateway().logged.find((line) => secrets.some((secret) => line.includes(secret)));
    if (leaked !== undefined) this.breach(`a secret is in the log: ${leaked}`);
  }
}
