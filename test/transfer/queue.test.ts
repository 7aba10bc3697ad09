/** The queue of transfers, step by step on a clock of our own. TR-069 A.3.2.8, A.4.1.5, A.4.1.1, A.4.1.7. */
import { describe, expect, test } from "vitest";
import { Fault } from "../../src/errors.ts";
import type { Now } from "../../src/ports/clock.ts";
import type { AutonomousPolicy } from "../../src/settings.ts";
import type { Transfer } from "../../src/transfer/entry.ts";
import { queueWake, startQueue, stepQueue } from "../../src/transfer/queue.ts";
import { allQueuedTransfers, queuedTransfers } from "../../src/transfer/report.ts";
import { admit, type Offer, type Wanted } from "../../src/transfer/request.ts";
import type { QueueDeed, QueueEvent, QueueNotice, QueueState } from "../../src/transfer/state.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const download = (more: Partial<Wanted> = {}): Wanted => ({
  direction: "download",
  origin: "acs",
  commandKey: "key",
  fileType: "3 Vendor Configuration File",
  url: "http://files.example/config",
  username: "",
  password: "",
  delaySeconds: 0,
  fileSize: 0,
  targetFileName: "",
  successUrl: "",
  failureUrl: "",
  ...more,
});

const upload = (more: Partial<Wanted> = {}): Wanted =>
  download({ direction: "upload", fileType: "2 Vendor Log File", ...more });

/** A queue with its clock, and all that it has done so far. */
class Rig {
  state: QueueState;
  now: Now = { mono: 1000, wall: Date.UTC(2026, 10, 24), known: true };
  deeds: QueueDeed[] = [];
  notices: QueueNotice[] = [];

  constructor(transfers: readonly Transfer[] = [], boot = "one", now?: Now) {
    if (now !== undefined) this.now = now;
    const policy = { enable: true, transfers: "Both", results: "Both", fileTypes: [] } as const;
    this.state = startQueue({ transfers: [], next: 1, boot, policy }, this.now).state;
    if (transfers.length > 0) this.take(startQueue({ transfers, next: 100, boot, policy }, this.now));
  }

  private take(step: ReturnType<typeof stepQueue>): void {
    this.state = step.state;
    this.deeds.push(...step.deeds);
    this.notices.push(...step.notices);
  }

  feed(...events: QueueEvent[]): this {
    for (const event of events) this.take(stepQueue(this.state, this.now, event));
    return this;
  }

  /** Lets time pass, waking the machine whenever it wants to be. */
  pass(ms: number): this {
    const until = this.now.mono + ms;
    for (let wakes = 0; wakes < 10_000; wakes++) {
      const at = queueWake(this.state);
      if (at === undefined || at > until) break;
      this.goTo(Math.max(at, this.now.mono));
      this.feed({ on: "woke" });
    }
    this.goTo(until);
    return this;
  }

  private goTo(mono: number): void {
    const gone = mono - this.now.mono;
    this.now = { ...this.now, mono, wall: this.now.wall + gone };
  }

  /** The deeds since the last look, with the command keys of their transfers. */
  did(): string[] {
    const told = this.deeds.map((deed) => `${deed.do} ${deed.transfer.commandKey}`);
    this.deeds = [];
    return told;
  }

  ended(): { readonly key: string; readonly code: number; readonly text: string }[] {
    const over = this.notices.flatMap((n) => (n.is === "transferEnded" ? [n.transfer] : []));
    return over.map(({ commandKey, stage }) => {
      if (stage.is !== "ended") throw new Error("told as ended and is not");
      return { key: commandKey, code: stage.outcome.code, text: stage.outcome.text };
    });
  }

  stage(id = 1): string | undefined {
    return this.state.transfers.find((t) => t.id === id)?.stage.is;
  }

  /** The device boots after it was off for that long. */
  boot(offMs: number, known = true): Rig {
    const now = { mono: 5000, wall: this.now.wall + offMs, known };
    return new Rig(this.state.transfers, `${this.state.boot}+`, now);
  }
}

