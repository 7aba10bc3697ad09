/** Requests of our own that last: kept, sent in the session that announces them, confirmed one by one. 3.7.1.5 Table 7. */
import { describe, expect, test } from "vitest";
import type { Message } from "../../src/rpc/decode.ts";
import { encodeReply } from "../../src/rpc/encode.ts";
import type { Args } from "../../src/rpc/table.ts";
import { errandRows } from "../../src/session/errands.ts";
import type { ErrandMethod, Report } from "../../src/session/notice.ts";
import { Rig } from "./rig.ts";

const times = { StartTime: "2026-11-24T00:00:00Z", CompleteTime: "2026-11-24T00:01:00Z" };
const noFault = { FaultCode: 0, FaultString: "" };

/** The transfer of that CommandKey has ended. */
const transferred = (key: string, event: "M Download" | "M Upload" = "M Download"): Report => ({
  ref: key,
  method: "TransferComplete",
  args: { CommandKey: key, FaultStruct: noFault, ...times },
  events: [{ code: "7 TRANSFER COMPLETE" }, { code: event, commandKey: key }],
  why: "a transfer has ended",
});

const kicked: Report = {
  ref: "browser",
  method: "Kicked",
  args: { Command: "c", Referer: "r", Arg: "a", Next: "http://x/" },
  events: [{ code: "5 KICKED" }],
  why: "somebody came to the page",
};

const wanted: Report = {
  ref: "wish",
  method: "RequestDownload",
  args: { FileType: "1 Firmware Upgrade Image", FileTypeArg: [] },
  events: [{ code: "9 REQUEST DOWNLOAD" }],
  why: "a file is wanted",
};

const autonomous: Report = {
  ref: "own",
  method: "AutonomousTransferComplete",
  args: {
    AnnounceURL: "",
    TransferURL: "http://x/f",
    IsDownload: true,
    FileType: "1 Firmware Upgrade Image",
    FileSize: 1,
    TargetFileName: "",
    FaultStruct: noFault,
    ...times,
  },
  events: [{ code: "10 AUTONOMOUS TRANSFER COMPLETE" }],
  why: "a transfer has ended",
};

/** A rig whose first session has come to a good end. */
function idle(): Rig {
  const rig = new Rig();
  rig.session();
  rig.looks();
  rig.quiet();
  return rig;
}

/** Reports, and opens the session that they ask for. */
function reporting(...reports: readonly Report[]): { rig: Rig; codes: readonly string[] } {
  const rig = idle();
  for (const report of reports) rig.hears({ tell: "report", report });
  // The first report has opened the session's look already: the others are there when its Inform is made.
  const { codes } = rig.inform();
  rig.informResponse();
  return { rig, codes };
}

function sent<M extends ErrandMethod>(rig: Rig, method: M): Args<M> {
  const message = rig.post() as Extract<Message, { is: "call" }>;
  expect(message).toMatchObject({ is: "call", method });
  return message.args as Args<M>;
}

const confirms = (rig: Rig, method: ErrandMethod, args: object = {}) =>
  rig.hear(encodeReply(method, args as never, { version: "cwmp-1-1", id: "1" }));

const waiting = (rig: Rig) =>
  rig.saved.queue.events.map((e) => (e.commandKey === "" ? e.code : `${e.code}:${e.commandKey}`));

