import { expect, test } from "vitest";
import { waitMs } from "../../src/session/retry.ts";
import { Rig } from "./rig.ts";

const rows = [
  ["R-3.2.1.1-09", 1, 5, 10],
  ["R-3.2.1.1-10", 2, 10, 20],
  ["R-3.2.1.1-11", 3, 20, 40],
  ["R-3.2.1.1-12", 4, 40, 80],
  ["R-3.2.1.1-13", 5, 80, 160],
  ["R-3.2.1.1-14", 6, 160, 320],
  ["R-3.2.1.1-15", 7, 320, 640],
  ["R-3.2.1.1-16", 8, 640, 1280],
  ["R-3.2.1.1-17", 9, 1280, 2560],
  ["R-3.2.1.1-18", 10, 2560, 5120],
  ["R-3.2.1.1-18", 25, 2560, 5120],
] as const;

/** Fails that many sessions in a row; each wait is passed in full. */
function failing(rig: Rig, times: number): void {
  for (let i = 0; i < times; i++) {
    rig.failure();
    if (i < times - 1) rig.pass(10_000_000);
  }
}

test.each(rows)("3.2.1.1 Table 3 [%s] retry %i comes after %i to %i s", (_id, failures, low, high) => {
  for (const [roll, seconds] of [
    [0, low],
    [0.999999, high],
  ] as const) {
    const rig = new Rig();
    rig.roll = roll;
    failing(rig, failures);
    rig.pass(seconds * 1000 - 1);
    rig.quiet();
    rig.pass(1);
    expect(rig.inform().retryCount).toBe(failures);
  }
});

test("3.2.1.1 [R-3.2.1.1-05] the wait is any whole second of its range, each as likely", () => {
  const counts = new Map<number, number>();
  for (let i = 0; i < 6000; i++) {
    const seconds = waitMs(1, i / 6000) / 1000;
    counts.set(seconds, (counts.get(seconds) ?? 0) + 1);
  }
  expect([...counts].sort()).toEqual([5, 6, 7, 8, 9, 10].map((s) => [s, 1000]).sort());
});

test("3.2.1.1 [R-3.2.1.1-01] [R-3.2.1.1-02] [R-A.3.3.1-12] a failed session is retried, and RetryCount counts the attempts", () => {
  const rig = new Rig();
  for (const count of [0, 1, 2, 3]) {
    expect(rig.failure().retryCount).toBe(count);
    rig.pass(10_000_000);
  }
});

test("3.2.1.1 [R-3.2.1.1-19] retries never stop", () => {
  const rig = new Rig();
  failing(rig, 200);
  rig.pass(5_120_000);
  expect(rig.inform().retryCount).toBe(200);
});

test("3.2.1.1 [R-3.2.1.1-20] [R-A.3.3.1-13] a successful session resets RetryCount and the waits", () => {
  const rig = new Rig();
  failing(rig, 4);
  rig.pass(10_000_000);
  expect(rig.session().retryCount).toBe(4);
  rig.feed({ on: "asked" });
  expect(rig.failure().retryCount).toBe(0);
  rig.pass(5000);
  expect(rig.inform().retryCount).toBe(1);
});

test("A.3.3.1 [R-A.3.3.1-13] an InformResponse is not a success: a session that fails after it raises RetryCount", () => {
  const rig = new Rig();
  failing(rig, 4);
  rig.pass(10_000_000);
  expect(rig.inform().retryCount).toBe(4);
  rig.informResponse();
  rig.took("post");
  rig.feed({ on: "failed", reason: "cut", suspect: "none" });
  rig.close();
  rig.looks();
  rig.pass(10_000_000);
  expect(rig.session().retryCount).toBe(5);
});

test("3.2.1.1 [R-3.2.1.1-04] [R-3.7.1.5-07] undelivered events are sent after the wait, or at once with a new event", () => {
  const rig = new Rig();
  failing(rig, 6);
  rig.pass(160_000 - 1);
  rig.quiet();
  rig.pass(1);
  expect(rig.failure().codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
  rig.pass(1000);
  rig.quiet();
  rig.feed({ on: "connectionRequest" });
  expect(rig.inform().codes).toEqual(["0 BOOTSTRAP", "1 BOOT", "6 CONNECTION REQUEST"]);
});

test("3.2.1.1 [R-3.2.1.1-08] RetryCount rises whatever the cause of the failure", () => {
  const rig = new Rig();
  const failures = [
    () => rig.fault(8002),
    () => rig.hear(undefined),
    () => rig.feed({ on: "failed", reason: "HTTP status 500", suspect: "version" }),
    () => rig.feed({ on: "failed", reason: "no connection", suspect: "none" }),
    () => {
      rig.informResponse();
      rig.took("post");
      rig.feed({ on: "failed", reason: "cut", suspect: "none" });
    },
  ];
  for (const [count, failed] of failures.entries()) {
    expect(rig.inform().retryCount).toBe(count);
    failed();
    expect(rig.close()).toBeDefined();
    rig.looks();
    rig.pass(10_000_000);
  }
  expect(rig.inform().retryCount).toBe(failures.length);
});

test("3.2.1.1 [R-3.2.1.1-07] [R-3.2.1.1-08] a new event does not reset the wait range, and RetryCount rises", () => {
  const rig = new Rig();
  failing(rig, 5);
  rig.feed({ on: "connectionRequest" });
  expect(rig.failure().retryCount).toBe(5);
  rig.pass(160_000 - 1);
  rig.quiet();
  rig.pass(160_001);
  expect(rig.inform().retryCount).toBe(6);
});

test("3.2.1.1 [R-3.2.1.1-06] [R-3.2.1.1-08] a reboot resets the wait range and keeps RetryCount", () => {
  const rig = new Rig();
  failing(rig, 5);
  rig.boot();
  const inform = rig.failure();
  expect(inform.codes).toContain("1 BOOT");
  expect(inform.retryCount).toBe(5);
  rig.roll = 0;
  rig.pass(4999);
  rig.quiet();
  rig.pass(5001);
  expect(rig.inform().retryCount).toBe(6);
});