describe("A.3.2.8 when a transfer runs", () => {
  test("[R-A.3.2.8-41, R-A.3.2.8-43, R-A.4.1.5-16, R-A.4.1.5-18] a transfer runs DelaySeconds after the call, neither earlier nor later", () => {
    for (const wanted of [download({ delaySeconds: 10 }), upload({ delaySeconds: 10 })]) {
      const rig = new Rig().feed({ on: "asked", wanted });
      expect(rig.pass(10 * second - 1).did()).toEqual([]);
      expect(rig.pass(1).did()).toEqual([wanted.direction === "download" ? "fetch key" : "send key"]);
    }
    expect(new Rig().feed({ on: "asked", wanted: download() }).did()).toEqual(["fetch key"]);
  });

  test("[R-A.3.2.8-42, R-A.4.1.5-17] a delayed transfer never runs in the session that requested it, and its hour counts from the end of that session", () => {
    const rig = new Rig().feed(
      { on: "sessionBegan" },
      { on: "asked", wanted: download({ delaySeconds: 1 }) },
    );
    expect(rig.pass(3 * hour - 1).did()).toEqual([]);
    expect(rig.feed({ on: "sessionEnded", good: true }).did()).toEqual(["fetch key"]);
  });

  test("[R-A.3.2.8-12, R-A.3.2.8-16, R-A.4.1.5-03] requests are queued, and run in the order of their due times", () => {
    const rig = new Rig().feed(
      { on: "asked", wanted: download({ commandKey: "late", delaySeconds: 3600 }) },
      { on: "asked", wanted: download({ commandKey: "soon", delaySeconds: 60 }) },
      { on: "asked", wanted: upload({ commandKey: "between", delaySeconds: 90 }) },
    );
    expect(rig.pass(89 * second).did()).toEqual(["fetch soon"]);
    rig.pass(minute).feed({ on: "fetched", id: 2 }, { on: "applied", id: 2, trial: { limitMs: 0 } });
    expect(rig.did()).toEqual(["apply soon", "tidy soon", "send between"]);
    rig.feed({ on: "sent", id: 3 }).pass(hour);
    expect(rig.did()).toEqual(["tidy between", "fetch late"]);
    expect(rig.ended().map(({ key, code }) => `${key} ${code}`)).toEqual(["soon 0", "between 0"]);
  });

  test("[R-A.3.2.8-28] two requests for one URL are two downloads, and [R-A.3.2.8-15] each is reported", () => {
    const rig = new Rig();
    for (const commandKey of ["a", "b"]) rig.feed({ on: "asked", wanted: download({ commandKey }) });
    rig.feed({ on: "fetched", id: 1 }, { on: "applied", id: 1, trial: { limitMs: 0 } });
    rig.feed({ on: "fetched", id: 2 }, { on: "applied", id: 2, trial: { limitMs: 0 } });
    expect(rig.did()).toEqual(["fetch a", "apply a", "tidy a", "fetch b", "apply b", "tidy b"]);
    expect(rig.ended().map(({ key }) => key)).toEqual(["a", "b"]);
  });
});

