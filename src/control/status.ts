/** Rule: the status that the agent reports, from the state of the machines. 3.1, 3.2.1, 3.7.1.5. */
import type { NatStatus } from "../nat/status.ts";
import type { Now } from "../ports/clock.ts";
import type { DeviceIdStruct, EventStruct } from "../rpc/messages.ts";
import { eventStructs } from "../session/events.ts";
import { sessionLimits } from "../session/limits.ts";
import { heldUntil } from "../session/occasions.ts";
import { failures, names } from "../session/pledges.ts";
import type { AgentState } from "../session/state.ts";
import type { UrlSource } from "../settings.ts";
import type { TrialStatus } from "../trial/tell.ts";
import type { TransferCounts } from "./transfers.ts";

/** Moments are UTC milliseconds on the clock that `time.now` was read from: the engine works out those of this
 * boot from its monotonic clock, so that a clock set in the meantime does not spoil them. null: not known, none. */
export interface Status {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly time: { readonly now: number; readonly known: boolean };
  readonly device: DeviceIdStruct;
  /** False: switched off by its configuration, no session begins. */
  readonly enabled: boolean;
  readonly acs: {
    /** Empty: none is known. */
    readonly url: string;
    readonly source: UrlSource;
    /** The address in use, of those that DNS gave. */
    readonly address: string | null;
    /** How DHCP named it; null: DHCP did not. */
    readonly found: {
      readonly option: number;
      readonly interface: string;
      /** null: the clock could not be believed then. */
      readonly at: number | null;
      /** The configured URL that it replaces, which could not be reached; empty: none was configured. */
      readonly over: string;
      /** The URL that DHCP had named before. */
      readonly before: string | null;
    } | null;
  };
  /** The session in progress. */
  readonly session: { readonly began: number; readonly events: readonly string[] } | null;
  readonly lastSession: {
    readonly began: number | null;
    readonly ended: number | null;
    readonly events: readonly string[];
    /** Requests of the ACS that were answered. */
    readonly calls: number;
    /** Why it failed, in plain words; null: it ended as it should. */
    readonly failure: string | null;
  } | null;
  readonly nextSession: { readonly at: number; readonly why: string } | null;
  readonly eventsWaiting: readonly EventStruct[];
  /** Sessions that failed since the last good one. */
  readonly retryCount: number;
  readonly connectionRequest: {
    /** null: not listening, or the interface has no address. */
    readonly url: string | null;
    /** null: not listening. */
    readonly port: number | null;
    /** The logical interface whose address is reported to the ACS. */
    readonly interface: string;
  };
  /** The state of the NAT binding, through which UDP Connection Requests reach the device (Annex G). */
  readonly nat: NatStatus;
  readonly transfers: TransferCounts;
  /** Changes over CWMP that a session has to prove; null: none. */
  readonly trial: TrialStatus | null;
  /** Faults, each with its remedy. */
  readonly warnings: readonly string[];
}

export interface StatusFacts {
  readonly transfers: TransferCounts;
  readonly trial: TrialStatus | null;
  readonly version: string;
  /** Of the agent. */
  readonly uptimeSeconds: number;
  readonly deviceId: DeviceIdStruct;
  readonly connectionRequestUrl: string;
  readonly connectionRequestPort: number | undefined;
  readonly address: string | undefined;
  readonly found: Status["acs"]["found"];
  readonly nat: NatStatus;
  readonly warnings: readonly string[];
}

export function statusOf(state: AgentState, now: Now, facts: StatusFacts): Status {
  const { kept, settings, phase } = state;
  const wall = (mono: number) => now.wall + (mono - now.mono);
  const last = kept.lastSession;
  return {
    version: facts.version,
    uptimeSeconds: facts.uptimeSeconds,
    time: { now: now.wall, known: now.known },
    device: facts.deviceId,
    enabled: settings.enabled,
    acs: {
      url: settings.url,
      source: settings.urlSource,
      address: facts.address ?? null,
      found: facts.found,
    },
    session: "began" in phase ? { began: wall(phase.began.mono), events: phase.codes } : null,
    lastSession: last
      ? {
          began: last.began ?? null,
          ended: last.ended ?? null,
          events: last.events,
          calls: last.calls,
          failure: last.failure ?? null,
        }
      : null,
    nextSession: nextSession(state, now),
    eventsWaiting: eventStructs(kept.queue.events),
    retryCount: kept.retryCount,
    connectionRequest: {
      url: facts.connectionRequestUrl || null,
      port: facts.connectionRequestPort ?? null,
      interface: settings.connectionRequest.interface,
    },
    nat: facts.nat,
    transfers: facts.transfers,
    trial: facts.trial,
    warnings: [...settings.problems, ...facts.warnings, ...own(state)],
  };
}

/** When the next session is due and why; null: none is. */
export function nextSession(state: AgentState, now: Now): Status["nextSession"] {
  const { phase } = state;
  const { url, enabled } = state.settings;
  if (phase.is === "stopped" || url === "" || !enabled) return null;
  if (state.wanted !== undefined) return { at: now.wall, why: state.wanted };
  const due = (at: number | undefined, why: string) => (at === undefined ? [] : [{ at, why }]);
  const retry = phase.is === "waiting" ? phase.until : undefined;
  const [first] = [
    ...due(retry, "the last session is tried again"),
    ...due(state.periodic.due, "the periodic interval is over"),
    ...due(phase.is === "idle" ? state.redelivery.due : undefined, "the ACS has not confirmed all events"),
    ...due(heldUntil(state), "parameters have changed"),
    ...state.kept.scheduled.map((s) => ({ at: s.dueMono, why: "the ACS has scheduled it" })),
  ].sort((a, b) => a.at - b.at);
  return first === undefined ? null : { at: now.wall + (first.at - now.mono), why: first.why };
}

function own(state: AgentState): string[] {
  const warnings = state.kept.broken.map(
    (b) => `The ${names[b.is]} that the ACS was promised cannot be carried out and was given up: ${b.reason}`,
  );
  for (const { is, failed, reason } of state.kept.forced)
    warnings.push(
      `The ${names[is]} that the ACS was promised was carried out after ${failed} failed sessions in a row, none of which ended as it should: ${reason}`,
    );
  const waited = failures(state.kept.pledges);
  if (waited > 0)
    warnings.push(
      `What the ACS was promised (${[...new Set(state.kept.pledges.map((p) => names[p.is]))].join(", ")}) waits for a session that ends as it should: ${waited} have failed, after ${sessionLimits.pledgeFailuresMax} it is carried out all the same.`,
    );
  if (!state.settings.enabled) warnings.push("The agent is switched off: set cwmp.cpe.enabled to 1.");
  else if (state.settings.url === "")
    warnings.push("No ACS is known: set cwmp.acs.url, or start with --acs-url.");
  const { username, password } = state.settings.connectionRequest;
  if (username === "" || password === "") {
    warnings.push(
      "Connection Requests are refused: cwmp.cpe.username and cwmp.cpe.password are not both set.",
    );
  }
  const { minVersion = "1.2", weak = false } = state.settings.tls;
  if (state.settings.basicAuth === "always")
    warnings.push("The password may go out in clear text: cwmp.acs.basic_auth is always, not tls.");
  if (minVersion < "1.2")
    warnings.push(`TLS ${minVersion} is broken: set cwmp.acs.tls_min_version to 1.2 once the ACS speaks it.`);
  if (weak)
    warnings.push(
      "Certificates that can be forged are accepted: set cwmp.acs.tls_weak_certificates to 0 once the ACS has a better one.",
    );
  return warnings;
}
