/** Rule: the causes of events and of sessions. TR-069 3.2.1, 3.7.1.5 Table 7, A.3.3.1. */
import type { Effect } from "../handlers/effect.ts";
import type { Now } from "../ports/clock.ts";
import type { EventStruct } from "../rpc/messages.ts";
import type { Settings } from "../settings.ts";
import * as errands from "./errands.ts";
import * as events from "./events.ts";
import { clockLimits, noticeLimits } from "./limits.ts";
import type { Notice, Report } from "./notice.ts";
import * as pledges from "./pledges.ts";
import { waitMs } from "./retry.ts";
import { nextPeriodic, rescheduled, schedule } from "./schedule.ts";
import type { AgentState } from "./state.ts";

export function occurred(
  state: AgentState,
  code: events.EventCode,
  wanted: string,
  commandKey = "",
): AgentState {
  const queue = events.occur(state.kept.queue, code, commandKey);
  return { ...state, kept: { ...state.kept, queue }, wanted };
}

/** The session that was under way when the agent died has failed, and counts as an attempt (A.3.3.1). */
export function interrupted(state: AgentState): AgentState {
  const { kept } = state;
  if (!kept.open) return state;
  const counted = { ...kept, open: false, retryCount: kept.retryCount + 1, failures: kept.failures + 1 };
  return { ...state, kept: { ...counted, pledges: pledges.missed(kept.pledges) } };
}

/** Boot: Table 7's discards, then the events that the boot itself is the cause of. */
export function booted(state: AgentState, now: Now): AgentState {
  const { kept, boot } = state;
  const scheduled = kept.scheduled.map((s) => rescheduled(s, now, boot));
  const queue = events.afterBoot(kept.queue);
  const { left, commandKeys } = pledges.boot(kept.pledges);
  const clean = { ...kept, queue, scheduled, changed: [], pledges: left, broken: [], failures: 0, boot };
  const after = occurred({ ...state, kept: clean }, "1 BOOT", "the device has booted");
  return commandKeys.reduce((s, key) => occurred(s, "M Reboot", "the device has booted", key), after);
}

/** The agent alone was begun again: unfinished work is taken up. */
export function resumed(state: AgentState): AgentState {
  const { queue, retryCount } = state.kept;
  const undone = queue.events.length > 0 || retryCount > 0 || state.kept.pledges.length > 0;
  return undone ? { ...state, wanted: "the last session was interrupted" } : state;
}

/** 3.7.1.5: 0 BOOTSTRAP for the first URL and for every other one; all other undelivered events are discarded. After a
 * change of the root none of the names that the ACS knows exists any more: the device is as new to the ACS. */
export function contacted(state: AgentState): AgentState {
  const { url, dataModel: root } = state.settings;
  const { acsUrl, root: known = "InternetGatewayDevice" } = state.kept;
  if (url === "" || (url === acsUrl && root === known)) return state;
  const queue = events.bootstrap(state.kept.queue);
  const kept = { ...state.kept, acsUrl: url, root, queue, changed: [], speaks: undefined };
  return { ...state, kept, version: "cwmp-1-1", modern: false, wanted: "the ACS is new to the device" };
}

/** A look has found that no ACS is named any more. The session is held once one is. */
export function unnamed(state: AgentState): AgentState {
  const { kept, wanted = "an ACS is named again" } = state;
  return { ...state, kept: { ...kept, open: false }, wanted };
}

/** 3.2.2: a request that arrives while an Inform with its event is under way starts no session of its own. */
export function connectionRequested(state: AgentState): AgentState {
  const { phase } = state;
  const under = phase.is === "preparing" || (phase.is === "session" && phase.session.awaiting === "inform");
  if (under && phase.codes.includes("6 CONNECTION REQUEST")) return state;
  return occurred(state, "6 CONNECTION REQUEST", "the ACS asked for a session");
}

/** 3.7.1.5 has no event for a session that is started at the device. It is reported as 2 PERIODIC: every ACS knows that
 * event as the one of a session without another cause, and it is sent again after a failure. The event is not queued:
 * nothing is lost with the wish when the power fails, and the disk is spared. */