describe("A.3.2.8 failures", () => {
  test("[R-A.3.2.8-44, R-A.4.1.5-19] a file server that cannot be reached is retried within the hour", () => {
    const rig = new Rig().feed({ on: "asked", wanted: download() });
    expect(rig.did()).toEqual(["fetch key"]);
    rig.feed({ on: "failed", id: 1, kind: "unreached", text: "refused", begun: false });
    expect(rig.ended()).toEqual([]);
    expect(rig.pass(15 * second).did()).toEqual(["fetch key"]);
    rig.feed({ on: "fetched", id: 1 }, { on: "applied", id: 1, trial: { limitMs: 0 } });
    expect(rig.ended()).toEqual([{ key: "key", code: 0, text: "" }]);
  });

  test("[R-A.3.2.8-45, R-A.4.1.5-20] a transfer whose server cannot be reached for the whole hour fails, and the ACS gets the reason", () => {
    for (const [wanted, code] of [
      [download(), 9015],
      [upload(), 9011],
    ] as const) {
      const rig = new Rig().feed({ on: "asked", wanted });
      let attempts = 0;
      for (let waits = 0; rig.ended().length === 0 && waits < 100; waits++) {
        attempts += rig.did().filter((did) => /^(fetch|send)/.test(did)).length;
        rig.feed({ on: "failed", id: 1, kind: "unreached", text: "Connection refused", begun: false });
        rig.pass(4 * minute);
      }
      expect(rig.now.mono - 1000).toBeLessThanOrEqual(hour + 4 * minute);
      expect(attempts).toBeGreaterThan(10);
      const text = "It could not begin within the hour after its time. Connection refused";
      expect(rig.ended()).toEqual([{ key: "key", code, text }]);
    }
  });

  test("[R-A.3.2.8-10, R-A.3.2.8-11, R-A.4.1.5-01, R-A.4.1.5-02] once the server has responded, a failure is final and reported", () => {
    for (const wanted of [download(), upload()]) {
      const rig = new Rig().feed({ on: "asked", wanted });
      rig.feed({ on: "failed", id: 1, kind: "access", text: "404", begun: true }).pass(2 * hour);
      expect(rig.did()).toHaveLength(2);
      expect(rig.ended()).toEqual([
        { key: "key", code: wanted.direction === "download" ? 9016 : 9011, text: "404" },
      ]);
    }
  });

  test("[R-A.3.2.8-46, R-A.3.2.8-47] a received file is applied at once, even after the hour", () => {
    const rig = new Rig().feed({ on: "asked", wanted: download() }).pass(2 * hour);
    expect(rig.feed({ on: "fetched", id: 1 }).did()).toEqual(["fetch key", "apply key"]);
  });

  test("a file received in a session is applied when the session is over", () => {
    const rig = new Rig().feed({ on: "sessionBegan" }, { on: "asked", wanted: download() });
    expect(rig.feed({ on: "fetched", id: 1 }).did()).toEqual(["fetch key"]);
    expect(rig.feed({ on: "sessionEnded", good: false }).did()).toEqual(["apply key"]);
  });

  test("an event that is too late for its stage changes nothing", () => {
    const rig = new Rig().feed({ on: "asked", wanted: download() });
    rig.feed({ on: "failed", id: 1, kind: "access", text: "404", begun: true });
    rig.feed(
      { on: "fetched", id: 1 },
      { on: "sent", id: 1 },
      { on: "failed", id: 1, kind: "space", text: "", begun: true },
    );
    expect(rig.ended()).toHaveLength(1);
    expect(rig.feed({ on: "confirmed", id: 1 }, { on: "confirmed", id: 1 }).state.transfers).toEqual([]);
  });
});

describe("A.3.2.8 reboots and power cuts", () => {
  test("[R-A.3.2.8-13, R-A.3.2.8-51, R-A.4.1.5-04, R-A.4.1.5-21] a queued transfer outlasts reboots, and runs at its time by the wall clock", () => {
    for (const wanted of [download({ delaySeconds: 600 }), upload({ delaySeconds: 600 })]) {
      const rig = new Rig().feed({ on: "asked", wanted }).pass(100 * second);
      const again = rig.boot(200 * second).boot(100 * second);
      expect(again.pass(200 * second - 1).did()).toEqual([]);
      expect(again.pass(1).did()).toHaveLength(1);
    }
  });

  test("without absolute time a boot restarts the whole delay, since the time without power is unknown", () => {
    const rig = new Rig().feed({ on: "asked", wanted: download({ delaySeconds: 600 }) }).pass(599 * second);
    const again = rig.boot(9 * hour, false);
    expect(again.pass(599 * second).did()).toEqual([]);
    expect(again.pass(second).did()).toEqual(["fetch key"]);
  });

  test("an interrupted transfer resumes within its hour, and fails after that", () => {
    const cut = new Rig().feed({ on: "asked", wanted: download() }).pass(minute);
    expect(cut.boot(minute).did()).toEqual(["fetch key"]);
    const late = cut.boot(2 * hour);
    expect(late.did()).toEqual(["tidy key"]);
    expect(late.ended()).toMatchObject([{ code: 9010 }]);
  });

  test("a file that was being applied is applied again, or downloaded again if it is missing", () => {
    const rig = new Rig().feed({ on: "asked", wanted: download() }, { on: "fetched", id: 1 });
    const again = rig.boot(second);
    expect(again.did()).toEqual(["apply key"]);
    expect(again.feed({ on: "missing", id: 1 }).did()).toEqual(["fetch key"]);
  });

  test("a finished transfer is kept until the ACS has confirmed it, over any number of boots", () => {
    const rig = new Rig().feed({ on: "asked", wanted: upload() }, { on: "sent", id: 1 });
    const again = rig.boot(hour).boot(hour);
    expect([again.stage(), again.did()]).toEqual(["ended", ["tidy key"]]);
    expect(again.feed({ on: "confirmed", id: 1 }).state.transfers).toEqual([]);
    // The first removal of its file may have been refused.
    expect(again.did()).toEqual(["tidy key"]);
  });
});

