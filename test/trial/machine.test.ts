/** Changes on trial: when they are proven, when they are undone, and what the ACS hears. */
import { expect, test } from "vitest";
import type { MadeChange } from "../../src/model/guard.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Notice } from "../../src/session/notice.ts";
import { trialLimits } from "../../src/trial/limits.ts";
import { rowsTaken, trialMachine } from "../../src/trial/machine.ts";
import type { Taken, TrialDeed, TrialEvent, TrialKept, TrialState } from "../../src/trial/state.ts";
import { settings } from "../session/rig.ts";

const minute = 60_000;
const { settleMs, againMs, againMsMax } = trialLimits;
const limitMs = 10 * minute;

const change = (name: string): MadeChange => ({
  undo: { packages: [name] },
  packages: ["network"],
  parameters: [name],
  root: "Device",
  parameterKey: "before",
  rows: [],
});
const taken: Taken = { parameters: ["A"], packages: ["network"], left: [], at: null, untold: true };

/** A machine, a disk, and a clock that only the test moves. */
class Rig {
  mono = 0;
  state!: TrialState;
  disk = new Map<string, unknown>();
  deeds: TrialDeed[] = [];
  notices: Notice[] = [];
  private saved!: TrialKept;

  constructor(boot = "one") {
    this.start(boot);
  }

  start(boot: string, confirmMs = limitMs): void {
    const store = { all: () => new Map(this.disk), marked: false } as unknown as Store;
    this.saved = trialMachine.load(store);
    const from = { settings: { ...settings, confirmMs }, boot, now: this.now };
    this.take(trialMachine.start(this.saved, from));
  }

  private get now() {
    return { mono: this.mono, wall: this.mono, known: true };
  }

  private take(step: ReturnType<typeof trialMachine.step>): void {
    this.state = step.state;
    this.deeds.push(...step.deeds);
    this.notices.push(...(step.notices ?? []));
    const kept = trialMachine.kept(this.state);
    if (trialMachine.pressing(this.saved, kept))
      for (const { key, value } of trialMachine.differences(this.saved, kept)) {
        if (value === null) this.disk.delete(key);
        else this.disk.set(key, JSON.parse(JSON.stringify(value)));
      }
    this.saved = kept;
  }

  feed(event: TrialEvent): void {
    this.take(trialMachine.step(this.state, this.now, 0, event));
  }

  hear(notice: Notice): void {
    this.take(trialMachine.hear(this.state, this.now, notice));
  }

  /** A session from now on that makes these changes. */
  session(how: { readonly good: boolean; readonly changes?: readonly string[]; readonly ms?: number }): void {
    this.hear({ tell: "sessionBegan" });
    for (const name of how.changes ?? []) this.feed({ on: "made", change: change(name) });
    this.mono += how.ms ?? 0;
    this.hear({ tell: "sessionEnded", failure: how.good ? undefined : "lost" });
  }

  /** Wakes the machine whenever it wants to be, until `mono`. */
  until(mono: number): void {
    for (;;) {
      const wake = trialMachine.nextWake(this.state);
      if (wake === undefined || wake > mono) break;
      expect(wake).toBeGreaterThanOrEqual(0);
      this.mono = Math.max(this.mono, wake);
      this.wake();
      if (wake <= this.mono && trialMachine.nextWake(this.state) === wake)
        throw new Error("wakes without end");
    }
    this.mono = mono;
  }

  wake(): void {
    this.take(trialMachine.step(this.state, this.now, 0, { on: "woke" }));
  }

  get takes(): number {
    return this.deeds.filter((deed) => deed.do === "takeBack").length;
  }

  get told(): readonly Notice["tell"][] {
    return this.notices.map(({ tell }) => tell);
  }
}

test("the session that makes a change does not prove it; a later session, requested once the change has settled, does", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  expect(rig.state.kept.trials).toHaveLength(1);
  rig.until(settleMs - 1);
  expect(rig.told).toEqual([]);
  rig.session({ good: true });
  expect(rig.state.kept.trials).toHaveLength(1);
  rig.until(settleMs);
  expect(rig.told).toEqual(["wanted"]);
  rig.session({ good: true });
  expect(rig.state.kept.trials).toEqual([]);
  expect(rig.disk.size).toBe(0);
  rig.until(2 * limitMs);
  expect(rig.takes).toBe(0);
});

test("without a session that ends well all changes are undone when the time of the first change expires", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.until(settleMs);
  // A session that makes another change and fails proves nothing.
  rig.session({ good: false, changes: ["B"] });
  rig.until(limitMs - 1);
  rig.session({ good: false });
  expect(rig.takes).toBe(0);
  rig.until(limitMs);
  expect(rig.takes).toBe(1);
  const [deed] = rig.deeds.filter((one) => one.do === "takeBack");
  expect(deed!.trials.flatMap(({ changes }) => changes.flatMap((one) => one.parameters))).toEqual(["A", "B"]);
});

