/** Machine: when sessions begin and end, and what is remembered between them. TR-069 3.2.1, 3.2.1.1, 3.7.1.
 *
 *   idle       no session, none to be retried
 *   waiting    the last session failed; the next begins at `until`, or as soon as something happens (3.2.1.1)
 *   looking    a session is about to begin: what has changed since the last Inform is being read
 *   preparing  the Inform is being made
 *   session    a session (session.ts); `numbers` are the events that its Inform lists
 *   closing    it is over: the line is dropped and what it changed takes effect
 *   stopped    the device is going down, or the configuration switches the agent off
 *
 * What never happens: two sessions at a time; a session without a URL; a reboot before a clean end (3.7.1.4);
 * a deed that speaks of state which is not on disk (the loop saves `kept` before it performs a step's deeds). */
import type { Now } from "../ports/clock.ts";
import type { Args } from "../rpc/table.ts";
import type { Settings } from "../settings.ts";
import type { CwmpVersion } from "../soap/names.ts";
import * as events from "./events.ts";
import type { Kept } from "./kept.ts";
import { noticeLimits, sessionLimits } from "./limits.ts";
import * as occasions from "./occasions.ts";
import { waitMs } from "./retry.ts";
import * as session from "./session.ts";
import type { AgentDeed, AgentEvent, AgentState, AgentStep, Phase, Report } from "./state.ts";

/** The first step of a process: a boot of the device, or the agent alone begun again (same `boot`). */
export function start(kept: Kept, settings: Settings, boot: string, now: Now): AgentStep {
  const state: AgentState = {
    kept,
    settings,
    boot,
    phase: { is: settings.enabled ? "idle" : "stopped" },
    wanted: undefined,
    version: "cwmp-1-1",
    modern: false,
    periodic: occasions.periodicFrom(settings, now, now.mono),
    looking: false,
    lookDue: now.mono,
    notices: [],
    held: false,
  };
  const known = occasions.contacted(occasions.interrupted(state));
  return proceed(kept.boot === boot ? occasions.resumed(known) : occasions.booted(known, now), now);
}

/** @param roll chance in [0, 1) for this step */
export function step(before: AgentState, now: Now, roll: number, event: AgentEvent): AgentStep {
  const state = occasions.onTime(before, now);
  switch (event.on) {
    case "woke":
      if (overdue(state, now)) return inSession(state, now, roll, tooLong);
      return stillUp(state, now) ? back(state, { is: "idle" }, now) : proceed(state, now);
    case "settings":
      return proceed(configured(state, event.settings, now), now);
    case "connectionRequest":
      return proceed(occasions.connectionRequested(state), now);
    case "asked":
      return proceed({ ...state, wanted: "somebody at the device asked for it" }, now);
    case "touched":
      return proceed({ ...state, lookDue: now.mono }, now);
    case "changed":
      return looked(occasions.changed(state, event, now), now);
    case "prepared":
      return prepared(state, event.inform, now);
    case "handled": {
      if (state.phase.is !== "session" || state.phase.session.awaiting !== "handler")
        return { state, deeds: [] };
      const after = event.effects.reduce((s, effect) => occasions.withEffect(s, effect, now), state);
      return inSession(after, now, roll, event);
    }
    case "closed":
      return closed(state, now);
    case "stayed":
      return goingDown(state) === undefined ? { state, deeds: [] } : back(state, { is: "idle" }, now);
    default:
      return inSession(state, now, roll, event);
  }
}