describe("A.3.2.8 software images", () => {
  const image = download({ fileType: "1 Firmware Upgrade Image" });
  const old = { revision: "r1", slot: "a" };
  const handed = () =>
    new Rig()
      .feed({ on: "asked", wanted: image }, { on: "fetched", id: 1 })
      .feed({ on: "handing", id: 1, handOver: { from: old, expected: "r2", boot: "one" } })
      .feed({ on: "writing", id: 1 });
  const none = { limitMs: 0 };

  test("[R-A.3.2.8-05, R-A.3.2.8-07, R-A.3.2.8-09] success is reported only after a boot in which the new image runs", () => {
    const rig = handed();
    expect(rig.did()).toEqual(["fetch key", "hand key"]);
    expect(rig.notices).toEqual([{ is: "imageReady", id: 1 }]);
    const booted = rig.boot(minute);
    expect(booted.did()).toEqual(["judge key"]);
    expect(booted.ended()).toEqual([]);
    const running = { identity: { revision: "r2", slot: "b" }, replaced: true };
    booted.feed({ on: "judged", id: 1, running, trial: none });
    expect(booted.ended()).toEqual([{ key: "key", code: 0, text: "" }]);
  });

  test("the old image after the boot is a failure, and so is any other image", () => {
    const seen = (revision: string, slot: string, replaced: boolean) =>
      handed()
        .boot(minute)
        .feed({ on: "judged", id: 1, running: { identity: { revision, slot }, replaced }, trial: none })
        .ended();
    expect(seen("r1", "a", false)).toMatchObject([
      { code: 9010, text: expect.stringContaining("old image") },
    ]);
    expect(seen("r1", "b", true)).toMatchObject([{ code: 9010 }]);
    expect(seen("r3", "b", true)).toMatchObject([{ code: 9010, text: expect.stringContaining("r3") }]);
  });

  test("the same version written again is a success if the file system was replaced, or the other slot runs", () => {
    const again = (slot: string, replaced: boolean) =>
      new Rig()
        .feed({ on: "asked", wanted: image }, { on: "fetched", id: 1 })
        .feed({ on: "handing", id: 1, handOver: { from: old, expected: "r1", boot: "one" } })
        .feed({ on: "writing", id: 1 })
        .boot(minute)
        .feed({ on: "judged", id: 1, running: { identity: { revision: "r1", slot }, replaced }, trial: none })
        .ended()[0]?.code;
    expect([again("a", true), again("b", false), again("a", false)]).toEqual([0, 0, 9010]);
  });

  test("a power cut before the image was written: it is downloaded again, and the pledge to install it is discarded", () => {
    const ready = new Rig()
      .feed({ on: "asked", wanted: image }, { on: "fetched", id: 1 })
      .feed({ on: "handing", id: 1, handOver: { from: old, expected: "r2", boot: "one" } });
    const rig = ready.boot(minute);
    rig.feed({ on: "judged", id: 1, running: { identity: old, replaced: false }, trial: none });
    expect(rig.notices).toEqual([{ is: "imageDropped", id: 1 }]);
    expect(rig.did()).toEqual(["judge key", "fetch key"]);
  });

  test("an image fails if the device never shuts down for it", () => {
    expect(
      handed()
        .pass(11 * minute)
        .ended(),
    ).toMatchObject([{ code: 9010, text: "The device did not go down for the image" }]);
  });

  test("an image on trial is committed by a session that ended well, and then reported as a success", () => {
    const running = { identity: { revision: "r2", slot: "b" }, replaced: false };
    const rig = handed()
      .boot(minute)
      .feed({ on: "judged", id: 1, running, trial: { limitMs: 10 * minute } });
    expect(rig.ended()).toEqual([]);
    rig.feed({ on: "sessionBegan" }, { on: "sessionEnded", good: false }).did();
    rig.feed({ on: "sessionBegan" }, { on: "sessionEnded", good: true });
    expect(rig.did()).toEqual(["keep key"]);
    expect(rig.ended()).toEqual([]);
    expect(rig.feed({ on: "kept", id: 1 }).ended()).toMatchObject([{ code: 0 }]);
  });

  test("an image without a session in time is replaced by the one before it, and the boot into that reports the reason", () => {
    const running = { identity: { revision: "r2", slot: "b" }, replaced: false };
    const rig = handed()
      .boot(minute)
      .feed({ on: "judged", id: 1, running, trial: { limitMs: 10 * minute } });
    rig.did();
    expect(rig.pass(10 * minute).did()).toEqual(["takeBack key"]);
    expect(rig.ended()).toEqual([]);
    const back = rig.boot(minute);
    back.feed({ on: "judged", id: 1, running: { identity: old, replaced: false }, trial: none });
    expect(back.ended()).toMatchObject([{ code: 9010, text: expect.stringContaining("within 10 min") }]);
  });
});

