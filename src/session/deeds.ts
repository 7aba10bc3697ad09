/** Handler: performs the deeds of the agent machine, and returns their outcome as events. TR-069 3.7.1.
 *
 * A table keyed on `do`. If a deed throws, its row in deedtable.ts turns the error into an event. */
import type { Dispatch } from "../handlers/dispatch.ts";
import type { Affinity } from "../http/affinity.ts";
import { type Answer, type Link, openLink } from "../http/link.ts";
import type { Model, Moment } from "../model/session.ts";
import type { Chance } from "../ports/chance.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Memory } from "../ports/memory.ts";
import type { Net } from "../ports/net.ts";
import type { Services } from "../ports/services.ts";
import type { Store } from "../ports/store.ts";
import { decode, type Message } from "../rpc/decode.ts";
import type { DeviceIdStruct } from "../rpc/messages.ts";
import { linkSettings, type Settings } from "../settings.ts";
import { EmptyBody } from "../soap/envelope.ts";
import { informArgs } from "./inform.ts";
import { affinityOf, affinityRow } from "./kept.ts";
import type { Performers } from "./machine.ts";
import { answered, posted, type SaidFields } from "./said.ts";
import type { AgentDeed, AgentEvent } from "./state.ts";

export interface DeedPorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly store: Store<"src/session">;
  readonly net: Net;
  readonly services: Services;
  readonly memory: Memory;
  readonly log: Log;
}

export interface DeedParts {
  readonly model: Model;
  readonly dispatch: Dispatch;
  /** Asked after each call: the agent's own settings may be other ones now. */
  readonly settled: () => void;
  /** Hands the image over; the device reboots into it. @throws when it cannot be done */
  readonly install: (ref: string) => Promise<void>;
  readonly settings: () => Settings;
  readonly deviceId: () => DeviceIdStruct;
  /** Reads the facts and brings the values of every Inform up to date: addresses, identity.
   * @returns undefined when they cannot be read */
  readonly refresh: () => Promise<Moment | undefined>;
  /** Puts the written packages into effect (`applier`). */
  readonly apply: () => Promise<void>;
  /** A session has tried to reach the ACS: true when one of its addresses took a TCP connection (3.1). */
  readonly tried: (reached: boolean) => void;
}

export const performer = (ports: DeedPorts, parts: DeedParts): Performers<AgentDeed, AgentEvent> => ({
  ...conversing(ports, parts),
  ...ordering(ports, parts),
});

type Conversing = "look" | "prepare" | "post" | "handle" | "close";

