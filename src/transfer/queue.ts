/** Machine: the queue of file transfers. TR-069 A.3.2.8, A.4.1.5, A.3.3.2, A.3.3.3.
 *
 * One transfer is at work at a time, the one that is due first; the others wait. A transfer whose file server cannot
 * be reached goes back into the queue until its hour is over; once the server has answered, there is no second attempt
 * (R-A.3.2.8-10). What is received is applied between sessions only. What is in effect may have to prove itself: it
 * stays after a session with the ACS that ended well, and is taken back where none does in time.
 *
 * What never happens: a delayed transfer in the session that asked for it; two transfers at work; a success before the
 * file is in effect, or before the new image runs; an entry that goes before the ACS has confirmed its end. */
import type { Now } from "../ports/clock.ts";
import type { HandOver, Transfer } from "./entry.ts";
import type { FailureKind } from "./failure.ts";
import { transferLimits } from "./limits.ts";
import { failure, success } from "./report.ts";
import { transferOf } from "./request.ts";
import type { QueueDeed, QueueEvent, QueueNotice, QueueState, QueueStep, Trial } from "./state.ts";
import { judgeImage } from "./verdict.ts";

/** A step in the making: the functions below take one and give the next. */
type Making = QueueStep;

const making = (state: QueueState): Making => ({ state, deeds: [], notices: [] });

/** The first step of a process. @param boot names this boot; another one than an entry's means that the device booted */
export function startQueue(transfers: readonly Transfer[], next: number, boot: string, now: Now): QueueStep {
  const state: QueueState = { transfers: [], next, session: false, boot };
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
    if (stage.is === "handed" || stage.is === "trying") times.push(stage.untilMono);
    // One that waits behind another is looked at when that one is over; its hour may end before.
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
      return gone(made, (t) => t.id === event.id);
    case "bootstrapped":
      return gone(made, (t) => t.stage.is === "ended");
    default:
      return ofOne(made, event, now);
  }
}

/** What happens to one entry; what comes too late for its stage is passed over. */
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
    default:
      return made;
  }
}

/** A process begins: what was at work is taken up where it can be. */
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
    case "trying": {
      const untilMono = booted ? now.mono + stage.limitMs : stage.untilMono;
      return noticed(changed(added, { ...entry, stage: { ...stage, untilMono } }), proof);
    }
    case "handed":
      return stage.boot === boot ? added : done(added, { do: "judge", transfer: entry });
    default:
      return added;
  }
}

const proof: QueueNotice = { is: "sessionWanted", why: "what was installed has to prove itself" };

/** After a boot the monotonic clock has begun anew: by absolute time where that is known at both ends, else the whole
 * delay once more, for nobody can tell how long the device was off. */
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

/** The attempt was cut off by a crash: it begins anew while its hour lasts. */
function again(made: Making, transfer: Transfer, now: Now): Making {
  const stage = { is: "queued", attempts: 0 } as const;
  return changed(made, { ...transfer, dueMono: Math.min(transfer.dueMono, now.mono), stage });
}

function failed(
  made: Making,
  transfer: Transfer,
  event: { readonly kind: FailureKind; readonly text: string; readonly begun: boolean },
  now: Now,
): Making {
  const { stage } = transfer;
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

const ended = (outcome: ReturnType<typeof success>) => ({ is: "ended", outcome }) as const;

function succeeded(made: Making, transfer: Transfer, now: Now): Making {
  const outcome = success(transfer.started?.wall, now.known ? now.wall : undefined);
  return over(made, { ...transfer, stage: ended(outcome) });
}

function over(made: Making, transfer: Transfer): Making {
  const tidied = done(changed(made, transfer), { do: "tidy", transfer });
  return noticed(tidied, { is: "transferEnded", transfer });
}

function onTrial(made: Making, transfer: Transfer, { limitMs }: Trial, now: Now): Making {
  const until = { is: "trying", untilMono: now.mono + limitMs, limitMs } as const;
  const { stage: before } = transfer;
  const stage = before.is === "handed" ? { ...until, handOver: handOverOf(before) } : until;
  return noticed(changed(made, { ...transfer, stage }), proof);
}

const handOverOf = ({ from, expected, boot }: HandOver): HandOver => ({ from, expected, boot });

/** A session that ended well proves what is on trial. */
function sessionEnded(made: Making, good: boolean, now: Now): Making {
  const transfers = made.state.transfers.map((t) => (t.held ? released(t, now) : t));
  const quiet: Making = { ...made, state: { ...made.state, transfers, session: false } };
  if (!good) return quiet;
  const tried = transfers.filter((t) => t.stage.is === "trying");
  return tried.reduce((m, t) => succeeded(done(m, { do: "keep", transfer: t }), t, now), quiet);
}

/** A delayed transfer waited for the end of the session that asked for it: its hour counts from then. */
const released = (transfer: Transfer, now: Now): Transfer => ({
  ...transfer,
  held: false,
  windowMono: Math.max(transfer.windowMono, now.mono + transferLimits.windowMs),
});

function judged(
  made: Making,
  transfer: Transfer,
  { running, trial }: Extract<QueueEvent, { on: "judged" }>,
  now: Now,
): Making {
  const { stage } = transfer;
  if (stage.is !== "handed") return made;
  const verdict = judgeImage(stage, running);
  // The device lost power before anything was written.
  if (verdict.runs === "old" && !stage.writing) {
    return again(noticed(made, { is: "imageDropped", id: transfer.id }), transfer, now);
  }
  if (verdict.runs !== "new") {
    const text = stage.gaveUp ?? verdict.why;
    return over(made, { ...transfer, stage: ended(failure(transfer, "internal", text)) });
  }
  return trial.limitMs > 0 ? onTrial(made, transfer, trial, now) : succeeded(made, transfer, now);
}

/** What follows from the state alone. */
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
  if (stage.is === "trying" && now.mono >= stage.untilMono) return takenBack(made, transfer, now);
  return made;
}

/** A.3.2.8 has no word for it: what cuts the device off from its ACS is worth less than what was there before. */
function takenBack(made: Making, transfer: Transfer, now: Now): Making {
  const { stage } = transfer;
  if (stage.is !== "trying") return made;
  const minutes = Math.max(1, Math.round(stage.limitMs / 60_000));
  const why = `No session with the ACS ended well within ${minutes} min of installing it, so it was taken back`;
  const taken = done(made, { do: "takeBack", transfer, why });
  if (transfer.kind === "firmware" && stage.handOver !== undefined) {
    // The device boots into the old slot, and that boot tells.
    const untilMono = now.mono + transferLimits.handOverMsMax;
    const handed = {
      is: "handed",
      untilMono,
      writing: true,
      ...stage.handOver,
      boot: made.state.boot,
      gaveUp: why,
    } as const;
    return changed(taken, { ...transfer, stage: handed });
  }
  return over(taken, { ...transfer, stage: ended(failure(transfer, "internal", why)) });
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

const changed = (made: Making, transfer: Transfer): Making => ({
  ...made,
  state: {
    ...made.state,
    transfers: made.state.transfers.map((t) => (t.id === transfer.id ? transfer : t)),
  },
});

const done = (made: Making, deed: QueueDeed): Making => ({ ...made, deeds: [...made.deeds, deed] });

const noticed = (made: Making, notice: QueueNotice): Making => ({
  ...made,
  notices: [...made.notices, notice],
});

function gone(made: Making, which: (transfer: Transfer) => boolean): Making {
  const transfers = made.state.transfers.filter((t) => !which(t));
  return { ...made, state: { ...made.state, transfers } };
}
