/** The agent machine with everything round it in the hands of a test: time, chance, and what the ACS says. Deeds are
 * collected, never performed; what would be on disk is `saved`. */
import { expect } from "vitest";
import type { Now } from "../../src/ports/clock.ts";
import { decode, type Message } from "../../src/rpc/decode.ts";
import { encodeAcsFault, encodeCall, encodeReply } from "../../src/rpc/encode.ts";
import type { Args, MethodName } from "../../src/rpc/table.ts";
import { hear, nextWake, start, step } from "../../src/session/agent.ts";
import { type Kept, load } from "../../src/session/kept.ts";
import type { Notice } from "../../src/session/notice.ts";
import type { AgentDeed, AgentEvent, AgentState, AgentStep } from "../../src/session/state.ts";
import type { Settings } from "../../src/settings.ts";

export const settings: Settings = {
  enabled: true,
  url: "http://acs.example/",
  urlSource: "configuration",
  configuredUrl: "http://acs/",
  dhcp: { discovery: true, retry: false },
  association: "auto",
  username: "",
  password: "",
  periodic: { enable: false, intervalSeconds: 3600, referenceMs: undefined },
  tls: {},
  basicAuth: "tls",
  connectionRequest: {
    interface: "wan",
    port: 7547,
    username: "u",
    password: "p",
    perMinuteMax: 120,
    perSourceMax: 90,
  },
  stun: { enable: false, host: "", port: 3478, username: "", password: "", min: 20, max: -1 },
  udpEcho: { enable: false, interface: "", source: "", port: 7, plus: false },
  confirmMs: 0,
  dataModel: "InternetGatewayDevice",
  transfer: {
    tls: {},
    speedMax: 0,
    trialMs: 0,
    secrets: false,
    autonomous: { enable: true, transfers: "Both", results: "Both", fileTypes: [] },
  },
  lan: {
    enabled: false,
    kick: true,
    interface: "lan",
    port: 7580,
    lanName: "",
    kicksPerHour: 60,
    kicksPerClient: 20,
    held: 16,
    heldPerClient: 4,
    holdSeconds: 30,
  },
  logLevel: "info",
  envelopeBytesMax: 1_048_576,
  provisioningCode: "",
  vouchers: { trust: [], algorithms: [], bytesMax: 65_536 },
  options: [],
  problems: [],
};

const nothing = { get: () => undefined, all: () => new Map(), write() {}, mark() {}, marked: false };

export const factory: Kept = load(nothing);

const deviceId = { Manufacturer: "Example", OUI: "0017A4", ProductClass: "Gateway", SerialNumber: "1" };

export class Rig {
  state!: AgentState;
  /** As a restart would find it. */
  saved: Kept = factory;
  time: { -readonly [K in keyof Now]: Now[K] } = { mono: 1000, wall: Date.UTC(2026, 10, 24), known: true };
  roll = 0;
  /** Deeds that nobody has taken yet. */
  deeds: AgentDeed[] = [];
  /** What the machine has told the others. */
  notices: Notice[] = [];
  boots = 0;
  /** Times that the machine has said that nothing is to be done. */
  rests = 0;

  constructor(readonly settings: Settings = defaults()) {
    this.boot();
  }

  /** Power comes back; with `process` only the agent is begun anew. */
  boot(what: "device" | "process" = "device", settings = this.settings): void {
    if (what === "device") {
      this.boots += 1;
      this.time.mono = 1000;
    }
    this.deeds = [];
    this.take(start(this.saved, settings, `boot-${this.boots}`, { ...this.time }));
  }

  feed(event: AgentEvent): void {
    this.take(step(this.state, { ...this.time }, this.roll, event));
  }

  /** Another machine tells this. */
  hears(notice: Notice): void {
    this.take(hear(this.state, { ...this.time }, notice));
  }

  private take({ state, deeds, notices }: AgentStep): void {
    this.state = state;
    this.notices.push(...(notices ?? []));
    // Through JSON, as the disk would have it.
    this.saved = { ...factory, ...JSON.parse(JSON.stringify(state.kept)) };
    this.deeds.push(...deeds.filter((deed) => deed.do !== "rest"));
    this.rests += deeds.filter((deed) => deed.do === "rest").length;
  }

  /** The one deed of that kind that waits. */
  took<D extends AgentDeed["do"]>(kind: D): Extract<AgentDeed, { do: D }> {
    const deed = this.deeds.shift();
    expect(deed?.do).toBe(kind);
    return deed as Extract<AgentDeed, { do: D }>;
  }

