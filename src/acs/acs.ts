/** Handler: the built-in ACS as its callers see it: a server, the demo, storms, tests. Knows no socket and no clock.
 *
 *   const acs = new Acs({ chance, plan: ({ events }) => [ask("GetRPCMethods", {})] });
 *   const answer = acs.request({ method: "POST", path: "/", headers, body }, now); */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Chance } from "../ports/chance.ts";
import { inSession } from "./books.ts";
import { step } from "./machine.ts";
import {
  type AcsDeed,
  type AcsEvent,
  type AcsState,
  type Credentials,
  type Device,
  emptyState,
  type Login,
  type Manner,
  type Plan,
  type Script,
  type Task,
  type WebRequest,
} from "./state.ts";

export interface AcsOptions {
  readonly chance: Chance;
  /** Devices have to log in. */
  readonly login?: Login;
  /** The requests of every new session; absent: none. */
  readonly plan?: Plan;
  readonly script?: Script;
}

export type Answer = Extract<AcsDeed, { do: "respond" | "drop" }>;
/** All but the answers: the happenings, in order. */
export type News = Exclude<AcsDeed, Answer>;

export class Acs {
  private state: AcsState = emptyState;
  private readonly manner: Manner;
  private readonly listeners = new Set<(news: News) => void>();

  constructor(private readonly options: AcsOptions) {
    const { login, plan = () => [], script = () => undefined } = options;
    this.manner = { login, plan, script };
  }

  /** Answers an HTTP request. @param now UTC milliseconds */
  request(request: WebRequest, now: number): Answer {
    const answer = this.step({ on: "request", request, now, fresh: this.fresh() });
    if (answer === undefined) throw new Error("A request without an answer");
    return answer;
  }

  /** Puts tasks to a device, in this session or the next. @param now UTC milliseconds */
  queue(device: string, tasks: readonly Task[], now: number): void {
    this.step({ on: "tasks", device, tasks, now });
  }

  /** Notes the URL and credentials that a Connection Request to the device needs. */
  credentials(device: string, credentials: Credentials): void {
    this.step({ on: "credentials", device, credentials });
  }

  /** Calls `listener` with all that happens; the returned function ends that. */
  listen(listener: (news: News) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get devices(): readonly Device[] {
    return [...this.state.devices.values()];
  }

  device(key: string): Device | undefined {
    return this.state.devices.get(key);
  }

  /** Whether a session of the device is open. @param now UTC milliseconds */
  busy(key: string, now: number): boolean {
    return inSession(this.state, key, now);
  }

  private step(event: AcsEvent): Answer | undefined {
    const { state, deeds } = step(this.state, this.manner, event);
    this.state = state;
    let answer: Answer | undefined;
    for (const deed of deeds) {
      if (deed.do === "respond" || deed.do === "drop") answer = deed;
      else for (const listener of this.listeners) listener(deed);
    }
    return answer;
  }

  private fresh(): string {
    return bytesToHex(this.options.chance.bytes(16));
  }
}