describe("A.3.2.8 a configuration on trial", () => {
  const applied = () =>
    new Rig()
      .feed({ on: "asked", wanted: download() }, { on: "fetched", id: 1 })
      .feed({ on: "applied", id: 1, trial: { limitMs: 10 * minute } });

  test("a configuration on trial is kept after a session that ended well", () => {
    const rig = applied().feed({ on: "sessionBegan" }, { on: "sessionEnded", good: true });
    expect(rig.did().slice(2)).toEqual(["keep key"]);
    rig.feed({ on: "kept", id: 1 });
    expect(rig.ended()).toMatchObject([{ code: 0 }]);
  });

  test("a configuration on trial is undone if no session ends well in time, even over a boot", () => {
    for (const rig of [
      applied(),
      applied()
        .pass(9 * minute)
        .boot(hour),
    ]) {
      rig.did();
      expect(rig.pass(10 * minute - 1).did()).toEqual([]);
      expect(rig.pass(1).did()).toEqual(["takeBack key"]);
      expect(rig.ended()).toEqual([]);
      expect(rig.feed({ on: "takenBack", id: 1 }).did()).toEqual(["tidy key"]);
      expect(rig.ended()).toMatchObject([{ code: 9010, text: expect.stringContaining("undone") }]);
    }
  });
});

