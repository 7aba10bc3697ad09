/** Table 7, row by row, for the events that have a cause in this product. */
import { describe, expect, test } from "vitest";
import type { Effect } from "../../src/handlers/effect.ts";
import * as errands from "../../src/session/errands.ts";
import * as events from "../../src/session/events.ts";
import { eventLimits } from "../../src/session/limits.ts";
import type { AgentEvent } from "../../src/session/state.ts";
import { Rig, settings } from "./rig.ts";

/** A rig whose first session has come to a good end: no event waits. */
function settled(over: Partial<typeof settings> = {}): Rig {
  const rig = new Rig({ ...settings, ...over });
  rig.session();
  rig.looks();
  rig.quiet();
  return rig;
}

/** A session in which the ACS calls a method that leaves something for later. */
function left(rig: Rig, ...effects: readonly Effect[]): void {
  rig.feed({ on: "asked" });
  rig.inform();
  rig.informResponse();
  rig.post();
  for (const effect of effects) {
    rig.call("GetRPCMethods", {});
    rig.took("handle");
    rig.feed({ on: "handled", body: new Uint8Array(), effects: [effect] });
    rig.took("post");
  }
  rig.hear(undefined);
  rig.close();
}

const hour = 3_600_000;
const periodic = { enable: true, intervalSeconds: 3600, referenceMs: undefined };

interface Row {
  readonly code: string;
  /** Brings the event about once; the session for it is under way then. */
  readonly cause: (rig: Rig) => void;
  readonly over?: Partial<typeof settings>;
  /** Another occurrence while the first is undelivered; the session for both is under way then. */
  readonly again: (rig: Rig) => void;
  readonly included: string;
  readonly once: string;
  readonly confirmed: string;
}

/** Session after session fails for that long; the next is under way then. */
const failsFor = (rig: Rig, ms: number) => {
  const until = rig.time.mono + ms;
  while (rig.time.mono < until) {
    rig.failure();
    rig.pass(ms);
  }
};
const asks = (event: AgentEvent) => (rig: Rig) => rig.feed(event);
const reboots = (rig: Rig) => {
  left(rig, { is: "reboot", commandKey: "r1" });
  rig.took("reboot");
  rig.boot();
};

const rows: readonly Row[] = [
  {
    code: "0 BOOTSTRAP",
    cause: (rig) => rig.feed({ on: "settings", settings: { ...settings, url: "http://other.example/" } }),
    again(rig) {
      rig.failure();
      rig.feed({ on: "settings", settings: { ...settings, url: "http://third.example/" } });
    },
    included: "R-3.7.1.5-13",
    once: "R-3.7.1.5-09",
    confirmed: "R-3.7.1.5-10",
  },
  {
    code: "1 BOOT",
    cause: (rig) => rig.boot(),
    again(rig) {
      rig.failure();
      rig.boot();
    },
    included: "R-3.7.1.5-16",
    once: "R-3.7.1.5-17",
    confirmed: "R-3.7.1.5-18",
  },
  {
    code: "2 PERIODIC",
    over: { periodic },
    cause: (rig) => rig.pass(hour),
    again: (rig) => failsFor(rig, hour),
    included: "R-3.7.1.5-20",
    once: "R-3.7.1.5-21",
    confirmed: "R-3.7.1.5-22",
  },
  {
    code: "3 SCHEDULED",
    cause(rig) {
      left(
        rig,
        { is: "scheduleInform", commandKey: "s1", delaySeconds: 60 },
        { is: "scheduleInform", commandKey: "s2", delaySeconds: 3660 },
      );
      rig.looks();
      rig.pass(60_000);
    },
    again: (rig) => failsFor(rig, hour),
    included: "R-3.7.1.5-24",
    once: "R-3.7.1.5-25",
    confirmed: "R-3.7.1.5-26",
  },
  {
    code: "4 VALUE CHANGE",
    cause: asks({ on: "changed", active: ["A"], passive: [], writes: [] }),
    again(rig) {
      rig.failure();
      rig.feed({ on: "changed", active: ["A"], passive: ["B"], writes: [] });
    },
    included: "R-3.7.1.5-29",
    once: "R-3.7.1.5-30",
    confirmed: "R-3.7.1.5-31",
  },
  {
    code: "6 CONNECTION REQUEST",
    cause: asks({ on: "connectionRequest" }),
    again: asks({ on: "connectionRequest" }),
    included: "R-3.7.1.5-39",
    once: "R-3.7.1.5-40",
    confirmed: "R-3.7.1.5-41",
  },
];

