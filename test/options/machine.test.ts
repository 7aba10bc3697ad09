/** The machine of the Options by itself: what is on disk before a switch begins, and that it never turns in circles. */
import { expect, test } from "vitest";
import { optionsMachine as machine } from "../../src/options/machine.ts";
import type { OptionsKept } from "../../src/options/state.ts";
import { neverEnabled } from "../../src/voucher/state.ts";
import { settings } from "../session/rig.ts";

const now = { mono: 1000, wall: Date.UTC(2026, 10, 24), known: true };
const guest = { name: "Guest", switch: { is: "program", program: "guest" }, setUp: undefined } as const;
const on = { ...neverEnabled, is: "on", start: now.wall, end: undefined, because: undefined } as const;

function begun(kept: Partial<OptionsKept>) {
  const empty = {
    options: new Map(),
    seen: new Map(),
    waiting: new Map(),
    switched: new Map(),
    warned: new Map(),
  };
  const all = { ...empty, ...kept };
  const from = { settings: { ...settings, options: [guest] }, boot: "b", now };
  return { before: all, ...machine.start(all, from) };
}

test("before a switch begins, the record of the last switch is deleted on disk, so that a crash repeats the switch", () => {
  const { before, state, deeds } = begun({
    options: new Map([["Guest", on]]),
    switched: new Map([["Guest", false]]),
  });
  expect(deeds).toEqual([{ do: "switch", setting: guest, on: true }]);
  const after = machine.kept(state);
  expect(machine.pressing(before, after)).toBe(true);
  expect(machine.differences(before, after)).toEqual([{ shelf: "switched", key: "Guest", value: null }]);
});

test("a switch is started once, and retried after its wait; the machine never asks to be woken in the past", () => {
  let { state, deeds } = begun({ options: new Map([["Guest", on]]) });
  let at = now;
  const step = (event: Parameters<typeof machine.step>[3]) => {
    ({ state, deeds } = machine.step(state, at, 0, event));
    expect(machine.nextWake(state) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(at.mono);
    return deeds.map((deed) => deed.do);
  };
  for (const wait of [5000, 10_000, 20_000]) {
    expect(step({ on: "unswitched", name: "Guest", turned: true, why: "x" })).toEqual(["tell"]);
    expect(machine.nextWake(state)).toBe(at.mono + wait);
    at = { ...at, mono: at.mono + wait - 1 };
    expect(step({ on: "woke" })).toEqual([]);
    at = { ...at, mono: at.mono + 1 };
    expect(step({ on: "woke" })).toEqual(["switch"]);
    expect(step({ on: "woke" })).toEqual([]);
  }
  expect(step({ on: "switched", name: "Guest", turned: true })).toEqual([]);
  expect(machine.kept(state).switched.get("Guest")).toBe(true);
});

test("a switch whose state could not be saved starts later", () => {
  const { state } = begun({ options: new Map([["Guest", on]]) });
  const failed = machine.step(state, now, 0, { on: "unsaved" });
  expect(failed.deeds).toEqual([]);
  const later = { ...now, mono: now.mono + 5000 };
  expect(machine.step(failed.state, later, 0, { on: "woke" }).deeds).toMatchObject([{ do: "switch" }]);
});
