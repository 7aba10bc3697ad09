/** Table: the state of the binding machine, its events and its deeds. See binding.ts. */

import type { Level } from "../ports/log.ts";
import type { Endpoint, Source } from "../ports/udp.ts";
import type { StunCredentials } from "./ask.ts";
import { sameEndpoint, writeEndpoint } from "./endpoint.ts";
import { type Bounds, boundsOf, needsSearch, newSearch, type Search, safePeriod } from "./search.ts";

export interface StunSettings {
  readonly enable: boolean;
  /** STUNServerAddress, or the host of the ACS URL; empty: none. */
  readonly host: string;
  readonly port: number;
  readonly credentials: StunCredentials;
  /** Seconds; STUNMinimumKeepAlivePeriod. */
  readonly min: number;
  /** Seconds; STUNMaximumKeepAlivePeriod, -1 for none. */
  readonly max: number;
}

/** The data that outlast a restart: the period that was found with that server. */
export interface KeptPeriod {
  readonly server: string;
  readonly seconds: number;
}

export type What = "discovery" | "keepalive" | "changed" | "probe";

export interface Asking {
  readonly what: What;
  readonly id: string;
  readonly signed: boolean;
  readonly sends: number;
  /** When it is sent again, or given up. */
  readonly dueAt: number;
  /** When it is given up at the latest: a keep-alive cannot wait for a probe. */
  readonly until: number;
}

type Phase =
  | { readonly is: "off" }
  | { readonly is: "resolving" }
  | { readonly is: "asking"; readonly asking: Asking }
  | { readonly is: "resting"; readonly until: number; readonly next: "resolve" | "keepalive" | "probe" };

export interface BindingState {
  readonly settings: StunSettings;
  readonly bounds: Bounds;
  /** Address of the interface and port on which UDP Connection Requests are taken; undefined: nowhere. */
  readonly local: Endpoint | undefined;
  /** Our address on the way to the server, which an answer is compared with; undefined: not known yet. */
  readonly source: string | undefined;
  readonly phase: Phase;
  readonly server: Endpoint | undefined;
  /** MAPPED-ADDRESS of the last answer. */
  readonly mapped: Endpoint | undefined;
  /** Whether the server sends answers where RESPONSE-ADDRESS says; undefined: not found out yet. */
  readonly honours: boolean | undefined;
  readonly search: Search;
  /** The period that was found, seconds; undefined while it is searched for. */
  readonly period: number | undefined;
  readonly kept: KeptPeriod | undefined;
  /** Seconds that the probe in hand, or the last one, waited for; 0: it asks for the abilities of the server. */
  readonly trial: number;
  /** The last probe had no answer. */
  readonly doubt: boolean;
  /** When the present binding began, and whether it has had traffic both ways when it was old enough. */
  readonly flowSince: number;
  readonly settled: boolean;
  /** Monotonic ms: the last send from the primary port, and the last datagram of the server there. */
  readonly sentAt: number;
  readonly heardAt: number;
  readonly sinceProbe: number;
  /** Our address has changed, and the server has not been asked since. */
  readonly stale: boolean;
  /** Why the server's answers are missing; undefined: they arrive. */
  readonly away: string | undefined;
}

export type BindingEvent =
  | { readonly on: "settings"; readonly settings: StunSettings }
  | { readonly on: "local"; readonly local: Endpoint | undefined }
  /** Addresses of the server, in the order of DNS; none where the name could not be looked up. */
  | {
      readonly on: "resolved";
      /** undefined: every attribute that was asked for. */
      readonly host: string | undefined;
      readonly addresses: readonly string[];
      readonly source: string | undefined;
    }
  /** Our address on the way to the server has been looked at again. */
  | { readonly on: "source"; readonly source: string }
  | { readonly on: "datagram"; readonly at: Source; readonly from: Endpoint; readonly bytes: Uint8Array }
  | { readonly on: "woke" };

export type BindingDeed =
  | { readonly do: "resolve"; readonly host: string; readonly port: number }
  | { readonly do: "send"; readonly at: Source; readonly to: Endpoint; readonly bytes: Uint8Array }
  /** The secondary port is not needed any more. */
  | { readonly do: "release" }
  | {
      readonly do: "log";
      readonly level: Level;
      readonly what: string;
      readonly fields: Readonly<Record<string, string | number>>;
    };

export interface BindingStep {
  readonly state: BindingState;
  readonly deeds: readonly BindingDeed[];
}

export function startBinding(settings: StunSettings, kept: KeptPeriod | undefined): BindingState {
  const bounds = boundsOf(settings.min, settings.max);
  return {
    settings,
    bounds,
    local: undefined,
    source: undefined,
    phase: { is: "off" },
    server: undefined,
    mapped: undefined,
    honours: undefined,
    search: newSearch(bounds),
    period: undefined,
    kept,
    trial: 0,
    doubt: false,
    flowSince: 0,
    settled: false,
    sentAt: 0,
    heardAt: 0,
    sinceProbe: 0,
    stale: false,
    away: undefined,
  };
}

/** When the machine wants to be woken, on the monotonic clock; undefined: never. */
export function bindingWake({ phase }: BindingState): number | undefined {
  if (phase.is === "resting") return phase.until;
  return phase.is === "asking" ? Math.min(phase.asking.dueAt, phase.asking.until) : undefined;
}

/** The value of UDPConnectionRequestAddress, always with its port; empty while the interface is down. G.2.1.3. */
export function udpAddress({ local, mapped, settings }: BindingState): string {
  if (local === undefined) return "";
  return writeEndpoint(settings.enable && mapped !== undefined ? mapped : local);
}

/** The source address and port of our requests, as far as they are known. */
export const outgoing = ({ local, source }: BindingState): Endpoint | undefined =>
  local && { address: source ?? local.address, port: local.port };

export function natDetected(state: BindingState): boolean {
  const source = outgoing(state);
  if (!state.settings.enable || source === undefined || state.mapped === undefined) return false;
  return !sameEndpoint(state.mapped, source);
}

/** False while the server is to be asked for the first time and has not answered: the binding will be known soon.
 * @param enable STUN is on, though the machine may not know yet */
export const isSettled = ({ settings, mapped, away }: BindingState, enable: boolean): boolean =>
  !enable || settings.host === "" || mapped !== undefined || away !== undefined;

/** Seconds between keep-alives at present. */
export const keepAliveSeconds = ({ bounds, period }: BindingState): number =>
  needsSearch(bounds) ? (period ?? safePeriod(bounds)) : bounds.max;
