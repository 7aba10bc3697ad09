/** Machine: when sessions begin and end, and the state kept between them. TR-069 3.2.1, 3.2.1.1, 3.7.1.
 *
 *   idle       no session, none to be retried
 *   waiting    the last session failed; the next begins at `until`, or as soon as something happens (3.2.1.1)
 *   looking    a session is about to begin: changes since the last Inform are being read
 *   preparing  the Inform is being made
 *   session    a session (session.ts); `numbers` are the events that its Inform lists
 *   closing    it is over: the line is dropped and its changes take effect
 *   stopped    the device is shutting down, or the configuration switches the agent off
 *
 * Never: two sessions at a time; a session without a URL; a reboot before a clean end (3.7.1.4), unless
 * `pledgeFailuresMax` sessions in a row have had none;
 * a deed that reports state which is not on disk (the loop saves `kept` before it performs a step's deeds). */
import type { Now } from "../ports/clock.ts";
import type { Args } from "../rpc/table.ts";
import type { Settings } from "../settings.ts";
import { agentDeeds } from "./deedtable.ts";
import * as errands from "./errands.ts";
import * as events from "./events.ts";
import { differences, type Kept, load, pressing } from "./kept.ts";
import { noticeLimits, sessionLimits } from "./limits.ts";
import type { Machine } from "./machine.ts";
import type { Notice } from "./notice.ts";
import * as occasions from "./occasions.ts";
import * as pledges from "./pledges.ts";
import { waitMs } from "./retry.ts";
import * as session from "./session.ts";
import type { AgentDeed, AgentEvent, AgentState, AgentStep, GoingDown, Phase, Report } from "./state.ts";
import { nextVersion, spoken } from "./version.ts";

/** The first step of a process: a boot of the device, or the agent alone begun again (same `boot`). */
export function start(kept: Kept, settings: Settings, boot: string, now: Now): AgentStep {
  const state: AgentState = {
    kept,
    settings,
    boot,
    phase: { is: settings.enabled ? "idle" : "stopped" },
    wanted: undefined,
    asked: false,
    version: kept.speaks?.version ?? "cwmp-1-1",
    modern: kept.speaks?.modern ?? false,
    periodic: occasions.periodicFrom(settings, now, now.mono),
    looking: false,
    endedByLook: 0,
    lookDue: now.mono,
    notices: [],
    held: false,
    redelivery: { due: undefined, times: 0 },
    ended: 0,
  };
  const known = occasions.contacted(occasions.interrupted(state));
  return told(proceed(kept.boot === boot ? occasions.resumed(known) : occasions.booted(known, now), now));
}

/** @param roll chance in [0, 1) for this step */
export const step = (before: AgentState, now: Now, roll: number, event: AgentEvent): AgentStep =>
  told(stepped(occasions.onTime(before, now), now, roll, event));

/** Takes in a notice of another machine: its events and requests, and the work to do after a session. */
export function hear(state: AgentState, now: Now, notice: Notice): AgentStep {
  const after = occasions.heard(state, notice);
  if (after === state) return { state, deeds: [] };
  const atOnce = notice.tell === "pledge" && after.phase.is === "idle";
  return atOnce ? carriedOut(after, [], now) : proceed(after, now);
}

/** An errand ends with its last event, however that ended, and its reporter hears of it. */
function told(done: AgentStep): AgentStep {
  const { left, gone } = errands.withEvents(done.state.kept);
  if (gone.length === 0) return done;
  const discarded = gone.map((e): Notice => ({ tell: "discarded", ref: e.ref }));
  return { ...done, state: { ...done.state, kept: left }, notices: [...(done.notices ?? []), ...discarded] };
}

function stepped(state: AgentState, now: Now, roll: number, event: AgentEvent): AgentStep {
  switch (event.on) {
    case "woke":
      if (overdue(state, now)) return inSession(state, now, roll, tooLong);
      return stillUp(state, now) ? stayed(state, stillUpReason, now) : proceed(state, now);
    case "settings":
      return withNotices(proceed(configured(state, event.settings, now), now), [
        { tell: "settings", settings: event.settings },
      ]);
    case "connectionRequest":
      return proceed(occasions.connectionRequested(state), now);
    case "asked":
      return proceed(occasions.asked(state), now);
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
      const effects = event.effects.map((effect): Notice => ({ tell: "effect", effect }));
      return withNotices(inSession(after, now, roll, event), effects);
    }
    case "closed":
      return closed(state, now);
    case "stayed":
      return stayed(state, event.reason, now);
    default:
      return inSession(state, now, roll, event);
  }
}