describe("events that a response confirms", () => {
  test("3.7.1.5 two transfers share one 7 TRANSFER COMPLETE: the second response discards it, each M Download is discarded by its own response", () => {
    const { rig, codes } = reporting(transferred("a"), transferred("b"));
    expect(codes).toEqual(["7 TRANSFER COMPLETE", "M Download:a", "M Download:b"]);
    expect(sent(rig, "TransferComplete").CommandKey).toBe("a");
    confirms(rig, "TransferComplete");
    expect(waiting(rig)).toEqual(["7 TRANSFER COMPLETE", "M Download:b"]);
    expect(sent(rig, "TransferComplete").CommandKey).toBe("b");
    confirms(rig, "TransferComplete");
    expect(waiting(rig)).toEqual([]);
    expect(rig.saved.errands).toEqual([]);
    rig.finish();
    rig.looks();
    rig.quiet();
  });

  test("A.3.3.2 a session that fails between two TransferComplete is retried with the remaining one only", () => {
    const { rig } = reporting(transferred("a"), transferred("b", "M Upload"));
    rig.post();
    confirms(rig, "TransferComplete");
    rig.post();
    rig.feed({ on: "failed", reason: "cut", suspect: "none" });
    rig.close();
    rig.looks();
    rig.pass(10_000);
    expect(rig.inform().codes).toEqual(["7 TRANSFER COMPLETE", "M Upload:b"]);
    rig.informResponse();
    expect(sent(rig, "TransferComplete").CommandKey).toBe("b");
    confirms(rig, "TransferComplete");
    rig.finish();
    expect(waiting(rig)).toEqual([]);
  });

  test("3.7.1.5 a transfer that ends during a session is reported by the next session, which follows at once", () => {
    const { rig } = reporting(transferred("a"));
    rig.hears({ tell: "report", report: transferred("b") });
    rig.post();
    confirms(rig, "TransferComplete");
    expect(waiting(rig)).toEqual(["7 TRANSFER COMPLETE", "M Download:b"]);
    rig.finish();
    expect(rig.inform().codes).toEqual(["7 TRANSFER COMPLETE", "M Download:b"]);
    rig.informResponse();
    expect(sent(rig, "TransferComplete").CommandKey).toBe("b");
  });

  test("3.7.1.5 a transfer that ends while the Inform is being made has its TransferComplete in the next session, whose Inform lists its M Download", () => {
    const rig = idle();
    rig.hears({ tell: "report", report: transferred("a") });
    rig.looks();
    rig.hears({ tell: "report", report: transferred("b") });
    expect(rig.inform().codes).toEqual(["7 TRANSFER COMPLETE", "M Download:a"]);
    rig.informResponse();
    expect(sent(rig, "TransferComplete").CommandKey).toBe("a");
    confirms(rig, "TransferComplete");
    expect(rig.post()).toBeUndefined();
    rig.hear(undefined);
    rig.close();
    expect(rig.inform().codes).toEqual(["7 TRANSFER COMPLETE", "M Download:b"]);
    rig.informResponse();
    expect(sent(rig, "TransferComplete").CommandKey).toBe("b");
  });

  test("3.7.1.5 an errand outlasts a power cut with its arguments; a boot discards 9 REQUEST DOWNLOAD with its errand", () => {
    const { rig } = reporting(transferred("a"), wanted);
    rig.notices = [];
    rig.boot();
    const discarded = rig.notices.filter((n) => n.tell === "discarded");
    expect(discarded).toEqual([{ tell: "discarded", ref: "wish" }]);
    expect(rig.inform().codes).toEqual(["7 TRANSFER COMPLETE", "M Download:a", "1 BOOT"]);
    rig.informResponse();
    expect(sent(rig, "TransferComplete")).toEqual(transferred("a").args);
  });

  test("3.7.1.5 0 BOOTSTRAP discards every errand with its events, and the reporters are notified", () => {
    const rig = idle();
    rig.hears({ tell: "report", report: transferred("a") });
    rig.feed({ on: "settings", settings: { ...rig.settings, url: "http://other.example/" } });
    expect(rig.notices).toContainEqual({ tell: "discarded", ref: "a" });
    expect(rig.saved.errands).toEqual([]);
    expect(rig.session().codes).toEqual(["0 BOOTSTRAP"]);
  });
});