  quiet(): void {
    expect(this.deeds).toEqual([]);
  }

  /** Lets time pass, waking the machine whenever it wants to be. */
  pass(ms: number): void {
    const until = this.time.mono + ms;
    for (let at = nextWake(this.state); at !== undefined && at <= until; at = nextWake(this.state)) {
      const step = Math.max(0, at - this.time.mono);
      this.time.mono += step;
      this.time.wall += step;
      this.feed({ on: "woke" });
      this.looks();
      if (this.deeds.length > 0) return;
    }
    this.time.wall += until - this.time.mono;
    this.time.mono = until;
  }

  /** Looks at notified parameters that are due find nothing. */
  looks(found: { active?: string[]; passive?: string[] } = {}): void {
    while (this.deeds[0]?.do === "look") {
      this.deeds.shift();
      this.feed({ on: "changed", active: found.active ?? [], passive: found.passive ?? [], writes: [] });
    }
  }

  /** From the wish for a session to its Inform on the wire. */
  inform(found: { active?: string[]; passive?: string[] } = {}): Sent {
    this.looks(found);
    const { events, changed, retryCount } = this.took("prepare");
    this.feed({
      on: "prepared",
      inform: {
        DeviceId: deviceId,
        Event: events,
        MaxEnvelopes: 1,
        CurrentTime: "2026-11-24T00:00:00Z",
        RetryCount: retryCount,
        ParameterList: changed.map((Name) => ({ Name, Value: "x", type: "string" })),
      },
    });
    return this.sent();
  }

  /** What the next POST carries; undefined: nothing. */
  post(): Message | undefined {
    const { body } = this.took("post");
    return body && decode(body, { serves: () => true });
  }

  private sent(): Sent {
    const deed = this.took("post");
    const message = decode(deed.body!, { serves: () => true });
    if (message.is !== "call" || message.method !== "Inform") throw new Error("no Inform");
    const { args, version } = message;
    return {
      version,
      body: deed.body!,
      codes: args.Event.map((e) => (e.CommandKey === "" ? e.EventCode : `${e.EventCode}:${e.CommandKey}`)),
      retryCount: args.RetryCount,
      changed: args.ParameterList.map((p) => p.Name),
    };
  }

  /** The ACS says this. */
  hear(bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.feed({ on: "empty" });
    else this.feed({ on: "message", message: decode(bytes, { serves: () => true }) });
  }

  informResponse(version: "cwmp-1-0" | "cwmp-1-1" = "cwmp-1-1", hold = false): void {
    this.hear(withHold(encodeReply("Inform", { MaxEnvelopes: 1 }, { version, id: "1" }), hold));
  }

  call<M extends MethodName>(method: M, args: Args<M>, hold = false): void {
    this.hear(withHold(encodeCall(method, args, { version: "cwmp-1-1", id: "a" }), hold));
  }

  fault(code: number): void {
    this.hear(encodeAcsFault(code, "so it is", { version: "cwmp-1-1", id: "1" }));
  }

  /** The rest of a session with nothing in it: empty POST, empty answer, and all that follows is done. */
  finish(): void {
    expect(this.post()).toBeUndefined();
    this.hear(undefined);
    this.close();
  }

  /** The session is over; its changes take effect. */
  close(): string | undefined {
    const { failure } = this.took("close");
    this.feed({ on: "closed" });
    return failure;
  }

  /** A whole good session. */
  session(found: { active?: string[]; passive?: string[] } = {}): Sent {
    const inform = this.inform(found);
    this.informResponse();
    this.finish();
    return inform;
  }

  /** A session that fails before the InformResponse. */
  failure(reason = "the line broke"): Sent {
    const inform = this.inform();
    this.feed({ on: "failed", reason, suspect: "none" });
    this.close();
    this.looks();
    return inform;
  }
}

export interface Sent {
  readonly version: string;
  readonly body: Uint8Array;
  /** Event codes, with `:CommandKey` where there is one. */
  readonly codes: readonly string[];
  readonly retryCount: number;
  readonly changed: readonly string[];
}

function defaults(): Settings {
  return settings;
}

/** A server of ours never holds requests; others do. */
function withHold(bytes: Uint8Array, hold: boolean): Uint8Array {
  if (!hold) return bytes;
  const text = new TextDecoder().decode(bytes);
  const header = '<cwmp:HoldRequests soap-env:mustUnderstand="1">1</cwmp:HoldRequests></soap-env:Header>';
  const held = text.replace("</soap-env:Header>", header);
  expect(held).not.toBe(text);
  return new TextEncoder().encode(held);
}
