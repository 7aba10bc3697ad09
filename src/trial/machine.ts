/** Machine: changes over CWMP that have to prove that the ACS can still be reached. TR-069 A.3.2.1 has no word for it:
 * a change that cuts the device off from its ACS can be undone by nobody else.
 *
 * All changes of a session are one trial. They are in effect when the session ends. A later session that ends well
 * proves them, if it began `settleMs` after that; one is asked for then. If none has by the end of the time limit of
 * the oldest trial, all trials are undone together, and 4 VALUE CHANGE reports them to the ACS.
 *
 * Never: a trial that ends during a session; undoing that is given up, or forgotten by a power cut. */
import type { Now } from "../ports/clock.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Beginning, DeedTable, Machine, Step, Woke } from "../session/machine.ts";
import type { Notice } from "../session/notice.ts";
import { trialLimits } from "./limits.ts";
import { changeKey, changesOf, trialKey, trialRows } from "./rows.ts";
import type { Taken, Trial, TrialDeed, TrialEvent, TrialKept, TrialState } from "./state.ts";

type TrialStep = Step<TrialState, TrialDeed>;

const takingKey = "taking";
const takenKey = "taken";

function load(store: Pick<Store<"src/trial">, "all">): TrialKept {
  const rows = store.all("trial");
  return {
    trials: changesOf(rows),
    taking: rows.get(takingKey) === true,
    taken: (rows.get(takenKey) as Taken | undefined) ?? undefined,
  };
}

function start(kept: TrialKept, { settings, boot, now }: Beginning): TrialStep {
  // A boot has read every file anew: the changes are in effect from its beginning. Changes whose session a crash
  // has cut off may have been put into effect just now.
  const inEffect = (trial: Trial) =>
    trial.inEffect === null || trial.boot === boot
      ? (trial.inEffect ?? now.mono)
      : now.mono - trialLimits.settleMs;
  const trials = kept.trials.map((trial) =>
    trial.boot === boot && trial.inEffect !== null ? trial : { ...trial, boot, inEffect: inEffect(trial) },
  );
  const same = trials.every((trial, i) => trial === kept.trials[i]);
  const state: TrialState = {
    kept: same ? kept : { ...kept, trials },
    boot,
    limitMs: settings.confirmMs,
    session: undefined,
    asked: false,
    busy: false,
    failed: undefined,
    tellDue: kept.taken?.untold ? now.mono : undefined,
    told: false,
  };
  return proceed(settings.confirmMs === 0 ? released(state) : { state, deeds: [] }, now);
}

function step(state: TrialState, now: Now, _roll: number, event: TrialEvent | Woke): TrialStep {
  switch (event.on) {
    case "woke":
      return proceed({ state, deeds: [] }, now);
    case "made":
      return { state: made(state, event), deeds: [] };
    case "takenBack": {
      const trials = state.kept.trials.filter(({ number }) => !event.numbers.includes(number));
      const kept = { trials, taking: false, taken: event.taken };
      const tellDue = now.mono + trialLimits.settleMs;
      return proceed({ state: { ...state, kept, busy: false, failed: undefined, tellDue }, deeds: [] }, now);
    }
    case "failed": {
      const tries = (state.failed?.tries ?? 0) + 1;
      const wait = Math.min(trialLimits.againMs * 2 ** (tries - 1), trialLimits.againMsMax);
      return { state: { ...state, busy: false, failed: { tries, again: now.mono + wait } }, deeds: [] };
    }
  }
}

/** The change belongs to the session that is under way. */
function made(state: TrialState, { change }: Extract<TrialEvent, { on: "made" }>): TrialState {
  const { trials, taking } = state.kept;
  const open = openTrial(state);
  const trial = { ...open, changes: [...open.changes, change] };
  const others = trials.filter(({ number }) => number !== trial.number);
  return { ...state, asked: false, kept: { trials: [...others, trial], taking, taken: undefined } };
}

/** The trial that takes the changes of the session that is under way. */
export function openTrial({ kept: { trials }, boot }: Pick<TrialState, "kept" | "boot">): Trial {
  const last = trials.at(-1);
  if (last !== undefined && last.inEffect === null) return last;
  return { number: (last?.number ?? 0) + 1, inEffect: null, boot, changes: [] };
}

function hear(state: TrialState, now: Now, notice: Notice): TrialStep {
  switch (notice.tell) {
    case "settings": {
      const { confirmMs: limitMs } = notice.settings;
      if (limitMs === state.limitMs) return { state, deeds: [] };
      const set = { ...state, limitMs };
      return proceed(limitMs === 0 ? released(set) : { state: set, deeds: [] }, now);
    }
    case "sessionBegan":
      return { state: { ...state, session: now.mono }, deeds: [] };
    case "sessionEnded":
      return proceed(sessionEnded(state, now, notice.failure === undefined), now);
    default:
      return { state, deeds: [] };
  }
}

/** Nothing is put on trial any more. Changes that are being undone already continue. */
function released(state: TrialState): TrialStep {
  const { trials, taking } = state.kept;
  if (trials.length === 0 || taking) return { state, deeds: [] };
  const what = "Changes that were on trial stay: the time limit has been switched off";
  return { state: { ...state, kept: { ...state.kept, trials: [] } }, deeds: [{ do: "tell", what }] };
}

