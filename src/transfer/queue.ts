/** Machine: the queue of file transfers. TR-069 A.3.2.8, A.4.1.5, A.3.3.2, A.3.3.3.
 *
 * Transfers run one at a time, the one that is due first; the others wait. A transfer whose file server cannot
 * be reached is queued again until its hour is over; once the server has answered, there is no second attempt
 * (R-A.3.2.8-10). What is received is applied between sessions only. What is in effect may have to prove itself
 * (trial.ts).
 *
 * What never happens: a delayed transfer in the session that asked for it; two transfers at work; a success before the
 * file is in effect, or before the new image runs; an entry that is removed before the ACS has confirmed its end. */

import type { Now } from "../ports/clock.ts";
import type { AutonomousPolicy } from "../settings.ts";
import type { Transfer } from "./entry.ts";
import type { FailureKind } from "./failure.ts";
import { transferLimits } from "./limits.ts";
import {
  again,
  changed,
  done,
  ended,
  gone,
  type Making,
  making,
  noticed,
  over,
  succeeded,
} from "./making.ts";
import { failure } from "./report.ts";
import { transferOf } from "./request.ts";
import type { QueueDeed, QueueEvent, QueueState, QueueStep } from "./state.ts";
import {
  judged,
  keepAgain,
  keepFailed,
  onTrial,
  onTrialStill,
  proven,
  takeBackAgain,
  takenBack,
  takingBackFailed,
  undone,
} from "./trial.ts";

/** The state that a process begins with. */
export interface QueueBeginning {
  readonly transfers: readonly Transfer[];
  readonly next: number;
  /** Names this boot; another one than an entry's means that the device booted. */
  readonly boot: string;
  readonly policy: AutonomousPolicy;
}

/** The first step of a process. */
export function startQueue({ transfers, next, boot, policy }: QueueBeginning, now: Now): QueueStep {
  const state: QueueState = { transfers: [], next, session: false, boot, policy };
  const taken = transfers.reduce((made, transfer) => takenUp(made, transfer, now), making(state));
  return proceed(taken, now);
}

export function stepQueue(state: QueueState, now: Now, event: QueueEvent): QueueStep {
  return proceed(handled(making(state), event, now), now);
}

