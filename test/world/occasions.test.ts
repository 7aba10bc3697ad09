/** The agent machine where time, changes and settings meet: each test tells of a mistake that it once made. */
import { expect, test } from "vitest";
import { nextWake } from "../../src/session/agent.ts";
import { sessionLimits } from "../../src/session/limits.ts";
import { Rig, settings } from "../session/rig.ts";

const hour = 3_600_000;
const change = (active: string[], passive: string[] = []) =>
  ({ on: "changed", active, passive, writes: [] }) as const;

/** Its first session is over, no event waits. */
function settled(over: Partial<typeof settings> = {}): Rig {
  const rig = new Rig({ ...settings, ...over });
  rig.session();
  rig.looks();
  rig.quiet();
  return rig;
}

test("3.2.1 a parameter that changed before another one is reported together with it, and not again", () => {
  const rig = settled();
  rig.feed(change([], ["A"]));
  rig.feed(change(["B"]));
  expect(rig.session().changed).toEqual(["A", "B"]);
  rig.looks();
  rig.feed({ on: "connectionRequest" });
  const next = rig.inform();
  expect([next.codes, next.changed]).toEqual([["6 CONNECTION REQUEST"], []]);
});

test("3.2.1 a value that changes again during its Inform is reported again", () => {
  const rig = settled();
  rig.feed(change([], ["A"]));
  rig.feed(change(["B"]));
  rig.inform();
  rig.feed(change(["A"]));
  rig.informResponse();
  rig.finish();
  const next = rig.inform();
  expect([next.codes, next.changed]).toEqual([["4 VALUE CHANGE"], ["A"]]);
});

/** Active changes that use up all the sessions which they may start within a minute. */
function burst(rig: Rig): void {
  for (let i = 0; i < 10; i++) {
    rig.feed(change([`A${i}`]));
    rig.session();
    rig.looks();
  }
}

test("3.2.1 [R-A.3.2.4-12] [R-A.3.3.1-14] a passive change opens no session of its own, not even after a burst of active changes", () => {
  const rig = settled();
  burst(rig);
  rig.feed(change([], ["P"]));
  rig.looks();
  rig.pass(hour);
  rig.quiet();
  rig.feed(change([], ["Q"]));
  rig.looks();
  rig.quiet();
  rig.feed({ on: "connectionRequest" });
  const inform = rig.inform();
  expect(inform.codes).toContain("4 VALUE CHANGE");
  expect(inform.changed).toEqual(["P", "Q"]);
});

test("3.2.1 a held change that was reported in another session starts none afterwards", () => {
  const rig = settled();
  burst(rig);
  rig.feed(change(["B"]));
  rig.feed({ on: "connectionRequest" });
  expect(rig.inform().changed).toEqual(["B"]);
  rig.pass(60_000);
  rig.informResponse();
  rig.finish();
  rig.looks();
  rig.pass(hour);
  rig.quiet();
});

const onTheHour = { enable: true, intervalSeconds: 3600, referenceMs: Date.UTC(2020, 0, 1) };

test("3.2.1 a periodic Inform is sent once, although the wall clock is slewed", () => {
  const rig = settled({ periodic: onTheHour });
  rig.time.wall -= 500;
  rig.pass(hour);
  expect(rig.session().codes).toEqual(["2 PERIODIC"]);
  rig.looks();
  rig.pass(hour / 2);
  rig.quiet();
  rig.time.wall += 250;
  rig.pass(hour);
  expect(rig.session().codes).toEqual(["2 PERIODIC"]);
  expect(rig.time.wall % hour).toBeLessThan(1000);
  rig.looks();
  rig.pass(hour / 2);
  rig.quiet();
});

test("3.1 a due retry without a known ACS waits for one, and keeps no timer busy", () => {
  const rig = settled();
  rig.feed({ on: "connectionRequest" });
  rig.failure();
  rig.feed({ on: "settings", settings: { ...settings, url: "" } });
  rig.looks();
  for (let i = 0; i < 5; i++) rig.pass(60_000);
  rig.quiet();
  expect(nextWake(rig.state)).toBeGreaterThan(rig.time.mono);
  rig.feed({ on: "settings", settings });
  const inform = rig.inform();
  expect([inform.codes, inform.retryCount]).toEqual([[], 1]);
});

test("3.7.1 a response that was unfinished when its session ended is not sent in the next session", () => {
  const rig = settled();
  rig.feed({ on: "asked" });
  rig.inform();
  rig.informResponse();
  rig.post();
  rig.call("GetRPCMethods", {});
  rig.took("handle");
  rig.pass(sessionLimits.sessionMsMax);
  expect(rig.close()).toMatch(/longer/);
  rig.looks();
  rig.pass(10_000);
  rig.inform();
  rig.feed({ on: "handled", body: new Uint8Array([1]), effects: [] });
  rig.quiet();
  rig.informResponse();
  rig.finish();
  expect(rig.state.kept.retryCount).toBe(0);
});