/** When the machine wants to be woken, on the monotonic clock; undefined: never. */
export function nextWake(state: AgentState): number | undefined {
  const { phase, periodic, kept } = state;
  if (phase.is === "stopped") return phase.goingDown?.until;
  const times = [periodic.due, occasions.heldUntil(state), ...kept.scheduled.map((s) => s.dueMono)];
  if (phase.is === "idle" && state.settings.url !== "") times.push(state.redelivery.due);
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

/** The device was to shut down and has not: it is managed further, and shuts down after the next session. */
const stillUp = (state: AgentState, now: Now): boolean => {
  const until = goingDown(state)?.until;
  return until !== undefined && now.mono >= until;
};

const stillUpReason = "the device took the order and did not go down";

const goingDown = ({ phase }: AgentState): GoingDown | undefined =>
  phase.is === "stopped" ? phase.goingDown : undefined;

const withNotices = (step: AgentStep, notices: readonly Notice[]): AgentStep => ({
  ...step,
  notices: [...(step.notices ?? []), ...notices],
});

function configured(state: AgentState, settings: Settings, now: Now): AgentState {
  const same = occasions.sameRhythm(settings, state.settings);
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

/** Takes the steps that follow from the state alone: a session that is wanted begins, a look that is due is taken.
 * Neither happens during a session (3.7.1.1 shields the ACS from changes by others). */
function proceed(state: AgentState, now: Now): AgentStep {
  const { phase } = state;
  if (phase.is !== "idle" && phase.is !== "waiting") return { state, deeds: [] };
  const retry = phase.is === "waiting" && now.mono >= phase.until;
  const redeliver = state.redelivery.due !== undefined && now.mono >= state.redelivery.due;
  const opens = state.settings.url !== "" && (retry || redeliver || state.wanted !== undefined);
  // A look under way may have missed a value that is due now: it stays due until that one is back.
  if (!opens && (state.looking || now.mono < state.lookDue)) return { state, deeds: [] };
  const deeds: AgentDeed[] = state.looking ? [] : [{ do: "look" }];
  const next: Phase = opens ? { is: "looking" } : phase;
  const kept = opens ? { ...state.kept, open: true } : state.kept;
  const lookDue = now.mono + noticeLimits.lookMs;
  const redelivery = opens ? { ...state.redelivery, due: undefined } : state.redelivery;
  return { state: { ...state, kept, phase: next, looking: true, lookDue, redelivery }, deeds };
}

/** A.3.3.1: every event that is undelivered, and the parameters that have changed. */
function looked(before: AgentState, now: Now): AgentStep {
  const state = { ...before, looking: false, endedByLook: before.ended };
  if (state.phase.is !== "looking") return resting(proceed(state, now), before);
  if (state.settings.url === "") return back(occasions.unnamed(state), { is: "idle" }, now);
  const { numbers, structs, asked } = occasions.listed(state);
  const report: Report = { numbers, codes: structs.map((e) => e.EventCode), asked, began: now };
  const deed: AgentDeed = {
    do: "prepare",
    events: structs,
    changed: state.kept.changed.map((c) => c.name),
    retryCount: state.kept.retryCount,
  };
  const phase: Phase = { is: "preparing", ...report };
  // A first session would have its peak on top of the memory that the start and the first look have used.
  const deeds: AgentDeed[] = state.ended === 0 ? [{ do: "rest" }, deed] : [deed];
  return { state: { ...state, phase, wanted: undefined, asked: false, held: false }, deeds };
}

/** Not right after a session: the next one often follows, and would fetch back the memory that has just been
 * released. */
const resting = (step: AgentStep, { ended, endedByLook }: AgentState): AgentStep =>
  step.deeds.length > 0 || ended !== endedByLook ? step : { ...step, deeds: [{ do: "rest" }] };

function prepared(state: AgentState, inform: Args<"Inform">, now: Now): AgentStep {
  if (state.phase.is !== "preparing") return { state, deeds: [] };
  const { numbers, codes, asked, began } = state.phase;
  const opening = session.openSession(inform, state.version, errands.due(state.kept, numbers));
  const endsBy = now.mono + sessionLimits.sessionMsMax;
  const phase: Phase = { is: "session", session: opening.state, endsBy, numbers, codes, asked, began };
  return withNotices(withSession({ ...state, phase }, opening, now, 0), [{ tell: "sessionBegan" }]);
}

function inSession(state: AgentState, now: Now, roll: number, event: session.SessionEvent): AgentStep {
  const { phase } = state;
  if (phase.is === "session") return withSession(state, session.step(phase.session, event), now, roll);
  const opening = phase.is === "looking" || phase.is === "preparing";
  if (!opening || event.on !== "failed") return { state, deeds: [] };
  return ended({ ...state, looking: false }, event.reason, "none", now, roll);
}

/** Takes over the outcome of the session machine: its confirmations and its end are carried out here. */
function withSession(before: AgentState, done: session.SessionStep, now: Now, roll: number): AgentStep {
  if (before.phase.is !== "session") return { state: before, deeds: [] };
  let state: AgentState = { ...before, phase: { ...before.phase, session: done.state } };
  const deeds: AgentDeed[] = [];
  const notices: Notice[] = [];
  const take = (step: AgentStep) => {
    state = step.state;
    deeds.push(...step.deeds);
    notices.push(...(step.notices ?? []));
  };
  for (const deed of done.deeds) {
    if (deed.do === "confirm") take(confirmed(state, deed));
    else if (deed.do === "refused") take(refused(state, deed));
    else if (deed.do === "end") take(ended(state, deed.reason, deed.suspect, now, roll));
    else deeds.push(deed);
  }
  return { state, deeds, notices };
}

/** Table 7: the response that the events of an errand have waited for. Its arguments reach the reporter. */
function confirmed(state: AgentState, deed: Extract<session.SessionDeed, { do: "confirm" }>): AgentStep {
  const { request, reply } = deed;
  if (request.method === "Inform") return { state: informed(state), deeds: [] };
  const errand = state.kept.errands.find((e) => e.id === request.reference);
  if (errand === undefined) return { state, deeds: [] };
  const notice = { tell: "confirmed", ref: errand.ref, method: request.method, reply } as Notice;
  return {
    state: { ...state, kept: errands.close(state.kept, errand.id) },
    deeds: [],
    notices: [notice],
  };
}

/** 3.7.1.6: not again in this session. In a later one, where Table 7 does not leave that to us. */
function refused(state: AgentState, deed: Extract<session.SessionDeed, { do: "refused" }>): AgentStep {
  const { request, code, text } = deed;
  const errand = state.kept.errands.find((e) => e.id === request.reference);
  const again = errand !== undefined && errands.retried(state.kept.queue, errand);
  const what = again
    ? "The ACS refused a request, which is made again in a later session"
    : "The ACS refused a request, which is not made again";
  const fields = { method: request.method, code, reason: text };
  const kept = errand === undefined || again ? state.kept : errands.close(state.kept, errand.id);
  return {
    state: { ...state, kept },
    deeds: [{ do: "tell", what, fields }],
    notices: errand === undefined ? [] : [{ tell: "refused", ref: errand.ref, code, text, kept: again }],
  };
}

/** Table 7: InformResponse confirms the events of the Inform, and R-3.1-12: the way the ACS was found is kept. */
function informed(state: AgentState): AgentState {
  if (state.phase.is !== "session") return state;
  const { numbers } = state.phase;
  const { kept } = state;
  const { queue } = errands.informed(kept, numbers);
  // A single 4 VALUE CHANGE reports all changes until then, also those before its last occurrence.
  const latest = Math.max(0, ...numbers);
  const left = kept.changed.filter((c) => c.number > latest);
  const changed = left.length < kept.changed.length ? left : kept.changed;
  const discovery = kept.discovery ?? state.settings.urlSource;
  const modern = state.modern || state.phase.session.version === "cwmp-1-1";
  const phase = { ...state.phase, asked: false };
  return { ...state, phase, modern, kept: { ...kept, queue, changed, discovery } };
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
  const report = "numbers" in phase ? phase : { numbers: [], codes: [], asked: false, began: now };
  const lastSession = {
    began: report.began.known ? report.began.wall : undefined,
    ended: now.known ? now.wall : undefined,
    events: report.codes,
    calls: phase.is === "session" ? phase.session.calls : 0,
    failure,
  };
  const over: Pick<AgentStep, "deeds" | "notices"> = {
    deeds: [{ do: "close", failure }],
    notices: [{ tell: "sessionEnded", failure }],
  };
  const count = state.ended + 1;
  if (failure === undefined) {
    const version = state.modern ? "cwmp-1-1" : state.version;
    const speaks = spoken(kept.speaks, { version, modern: state.modern });
    const forced = kept.forced.length === 0 ? kept.forced : [];
    const after: Kept = { ...kept, retryCount: 0, failures: 0, open: false, lastSession, speaks, forced };
    const redelivery = occasions.undelivered(state, report.numbers, now, roll);
    const phase: Phase = { is: "closing", until: undefined };
    return { ...over, state: { ...state, kept: after, version, redelivery, phase, ended: count } };
  }
  const failures = kept.failures + 1;
  const queue = events.afterFailure(kept.queue, report.numbers);
  const missed = pledges.missed(kept.pledges);
  const counts = { retryCount: kept.retryCount + 1, failures, pledges: missed };
  const after: Kept = { ...kept, queue, ...counts, open: false, lastSession };
  const until = now.mono + waitMs(failures, roll, state.settings.retry);
  const version = nextVersion(state.version, suspect);
  const asked = state.asked || report.asked;
  return {
    ...over,
    state: { ...state, kept: after, version, asked, phase: { is: "closing", until }, ended: count },
  };
}

/** Goes on once the changes of the session are in effect: the device may reboot, and changes by others are read. */
function closed(before: AgentState, now: Now): AgentStep {
  if (before.phase.is !== "closing") return { state: before, deeds: [] };
  const { until } = before.phase;
  const state = { ...before, lookDue: now.mono };
  if (until === undefined) return carriedOut(state, [], now);
  const patient = pledges.patient(state.kept.pledges);
  const due = pledges.strongest(state.kept.pledges, patient);
  if (due === undefined) return back(state, { is: "waiting", until }, now);
  const failed = pledges.failures(state.kept.pledges);
  const reason = state.kept.lastSession?.failure ?? "";
  const others = state.kept.forced.filter((f) => f.is !== due.is);
  const forced = [...others, { is: due.is, failed, reason }];
  const next = carriedOut({ ...state, kept: { ...state.kept, forced } }, patient, now, until);
  const what = `The ${pledges.names[due.is]} that was promised is carried out, though no session has ended as it should`;
  return { ...next, deeds: [{ do: "tell", what, fields: { failed, reason } }, ...next.deeds] };
}

/** 3.7.1.4: the strongest pledge that is due; where none is, sessions can begin.
 * @param tried kinds that could not be carried out since the last clean end: they do not hold up the others
 * @param retryAt when a failed session is to be tried again; absent: there is none */
function carriedOut(
  state: AgentState,
  tried: readonly pledges.PledgeKind[],
  now: Now,
  retryAt?: number,
): AgentStep {
  const pledge = pledges.strongest(state.kept.pledges, tried);
  if (pledge === undefined) {
    return back(state, retryAt === undefined ? { is: "idle" } : { is: "waiting", until: retryAt }, now);
  }
  const until = now.mono + sessionLimits.downMsMax;
  const goingDown: GoingDown = { until, kind: pledge.is, tried, ...(retryAt !== undefined && { retryAt }) };
  const kept = { ...state.kept, pledges: pledges.begin(state.kept.pledges, pledge.is) };
  const deed: AgentDeed = pledge.is === "install" ? { do: "install", ref: pledge.ref } : { do: pledge.is };
  return { state: { ...state, kept, phase: { is: "stopped", goingDown } }, deeds: [deed] };
}

/** The device is up although a reboot was ordered: after some clean ends the order is given up. */
function stayed(state: AgentState, reason: string, now: Now): AgentStep {
  const down = goingDown(state);
  if (down === undefined) return { state, deeds: [] };
  const { left, givenUp } = pledges.stay(state.kept.pledges, down.kind);
  const others = state.kept.broken.filter((b) => b.is !== down.kind);
  const broken = givenUp ? [...others, { is: down.kind, reason }] : state.kept.broken;
  const after = { ...state, kept: { ...state.kept, pledges: left, broken } };
  const next = carriedOut(after, [...down.tried, down.kind], now, down.retryAt);
  if (!givenUp) return next;
  const what = `The ${pledges.names[down.kind]} that was promised cannot be carried out and is given up`;
  return { ...next, deeds: [{ do: "tell", what, fields: { reason } }, ...next.deeds] };
}

/** The machine that life.ts drives. */
export const agentMachine: Machine<AgentState, Kept, AgentEvent, AgentDeed> = {
  load,
  start: (kept, { settings, boot, now }) => start(kept, settings, boot, now),
  step,
  hear,
  nextWake,
  kept: (state) => state.kept,
  differences,
  pressing,
  deeds: agentDeeds,
};