/** When the machine wants to be woken, on the monotonic clock; undefined: never. */
export function nextWake(state: AgentState): number | undefined {
  const { phase, periodic, kept } = state;
  if (phase.is === "stopped") return phase.until;
  const times = [periodic.due, occasions.heldUntil(state), ...kept.scheduled.map((s) => s.dueMono)];
  if (phase.is === "waiting" && state.settings.url !== "") times.push(phase.until);
  if (phase.is === "session") times.push(phase.endsBy);
  // A look under way ends in an event of its own.
  if ((phase.is === "idle" || phase.is === "waiting") && !state.looking) times.push(state.lookDue);
  const known = times.filter((t) => t !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

const tooLong = {
  on: "failed",
  reason: "the session took longer than is allowed",
  suspect: "none",
} as const;

const overdue = (state: AgentState, now: Now): boolean =>
  state.phase.is === "session" && now.mono >= state.phase.endsBy;

/** The device was to go down and has not: it is managed on, and goes down after the next session. */
const stillUp = (state: AgentState, now: Now): boolean => {
  const until = goingDown(state);
  return until !== undefined && now.mono >= until;
};

const goingDown = ({ phase }: AgentState): number | undefined =>
  phase.is === "stopped" ? phase.until : undefined;

function configured(state: AgentState, settings: Settings, now: Now): AgentState {
  const same = sameRhythm(settings, state.settings);
  // A new interval counts from now: reckoned from the last Inform, a shorter one could be over before it is set.
  const periodic = same ? state.periodic : occasions.periodicFrom(settings, now, now.mono);
  const after = occasions.contacted({ ...state, settings, periodic });
  const resting = after.phase.is === "idle" || after.phase.is === "waiting";
  if (!settings.enabled && resting) return { ...after, phase: { is: "stopped" } };
  const off = after.phase.is === "stopped" && goingDown(after) === undefined;
  if (settings.enabled && !state.settings.enabled && off) return { ...after, phase: { is: "idle" } };
  return after;
}

/** To where sessions can begin, unless the agent has been switched off meanwhile. */
const back = (state: AgentState, phase: Phase, now: Now): AgentStep =>
  proceed(configured({ ...state, phase }, state.settings, now), now);

/** Whether the next periodic Inform stays due when it is: reckoned anew without need, it could come twice. */
const sameRhythm = (one: Settings, other: Settings): boolean =>
  one.enabled === other.enabled && JSON.stringify(one.periodic) === JSON.stringify(other.periodic);

/** What follows from the state alone: a session that is wanted begins, a look that is due is taken.
 * While a session is under way neither happens (3.7.1.1 shields the ACS from changes by others). */
function proceed(state: AgentState, now: Now): AgentStep {
  const { phase } = state;
  if (phase.is !== "idle" && phase.is !== "waiting") return { state, deeds: [] };
  const retry = phase.is === "waiting" && now.mono >= phase.until;
  const opens = state.settings.url !== "" && (retry || state.wanted !== undefined);
  // A look under way may have missed what is due to be looked at now: it stays due until that one is back.
  if (!opens && (state.looking || now.mono < state.lookDue)) return { state, deeds: [] };
  const deeds: AgentDeed[] = state.looking ? [] : [{ do: "look" }];
  const next: Phase = opens ? { is: "looking" } : phase;
  const kept = opens ? { ...state.kept, open: true } : state.kept;
  const lookDue = now.mono + noticeLimits.lookMs;
  return { state: { ...state, kept, phase: next, looking: true, lookDue }, deeds };
}

/** A.3.3.1: every event that is undelivered, and the parameters that have changed. */
function looked(before: AgentState, now: Now): AgentStep {
  const state = { ...before, looking: false };
  if (state.phase.is !== "looking") return resting(proceed(state, now));
  const { kept } = state;
  const list = events.reportable(kept.queue, state.version);
  const report: Report = {
    numbers: list.map((e) => e.number),
    codes: list.map((e) => e.code),
    began: now,
  };
  const deed: AgentDeed = {
    do: "prepare",
    events: events.eventStructs(list),
    changed: kept.changed.map((c) => c.name),
    retryCount: kept.retryCount,
  };
  const phase: Phase = { is: "preparing", ...report };
  return { state: { ...state, phase, wanted: undefined, held: false }, deeds: [deed] };
}

const resting = (step: AgentStep): AgentStep =>
  step.deeds.length > 0 ? step : { ...step, deeds: [{ do: "rest" }] };

function prepared(state: AgentState, inform: Args<"Inform">, now: Now): AgentStep {
  if (state.phase.is !== "preparing") return { state, deeds: [] };
  const opening = session.openSession(inform, state.version, []);
  const { numbers, codes, began } = state.phase;
  const endsBy = now.mono + sessionLimits.sessionMsMax;
  const phase: Phase = { is: "session", session: opening.state, endsBy, numbers, codes, began };
  return withSession({ ...state, phase }, opening, now, 0);
}

function inSession(state: AgentState, now: Now, roll: number, event: session.SessionEvent): AgentStep {
  const { phase } = state;
  if (phase.is === "session") return withSession(state, session.step(phase.session, event), now, roll);
  const opening = phase.is === "looking" || phase.is === "preparing";
  if (!opening || event.on !== "failed") return { state, deeds: [] };
  return ended({ ...state, looking: false }, event.reason, "none", now, roll);
}

/** Takes over what the session machine did: its confirmations and its end are carried out here. */
function withSession(before: AgentState, done: session.SessionStep, now: Now, roll: number): AgentStep {
  if (before.phase.is !== "session") return { state: before, deeds: [] };
  let state: AgentState = { ...before, phase: { ...before.phase, session: done.state } };
  const deeds: AgentDeed[] = [];
  for (const deed of done.deeds) {
    if (deed.do === "confirm") state = confirmed(state, deed.request);
    else if (deed.do === "refused") deeds.push(tellRefused(deed));
    else if (deed.do === "end") {
      const end = ended(state, deed.reason, deed.suspect, now, roll);
      return { state: end.state, deeds: [...deeds, ...end.deeds] };
    } else deeds.push(deed);
  }
  return { state, deeds };
}

const tellRefused = (deed: Extract<session.SessionDeed, { do: "refused" }>): AgentDeed => ({
  do: "tell",
  what: "The ACS refused a request, which is not tried again in this session",
  fields: { method: deed.request.method, code: deed.code, why: deed.text },
});

/** Table 7: InformResponse confirms what the Inform listed, and R-3.1-12: the way the ACS was found is kept. */
function confirmed(state: AgentState, request: session.OwnRequest): AgentState {
  if (state.phase.is !== "session" || request.method !== "Inform") return state;
  const { numbers } = state.phase;
  const { kept } = state;
  const queue = events.confirmed(kept.queue, numbers, "Inform");
  // One 4 VALUE CHANGE stands for all changes until then, also for those before its last occurrence.
  const latest = Math.max(0, ...numbers);
  const left = kept.changed.filter((c) => c.number > latest);
  const changed = left.length < kept.changed.length ? left : kept.changed;
  const discovery = kept.discovery ?? state.settings.urlSource;
  const modern = state.modern || state.phase.session.version === "cwmp-1-1";
  return { ...state, modern, kept: { ...kept, queue, changed, discovery } };
}

/** 3.7.1.4, 3.2.1.1: a success sets count and schedule back; a failure moves both on. */
function ended(
  state: AgentState,
  failure: string | undefined,
  suspect: session.Suspect,
  now: Now,
  roll: number,
): AgentStep {
  const { phase, kept } = state;
  const report = "numbers" in phase ? phase : { numbers: [], codes: [], began: now };
  const lastSession = {
    began: report.began.known ? report.began.wall : undefined,
    ended: now.known ? now.wall : undefined,
    events: report.codes,
    calls: phase.is === "session" ? phase.session.calls : 0,
    failure,
  };
  const deeds: AgentDeed[] = [{ do: "close", failure }];
  if (failure === undefined) {
    const after: Kept = { ...kept, retryCount: 0, failures: 0, open: false, lastSession };
    const version = state.modern ? "cwmp-1-1" : state.version;
    return {
      state: { ...state, kept: after, version, phase: { is: "closing", until: undefined } },
      deeds,
    };
  }
  const failures = kept.failures + 1;
  const queue = events.afterFailure(kept.queue, report.numbers);
  const after: Kept = { ...kept, queue, retryCount: kept.retryCount + 1, failures, open: false, lastSession };
  const until = now.mono + waitMs(failures, roll);
  const version = nextVersion(state.version, suspect);
  return { state: { ...state, kept: after, version, phase: { is: "closing", until } }, deeds };
}

/** 3.7.2.1: a v1.1 Inform that was refused is followed by a v1.0 one, and that, refused too, by v1.1 again. So is one
 * that went well, where the ACS is known to speak v1.1. */
function nextVersion(version: CwmpVersion, suspect: session.Suspect): CwmpVersion {
  if (suspect === "none") return version;
  return version === "cwmp-1-1" ? "cwmp-1-0" : "cwmp-1-1";
}

/** What the session changed is in effect. Now the device may go down for it, and others' changes are read. */
function closed(before: AgentState, now: Now): AgentStep {
  if (before.phase.is !== "closing") return { state: before, deeds: [] };
  const { until } = before.phase;
  const state = { ...before, lookDue: now.mono };
  const { reset, reboots } = state.kept;
  if (until === undefined && (reset || reboots.length > 0)) {
    return {
      state: { ...state, phase: { is: "stopped", until: now.mono + sessionLimits.downMsMax } },
      deeds: [{ do: reset ? "factoryReset" : "reboot" }],
    };
  }
  const phase: Phase = until === undefined ? { is: "idle" } : { is: "waiting", until };
  return back(state, phase, now);
}
