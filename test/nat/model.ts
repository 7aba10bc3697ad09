/** A NAT, a STUN server and the binding machine on a virtual clock. Linux's NAT is the model: a flow lives for
 * `shortMs` until it has had traffic both ways when it is 2 s old, and from then on for `longMs`. */

import { stepBinding } from "../../src/nat/binding.ts";
import {
  type BindingDeed,
  type BindingEvent,
  type BindingState,
  bindingWake,
  type KeptPeriod,
  type StunSettings,
  startBinding,
} from "../../src/nat/binding-state.ts";
import type { Endpoint } from "../../src/ports/udp.ts";
import { Seeded } from "../world/chance.ts";
import {
  address,
  attribute,
  bindingError,
  bindingResponse,
  errorCode,
  mapped,
  message,
  signed,
} from "./messages.ts";

export const serverAt = { address: "203.0.113.10", port: 3478 };
export const localAt = { address: "192.168.1.2", port: 7547 };
const secondaryPort = 50_000;
const hopMs = 10;

/** A Binding Request as it left the device. */
export interface Seen {
  readonly at: number;
  readonly from: "primary" | "secondary";
  readonly id: string;
  readonly types: readonly number[];
  readonly bytes: Buffer;
}

interface Flow {
  readonly port: number;
  readonly born: number;
  assured: boolean;
  until: number;
}

export class NatWorld {
  now = 1_000_000;
  state: BindingState;
  readonly sent: Seen[] = [];
  readonly logged: string[] = [];
  /** Names that DNS was asked for. */
  readonly asked: string[] = [];

  // The NAT.
  translates = true;
  wan = "203.0.113.1";
  shortMs = 30_000;
  longMs = 120_000;
  portPreserving = true;
  /** How many of the next datagrams get lost, either way. */
  lose = 0;

  // The server.
  addresses: readonly string[] = [serverAt.address];
  responds: "primary" | "secondary" | "never" = "primary";
  away = false;
  password: string | undefined;
  /** Does something to an answer on its way. */
  tamper: (answer: Buffer, id: string) => readonly Buffer[] = (answer) => [answer];
  error: number | undefined;

  private readonly flows = new Map<number, Flow>();
  private readonly queue: { readonly at: number; readonly run: () => void }[] = [];
  private readonly chance = new Seeded(12);
  private nextPort = 40_000;

  constructor(settings: Partial<StunSettings> = {}, kept?: KeptPeriod) {
    const all = {
      enable: true,
      host: "stun.example.com",
      port: 3478,
      credentials: { username: "", password: new Uint8Array(0) },
      min: 10,
      max: 600,
      ...settings,
    };
    this.state = startBinding(all, kept);
    this.feed({ on: "settings", settings: all });
    this.feed({ on: "local", local: localAt });
  }

  feed(event: BindingEvent): void {
    const fresh = () => Buffer.from(this.chance.bytes(12)).toString("hex");
    const step = stepBinding(this.state, { mono: this.now, wall: 0, known: false }, fresh, event);
    this.state = step.state;
    for (const deed of step.deeds) this.perform(deed);
  }

  change(settings: Partial<StunSettings>): void {
    this.feed({ on: "settings", settings: { ...this.state.settings, ...settings } });
  }

  /** Lets time pass, event by event.
   * @param look called after each of them */
  pass(ms: number, look: () => void = () => {}): void {
    const until = this.now + ms;
    for (;;) {
      const wake = bindingWake(this.state) ?? Number.POSITIVE_INFINITY;
      const first = this.queue.reduce((least, one) => Math.min(least, one.at), Number.POSITIVE_INFINITY);
      const next = Math.min(wake, first);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      if (first <= wake) {
        const at = this.queue.findIndex((one) => one.at === first);
        this.queue.splice(at, 1)[0]!.run();
      } else this.feed({ on: "woke" });
      look();
    }
    this.now = until;
  }

  /** The NAT has begun anew and knows no flow. */
  restart(): void {
    this.flows.clear();
  }

  /** Whether a datagram of the server's would reach the primary port now. */
  get open(): boolean {
    const flow = this.flows.get(localAt.port);
    return flow !== undefined && flow.until >= this.now;
  }

