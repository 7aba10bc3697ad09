/** Rule: what `cwmpd status` tells, out of the state of the machine. */
import type { Status } from "./cli/status.ts";
import type { Now } from "./ports.ts";
import type { DeviceIdStruct } from "./rpc/messages.ts";
import { eventStructs } from "./session/events.ts";
import { heldUntil } from "./session/occasions.ts";
import type { AgentState } from "./session/state.ts";

export interface StatusFacts {
  readonly version: string;
  /** Of the agent. */
  readonly uptimeSeconds: number;
  readonly deviceId: DeviceIdStruct;
  readonly connectionRequestUrl: string;
  readonly address: string | undefined;
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
    acs: { url: settings.url, source: settings.urlSource, address: facts.address ?? null },
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
    nextSession: next(state, now),
    eventsWaiting: eventStructs(kept.queue.events),
    retryCount: kept.retryCount,
    connectionRequest: { url: facts.connectionRequestUrl || null },
    warnings: [...settings.problems, ...facts.warnings, ...own(state)],
  };
}

function next(state: AgentState, now: Now): Status["nextSession"] {
  const { phase } = state;
  const { url, enabled } = state.settings;
  if (phase.is === "stopped" || url === "" || !enabled) return null;
  if (state.wanted !== undefined) return { at: now.wall, why: state.wanted };
  const due = (at: number | undefined, why: string) => (at === undefined ? [] : [{ at, why }]);
  const retry = phase.is === "waiting" ? phase.until : undefined;
  const [first] = [
    ...due(retry, "the last session is tried again"),
    ...due(state.periodic.due, "the periodic interval is over"),
    ...due(heldUntil(state), "parameters have changed"),
    ...state.kept.scheduled.map((s) => ({ at: s.dueMono, why: "the ACS has scheduled it" })),
  ].sort((a, b) => a.at - b.at);
  return first === undefined ? null : { at: now.wall + (first.at - now.mono), why: first.why };
}

function own(state: AgentState): string[] {
  const warnings: string[] = [];
  if (!state.settings.enabled) warnings.push("The agent is switched off: set cwmp.cpe.enabled to 1.");
  else if (state.settings.url === "")
    warnings.push("No ACS is known: set cwmp.acs.url, or start with --acs-url.");
  const { username, password } = state.settings.connectionRequest;
  if (username === "" || password === "") {
    warnings.push(
      "Connection Requests are refused: cwmp.cpe.username and cwmp.cpe.password are not both set.",
    );
  }
  return warnings;
}