/** A boot discards 4 VALUE CHANGE (Table 7): the ACS knows once a session with the event has ended well. */
function delivered(state: TrialState, good: boolean): TrialState {
  const { taken } = state.kept;
  if (!good || !state.told || taken === undefined) return state;
  return { ...state, told: false, kept: { ...state.kept, taken: { ...taken, untold: false } } };
}

function sessionEnded(before: TrialState, now: Now, good: boolean): TrialStep {
  const state = delivered(before, good);
  const { session: began = now.mono, busy, kept } = state;
  const proven = (trial: Trial) =>
    good && !busy && trial.inEffect !== null && trial.inEffect + trialLimits.settleMs <= began;
  const left = kept.trials.filter((trial) => !proven(trial));
  const trials = left.map((trial) => (trial.inEffect === null ? { ...trial, inEffect: now.mono } : trial));
  const same = trials.length === kept.trials.length && trials.every((trial, i) => trial === kept.trials[i]);
  const taking = kept.taking && trials.length > 0;
  const after = {
    ...state,
    session: undefined,
    kept: same && taking === kept.taking ? kept : { ...kept, trials, taking },
    ...(taking ? {} : { failed: undefined }),
  };
  if (left.length === kept.trials.length) return { state: after, deeds: [] };
  return { state: after, deeds: [{ do: "tell", what: "The ACS can be reached: changes on trial stay" }] };
}

/** Takes the steps that follow from the state and the time alone. */
function proceed(before: TrialStep, now: Now): TrialStep {
  const { state, deeds } = before;
  if (state.session !== undefined || state.busy) return before;
  const { taken, trials, taking } = state.kept;
  if (trials.length > 0) {
    const due = taking ? (state.failed?.again ?? now.mono) : deadline(state)!;
    if (now.mono >= due) {
      const kept = taking ? state.kept : { ...state.kept, taking: true };
      const deed = { do: "takeBack", trials, limitMs: state.limitMs } as const;
      return { state: { ...state, kept, busy: true }, deeds: [...deeds, deed] };
    }
    if (!state.asked && now.mono >= settled(trials)) {
      const wanted: Notice = { tell: "wanted", why: "a change has to prove that the ACS can be reached" };
      return { state: { ...state, asked: true }, deeds, notices: [wanted] };
    }
  }
  if (taken?.untold && state.tellDue !== undefined && now.mono >= state.tellDue) {
    const { parameters } = taken;
    const notice: Notice = { tell: "valuesChanged", parameters, why: "changes of the ACS were undone" };
    return { state: { ...state, tellDue: undefined, told: true }, deeds, notices: [notice] };
  }
  return before;
}

/** When the trials are undone, on the monotonic clock; undefined: there are none, or a session is making them. */
export function deadline({ kept: { trials }, limitMs }: TrialState): number | undefined {
  const times = trials.flatMap(({ inEffect }) => inEffect ?? []);
  return times.length === 0 ? undefined : Math.min(...times) + limitMs;
}

/** When a session can prove all trials. */
const settled = (trials: readonly Trial[]): number =>
  Math.max(...trials.map(({ inEffect }) => inEffect ?? 0)) + trialLimits.settleMs;

function nextWake(state: TrialState): number | undefined {
  if (state.session !== undefined || state.busy) return undefined;
  const { trials, taking } = state.kept;
  const times = [state.kept.taken?.untold ? state.tellDue : undefined];
  if (trials.length > 0) times.push(taking ? state.failed?.again : deadline(state));
  if (trials.length > 0 && !state.asked) times.push(settled(trials));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function differences(before: TrialKept, after: TrialKept): readonly Write<"src/trial">[] {
  const row = (key: string, value: unknown): Write<"src/trial"> => ({ shelf: "trial", key, value });
  return [
    ...trialRows(before.trials, after.trials),
    ...(before.taking === after.taking ? [] : [row(takingKey, after.taking || null)]),
    ...(before.taken === after.taken ? [] : [row(takenKey, after.taken ?? null)]),
  ];
}

/** Rows that last together with taking these trials back. */
export function rowsTaken(trials: readonly Trial[], taken: Taken): readonly Write<"src/trial">[] {
  const keys = trials.flatMap((trial) => [
    trialKey(trial.number),
    ...trial.changes.map((_, i) => changeKey(trial.number, i)),
  ]);
  return [
    ...keys.map((key) => ({ shelf: "trial", key, value: null }) as const),
    { shelf: "trial", key: takingKey, value: null },
    { shelf: "trial", key: takenKey, value: taken },
  ];
}

const deeds: DeedTable<TrialDeed, TrialEvent> = {
  takeBack: {
    words: "take changes back",
    mute: false,
    onFailure: () => ({ on: "failed" }),
    late: "counts",
  },
  tell: { words: "write to the log", mute: true, onFailure: undefined, late: "counts" },
};

export const trialMachine: Machine<TrialState, TrialKept, TrialEvent, TrialDeed> = {
  load,
  start,
  step,
  hear,
  nextWake,
  kept: ({ kept }) => kept,
  differences,
  pressing: (before, after) => before !== after,
  deeds,
};