  /** Where the primary port is seen now. */
  get outside(): string {
    return `${this.translates ? this.wan : this.local.address}:${this.flows.get(localAt.port)?.port}`;
  }

  get local(): Endpoint {
    return this.state.local ?? localAt;
  }

  /** Requests of these attribute types, each once. */
  requests(...types: readonly number[]): Seen[] {
    const once = new Map(this.sent.toReversed().map((seen) => [seen.id, seen]));
    return [...once.values()].toReversed().filter((seen) => types.every((type) => seen.types.includes(type)));
  }

  private later(run: () => void): void {
    this.queue.push({ at: this.now + hopMs, run });
  }

  private perform(deed: BindingDeed): void {
    if (deed.do === "resolve") {
      this.asked.push(deed.host);
      this.later(() =>
        this.feed({ on: "resolved", host: deed.host, addresses: this.addresses, source: this.local.address }),
      );
    } else if (deed.do === "send") {
      this.leave(deed.at, Buffer.from(deed.bytes));
    } else if (deed.do === "log") this.logged.push(`${deed.level}: ${deed.what}`);
  }

  private lost(): boolean {
    this.lose -= this.lose > 0 ? 1 : 0;
    return this.lose > 0;
  }

  private leave(from: Seen["from"], bytes: Buffer): void {
    this.sent.push({ at: this.now, from, id: bytes.toString("hex", 4, 20), types: typesOf(bytes), bytes });
    const inner = from === "primary" ? localAt.port : secondaryPort;
    const outer = { address: this.translates ? this.wan : this.local.address, port: this.outbound(inner) };
    if (!this.away && !this.lost()) this.later(() => this.serve(bytes, outer));
  }

  private outbound(inner: number): number {
    const known = this.flows.get(inner);
    const port = this.translates && !this.portPreserving ? this.nextPort++ : inner;
    const alive = known !== undefined && known.until >= this.now;
    const flow = alive ? known : { port, born: this.now, assured: false, until: 0 };
    flow.until = this.now + (flow.assured ? this.longMs : this.shortMs);
    this.flows.set(inner, flow);
    return flow.port;
  }

  private serve(bytes: Buffer, from: Endpoint): void {
    const id = bytes.toString("hex", 4, 20);
    const types = typesOf(bytes);
    const isSigned = types.includes(8);
    let answer = message(
      bindingResponse,
      [mapped(from.address, from.port), address(5, "203.0.113.11", 3479)],
      id,
    );
    let to = from;
    if (types.includes(2)) {
      if (this.responds === "never") return;
      if (this.responds === "primary") to = responseAddress(bytes);
      else answer = message(bindingResponse, [mapped(from.address, from.port), attribute(0x8022, "new")], id);
    }
    if (this.password !== undefined) {
      answer = isSigned
        ? signed(bindingResponse, [mapped(from.address, from.port)], this.password, "classic", id)
        : message(bindingError, [errorCode(401, "Unauthorized")], id);
      if (!isSigned) to = from;
    }
    if (this.error !== undefined) [answer, to] = [message(bindingError, [errorCode(this.error)], id), from];
    for (const one of this.tamper(answer, id)) {
      if (!this.lost()) this.later(() => this.arrive(one, to));
    }
  }

  /** A datagram of the server's at the NAT. */
  arrive(bytes: Uint8Array, to: Endpoint, from: Endpoint = serverAt): void {
    for (const [inner, flow] of this.flows) {
      if (flow.port !== to.port || flow.until < this.now) continue;
      if (this.now - flow.born >= 2000) flow.assured = true;
      flow.until = this.now + (flow.assured ? this.longMs : this.shortMs);
      this.feed({ on: "datagram", at: inner === localAt.port ? "primary" : "secondary", from, bytes });
      return;
    }
  }
}

function typesOf(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 20; at < bytes.length; at += 4 + ((bytes.readUInt16BE(at + 2) + 3) & ~3))
    types.push(bytes.readUInt16BE(at));
  return types;
}

function responseAddress(bytes: Buffer): Endpoint {
  const at = bytes.indexOf(Buffer.from("00020008", "hex")) + 4;
  return { address: [...bytes.subarray(at + 4, at + 8)].join("."), port: bytes.readUInt16BE(at + 2) };
}