const count = (codes: readonly string[], code: string) => codes.filter((c) => c === code).length;

describe.each(rows)("3.7.1.5 Table 7 $code", (row) => {
  test(`[${row.included}] [R-3.7.1.5-01] the event is in the Inform of the session that it causes`, () => {
    const rig = settled(row.over);
    row.cause(rig);
    expect(rig.inform().codes).toContain(row.code);
  });

  test(`[${row.once}] the event is listed once however often it occurred`, () => {
    const rig = settled(row.over);
    row.cause(rig);
    row.again(rig);
    expect(count(rig.inform().codes, row.code)).toBe(1);
  });

  test(`[${row.confirmed}] [R-3.7.1.5-04] the event is delivered with the InformResponse, and not before`, () => {
    const answered = settled(row.over);
    row.cause(answered);
    answered.inform();
    answered.informResponse();
    answered.feed({ on: "failed", reason: "cut", suspect: "none" });
    answered.took("post");
    answered.close();
    answered.pass(10_000);
    expect(answered.inform().codes).not.toContain(row.code);
    const good = settled(row.over);
    row.cause(good);
    expect(good.session().codes).toContain(row.code);
    // Another session, for another reason: what somebody at the device asks for is a 2 PERIODIC itself.
    good.feed({ on: row.code === "2 PERIODIC" ? "connectionRequest" : "asked" });
    expect(good.inform().codes).not.toContain(row.code);
    if (row.code === "6 CONNECTION REQUEST") return;
    const unanswered = settled(row.over);
    row.cause(unanswered);
    unanswered.failure();
    unanswered.pass(10_000);
    expect(unanswered.inform().codes).toContain(row.code);
  });
});