describe("A.3.2.8 undoing a transfer", () => {
  const failed = {
    on: "failed",
    id: 1,
    kind: "internal",
    text: "Read-only file system",
    begun: true,
  } as const;
  const late = () =>
    new Rig()
      .feed({ on: "asked", wanted: download() }, { on: "fetched", id: 1 })
      .feed({ on: "applied", id: 1, trial: { limitMs: 10 * minute } })
      .pass(10 * minute);

  test("a failed undo is retried with growing waits, and reported to the ACS only once it is done", () => {
    const rig = late();
    rig.did();
    for (const wait of [15, 30, 60, 120, 240, 240]) {
      rig.feed(failed);
      expect(rig.pass(wait * second - 1).did()).toEqual([]);
      expect(rig.pass(1).did()).toEqual(["takeBack key"]);
      expect(rig.ended()).toEqual([]);
    }
    rig.feed({ on: "takenBack", id: 1 });
    expect(rig.ended()).toMatchObject([{ code: 9010, text: expect.stringMatching(/so it was undone$/) }]);
  });

  test("the undo is repeated after a boot, and after the process died", () => {
    const rig = late().feed(failed);
    for (const again of [rig.boot(second), new Rig(rig.state.transfers, "one", rig.now)]) {
      expect(again.did()).toEqual(["takeBack key"]);
      expect(again.feed({ on: "takenBack", id: 1 }).ended()).toHaveLength(1);
    }
  });

  test("after twenty failed tries the failure of the undo is reported to the ACS", () => {
    const rig = late();
    for (let tries = 0; tries < 20; tries++) rig.feed(failed).pass(4 * minute);
    expect(rig.ended()).toMatchObject([
      { code: 9010, text: expect.stringContaining("cannot be brought back: Read-only file system") },
    ]);
  });

  test("a configuration that may be partly in effect is undone before its failure is reported", () => {
    const rig = new Rig().feed({ on: "asked", wanted: download() }, { on: "fetched", id: 1 });
    rig.feed({ ...failed, kind: "corrupted", text: "no such thing" });
    expect(rig.did()).toEqual(["fetch key", "apply key", "takeBack key"]);
    expect(rig.feed({ on: "takenBack", id: 1 }).ended()).toEqual([
      { key: "key", code: 9018, text: "no such thing" },
    ]);
  });

  test("an image that still runs after the reboot that should replace it is left by another reboot", () => {
    const image = download({ fileType: "1 Firmware Upgrade Image" });
    const handOver = { from: { revision: "r1", slot: "a" }, expected: "r2", boot: "one" };
    const running = { identity: { revision: "r2", slot: "b" }, replaced: false };
    const rig = new Rig()
      .feed({ on: "asked", wanted: image }, { on: "fetched", id: 1 })
      .feed({ on: "handing", id: 1, handOver }, { on: "writing", id: 1 })
      .boot(minute)
      .feed({ on: "judged", id: 1, running, trial: { limitMs: minute } })
      .pass(minute);
    expect(rig.did().at(-1)).toBe("takeBack key");
    const still = rig.boot(minute).feed({ on: "judged", id: 1, running, trial: { limitMs: minute } });
    expect(still.pass(15 * second).did()).toEqual(["judge key", "takeBack key"]);
    const back = still.boot(minute);
    back.feed({
      on: "judged",
      id: 1,
      running: { identity: handOver.from, replaced: false },
      trial: { limitMs: 0 },
    });
    expect(back.ended()).toMatchObject([{ code: 9010, text: expect.stringContaining("undone") }]);
  });

  test("an image on trial that the boot loader has replaced is not a success", () => {
    const handOver = { from: { revision: "r1", slot: "a" }, expected: "r2", boot: "one" };
    const running = { identity: { revision: "r2", slot: "b" }, replaced: false };
    const rig = new Rig()
      .feed({ on: "asked", wanted: download({ fileType: "1 Firmware Upgrade Image" }) })
      .feed({ on: "fetched", id: 1 }, { on: "handing", id: 1, handOver }, { on: "writing", id: 1 })
      .boot(minute)
      .feed({ on: "judged", id: 1, running, trial: { limitMs: 10 * minute } });
    const back = rig.boot(minute);
    expect(back.did()).toEqual(["judge key"]);
    back.feed({
      on: "judged",
      id: 1,
      running: { identity: handOver.from, replaced: false },
      trial: { limitMs: 0 },
    });
    expect(back.ended()).toMatchObject([{ code: 9010, text: expect.stringContaining("was left again") }]);
  });

  test("a failed commit of a proven transfer is retried, over boots too, and success is reported only after it", () => {
    const rig = new Rig()
      .feed({ on: "asked", wanted: download() }, { on: "fetched", id: 1 })
      .feed({ on: "applied", id: 1, trial: { limitMs: 10 * minute } })
      .feed({ on: "sessionBegan" }, { on: "sessionEnded", good: true }, failed);
    rig.did();
    expect(rig.pass(hour).did()).toEqual(["keep key"]);
    const again = rig.boot(hour);
    expect([again.did(), again.ended()]).toEqual([["keep key"], []]);
    expect(again.feed({ on: "kept", id: 1 }).ended()).toMatchObject([{ code: 0 }]);
  });

  test("a session that began before the trial proves nothing; a session in progress at the deadline still may", () => {
    const amid = new Rig()
      .feed({ on: "asked", wanted: download() }, { on: "fetched", id: 1 }, { on: "sessionBegan" })
      .feed({ on: "applied", id: 1, trial: { limitMs: 10 * minute } }, { on: "sessionEnded", good: true });
    expect(amid.ended()).toEqual([]);
    amid.feed({ on: "sessionBegan" }).pass(hour);
    expect(amid.did()).toEqual(["fetch key", "apply key"]);
    expect(amid.feed({ on: "sessionEnded", good: true }).did()).toEqual(["keep key"]);
    expect(amid.feed({ on: "kept", id: 1 }).ended()).toMatchObject([{ code: 0 }]);
  });
});