describe("outcomes of a request", () => {
  test("A.4.2.1 the arguments of KickedResponse reach the reporter", () => {
    const { rig } = reporting(kicked);
    expect(sent(rig, "Kicked")).toEqual(kicked.args);
    confirms(rig, "Kicked", { NextURL: "http://y/" });
    expect(rig.notices.at(-1)).toEqual({
      tell: "confirmed",
      ref: "browser",
      method: "Kicked",
      reply: { NextURL: "http://y/" },
    });
    expect(waiting(rig)).toEqual([]);
  });

  test("3.7.1.6, 3.7.1.5 a refused TransferComplete is repeated on the schedule of Table 3, which does not count as a retry of a session", () => {
    const { rig } = reporting(transferred("a"));
    for (const [low, high] of [
      [5000, 10_000],
      [10_000, 20_000],
      [20_000, 40_000],
    ] as const) {
      rig.roll = 0.999;
      rig.post();
      rig.fault(8002);
      rig.took("tell");
      expect(rig.notices).toContainEqual(expect.objectContaining({ tell: "refused", ref: "a", kept: true }));
      rig.finish();
      const began = rig.time.mono;
      rig.looks();
      while (rig.deeds.length === 0 && rig.time.mono - began < high + 1000) rig.pass(1000);
      expect(rig.time.mono - began).toBeGreaterThanOrEqual(low);
      expect(rig.time.mono - began).toBeLessThanOrEqual(high + 1000);
      const inform = rig.inform();
      expect([inform.codes, inform.retryCount]).toEqual([["7 TRANSFER COMPLETE", "M Download:a"], 0]);
      rig.informResponse();
    }
    rig.post();
    confirms(rig, "TransferComplete");
    rig.finish();
    rig.looks();
    rig.pass(10_000_000);
    rig.quiet();
  });

  test.each([
    ["Kicked", kicked],
    ["RequestDownload", wanted],
  ] as const)(
    "%s that the ACS refuses is not repeated: Table 7 leaves the choice to the agent",
    (_, report) => {
      const { rig } = reporting(report);
      rig.post();
      rig.fault(8002);
      rig.took("tell");
      expect(rig.notices).toContainEqual(expect.objectContaining({ tell: "refused", kept: false }));
      rig.finish();
      expect(waiting(rig)).toEqual([]);
      rig.looks();
      rig.pass(10_000_000);
      rig.quiet();
    },
  );

  test("a request that its reporter withdraws is discarded with its event", () => {
    const rig = idle();
    rig.hears({ tell: "report", report: kicked });
    rig.hears({ tell: "withdraw", ref: "browser", events: "drop" });
    expect([waiting(rig), rig.saved.errands]).toEqual([[], []]);
    rig.hears({ tell: "withdraw", ref: "nobody", events: "drop" });
  });

  test("a request can be discarded without its event: the next Inform lists the event once, and InformResponse confirms it", () => {
    const rig = idle();
    rig.hears({ tell: "report", report: kicked });
    rig.hears({ tell: "withdraw", ref: "browser", events: "keep" });
    expect([waiting(rig), rig.saved.errands]).toEqual([["5 KICKED"], []]);
    expect(rig.inform().codes).toEqual(["5 KICKED"]);
    rig.informResponse();
    expect(waiting(rig)).toEqual([]);
    rig.finish();
    rig.looks();
    rig.pass(10_000_000);
    rig.quiet();
  });

  test("a request for an event that was left behind is confirmed by its own response", () => {
    const rig = idle();
    rig.hears({ tell: "report", report: kicked });
    rig.hears({ tell: "withdraw", ref: "browser", events: "keep" });
    rig.hears({ tell: "report", report: { ...kicked, ref: "another" } });
    expect(rig.inform().codes).toEqual(["5 KICKED"]);
    rig.informResponse();
    expect(waiting(rig)).toEqual(["5 KICKED"]);
    sent(rig, "Kicked");
    confirms(rig, "Kicked", { NextURL: "http://y/" });
    expect(waiting(rig)).toEqual([]);
  });

  test("3.7.1.1 a session of v1.0 does not carry AutonomousTransferComplete; the next session of v1.1 does", () => {
    const rig = idle();
    rig.hears({ tell: "report", report: autonomous });
    expect(rig.inform().codes).toEqual(["10 AUTONOMOUS TRANSFER COMPLETE"]);
    rig.informResponse("cwmp-1-0");
    rig.finish();
    rig.looks();
    rig.pass(10_000);
    rig.inform();
    rig.informResponse();
    expect(sent(rig, "AutonomousTransferComplete")).toEqual(autonomous.args);
  });
});

test("an errand is one row of its shelf, and only changed rows are written", () => {
  const { rig } = reporting(transferred("a"), transferred("b"));
  const [a, b] = rig.state.kept.errands;
  expect(errandRows([], [a!, b!]).map((row) => [row.shelf, row.key, row.value])).toEqual([
    ["errand", `${a!.id}`, a],
    ["errand", `${b!.id}`, b],
  ]);
  expect(errandRows([a!, b!], [b!])).toEqual([{ shelf: "errand", key: `${a!.id}`, value: null }]);
});