describe("3.7.1.5 Table 7 over a reboot", () => {
  const lost = (rig: Rig) => {
    rig.failure();
    rig.boot();
    return rig.inform().codes;
  };

  test("[R-3.7.1.5-08] [R-3.7.1.5-15] [R-3.7.1.5-11] the first Inform from factory has 0 BOOTSTRAP and 1 BOOT, and so has every further Inform until one is answered", () => {
    const rig = new Rig();
    for (let i = 0; i < 5; i++) {
      expect(rig.failure().codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
      rig.boot();
    }
    expect(rig.session().codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
    rig.boot();
    expect(rig.inform().codes).toEqual(["1 BOOT"]);
  });

  test("[R-3.7.1.5-19] 1 BOOT is retried until the next boot, which has its own", () => {
    const rig = settled();
    rig.boot();
    rig.failure();
    rig.pass(10_000);
    expect(rig.failure().codes).toEqual(["1 BOOT"]);
    rig.boot();
    expect(rig.inform().codes).toEqual(["1 BOOT"]);
  });

  test("[R-3.7.1.5-23] 2 PERIODIC is kept", () => {
    const rig = settled({ periodic });
    rig.pass(hour);
    expect(lost(rig)).toEqual(["2 PERIODIC", "1 BOOT"]);
  });

  test("[R-3.7.1.5-27] [R-3.7.1.5-67] [R-3.7.1.5-28] 3 SCHEDULED and M ScheduleInform are kept, together and with the CommandKey", () => {
    const rig = settled();
    left(rig, { is: "scheduleInform", commandKey: "s1", delaySeconds: 60 });
    rig.looks();
    rig.pass(60_000);
    expect(lost(rig)).toEqual(["3 SCHEDULED", "M ScheduleInform:s1", "1 BOOT"]);
  });

  test("[R-3.7.1.5-32] [R-3.7.1.5-34] [R-A.3.3.1-19] [R-A.3.3.1-21] 4 VALUE CHANGE and its parameters are retried until a boot, which discards both", () => {
    const rig = settled();
    rig.feed({ on: "changed", active: ["A"], passive: [], writes: [] });
    expect(rig.failure().changed).toEqual(["A"]);
    rig.pass(10_000);
    const again = rig.failure();
    expect([again.codes, again.changed]).toEqual([["4 VALUE CHANGE"], ["A"]]);
    rig.boot();
    const after = rig.inform();
    expect([after.codes, after.changed]).toEqual([["1 BOOT"], []]);
  });

  test("[R-3.7.1.5-60] [R-3.7.1.5-62] [R-3.7.1.5-63] [R-A.3.3.1-34] M Reboot is listed with 1 BOOT and its CommandKey, and is kept over further boots", () => {
    const rig = settled();
    reboots(rig);
    expect(rig.failure().codes).toEqual(["1 BOOT", "M Reboot:r1"]);
    rig.boot();
    expect(rig.session().codes).toEqual(["M Reboot:r1", "1 BOOT"]);
    rig.boot();
    expect(rig.inform().codes).toEqual(["1 BOOT"]);
  });

  test("[R-3.7.1.5-61] [R-A.3.2.9-04] [R-A.3.2.9-03] several Reboot calls give one boot, one 1 BOOT and an M Reboot each", () => {
    const rig = settled();
    left(
      rig,
      { is: "reboot", commandKey: "a" },
      { is: "reboot", commandKey: "b" },
      { is: "reboot", commandKey: "" },
    );
    rig.took("reboot");
    rig.quiet();
    rig.boot();
    expect(rig.inform().codes).toEqual(["1 BOOT", "M Reboot:a", "M Reboot:b", "M Reboot"]);
  });

  test("an agent that is restarted without a boot has no 1 BOOT, and keeps its undelivered events", () => {
    const rig = settled({ periodic });
    rig.boot("process");
    rig.looks();
    rig.quiet();
    rig.pass(hour);
    rig.failure();
    rig.boot("process");
    const inform = rig.inform();
    expect([inform.codes, inform.retryCount]).toEqual([["2 PERIODIC"], 1]);
  });
});

test("3.7.1.5 [R-3.7.1.5-14] [R-3.7.1.5-34] 0 BOOTSTRAP discards all other undelivered events; later events are listed beside it", () => {
  const rig = settled({ periodic });
  rig.pass(hour);
  rig.failure();
  rig.feed({ on: "changed", active: ["A"], passive: [], writes: [] });
  const elsewhere = { ...settings, periodic, url: "http://other.example/" };
  rig.feed({ on: "settings", settings: elsewhere });
  rig.feed({ on: "connectionRequest" });
  const inform = rig.inform();
  expect([inform.codes, inform.changed]).toEqual([["0 BOOTSTRAP", "6 CONNECTION REQUEST"], []]);
});

test("3.7.1.5 [R-3.7.1.5-42] 6 CONNECTION REQUEST is not repeated by the retry of its session, whose Event array is empty", () => {
  const rig = settled();
  rig.feed({ on: "connectionRequest" });
  rig.failure();
  rig.pass(10_000);
  const inform = rig.inform();
  expect([inform.codes, inform.retryCount]).toEqual([[], 1]);
});

test("3.7.1.5 [R-3.7.1.5-65] [R-3.7.1.5-64] [R-3.7.1.5-66] [R-A.3.3.1-33] every due ScheduleInform has its own entry until it is confirmed", () => {
  const rig = settled();
  left(
    rig,
    { is: "scheduleInform", commandKey: "one", delaySeconds: 60 },
    { is: "scheduleInform", commandKey: "two", delaySeconds: 60 },
  );
  rig.looks();
  rig.pass(60_000);
  const codes = ["3 SCHEDULED", "M ScheduleInform:one", "M ScheduleInform:two"];
  expect(rig.failure().codes).toEqual(codes);
  rig.pass(10_000);
  expect(rig.session().codes).toEqual(codes);
  rig.feed({ on: "asked" });
  expect(rig.inform().codes).toEqual(["2 PERIODIC"]);
});

test("3.7.1.5 [R-3.7.1.5-79] [R-3.7.1.5-81] [R-A.3.3.1-03] simultaneous events are in one Inform", () => {
  const rig = settled({ periodic });
  rig.pass(hour - 1);
  left(rig, { is: "reboot", commandKey: "r" });
  rig.took("reboot");
  rig.boot();
  rig.feed({ on: "connectionRequest" });
  expect(rig.inform().codes).toEqual(["1 BOOT", "M Reboot:r", "6 CONNECTION REQUEST"]);
});

test("3.7.1.5 [R-3.7.1.5-80] [R-3.7.1.5-33] a passive change is reported with the event that opens the session, with all its parameters", () => {
  const rig = settled();
  rig.feed({ on: "changed", active: [], passive: ["P", "Q"], writes: [] });
  rig.quiet();
  rig.feed({ on: "connectionRequest" });
  const inform = rig.inform({ passive: ["R"] });
  expect(inform.codes).toEqual(["6 CONNECTION REQUEST", "4 VALUE CHANGE"]);
  expect(inform.changed).toEqual(["P", "Q", "R"]);
});

test("3.7.1.5 [R-3.7.1.5-02] an event outside a session opens one at once", () => {
  const rig = settled();
  const before = rig.time.mono;
  rig.feed({ on: "connectionRequest" });
  rig.inform();
  expect(rig.time.mono).toBe(before);
});

test("3.7.1.5 [R-3.7.1.5-03] [R-3.7.1.5-05] an event that occurs during a session is delivered after it; a delivered event is not repeated", () => {
  const rig = settled();
  rig.boot();
  rig.inform();
  rig.feed({ on: "connectionRequest" });
  rig.informResponse();
  rig.finish();
  expect(rig.inform().codes).toEqual(["6 CONNECTION REQUEST"]);
});

test("3.7.1.5 [R-3.7.1.5-04] an event that occurs again during its Inform does not count as delivered", () => {
  const rig = settled({ periodic });
  rig.pass(hour);
  rig.inform();
  rig.time.mono += hour;
  rig.feed({ on: "woke" });
  rig.informResponse();
  rig.finish();
  expect(rig.inform().codes).toEqual(["2 PERIODIC"]);
});

test("3.7.1.5 [R-3.7.1.5-06] [R-A.3.3.1-07] the session after a failed one lists all undelivered events, and the new ones", () => {
  const rig = settled({ periodic });
  rig.pass(hour);
  rig.failure();
  rig.feed({ on: "changed", active: ["A"], passive: [], writes: [] });
  expect(rig.inform().codes).toEqual(["2 PERIODIC", "4 VALUE CHANGE"]);
});

test("A.3.3.1 [R-A.3.3.1-05] [R-A.3.3.1-06] a session that failed after its InformResponse is retried with an empty Event array", () => {
  const rig = new Rig();
  rig.inform();
  rig.informResponse();
  rig.took("post");
  rig.feed({ on: "failed", reason: "cut", suspect: "none" });
  rig.close();
  rig.looks();
  rig.pass(10_000);
  const inform = rig.inform();
  expect([inform.codes, inform.retryCount]).toEqual([[], 1]);
});

test("A.3.3.1 a session without an event code of its own is reported as 2 PERIODIC until confirmed, and no row is written for it", () => {
  const rig = settled();
  const before = rig.state.kept;
  rig.feed({ on: "asked" });
  expect(rig.failure().codes).toEqual(["2 PERIODIC"]);
  expect(rig.state.kept.queue).toBe(before.queue);
  rig.pass(10_000);
  // Asked for again meanwhile, it is told once more.
  const inform = rig.inform();
  expect([inform.codes, inform.retryCount]).toEqual([["2 PERIODIC"], 1]);
  rig.feed({ on: "asked" });
  rig.informResponse();
  rig.finish();
  expect(rig.session().codes).toEqual(["2 PERIODIC"]);
  rig.looks();
  rig.quiet();
});

test("A.3.3.1 once this 2 PERIODIC is confirmed, the retry of its session has an empty Event array", () => {
  const rig = settled();
  rig.feed({ on: "asked" });
  rig.inform();
  rig.informResponse();
  rig.took("post");
  rig.feed({ on: "failed", reason: "cut", suspect: "none" });
  rig.close();
  rig.looks();
  rig.pass(10_000);
  const inform = rig.inform();
  expect([inform.codes, inform.retryCount]).toEqual([[], 1]);
});

test("A.3.3.1 a session for a pledge that is still due, or for an event that v1.0 lacks, is reported as 2 PERIODIC too", () => {
  const rig = settled();
  rig.saved = { ...rig.saved, pledges: [{ is: "factoryReset", tries: 0, begun: false }] };
  rig.boot("process");
  expect(rig.inform()).toMatchObject({ codes: ["2 PERIODIC"], retryCount: 0 });
  const old = settled();
  const code = "10 AUTONOMOUS TRANSFER COMPLETE";
  old.saved = {
    ...old.saved,
    speaks: { version: "cwmp-1-0", modern: false },
    queue: events.occur(old.saved.queue, code),
  };
  old.boot("process");
  expect(old.inform()).toMatchObject({ version: "cwmp-1-0", codes: ["2 PERIODIC"], retryCount: 0 });
});

test("A.3.3.1 [R-A.3.3.1-04] past 64 entries the oldest M events are discarded", () => {
  const rig = settled();
  const keys = Array.from({ length: eventLimits.eventsMax + 6 }, (_, i) => `k${i}`);
  left(rig, ...keys.map((commandKey) => ({ is: "reboot", commandKey }) as const));
  rig.took("reboot");
  rig.boot();
  const { codes } = rig.inform();
  expect(codes).toEqual(["1 BOOT", ...keys.slice(7).map((key) => `M Reboot:${key}`)]);
  expect(codes).toHaveLength(64);
});

test("A.3.3.1 [R-A.3.3.1-37] every other event has an empty CommandKey", () => {
  const rig = settled();
  reboots(rig);
  rig.feed({ on: "connectionRequest" });
  const text = new TextDecoder().decode(rig.inform({ active: ["A"] }).body);
  const keys = [...text.matchAll(/<EventCode>(.*?)<\/EventCode><CommandKey>(.*?)<\/CommandKey>/g)];
  expect(keys.map(([, code, key]) => [code, key])).toEqual([
    ["1 BOOT", ""],
    ["M Reboot", "r1"],
    ["6 CONNECTION REQUEST", ""],
    ["4 VALUE CHANGE", ""],
  ]);
});

test("A.3.3.1 [R-A.3.3.1-17] [R-A.3.3.1-18] [R-3.2.1-11] a parameter that changed several times, even back, is listed once, in one session", () => {
  const rig = settled();
  rig.feed({ on: "changed", active: ["A"], passive: [], writes: [] });
  expect(rig.failure().changed).toEqual(["A"]);
  rig.feed({ on: "changed", active: ["A"], passive: [], writes: [] });
  expect(rig.failure().changed).toEqual(["A"]);
  rig.feed({ on: "changed", active: ["A"], passive: [], writes: [] });
  rig.feed({ on: "changed", active: ["A"], passive: [], writes: [] });
  expect(rig.session().changed).toEqual(["A"]);
  rig.looks();
  rig.quiet();
});

test("3.2.1 [R-3.2.1-15] [R-3.2.1-13] changes past the rate limit are held, and then reported together", () => {
  const rig = settled();
  for (let i = 0; i < 10; i++) {
    rig.feed({ on: "changed", active: [`A${i}`], passive: [], writes: [] });
    rig.session();
    rig.looks();
  }
  rig.feed({ on: "changed", active: ["B"], passive: [], writes: [] });
  rig.feed({ on: "changed", active: ["C"], passive: [], writes: [] });
  rig.looks();
  rig.quiet();
  rig.pass(60_000);
  expect(rig.inform().changed).toEqual(["B", "C"]);
});

test("3.7.1.5 [R-3.7.1.5-50] [R-3.7.1.5-51] 8 DIAGNOSTICS COMPLETE is listed once, kept over failed sessions, confirmed by InformResponse, discarded at boot", () => {
  const code = "8 DIAGNOSTICS COMPLETE";
  const codes = (queue: events.EventQueue) => events.reportable(queue, "cwmp-1-1").map((e) => e.code);
  const queue = events.occur(events.occur(events.emptyQueue, code), code);
  expect(codes(queue)).toEqual([code]);
  const numbers = queue.events.map((e) => e.number);
  expect(codes(events.afterFailure(queue, numbers))).toEqual([code]);
  expect(codes(errands.informed({ queue, errands: [] }, numbers).queue)).toEqual([]);
  expect(codes(events.afterBoot(queue))).toEqual([]);
});
