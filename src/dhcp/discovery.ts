/** Machine: finding the ACS by DHCP. TR-069 3.1.
 *
 *   quiet      the ACS is known, or DHCP is not to be asked
 *   asking     a DHCPINFORM is on its way: `exchange` counts its repetitions (RFC 2131 4.1)
 *
 * DHCP names the ACS where the configuration has no URL. A configured URL stays, save for the fall-back rule: an ACS
 * that was first found by DHCP and has not been reachable for 300 s is looked for by DHCP again, and the URL found then
 * holds over that URL until somebody sets another one (R-3.1-08).
 *
 * Never: a URL from another interface than the management interface; a switch to DHCP for an ACS that was
 * first found otherwise (R-3.1-13); more than `changesMax` changes of the URL within `changesMs`. */
import type { Now } from "../ports/clock.ts";
import type { Level } from "../ports/log.ts";
import type { Beginning, DeedTable, Machine, Step, Woke } from "../session/machine.ts";
import type { Notice } from "../session/notice.ts";
import type { Settings, UrlSource } from "../settings.ts";
import { type DiscoveryKept, type Found, foundRows, loadFound } from "./found.ts";
import { discoveryLimits, optionLimits } from "./limits.ts";
import type { AcsOffer } from "./offer.ts";

/** The settings that the machine needs. */
interface DiscoverySettings {
  /** The agent is switched on, and DHCP may name the ACS. */
  readonly enabled: boolean;
  /** As configured, not as DHCP has found it. */
  readonly url: string;
  /** The management interface. */
  readonly interface: string;
}

export interface DiscoveryState {
  readonly settings: DiscoverySettings;
  readonly source: UrlSource;
  readonly kept: DiscoveryKept;
  /** Monotonic ms of the first attempt that no address of the ACS took; undefined: it has been reached since. */
  readonly unreachable: number | undefined;
  readonly exchange:
    | { readonly xid: number; readonly sends: number; readonly due: number; readonly began: number }
    | undefined;
  /** No exchange begins before it. */
  readonly pause: number;
  /** When the URL was changed, lately. */
  readonly changes: readonly number[];
  /** An offer that waits until another change is allowed. */
  readonly held: { readonly offer: AcsOffer & { readonly url: string }; readonly until: number } | undefined;
  /** The device has to name itself to its gateway by a DHCPINFORM (F.2.4). */
  readonly introduces: boolean;
  /** The outcome of the last exchange, for people. */
  readonly last: string | undefined;
}

export type DiscoveryEvent =
  /** A session has tried to reach the ACS: `reached` when any of its addresses took a TCP connection. */
  | { on: "tried"; reached: boolean }
  /** The DHCP client of an interface has a lease, or renewed it. */
  | { on: "lease"; interface: string; offer: AcsOffer }
  /** A DHCPACK to our DHCPINFORM, checked (answer.ts). */
  | { on: "answer"; xid: number; offer: AcsOffer }
  /** The DHCPINFORM could not be sent. */
  | { on: "unsent"; why: string }
  /** A person at the device wants DHCP to be asked now. */
  | { on: "asked" };

export type DiscoveryDeed =
  | { do: "send"; xid: number; seconds: number }
  /** The exchange is over: nothing more is listened for. */
  | { do: "hangUp" }
  /** `found` has changed: it is saved, and the configuration is read anew. */
  | { do: "adopt" }
  | { do: "tell"; level: Level; what: string; fields?: Readonly<Record<string, string | number>> };

type DiscoveryStep = Step<DiscoveryState, DiscoveryDeed>;

const settingsOf = (settings: Settings): DiscoverySettings => ({
  enabled: settings.enabled && settings.dhcp.discovery,
  url: settings.configuredUrl,
  interface: settings.connectionRequest.interface,
});

function start(kept: DiscoveryKept, { settings, now }: Beginning): DiscoveryStep {
  const state: DiscoveryState = {
    settings: settingsOf(settings),
    source: settings.urlSource,
    kept,
    unreachable: undefined,
    exchange: undefined,
    pause: now.mono,
    changes: [],
    held: undefined,
    introduces: false,
    last: undefined,
  };
  return { state: standing(state), deeds: [] };
}