describe("A.3.3.3 policy", () => {
  const policy = { enable: true, transfers: "Both", results: "Both", fileTypes: [] } as const;
  const told = (set: Partial<AutonomousPolicy>, wanted: Wanted, good = true): boolean => {
    const rig = new Rig().feed({ on: "policy", policy: { ...policy, ...set } }, { on: "asked", wanted });
    if (good) rig.feed({ on: "fetched", id: 1 }, { on: "applied", id: 1, trial: { limitMs: 0 } });
    else rig.feed({ on: "failed", id: 1, kind: "access", text: "404", begun: true });
    return rig.ended().length > 0;
  };
  const own = download({ origin: "device" });

  test("[R-3.2.1-17] the policy decides, filter by filter, which autonomous transfers are reported to the ACS", () => {
    expect(told({}, own)).toBe(true);
    expect(told({ enable: false }, own)).toBe(false);
    expect(told({ transfers: "Upload" }, own)).toBe(false);
    expect(told({ transfers: "Download" }, own)).toBe(true);
    expect([told({ results: "Failure" }, own), told({ results: "Failure" }, own, false)]).toEqual([
      false,
      true,
    ]);
    expect([told({ results: "Success" }, own), told({ results: "Success" }, own, false)]).toEqual([
      true,
      false,
    ]);
    expect(told({ fileTypes: ["4 Vendor Log File"] }, own)).toBe(false);
    expect(told({ fileTypes: ["2 Web Content", "3 Vendor Configuration File"] }, own)).toBe(true);
  });

  test("a transfer of the ACS is reported whatever the policy says", () => {
    expect(told({ enable: false }, download())).toBe(true);
  });

  test("a transfer that is not reported is discarded after its clean-up, even if the process dies before", () => {
    const rig = new Rig().feed({ on: "policy", policy: { ...policy, enable: false } });
    rig.feed({ on: "asked", wanted: { ...own, direction: "upload", fileType: "2 Vendor Log File" } });
    rig.feed({ on: "sent", id: 1 });
    const again = rig.boot(second);
    expect(again.did()).toEqual(["tidy key"]);
    expect(again.feed({ on: "confirmed", id: 1 }).state.transfers).toEqual([]);
  });
});