test("a session proves the changes that had settled before it began, and leaves its own changes on trial", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.until(settleMs);
  rig.session({ good: true, changes: ["B"], ms: 1000 });
  expect(rig.state.kept.trials.map(({ changes }) => changes.map(({ undo }) => undo))).toEqual([
    [{ packages: ["B"] }],
  ]);
  rig.until(settleMs + 1000 + limitMs);
  expect(rig.takes).toBe(1);
});

test("sessions in quick succession that each change something prove each other in turn", () => {
  const rig = new Rig();
  for (let n = 0; n < 300; n++) {
    rig.session({ good: true, changes: [`${n}`], ms: 1000 });
    rig.until(rig.mono + 4000);
  }
  expect(rig.takes).toBe(0);
  expect(rig.state.kept.trials.length).toBeLessThan(5);
});

test("nothing is undone during a session: a session that ends well after the deadline still proves the changes", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.until(limitMs - 1);
  rig.hear({ tell: "sessionBegan" });
  rig.mono += minute;
  // Another machine has wanted to be woken.
  rig.wake();
  expect(rig.takes).toBe(0);
  rig.hear({ tell: "sessionEnded", failure: undefined });
  expect([rig.takes, rig.state.kept.trials]).toEqual([0, []]);
});

test("after a boot the time starts anew, and the session of the boot proves the changes", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.mono = 0;
  rig.start("two");
  rig.until(limitMs - settleMs - 1);
  expect(rig.takes).toBe(0);
  rig.session({ good: true });
  expect(rig.state.kept.trials).toEqual([]);
});

test("a restarted agent continues its trials; a change of the session during which it died is on trial", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.until(5 * minute);
  // As the model writes it together with the change.
  rig.disk.set("2 0", change("B"));
  rig.start("one");
  expect(rig.state.kept.trials.map(({ inEffect }) => inEffect)).toEqual([0, 5 * minute]);
  rig.until(limitMs);
  expect(rig.takes).toBe(1);
});

test("an undo continues at once after a boot, and is reported even after a boot that discards 4 VALUE CHANGE", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.until(limitMs);
  rig.mono = 0;
  rig.start("two");
  expect(rig.takes).toBe(2);
  // The rows of the commit are there, the event is not: the process died in between.
  for (const { key, value } of rowsTaken(rig.state.kept.trials, taken)) {
    if (value === null) rig.disk.delete(key);
    else rig.disk.set(key, value);
  }
  for (const boot of ["three", "four"]) {
    rig.notices = [];
    rig.start(boot);
    expect([rig.takes, rig.told]).toEqual([2, ["valuesChanged"]]);
    rig.session({ good: false });
  }
  rig.session({ good: true });
  rig.notices = [];
  rig.start("five");
  expect(rig.told).toEqual([]);
  expect(rig.state.kept.taken).toMatchObject({ untold: false });
});

test("the undo is reported to the ACS once it has settled", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.until(limitMs);
  rig.notices = [];
  rig.feed({ on: "takenBack", taken, numbers: [1] });
  rig.until(limitMs + settleMs - 1);
  expect(rig.told).toEqual([]);
  rig.until(limitMs + settleMs);
  expect(rig.notices).toMatchObject([{ tell: "valuesChanged", parameters: ["A"] }]);
});

test("a failed undo is retried without end, unless a session ends well meanwhile", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.until(limitMs);
  for (let tries = 1; tries <= 30; tries++) {
    rig.feed({ on: "failed" });
    rig.until(rig.mono + Math.min(againMs * 2 ** (tries - 1), againMsMax));
    expect(rig.takes).toBe(tries + 1);
  }
  rig.feed({ on: "failed" });
  rig.session({ good: true });
  expect(rig.state.kept).toEqual({ trials: [], taking: false, taken: undefined });
  rig.until(rig.mono + limitMs);
  expect(rig.takes).toBe(31);
});

test("disabling the time limit keeps changes; enabling it later does not affect these", () => {
  const rig = new Rig();
  rig.session({ good: true, changes: ["A"] });
  rig.hear({ tell: "settings", settings: { ...settings, confirmMs: 0 } });
  expect([rig.state.kept.trials, rig.disk.size]).toEqual([[], 0]);
  rig.hear({ tell: "settings", settings: { ...settings, confirmMs: limitMs } });
  rig.until(2 * limitMs);
  expect(rig.takes).toBe(0);
});