/** The URL that DHCP has found, where it holds; undefined: the configured one does. */
export const holding = ({ kept, settings }: Pick<DiscoveryState, "kept" | "settings">): Found | undefined =>
  settings.enabled && kept.found?.over === settings.url ? kept.found : undefined;

function step(before: DiscoveryState, now: Now, roll: number, event: DiscoveryEvent | Woke): DiscoveryStep {
  switch (event.on) {
    case "woke":
      return proceed(before, now, roll, []);
    case "tried":
      return proceed(tried(before, event.reached, now), now, roll, []);
    case "lease":
      return leased(before, event, now, roll);
    case "answer":
      return answered(before, event, now, roll);
    case "unsent": {
      const pause = now.mono + discoveryLimits.unsentMs;
      const state = { ...before, exchange: undefined, pause, last: event.why };
      const level = before.last === event.why ? "debug" : "info";
      return {
        state,
        deeds: [{ do: "hangUp" }, { do: "tell", level, what: `DHCP cannot be asked: ${event.why}` }],
      };
    }
    case "asked":
      return asking({ ...before, exchange: undefined }, now, roll, []);
  }
}

function hear(before: DiscoveryState, now: Now, notice: Notice): DiscoveryStep {
  if (notice.tell === "sessionEnded" && notice.failure === undefined && before.kept.first === undefined)
    return { state: { ...before, kept: { ...before.kept, first: before.source } }, deeds: [] };
  // F.2.4: the exchange that asks for the ACS names the device as well. The next wake begins it.
  if (notice.tell === "introduce") return { state: { ...before, introduces: true }, deeds: [] };
  if (notice.tell !== "settings") return { state: before, deeds: [] };
  const settings = settingsOf(notice.settings);
  const known = standing({ ...before, settings, source: notice.settings.urlSource });
  // Another URL has its own 300 s.
  const other = settings.url !== before.settings.url;
  return { state: other ? { ...known, unreachable: undefined, pause: now.mono } : known, deeds: [] };
}