describe("A.4.1.1, A.4.1.7 lists", () => {
  const offer: Offer = { schemes: ["http", "https"], serves: () => true, space: undefined };

  test("[R-A.3.2.8-60, R-A.4.1.5-27] the seventeenth transfer is refused with 9004, whoever requested the others", () => {
    const rig = new Rig();
    for (let i = 0; i < 16; i++) {
      const wanted = download({ delaySeconds: 100, origin: i % 2 === 0 ? "acs" : "device" });
      admit(wanted, rig.state.transfers.length, offer);
      rig.feed({ on: "asked", wanted });
    }
    for (const wanted of [download(), upload()]) {
      expect(() => admit(wanted, rig.state.transfers.length, offer)).toThrow(
        expect.objectContaining({ code: 9004 }),
      );
    }
    expect(allQueuedTransfers(rig.state.transfers).TransferList).toHaveLength(16);
    expect(queuedTransfers(rig.state.transfers).TransferList).toHaveLength(8);
  });

  test("[R-A.4.1.1-03, R-A.4.1.1-04, R-A.4.1.7-04, R-A.4.1.7-05, R-A.4.1.7-06, R-A.4.1.7-07] the lists have the states, keys and types of Tables 45 and 59", () => {
    const rig = new Rig().feed(
      { on: "asked", wanted: upload({ commandKey: "done" }) },
      { on: "sent", id: 1 },
      { on: "asked", wanted: upload({ commandKey: "running", fileType: "1 Vendor Configuration File" }) },
      { on: "asked", wanted: upload({ commandKey: "waits" }) },
      {
        on: "asked",
        wanted: download({
          commandKey: "",
          origin: "device",
          fileType: "X 00ABCD thing",
          fileSize: 7,
          targetFileName: "t",
        }),
      },
    );
    expect(queuedTransfers(rig.state.transfers).TransferList).toEqual([
      { CommandKey: "done", State: 3 },
      { CommandKey: "running", State: 2 },
      { CommandKey: "waits", State: 1 },
    ]);
    const none = { FileSize: 0, TargetFileName: "" };
    expect(allQueuedTransfers(rig.state.transfers).TransferList).toEqual([
      { CommandKey: "done", State: 3, IsDownload: false, FileType: "4 Vendor Log File", ...none },
      {
        CommandKey: "running",
        State: 2,
        IsDownload: false,
        FileType: "3 Vendor Configuration File",
        ...none,
      },
      { CommandKey: "waits", State: 1, IsDownload: false, FileType: "4 Vendor Log File", ...none },
      {
        CommandKey: "",
        State: 1,
        IsDownload: true,
        FileType: "X 00ABCD thing",
        FileSize: 7,
        TargetFileName: "t",
      },
    ]);
  });

  const refused = (wanted: Wanted): number => {
    try {
      admit(wanted, 0, offer);
      return 0;
    } catch (error) {
      if (error instanceof Fault) return error.code;
      throw error;
    }
  };

  test("[R-A.3.2.8-19, R-A.3.2.8-20, R-A.4.1.5-07, R-A.4.1.5-08] file types are compared to the letter", () => {
    const type = (direction: "download" | "upload", fileType: string) =>
      refused(download({ direction, fileType }));
    for (const good of [
      "1 Firmware Upgrade Image",
      "2 Web Content",
      "3 Vendor Configuration File",
      "X 00ABCD a b",
    ])
      expect(type("download", good), good).toBe(0);
    for (const bad of [
      "1 Firmware upgrade image",
      "1",
      "4 Vendor Log File",
      "X 00abcd a",
      "X 00ABCD ",
      "X 00ABC a",
      " 2 Web Content",
    ])
      expect(type("download", bad), bad).toBe(9003);
    for (const good of ["1 Vendor Configuration File", "2 Vendor Log File", "X 0000AB x"])
      expect(type("upload", good)).toBe(0);
    for (const bad of ["3 Vendor Configuration File", "1 Firmware Upgrade Image"])
      expect(type("upload", bad)).toBe(9003);
  });

  test("A.3.2.8 an error without a code of TransferComplete is refused at once: userinfo, other protocols, no URL, no room", () => {
    const url = (text: string) => refused(download({ url: text }));
    expect(
      [
        "http://u:p@h/f",
        "http://u@h/f",
        "https://@h/f",
        "ftp://u@h/f",
        "/f",
        "h/f",
        "",
        "http:///f",
        "http://",
      ].map(url),
    ).toEqual([9003, 9003, 9003, 9013, 9003, 9003, 9003, 9003, 9003]);
    expect(["ftp://h/f", "flute://239.0.0.1/f", "file:///etc/passwd", "javascript:x"].map(url)).toEqual([
      9013, 9013, 9013, 9013,
    ]);
    expect(["http://h/f@x", "HTTPS://h:81/f?q=a@b"].map(url)).toEqual([0, 0]);
    expect(() => admit(download({ fileSize: 4_294_967_295 }), 0, { ...offer, space: 1000 })).toThrow(
      expect.objectContaining({ code: 9010 }),
    );
    expect(() => admit(download({ fileSize: 0 }), 0, { ...offer, space: 0 })).not.toThrow();
  });
});