/** The deeds of a session, round the one line to the ACS. */
function conversing(ports: DeedPorts, parts: DeedParts): Pick<Performers<AgentDeed, AgentEvent>, Conversing> {
  const { clock, store, log } = ports;
  const { model } = parts;
  let link: Link | undefined;
  let asked = false;
  /** From the look that opens a session, for its Inform. */
  let moment: Moment | undefined;

  async function look(): Promise<readonly AgentEvent[]> {
    moment = await parts.refresh();
    return [{ on: "changed", ...(await model.changes(moment)) }];
  }

  async function prepare(deed: Extract<AgentDeed, { do: "prepare" }>): Promise<readonly AgentEvent[]> {
    const settings = parts.settings();
    const deviceId = parts.deviceId();
    link = openLink(linkSettings(settings, deviceId), ports, affinityOf(store));
    model.begin(moment?.view);
    const now = clock.now();
    const { events, changed, retryCount } = deed;
    const facts = { deviceId, events, changed, retryCount, now, zone: clock.zone(now.wall), moment };
    moment = undefined;
    const inform = await informArgs(model, facts);
    log("info", "Session begins", {
      acs: settings.url,
      events: events.map((e) => e.EventCode).join(", "),
      retryCount,
    });
    return [{ on: "prepared", inform }];
  }

  async function post(deed: Extract<AgentDeed, { do: "post" }>): Promise<readonly AgentEvent[]> {
    if (link === undefined) return [];
    asked = true;
    said(log, "cpe --> acs", () => posted(deed.body));
    const answer = await link.post(deed.body, deed.kind);
    const message = answer.empty ? undefined : readOrNothing(answer, parts.dispatch.serves, log);
    said(log, "cpe <-- acs", () => answered(message, answer.empty ? 0 : answer.bytes.length));
    if (message?.is === "badCall") {
      const { method, fault } = message;
      log("info", "A request is answered with a fault", { method, code: fault.code, reason: fault.message });
    }
    return [message === undefined ? { on: "empty" } : { on: "message", message }];
  }

  async function handle(deed: Extract<AgentDeed, { do: "handle" }>): Promise<readonly AgentEvent[]> {
    const handled = await parts.dispatch.handle(deed.call, deed.version);
    // Before the answer, and whether or not the session is still there.
    parts.settled();
    return [{ on: "handled", ...handled }];
  }

  /** The session is over: its changes take effect before anything else begins (A.3.2.1, 3.2.2). */
  async function close(deed: Extract<AgentDeed, { do: "close" }>): Promise<readonly AgentEvent[]> {
    const affinity = link?.affinity;
    if (asked) parts.tried((link?.connectionsOpened ?? 0) > 0);
    asked = false;
    link?.close();
    link = undefined;
    model.end();
    if (deed.failure === undefined) log("info", "Session ended as it should");
    else log("warn", "Session failed", { reason: deed.failure });
    // After a failure it names another address, where there is one (3.1).
    keepAffinity(affinity, ports);
    await parts.apply();
    return [{ on: "closed" }];
  }

  return { look, prepare, post, handle, close };
}

/** Logs a message of the session. Its name is looked up in its bytes, so only where the line is wanted. */
function said(log: Log, what: string, fields: () => SaidFields): void {
  if (log.wants?.("debug") ?? true) log("debug", what, fields());
}

/** The deeds that are one order each. */
const ordering = (
  ports: DeedPorts,
  parts: DeedParts,
): Omit<Performers<AgentDeed, AgentEvent>, Conversing> => {
  const { log } = ports;
  return {
    tell: async (deed) => {
      log("warn", deed.what, deed.fields);
      return [];
    },
    rest: async () => {
      ports.memory.rest();
      return [];
    },
    reboot: async () => {
      log("info", "The device reboots");
      await ports.services.reboot();
      return [];
    },
    factoryReset: async () => {
      log("info", "The device resets to factory defaults");
      await ports.services.factoryReset();
      return [];
    },
    install: async (deed) => {
      log("info", "The device installs a new image");
      await parts.install(deed.ref);
      return [];
    },
  };
};

/** @returns undefined for an envelope with an empty Body: the empty answer of 3.7.2.4, in more words than it needs */
function readOrNothing(
  answer: Extract<Answer, { empty: false }>,
  serves: Dispatch["serves"],
  log: Log,
): Message | undefined {
  const { bytes, charset, truncated } = answer;
  const bends = (leniences: readonly string[]) => {
    if (leniences.length > 0)
      log("debug", "The ACS deviates from the specification", { how: leniences.join(", ") });
  };
  try {
    const message = decode(bytes, { truncated, serves, ...(charset === undefined ? {} : { charset }) });
    bends(message.leniences);
    return message;
  } catch (error) {
    if (!(error instanceof EmptyBody)) throw error;
    bends([...error.leniences]);
    return undefined;
  }
}

const sameAffinity = (one: Affinity, other: Affinity | undefined): boolean =>
  one.host === other?.host && one.chosen === other.chosen && one.addresses.join() === other.addresses.join();

function keepAffinity(affinity: Affinity | undefined, { store, log }: DeedPorts): void {
  if (affinity === undefined || sameAffinity(affinity, affinityOf(store))) return;
  try {
    store.write([affinityRow(affinity)]);
  } catch (error) {
    log("warn", "Cannot save the address of the ACS", { reason: String(error) });
  }
}