function nextWake(state: DiscoveryState): number | undefined {
  const times = [state.exchange?.due, state.held?.until];
  if (state.exchange === undefined && state.introduces) times.push(state.pause);
  if (state.exchange === undefined && mayAsk(state)) {
    if (url(state) === "") times.push(state.pause);
    else if (state.unreachable !== undefined)
      times.push(Math.max(state.pause, state.unreachable + discoveryLimits.unreachableMs));
  }
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

const url = (state: DiscoveryState): string => holding(state)?.url ?? state.settings.url;

/** R-3.1-08, R-3.1-11, R-3.1-13: where DHCP may be asked for the ACS at all. */
const mayAsk = (state: DiscoveryState): boolean =>
  state.settings.enabled && (url(state) === "" || holding(state) !== undefined || byDhcp(state));

const byDhcp = ({ kept }: DiscoveryState): boolean => kept.first === "DHCP";

/** R-3.1-09. */
const isUnreachable = ({ unreachable }: DiscoveryState, now: Now): boolean =>
  unreachable !== undefined && now.mono - unreachable >= discoveryLimits.unreachableMs;

/** Found over a URL that is no longer the configured one, it is void: the URL that was set since holds (3.1). */
function standing(state: DiscoveryState): DiscoveryState {
  const { kept, settings } = state;
  if (kept.found === undefined || kept.found.over === settings.url) return state;
  return { ...state, kept: { ...kept, found: undefined }, held: undefined };
}

/** 300 s count from the first failure after the last connection. */
function tried(state: DiscoveryState, reached: boolean, now: Now): DiscoveryState {
  if (!reached) return { ...state, unreachable: state.unreachable ?? now.mono };
  return { ...state, unreachable: undefined };
}

/** The DHCP client of the management interface has reported its options. */
function leased(
  before: DiscoveryState,
  event: Extract<DiscoveryEvent, { on: "lease" }>,
  now: Now,
  roll: number,
): DiscoveryStep {
  if (!before.settings.enabled) return { state: before, deeds: [] };
  if (event.interface !== before.settings.interface) {
    if (event.offer.url === null) return { state: before, deeds: [] };
    return { state: before, deeds: [{ do: "tell", level: "info", ...elsewhere(event) }] };
  }
  // The interface has an address now: where the ACS is still to be found, DHCP is asked at once.
  const state = event.offer.url === null && url(before) === "" ? { ...before, pause: now.mono } : before;
  return accepted(state, event.offer, now, roll, []);
}

const elsewhere = (event: Extract<DiscoveryEvent, { on: "lease" }>) => ({
  what: "DHCP names an ACS on an interface that is not the management interface: it is ignored",
  fields: { interface: event.interface },
});

function answered(
  before: DiscoveryState,
  event: Extract<DiscoveryEvent, { on: "answer" }>,
  now: Now,
  roll: number,
): DiscoveryStep {
  if (before.exchange?.xid !== event.xid) return { state: before, deeds: [] };
  const { url: named } = event.offer;
  const last = named === null ? "a DHCP server answered and named no ACS" : `a DHCP server named ${named}`;
  const state = { ...before, exchange: undefined, pause: now.mono + discoveryLimits.pauseMs, last };
  const deeds: DiscoveryDeed[] = [{ do: "hangUp" }];
  if (named === null)
    deeds.push({ do: "tell", level: "warn", what: "A DHCP server answered and named no ACS" });
  return accepted(state, event.offer, now, roll, deeds);
}

/** Takes an offer over, where it may name the ACS. */
function accepted(
  state: DiscoveryState,
  offer: AcsOffer,
  now: Now,
  roll: number,
  deeds: readonly DiscoveryDeed[],
): DiscoveryStep {
  const { url: named } = offer;
  const may =
    url(state) === "" || holding(state) !== undefined || (byDhcp(state) && isUnreachable(state, now));
  if (named === null || !may) return proceed(state, now, roll, deeds);
  const known = holding(state);
  if (named === known?.url) {
    const same = { ...adopted(state, { ...offer, url: named }, now), before: known.before, at: known.at };
    const after = { ...state, held: undefined };
    if (JSON.stringify(same) === JSON.stringify(known)) return proceed(after, now, roll, deeds);
    return proceed({ ...after, kept: { ...after.kept, found: same } }, now, roll, [
      ...deeds,
      { do: "adopt" },
    ]);
  }
  return changed(state, { ...offer, url: named }, now, roll, deeds);
}

/** Another URL than before: a 0 BOOTSTRAP follows (3.7.1.5), so that there are only so many of them. */
function changed(
  before: DiscoveryState,
  offer: AcsOffer & { readonly url: string },
  now: Now,
  roll: number,
  deeds: readonly DiscoveryDeed[],
): DiscoveryStep {
  const changes = before.changes.filter((at) => now.mono - at < discoveryLimits.changesMs);
  if (changes.length >= discoveryLimits.changesMax) {
    const until = changes[0]! + discoveryLimits.changesMs;
    const state = { ...before, changes, held: { offer, until } };
    const tell: DiscoveryDeed = {
      do: "tell",
      level: "warn",
      what: `DHCP has named another ACS ${discoveryLimits.changesMax} times within an hour: the next change waits`,
      fields: { acs: offer.url, minutes: Math.ceil((until - now.mono) / 60_000) },
    };
    return proceed(state, now, roll, before.held === undefined ? [...deeds, tell] : deeds);
  }
  const found = adopted(before, offer, now);
  const state = {
    ...before,
    kept: { ...before.kept, found },
    held: undefined,
    unreachable: undefined,
    // The first one changes nothing that had been there.
    changes: before.kept.found === undefined ? changes : [...changes, now.mono],
  };
  const fields = { acs: found.url, option: found.option, interface: found.interface };
  const tell: DiscoveryDeed = { do: "tell", level: "info", what: "DHCP names the ACS", fields };
  return proceed(state, now, roll, [...deeds, { do: "adopt" }, tell]);
}

function adopted(state: DiscoveryState, offer: AcsOffer & { readonly url: string }, now: Now): Found {
  const known = holding(state);
  const code = offer.provisioningCode;
  return {
    url: offer.url,
    provisioningCode: code !== null && code.length <= optionLimits.provisioningCodeCharsMax ? code : null,
    retryWaitSeconds: offer.retryWaitSeconds,
    retryMultiplier: offer.retryMultiplier,
    option: offer.option ?? 43,
    interface: state.settings.interface,
    at: now.known ? now.wall : null,
    over: state.settings.url,
    before: known === undefined ? null : { url: known.url, at: known.at },
  };
}

/** Takes the steps that follow from the state alone: a message that is due is sent or held, an exchange is begun. */
function proceed(
  state: DiscoveryState,
  now: Now,
  roll: number,
  deeds: readonly DiscoveryDeed[],
): DiscoveryStep {
  const { held, exchange } = state;
  if (held !== undefined && now.mono >= held.until)
    return changed({ ...state, held: undefined }, held.offer, now, roll, deeds);
  if (exchange !== undefined) {
    if (!state.settings.enabled)
      return { state: { ...state, exchange: undefined }, deeds: [...deeds, { do: "hangUp" }] };
    return now.mono >= exchange.due ? repeated(state, exchange, now, roll, deeds) : { state, deeds };
  }
  const looksFor = mayAsk(state) && (url(state) === "" || isUnreachable(state, now));
  const wanted = now.mono >= state.pause && (looksFor || state.introduces);
  return wanted ? asking(state, now, roll, deeds) : { state, deeds };
}

function asking(
  state: DiscoveryState,
  now: Now,
  roll: number,
  deeds: readonly DiscoveryDeed[],
): DiscoveryStep {
  const xid = Math.floor(roll * 4_294_967_295) + 1;
  const exchange = { xid, sends: 1, due: now.mono + waitMs(1, roll), began: now.mono };
  const why =
    url(state) === ""
      ? "No ACS is known: DHCP is asked"
      : "The ACS has not been reachable for 300 s: DHCP is asked";
  const tell: DiscoveryDeed = { do: "tell", level: "info", what: why };
  return {
    state: { ...state, exchange, introduces: false },
    deeds: [...deeds, tell, { do: "send", xid, seconds: 0 }],
  };
}

/** RFC 2131 4.1: after 4, 8, 16, 32 and 64 s, each a second longer or shorter at most; then there is nobody to
 * answer. */
function repeated(
  state: DiscoveryState,
  exchange: NonNullable<DiscoveryState["exchange"]>,
  now: Now,
  roll: number,
  deeds: readonly DiscoveryDeed[],
): DiscoveryStep {
  if (exchange.sends > waitsMax) {
    const last = "no DHCP server has answered";
    const after = { ...state, exchange: undefined, pause: now.mono + discoveryLimits.pauseMs, last };
    const tell: DiscoveryDeed = {
      do: "tell",
      level: "warn",
      what: "No DHCP server has answered the DHCPINFORM",
    };
    return { state: after, deeds: [...deeds, { do: "hangUp" }, tell] };
  }
  const sends = exchange.sends + 1;
  const next = { ...exchange, sends, due: now.mono + waitMs(sends, roll) };
  const seconds = Math.floor((now.mono - exchange.began) / 1000);
  return {
    state: { ...state, exchange: next },
    deeds: [...deeds, { do: "send", xid: exchange.xid, seconds }],
  };
}

/** How often the wait doubles until it is the last one; as long is waited for an answer to the last repetition. */
const waitsMax = 1 + Math.log2(discoveryLimits.lastWaitSeconds / discoveryLimits.firstWaitSeconds);

/** The wait after a number of sends, from 1. */
const waitSeconds = (sends: number): number =>
  discoveryLimits.firstWaitSeconds * 2 ** (Math.min(sends, waitsMax) - 1);

const waitMs = (sends: number, roll: number): number =>
  Math.round(waitSeconds(sends) * 1000 + (2 * roll - 1) * discoveryLimits.jitterMs);

const discoveryDeeds: DeedTable<DiscoveryDeed, DiscoveryEvent> = {
  send: {
    words: "ask DHCP",
    mute: true,
    onFailure: (error) => ({ on: "unsent", why: error instanceof Error ? error.message : String(error) }),
    late: "counts",
  },
  hangUp: { words: "stop listening for DHCP", mute: true, onFailure: undefined, late: "counts" },
  adopt: { words: "take over what DHCP has found", mute: false, onFailure: undefined, late: "counts" },
  tell: { words: "write to the log", mute: true, onFailure: undefined, late: "counts" },
};

export const discoveryMachine: Machine<DiscoveryState, DiscoveryKept, DiscoveryEvent, DiscoveryDeed> = {
  load: loadFound,
  start,
  step,
  hear,
  nextWake,
  kept: (state) => state.kept,
  differences: foundRows,
  pressing: (before, after) => foundRows(before, after).length > 0,
  deeds: discoveryDeeds,
};