export const asked = (state: AgentState): AgentState => ({
  ...state,
  asked: true,
  wanted: "somebody at the device asked for it",
});

/** The events that the next Inform lists. An Inform that would list none lists the event for a session without another
 * cause. A.3.3.1: only the retry of a session whose events have all been delivered must list none. */
export function listed(state: AgentState): {
  readonly numbers: readonly number[];
  readonly structs: readonly EventStruct[];
  readonly asked: boolean;
} {
  const list = events.reportable(state.kept.queue, state.version);
  const structs = events.eventStructs(list);
  const numbers = list.map((e) => e.number);
  const bare = list.length === 0 && state.kept.retryCount === 0;
  const asked = (state.asked || bare) && !list.some(({ code }) => code === "2 PERIODIC");
  const wish = asked ? [{ EventCode: "2 PERIODIC", CommandKey: "" }] : [];
  return { numbers, structs: [...structs, ...wish], asked };
}

/** 3.2.1: an active change starts a session, a passive one waits for the next. Past the rate limit an active change
 * waits like a passive one until `heldBack` releases it. */
export function changed(
  state: AgentState,
  found: { readonly active: readonly string[]; readonly passive: readonly string[] },
  now: Now,
): AgentState {
  const names = [...found.active, ...found.passive];
  if (names.length === 0) return state;
  const after = valuesChanged(state, names);
  if (found.active.length === 0) return after;
  return exhausted(state, now) ? { ...after, held: true } : noticed(after, now);
}

function valuesChanged(state: AgentState, names: readonly string[]): AgentState {
  const queue = events.occur(state.kept.queue, "4 VALUE CHANGE");
  const number = queue.next - 1;
  const others = state.kept.changed.filter((c) => !names.includes(c.name));
  const list = [...others, ...names.map((name) => ({ name, number }))];
  return { ...state, kept: { ...state.kept, queue, changed: list } };
}

const exhausted = (state: AgentState, now: Now): boolean =>
  recent(state, now).length >= noticeLimits.burstMax;

const recent = (state: AgentState, now: Now): readonly number[] =>
  state.notices.filter((at) => at > now.mono - noticeLimits.burstMs);

const noticed = (state: AgentState, now: Now): AgentState => ({
  ...state,
  notices: [...recent(state, now), now.mono],
  held: false,
  wanted: "a parameter has changed",
});

/** Takes in the effect of an RPC. The reboot itself waits for the clean end of the session (3.7.1.4). */
export function withEffect(state: AgentState, effect: Effect, now: Now): AgentState {
  const { kept } = state;
  switch (effect.is) {
    case "reboot":
    case "factoryReset":
      return promised(state, effect);
    case "scheduleInform": {
      const inform = schedule(effect.commandKey, effect.delaySeconds, now, state.boot);
      return { ...state, kept: { ...kept, scheduled: [...kept.scheduled, inform] } };
    }
    // Other machines hear these.
    default:
      return state;
  }
}

const promised = (state: AgentState, pledge: pledges.Pledge): AgentState => ({
  ...state,
  kept: { ...state.kept, pledges: pledges.promise(state.kept.pledges, pledge) },
});

/** Takes in the notice of another machine that concerns sessions. */
export function heard(state: AgentState, notice: Notice): AgentState {
  switch (notice.tell) {
    case "report":
      return reported(state, notice.report);
    case "withdraw": {
      const errand = errands.byRef(state.kept.errands, notice.ref);
      if (errand === undefined) return state;
      const end = notice.events === "keep" ? errands.forget : errands.close;
      return { ...state, kept: end(state.kept, errand.id) };
    }
    case "occurred":
      return occurred(state, notice.code, notice.why, notice.commandKey);
    case "connectionRequest":
      return connectionRequested(state);
    case "pledge":
      return promised(state, notice.pledge);
    case "unpledge": {
      const left = pledges.withdraw(state.kept.pledges, notice.ref);
      return left === state.kept.pledges ? state : { ...state, kept: { ...state.kept, pledges: left } };
    }
    case "valuesChanged":
      return { ...valuesChanged(state, notice.parameters), wanted: notice.why };
    case "wanted":
      return { ...state, wanted: notice.why };
    default:
      return state;
  }
}