/** When the machine wants to be woken, on the monotonic clock; undefined: never. */
export function queueWake(state: QueueState): number | undefined {
  const times: number[] = [];
  const busy = state.transfers.some(atWork);
  for (const transfer of state.transfers) {
    const { stage } = transfer;
    if (stage.is === "handed") times.push(stage.untilMono);
    // A session under way may still prove it; its end steps the machine.
    if (stage.is === "trying" && !stage.proven && !state.session) times.push(stage.untilMono);
    if (stage.is === "trying" && stage.againMono !== undefined) times.push(stage.againMono);
    if (stage.is === "takingBack" && stage.againMono !== undefined) times.push(stage.againMono);
    // A transfer that waits behind another is looked at when that other one is over; its hour may end before.
    // A held one waits for the end of its session, which steps the machine.
    if (stage.is === "queued" && !transfer.held) times.push(busy ? transfer.windowMono : transfer.dueMono);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}

const atWork = ({ stage }: Transfer): boolean => stage.is !== "queued" && stage.is !== "ended";

function handled(made: Making, event: QueueEvent, now: Now): Making {
  const { state } = made;
  switch (event.on) {
    case "woke":
      return made;
    case "asked": {
      const entry = transferOf(event.wanted, state.next, now, state.boot, state.session);
      return { ...made, state: { ...state, transfers: [...state.transfers, entry], next: state.next + 1 } };
    }
    case "wished": {
      const numbered = { ...made, state: { ...state, next: state.next + 1 } };
      return noticed(numbered, { is: "wish", number: state.next, args: event.args });
    }
    case "sessionBegan":
      return { ...made, state: { ...state, session: true } };
    case "sessionEnded":
      return sessionEnded(made, event.good, now);
    case "confirmed":
      return confirmed(made, event.id);
    case "policy":
      return { ...made, state: { ...state, policy: event.policy } };
    default:
      return ofOne(made, event, now);
  }
}

/** The entry is removed. Its file is removed once more: at the end of the transfer the file system may
 * have refused that. */
function confirmed(made: Making, id: number): Making {
  const transfer = made.state.transfers.find((t) => t.id === id);
  return transfer === undefined ? made : done(gone(made, id), { do: "tidy", transfer });
}

/** Applies an event to its entry. An event that is too late for the entry's stage is ignored. */
function ofOne(made: Making, event: Extract<QueueEvent, { id: number }>, now: Now): Making {
  const transfer = made.state.transfers.find((t) => t.id === event.id);
  if (transfer === undefined || !atWork(transfer)) return made;
  switch (event.on) {
    case "fetched":
      return changed(made, { ...transfer, stage: { is: "fetched" } });
    case "sent":
      return succeeded(made, transfer, now);
    case "failed":
      return failed(made, transfer, event, now);
    case "applied":
      return event.trial.limitMs > 0
        ? onTrial(made, transfer, event.trial, now)
        : succeeded(made, transfer, now);
    case "missing":
      return again(made, transfer, now);
    case "handing": {
      const untilMono = now.mono + transferLimits.handOverMsMax;
      const stage = { is: "handed", untilMono, writing: false, ...event.handOver } as const;
      const handed = changed(made, { ...transfer, stage });
      return noticed(handed, { is: "imageReady", id: transfer.id });
    }
    case "writing": {
      const { stage } = transfer;
      if (stage.is !== "handed") return made;
      const untilMono = now.mono + transferLimits.handOverMsMax;
      return changed(made, { ...transfer, stage: { ...stage, writing: true, untilMono } });
    }
    case "judged":
      return judged(made, transfer, event, now);
    case "kept":
      return transfer.stage.is === "trying" ? succeeded(made, transfer, now) : made;
    case "takenBack":
      return undone(made, transfer);
    default:
      return made;
  }
}

/** A process begins: transfers at work are taken up where they can be. */
function takenUp(made: Making, transfer: Transfer, now: Now): Making {
  const { boot } = made.state;
  const booted = transfer.boot !== boot;
  const timed = booted ? rescheduled(transfer, now, boot) : transfer;
  const added: Making = {
    ...made,
    state: { ...made.state, transfers: [...made.state.transfers, { ...timed, held: false }] },
  };
  const { stage } = transfer;
  const entry = { ...timed, held: false };
  switch (stage.is) {
    case "running":
      return again(added, entry, now);
    case "applying":
      return changed(added, { ...entry, stage: { is: "fetched" } });
    case "trying":
      return onTrialStill(added, entry, booted, now);
    case "handed":
      return stage.boot === boot ? added : done(added, { do: "judge", transfer: entry });
    case "takingBack":
      if (booted && stage.handOver !== undefined) return done(added, { do: "judge", transfer: entry });
      return takeBackAgain(added, entry, now);
    case "ended":
      // The process may have died before the file was removed.
      return done(added, { do: "tidy", transfer: entry });
    default:
      return added;
  }
}

/** After a boot the monotonic clock has begun anew: by absolute time where that is known at both ends, else the whole
 * delay once more, because the time that the device was off is unknown. */
function rescheduled(transfer: Transfer, now: Now, boot: string): Transfer {
  const { asked, delayMs } = transfer;
  const whole = delayMs + transferLimits.windowMs;
  const gone = asked.wall !== undefined && now.known ? Math.max(now.wall - asked.wall, 0) : 0;
  return {
    ...transfer,
    boot,
    dueMono: now.mono + Math.max(delayMs - gone, 0),
    windowMono: now.mono + Math.max(whole - gone, 0),
  };
}

function failed(
  made: Making,
  transfer: Transfer,
  event: { readonly kind: FailureKind; readonly text: string; readonly begun: boolean },
  now: Now,
): Making {
  const { stage } = transfer;
  if (stage.is === "takingBack") return takingBackFailed(made, transfer, event.text, now);
  if (stage.is === "trying") return keepFailed(made, transfer, now);
  // Part of it may be in effect already.
  if (stage.is === "applying" && transfer.kind === "configuration") {
    return takenBack(made, transfer, event.kind, event.text, now);
  }
  if (event.begun || stage.is !== "running") {
    const dropped = stage.is === "handed" ? noticed(made, { is: "imageDropped", id: transfer.id }) : made;
    return over(dropped, { ...transfer, stage: ended(failure(transfer, event.kind, event.text)) });
  }
  const wait = Math.min(transferLimits.reachWaitMs * 2 ** stage.attempts, transferLimits.reachWaitMsMax);
  const dueMono = now.mono + wait;
  if (dueMono >= transfer.windowMono) {
    const text = `It could not begin within the hour after its time. ${event.text}`;
    return over(made, { ...transfer, stage: ended(failure(transfer, event.kind, text)) });
  }
  const queued = { is: "queued", attempts: stage.attempts + 1 } as const;
  return changed(made, { ...transfer, dueMono, stage: queued });
}

/** A session that ended well proves the file on trial. */
function sessionEnded(made: Making, good: boolean, now: Now): Making {
  const transfers = made.state.transfers.map((t) => (t.held ? released(t, now) : t));
  const quiet: Making = { ...made, state: { ...made.state, transfers, session: false } };
  const tried = transfers.filter((t) => t.stage.is === "trying");
  return tried.reduce((m, transfer) => proven(m, transfer, good), quiet);
}

/** A delayed transfer waited for the end of the session that asked for it: its hour counts from then. */
const released = (transfer: Transfer, now: Now): Transfer => ({
  ...transfer,
  held: false,
  windowMono: Math.max(transfer.windowMono, now.mono + transferLimits.windowMs),
});

/** Steps that follow from the state alone. */
function proceed(made: Making, now: Now): QueueStep {
  const timed = made.state.transfers.reduce((m, transfer) => onTime(m, transfer, now), made);
  return begun(timed, now);
}

/** Everything whose time is over. */
function onTime(made: Making, transfer: Transfer, now: Now): Making {
  const { stage } = transfer;
  if (stage.is === "queued" && !transfer.held && now.mono >= transfer.windowMono) {
    const text = "It could not begin within the hour after its time";
    return over(made, { ...transfer, stage: ended(failure(transfer, "expired", text)) });
  }
  if (stage.is === "handed" && now.mono >= stage.untilMono && stage.boot === made.state.boot) {
    const text = "The device did not go down for the image";
    const dropped = noticed(made, { is: "imageDropped", id: transfer.id });
    return over(dropped, { ...transfer, stage: ended(failure(transfer, "internal", text)) });
  }
  if (stage.is === "trying" && stage.proven) {
    const due = stage.againMono !== undefined && now.mono >= stage.againMono;
    return due ? keepAgain(made, transfer) : made;
  }
  if (stage.is === "trying" && now.mono >= stage.untilMono && !made.state.session) {
    const minutes = Math.max(1, Math.round(stage.limitMs / 60_000));
    const why = `No session with the ACS ended well within ${minutes} min of installing it, so it was undone`;
    return takenBack(made, transfer, "internal", why, now);
  }
  if (stage.is === "takingBack" && stage.againMono !== undefined && now.mono >= stage.againMono) {
    return takeBackAgain(made, transfer, now);
  }
  return made;
}

/** The next thing that can be done, if nothing else is at work. */
function begun(made: Making, now: Now): QueueStep {
  const { transfers, session } = made.state;
  const fetched = transfers.find((t) => t.stage.is === "fetched");
  if (fetched !== undefined) {
    if (session) return made;
    const applying = changed(made, { ...fetched, stage: { is: "applying" } });
    const act: QueueDeed["do"] = fetched.kind === "firmware" ? "hand" : "apply";
    return done(applying, { do: act, transfer: fetched });
  }
  if (transfers.some(atWork)) return made;
  const due = transfers.filter((t) => t.stage.is === "queued" && !t.held && now.mono >= t.dueMono);
  const first = due.reduce<Transfer | undefined>((a, b) => (a && a.dueMono <= b.dueMono ? a : b), undefined);
  if (first === undefined || first.stage.is !== "queued") return made;
  const started = { mono: now.mono, wall: now.known ? now.wall : undefined };
  const running: Transfer = { ...first, started, stage: { is: "running", attempts: first.stage.attempts } };
  return done(changed(made, running), {
    do: first.direction === "download" ? "fetch" : "send",
    transfer: running,
  });
}