/** Table 7, 5 KICKED: the method is called one or more times in the session whose Inform announces it. A session that
 * is under way sends the request too, unless an empty POST has ended its own requests. */
function reported(state: AgentState, report: Report): AgentState {
  const { phase } = state;
  const kept = errands.report(state.kept, report);
  const errand = kept.errands.at(-1)!;
  const announced = "numbers" in phase && errand.events.every((number) => phase.numbers.includes(number));
  if (announced && phase.is === "preparing") return { ...state, kept };
  if (!announced || phase.is !== "session" || phase.session.silent || phase.session.awaiting === "over")
    return { ...state, kept, wanted: report.why };
  const pending = [...phase.session.pending, errand.request];
  return { ...state, kept, phase: { ...phase, session: { ...phase.session, pending } } };
}

/** 3.7.1.5: events that a good session has left undelivered are sent again on the schedule of Table 3, without counting
 * as retries of a session. @param numbers those that its Inform listed */
export function undelivered(
  state: AgentState,
  numbers: readonly number[],
  now: Now,
  roll: number,
): AgentState["redelivery"] {
  const left = state.kept.queue.events.some((e) => numbers.includes(e.number));
  if (!left) return { due: undefined, times: 0 };
  const times = state.redelivery.times + 1;
  return { due: now.mono + waitMs(times, roll), times };
}

/** Whether the next periodic Inform stays due when it is: computed anew without need, it could be sent twice. */
export const sameRhythm = (one: Settings, other: Settings): boolean =>
  one === other ||
  (one.enabled === other.enabled && JSON.stringify(one.periodic) === JSON.stringify(other.periodic));

/** @param reached the wall clock has been there, as far as periodic Informs are concerned */
export function periodicFrom(
  settings: Settings,
  now: Now,
  last: number,
  reached = now.wall,
): AgentState["periodic"] {
  return { due: nextPeriodic(settings.periodic, now, last, reached), last, offset: offsetOf(now) };
}

/** Zero while the clock cannot be believed, so that the first known time is a jump, too. */
const offsetOf = (now: Now): number => (now.known ? now.wall - now.mono : 0);

/** Everything that has fallen due becomes an event. */
export function onTime(state: AgentState, now: Now): AgentState {
  if (state.phase.is === "stopped") return state;
  const jumped = Math.abs(offsetOf(now) - state.periodic.offset) > clockLimits.jumpMs;
  const periodic = jumped ? periodicFrom(state.settings, now, state.periodic.last) : state.periodic;
  return scheduledDue(periodicDue(heldBack({ ...state, periodic }, now), now), now);
}

function periodicDue(state: AgentState, now: Now): AgentState {
  const { due, offset } = state.periodic;
  if (due === undefined || now.mono < due) return state;
  // A clock that is being steered may be slightly behind the moment that this Inform is for.
  const reached = Math.max(now.wall, due + offset);
  const after = { ...state, periodic: periodicFrom(state.settings, now, now.mono, reached) };
  return occurred(after, "2 PERIODIC", "the periodic interval is over");
}

/** A.4.1.2: 3 SCHEDULED once, and M ScheduleInform for each call. */
function scheduledDue(state: AgentState, now: Now): AgentState {
  const due = state.kept.scheduled.filter((s) => now.mono >= s.dueMono);
  if (due.length === 0) return state;
  const scheduled = state.kept.scheduled.filter((s) => now.mono < s.dueMono);
  const why = "the ACS has scheduled it";
  const first = occurred({ ...state, kept: { ...state.kept, scheduled } }, "3 SCHEDULED", why);
  return due.reduce((s, d) => occurred(s, "M ScheduleInform", why, d.commandKey), first);
}

/** When an active change that the rate limit held back may be reported; a passive one never asks for a session. */
export function heldUntil(state: AgentState): number | undefined {
  const oldest = state.notices[0];
  return state.held && oldest !== undefined ? oldest + noticeLimits.burstMs : undefined;
}

/** R-3.2.1-15: after the delay all changes since the last notification are reported. */
function heldBack(state: AgentState, now: Now): AgentState {
  const until = heldUntil(state);
  return until === undefined || now.mono < until ? state : noticed(state, now);
}
