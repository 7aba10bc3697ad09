/** One session from the outside: what goes out, in answer to what. Table 6, 3.7.1.1 to 3.7.1.6. */
import { describe, expect, test } from "vitest";
import { decode } from "../../src/rpc/decode.ts";
import { encodeAcsFault, encodeReply } from "../../src/rpc/encode.ts";
import { nextWake } from "../../src/session/agent.ts";
import * as events from "../../src/session/events.ts";
import { sessionLimits } from "../../src/session/limits.ts";
import {
  type OwnRequest,
  openSession,
  type SessionDeed,
  type SessionState,
  step,
} from "../../src/session/session.ts";
import type { CwmpVersion } from "../../src/soap/names.ts";
import { Rig, settings } from "./rig.ts";

const reply = (rig: Rig, text = "done") =>
  rig.feed({ on: "handled", body: new TextEncoder().encode(text), effects: [] });

const unknownCall = (version: CwmpVersion) => {
  const call = encodeReply("GetRPCMethods", { MethodList: [] }, { version, id: "q" });
  const text = new TextDecoder().decode(call).replaceAll("GetRPCMethodsResponse", "NoSuchMethod");
  return new TextEncoder().encode(text);
};

const opened = (hold = false): Rig => {
  const rig = new Rig();
  rig.inform();
  rig.informResponse("cwmp-1-1", hold);
  return rig;
};

/** In an open session the ACS has asked for a reboot, and has been answered. */
const askedToReboot = (): Rig => {
  const rig = opened();
  rig.post();
  rig.call("GetRPCMethods", {});
  rig.took("handle");
  rig.feed({ on: "handled", body: new Uint8Array(), effects: [{ is: "reboot", commandKey: "k" }] });
  rig.took("post");
  return rig;
};

/** The session has ended well, and the device is told to go down. */
const goingDown = (): Rig => {
  const rig = askedToReboot();
  rig.hear(undefined);
  rig.close();
  rig.took("reboot");
  return rig;
};

/** The session has failed for this reason, and nothing more was sent. */
const failedWith = (rig: Rig, reason: RegExp) => {
  expect(rig.close()).toMatch(reason);
  rig.looks();
  rig.quiet();
  expect(rig.state.kept.retryCount).toBe(1);
};

describe("3.7.1.1 session initiation", () => {
  test("[R-3.7-01] [R-3.5-33] [R-A.3.3.1-01] the first POST is the Inform, with an ID of its own", () => {
    const rig = new Rig();
    const { codes, body } = rig.inform();
    expect(codes).toContain("1 BOOT");
    expect(new TextDecoder().decode(body)).toMatch(/<cwmp:ID soap-env:mustUnderstand="1">\w+<\/cwmp:ID>/);
    rig.quiet();
  });

  test.each([
    ["nothing", (rig: Rig) => rig.hear(undefined)],
    ["a request", (rig: Rig) => rig.call("GetRPCMethods", {})],
    [
      "another response",
      (rig: Rig) => rig.hear(encodeReply("TransferComplete", {}, { version: "cwmp-1-1", id: "1" })),
    ],
  ])("[R-3.7.1.1-01] an Inform that is answered by %s has opened no session", (_what, answer) => {
    const rig = new Rig();
    rig.inform();
    answer(rig);
    failedWith(rig, /Inform/);
  });

  test("[R-3.7.1.1-02] [R-3.5-04] the first Inform is v1.1; a v1.0 InformResponse makes the rest of the session v1.0", () => {
    const rig = new Rig();
    expect(rig.inform().version).toBe("cwmp-1-1");
    rig.informResponse("cwmp-1-0");
    rig.post();
    rig.call("GetRPCMethods", {});
    expect(rig.took("handle").version).toBe("cwmp-1-0");
    reply(rig);
    rig.took("post");
    rig.hear(unknownCall("cwmp-1-0"));
    expect(rig.post()).toMatchObject({ is: "fault", code: 9000, version: "cwmp-1-0" });
    const bare = new Bare([own(1)]);
    bare.post();
    bare.hear(encodeReply("Inform", { MaxEnvelopes: 1 }, { version: "cwmp-1-0", id: "1" }));
    const { body } = bare.deeds[1] as Extract<SessionDeed, { do: "post" }>;
    expect(decode(body!, { serves: () => true })).toMatchObject({ is: "call", version: "cwmp-1-0" });
  });

  test("[R-3.7.1.1-03] an ACS of a later version is spoken to in v1.1", () => {
    const rig = new Rig();
    rig.inform();
    const response = encodeReply("Inform", { MaxEnvelopes: 1 }, { version: "cwmp-1-1", id: "1" });
    const later = new TextDecoder().decode(response).replaceAll("cwmp-1-1", "cwmp-1-2");
    rig.hear(new TextEncoder().encode(later));
    rig.post();
    rig.call("GetRPCMethods", {});
    expect(rig.took("handle").version).toBe("cwmp-1-1");
  });
});

describe("an ACS that supports v1.0 only", () => {
  const refused = (rig: Rig, how: "fault" | "http" | "empty") => {
    if (how === "fault") rig.fault(8000);
    else if (how === "empty") rig.hear(undefined);
    else rig.feed({ on: "failed", reason: "HTTP status 500", suspect: "version" });
    rig.close();
    rig.looks();
    rig.pass(10_000_000);
  };

  test.each(["fault", "http", "empty"] as const)(
    "[R-3.2.1.1-03] [R-3.7.2.1-01] after %s to a v1.1 Inform the next Inform is v1.0",
    (how) => {
      const rig = new Rig();
      rig.inform();
      refused(rig, how);
      const inform = rig.inform();
      expect(inform.version).toBe("cwmp-1-0");
      expect(new TextDecoder().decode(inform.body)).toContain('"urn:dslforum-org:cwmp-1-0"');
    },
  );

  // A.3.3.1 gives 8003 a meaning of its own: no 0 BOOTSTRAP has been seen from this CPE yet.
  test("[R-3.2.1.1-03] [R-3.7.2.1-02] 8003 suggests v1.0 only if the Inform had 0 BOOTSTRAP, or the fault came in v1.0", () => {
    const next = (rig: Rig, version: "cwmp-1-0" | "cwmp-1-1") => {
      rig.hear(encodeAcsFault(8003, "?", { version, id: "1" }));
      rig.close();
      rig.looks();
      rig.pass(10_000_000);
      return rig.inform().version;
    };
    const first = new Rig();
    expect(first.inform().codes).toContain("0 BOOTSTRAP");
    expect(next(first, "cwmp-1-1")).toBe("cwmp-1-0");
    for (const [said, then] of [
      ["cwmp-1-1", "cwmp-1-1"],
      ["cwmp-1-0", "cwmp-1-0"],
    ] as const) {
      const rig = opened();
      rig.finish();
      rig.boot();
      expect(rig.inform()).toMatchObject({ version: "cwmp-1-1", codes: ["1 BOOT"] });
      expect(next(rig, said)).toBe(then);
    }
  });

  test("[R-3.7.2.1-01] a v1.0 Inform omits events that v1.1 introduced, and these stay queued", () => {
    const rig = new Rig();
    rig.inform();
    const { kept } = rig.state;
    const queue = events.occur(kept.queue, "10 AUTONOMOUS TRANSFER COMPLETE");
    rig.state = { ...rig.state, kept: { ...kept, queue } };
    refused(rig, "http");
    expect(rig.inform().codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
    expect(rig.state.kept.queue.events.at(-1)?.code).toBe("10 AUTONOMOUS TRANSFER COMPLETE");
    refused(rig, "http");
    expect(rig.inform()).toMatchObject({
      version: "cwmp-1-1",
      codes: ["0 BOOTSTRAP", "1 BOOT", "10 AUTONOMOUS TRANSFER COMPLETE"],
    });
  });

  test("[R-3.7.2.1-02] each of the three reactions of Table 8 leads to a v1.0 session or another attempt", () => {
    for (const how of ["fault", "http"] as const) {
      const rig = new Rig();
      rig.inform();
      refused(rig, how);
      expect(rig.inform().version).toBe("cwmp-1-0");
      rig.informResponse("cwmp-1-0");
      rig.finish();
      expect(rig.state.kept.retryCount).toBe(0);
    }
    const rig = new Rig();
    rig.inform();
    rig.informResponse("cwmp-1-0");
    rig.finish();
    expect(rig.state.kept.retryCount).toBe(0);
  });

  test("an ACS that has used v1.1 gets v1.1 again after one v1.0 session; for another ACS nothing is known", () => {
    const next = (rig: Rig) => {
      rig.feed({ on: "asked" });
      return rig.inform().version;
    };
    const rig = new Rig();
    rig.session();
    expect(next(rig)).toBe("cwmp-1-1");
    refused(rig, "http");
    expect(rig.inform().version).toBe("cwmp-1-0");
    rig.informResponse("cwmp-1-0");
    rig.finish();
    rig.looks();
    expect(next(rig)).toBe("cwmp-1-1");
    rig.informResponse();
    rig.finish();

    rig.feed({ on: "settings", settings: { ...settings, url: "http://other.example/" } });
    expect(rig.inform().version).toBe("cwmp-1-1");
    refused(rig, "http");
    rig.inform();
    rig.informResponse("cwmp-1-0");
    rig.finish();
    rig.looks();
    expect(next(rig)).toBe("cwmp-1-0");
  });

  test("an Inform refused in v1.0 too is retried in v1.1; a broken connection does not suggest a version problem", () => {
    const rig = new Rig();
    rig.inform();
    refused(rig, "http");
    rig.inform();
    refused(rig, "http");
    expect(rig.failure("the line broke").version).toBe("cwmp-1-1");
    rig.pass(10_000_000);
    expect(rig.inform().version).toBe("cwmp-1-1");
  });
});

test("3.1 [R-3.1-12] the source of the first ACS URL is kept, whatever sets the URL later", () => {
  const rig = new Rig({ ...settings, urlSource: "command line" });
  expect(rig.saved.discovery).toBeUndefined();
  rig.session();
  expect(rig.saved.discovery).toBe("command line");
  rig.boot("device", { ...settings, url: "http://other.example/" });
  rig.session();
  expect(rig.saved.discovery).toBe("command line");
});

describe("3.7.1.2 incoming requests", () => {
  test("[R-3.7.1.2-01] [R-3.7.1.4-12] [R-3.7.1.3-09] each request is answered in the very next POST, with or without HoldRequests", () => {
    const rig = opened();
    expect(rig.post()).toBeUndefined();
    for (const hold of [false, true, false]) {
      rig.call("GetRPCMethods", {}, hold);
      expect(rig.took("handle").call.method).toBe("GetRPCMethods");
      rig.quiet();
      reply(rig);
      expect(rig.took("post").kind).toBe("reply");
      rig.quiet();
    }
  });

  test("[R-3.5-30] an unknown method is answered with 9000, and the session continues", () => {
    const rig = opened();
    rig.post();
    rig.hear(unknownCall("cwmp-1-1"));
    const fault = rig.post();
    expect(fault).toMatchObject({ is: "fault", code: 9000, id: "q" });
    rig.hear(undefined);
    expect(rig.close()).toBeUndefined();
  });

  test("a server that never stops sending requests is cut off after a bounded number", () => {
    const rig = opened();
    rig.post();
    const { phase } = rig.state;
    if (phase.is !== "session") throw new Error("no session");
    rig.state = {
      ...rig.state,
      phase: { ...phase, session: { ...phase.session, calls: sessionLimits.callsMax } },
    };
    rig.call("GetRPCMethods", {});
    failedWith(rig, /more than/);
  });

  test("an endless session is aborted at its time limit", () => {
    const rig = opened();
    rig.post();
    rig.pass(sessionLimits.sessionMsMax);
    failedWith(rig, /longer than/);
  });
});

/** The session machine alone, with requests of its own, which only later methods will have. */
class Bare {
  state: SessionState;
  deeds: SessionDeed[];
  constructor(pending: readonly OwnRequest[]) {
    const opening = openSession(inform, "cwmp-1-1", pending);
    this.state = opening.state;
    this.deeds = [...opening.deeds];
  }
  hear(bytes: Uint8Array | undefined, hold = false): void {
    const message = bytes && decode(bytes, { serves: () => true });
    const event = message
      ? ({ on: "message", message: { ...message, holdRequests: hold } } as const)
      : ({ on: "empty" } as const);
    this.take(step(this.state, event));
  }
  handled(): void {
    this.take(step(this.state, { on: "handled", body: new Uint8Array([1]) }));
  }
  private take({ state, deeds }: { state: SessionState; deeds: readonly SessionDeed[] }): void {
    this.state = state;
    this.deeds.push(...deeds);
  }
  /** What the next POST carries: a method's name, "reply", "empty". */
  post(): string {
    const deed = this.deeds.shift();
    if (deed?.do !== "post") return deed?.do ?? "nothing";
    if (deed.kind !== "call") return deed.kind;
    const message = decode(deed.body!, { serves: () => true });
    return message.is === "call" ? message.method : message.is;
  }
}

const inform = {
  DeviceId: { Manufacturer: "E", OUI: "0017A4", ProductClass: "", SerialNumber: "1" },
  Event: [],
  MaxEnvelopes: 1,
  CurrentTime: "2026-11-24T00:00:00Z",
  RetryCount: 0,
  ParameterList: [],
};
const own = (reference: number): OwnRequest => ({ method: "GetRPCMethods", args: {}, reference });
const v1 = { version: "cwmp-1-1", id: "1" } as const;
const informResponse = encodeReply("Inform", { MaxEnvelopes: 5 }, v1);
const ownResponse = encodeReply("GetRPCMethods", { MethodList: ["Inform", "NoSuchMethod"] }, v1);
const acsCall = encodeReply("GetRPCMethods", { MethodList: [] }, v1);

describe("3.7.1.3 Table 6, with requests of our own", () => {
  const call = () => {
    const text = new TextDecoder()
      .decode(acsCall)
      .replaceAll(
        /<cwmp:GetRPCMethodsResponse>.*<\/cwmp:GetRPCMethodsResponse>/g,
        "<cwmp:Reboot><CommandKey/></cwmp:Reboot>",
      );
    return new TextEncoder().encode(text);
  };

  test("[R-3.7.1.3-06] [R-A.3.3.1-27] without HoldRequests a request of ours is sent first, then the empty POST", () => {
    const bare = new Bare([own(1)]);
    expect(bare.post()).toBe("Inform");
    bare.hear(informResponse);
    expect([bare.post(), bare.post()]).toEqual(["confirm", "GetRPCMethods"]);
    bare.hear(ownResponse);
    expect([bare.post(), bare.post()]).toEqual(["confirm", "empty"]);
    bare.hear(undefined);
    expect(bare.deeds).toEqual([{ do: "end", reason: undefined, suspect: "none" }]);
  });

  test("[R-3.7.1.3-08] [R-3.5-36] with HoldRequests an empty POST is sent instead, and the request once the ACS releases it", () => {
    const bare = new Bare([own(1)]);
    bare.post();
    bare.hear(informResponse, true);
    expect([bare.post(), bare.post()]).toEqual(["confirm", "empty"]);
    bare.hear(call(), false);
    expect(bare.post()).toBe("handle");
    bare.handled();
    expect(bare.post()).toBe("reply");
    bare.hear(undefined);
    expect(bare.post()).toBe("GetRPCMethods");
  });

  test("[R-3.7.1.3-01] an envelope without the header ends the hold of the previous envelope", () => {
    const bare = new Bare([own(1), own(2)]);
    bare.post();
    bare.hear(informResponse);
    expect([bare.post(), bare.post()]).toEqual(["confirm", "GetRPCMethods"]);
    // 8005 is the one answer under hold that another POST of ours follows at once (3.7.1.6).
    bare.hear(encodeAcsFault(8005, "again", v1), true);
    expect(bare.post()).toBe("GetRPCMethods");
    bare.hear(ownResponse);
    expect([bare.post(), bare.post()]).toEqual(["confirm", "GetRPCMethods"]);
    expect(bare.state.sent?.request.reference).toBe(2);
  });

  test("[R-3.7.1.3-02] an empty answer ends the hold", () => {
    const bare = new Bare([own(1)]);
    bare.post();
    bare.hear(informResponse, true);
    bare.deeds = [];
    bare.hear(undefined);
    expect(bare.post()).toBe("GetRPCMethods");
  });

  test.each([false, true])(
    "[R-3.7.1.3-05] [R-3.7.1.3-07] a request of the ACS is answered before ours is sent, HoldRequests %s",
    (hold) => {
      const bare = new Bare([own(1)]);
      bare.post();
      bare.hear(informResponse, true);
      bare.deeds = [];
      bare.hear(call(), hold);
      expect(bare.post()).toBe("handle");
      bare.handled();
      expect(bare.post()).toBe("reply");
    },
  );

  test("[R-3.7.1.3-03] [R-3.7.1.3-04] after an empty POST without HoldRequests no request of ours is sent in this session", () => {
    const bare = new Bare([]);
    bare.post();
    bare.hear(informResponse);
    expect([bare.post(), bare.post()]).toEqual(["confirm", "empty"]);
    bare.state = { ...bare.state, pending: [own(7)] };
    bare.hear(call());
    bare.post();
    bare.handled();
    expect(bare.post()).toBe("reply");
    bare.hear(undefined);
    expect(bare.post()).toBe("end");
    // What is left is what a later session begins with.
    const later = new Bare(bare.state.pending);
    expect(later.post()).toBe("Inform");
    later.hear(informResponse);
    expect([later.post(), later.post()]).toEqual(["confirm", "GetRPCMethods"]);
    expect(later.state.sent?.request.reference).toBe(7);
  });
});

describe("3.7.1.4 session termination", () => {
  test("[R-3.7.1.4-01] [R-3.7.1.3-10] without a request an empty POST is sent; an empty response to it ends the session, without a further POST", () => {
    const rig = opened();
    expect(rig.post()).toBeUndefined();
    rig.hear(undefined);
    expect(rig.close()).toBeUndefined();
    rig.looks();
    rig.quiet();
  });

  test("[R-3.7.1.4-02] the ACS may send further requests after the empty POST", () => {
    const rig = opened();
    rig.post();
    for (let i = 0; i < 3; i++) {
      rig.call("GetRPCMethods", {});
      rig.took("handle");
      reply(rig);
      rig.took("post");
    }
    rig.hear(undefined);
    expect(rig.close()).toBeUndefined();
  });

  test("[R-3.7.1.4-03] [R-3.7.1.3-10] under HoldRequests an empty POST is sent too, but another one follows it", () => {
    const rig = opened(true);
    expect(rig.post()).toBeUndefined();
    rig.hear(undefined);
    expect(rig.post()).toBeUndefined();
    rig.hear(undefined);
    expect(rig.close()).toBeUndefined();
  });

  test("[R-3.7.1.4-04] a POST whose response is lost is not repeated in the session", () => {
    const rig = opened();
    rig.post();
    rig.feed({ on: "failed", reason: "no answer", suspect: "none" });
    failedWith(rig, /no answer/);
  });

  test("[R-3.7.1.4-05] [R-A.3.3.1-38] an Inform answered with a fault other than 8005 fails the session", () => {
    for (const code of [8001, 8002, 8003, 8004, 8800]) {
      const rig = new Rig();
      rig.inform();
      rig.fault(code);
      failedWith(rig, new RegExp(String(code)));
    }
  });

  test("[R-3.7.1.4-09] a response or a fault without a request fails the session", () => {
    for (const bytes of [ownResponse, encodeAcsFault(8002, "?", v1)]) {
      const rig = opened();
      rig.post();
      rig.hear(bytes);
      failedWith(rig, /to no request/);
    }
  });

  test("[R-3.7.1.4-13] [R-A.5.2-01] [R-3.7.1.6-03] a fault to any other method does not end the session, and the method is not repeated", () => {
    for (const code of [8000, 8001, 8002, 8003, 8004, 8800, 8899]) {
      const bare = new Bare([own(1), own(2)]);
      bare.post();
      bare.hear(informResponse);
      bare.deeds = [];
      bare.state = { ...bare.state };
      bare.hear(encodeAcsFault(code, "no", v1));
      expect(bare.deeds[0]).toMatchObject({ do: "refused", request: { reference: 1 }, code });
      bare.deeds.shift();
      expect(bare.post()).toBe("GetRPCMethods");
      expect(bare.state.sent?.request.reference).toBe(2);
    }
    // 8005 alone asks for the same once more.
    const again = new Bare([own(1), own(2)]);
    again.post();
    again.hear(informResponse);
    again.deeds = [];
    again.hear(encodeAcsFault(8005, "no", v1));
    expect(again.post()).toBe("GetRPCMethods");
    expect(again.state.sent?.request.reference).toBe(1);
  });

  test("[R-3.7.1.4-14] [R-A.3.2.9-02] [R-A.3.2.9-01] a reboot waits for a clean end; after a failed session it waits for the next one", () => {
    const rig = askedToReboot();
    rig.call("GetRPCMethods", {});
    rig.took("handle");
    reply(rig);
    rig.took("post");
    rig.feed({ on: "failed", reason: "cut", suspect: "none" });
    rig.close();
    rig.looks();
    rig.quiet();
    rig.pass(10_000_000);
    rig.session();
    rig.took("reboot");
    rig.quiet();
  });

  test("[R-A.4.1.6-02] a factory reset waits for a clean end; after a failed session it waits for the next one", () => {
    const ordered = (): Rig => {
      const rig = opened();
      rig.post();
      rig.call("GetRPCMethods", {});
      rig.took("handle");
      rig.feed({ on: "handled", body: new Uint8Array(), effects: [{ is: "factoryReset" }] });
      rig.took("post");
      rig.quiet();
      return rig;
    };
    const rig = ordered();
    rig.hear(undefined);
    rig.close();
    rig.took("factoryReset");
    const cut = ordered();
    cut.feed({ on: "failed", reason: "cut", suspect: "none" });
    cut.close();
    cut.looks();
    cut.quiet();
    cut.pass(10_000_000);
    cut.session();
    cut.took("factoryReset");
    cut.quiet();
  });

  test("A.4.1.6 [R-A.4.1.6-01] a promised factory reset outlasts a power cut during the session; a factory reset that has begun is not repeated", () => {
    const rig = opened();
    rig.post();
    rig.call("FactoryReset", {});
    rig.took("handle");
    rig.feed({ on: "handled", body: new Uint8Array(), effects: [{ is: "factoryReset" }] });
    rig.took("post");
    rig.boot();
    rig.session();
    rig.took("factoryReset");
    rig.boot();
    rig.session();
    rig.looks();
    rig.quiet();
  });
});

describe("interruptions of a session", () => {
  test("A.3.3.1 [R-A.3.3.1-13] a session during which the agent died has failed: RetryCount counts it, and it is retried at once", () => {
    const rig = opened();
    rig.post();
    rig.boot("process");
    const inform = rig.inform();
    expect([inform.codes, inform.retryCount]).toEqual([[], 1]);
    const off = opened();
    off.boot();
    expect(off.inform().retryCount).toBe(1);
  });

  test("a device that should reboot and does not stays managed, and reboots after the next session", () => {
    const rig = goingDown();
    rig.pass(sessionLimits.downMsMax);
    rig.looks();
    rig.feed({ on: "connectionRequest" });
    rig.session();
    rig.took("reboot");
  });

  test.each([
    ["refuses to", (rig: Rig) => rig.feed({ on: "stayed", reason: "refused" })],
    ["does not", (rig: Rig) => rig.pass(sessionLimits.downMsMax)],
  ] as const)("an agent disabled while the device is to reboot, and %s, stays disabled", (_, stays) => {
    const rig = goingDown();
    rig.feed({ on: "settings", settings: { ...rig.settings, enabled: false } });
    stays(rig);
    rig.feed({ on: "connectionRequest" });
    rig.looks();
    rig.quiet();
    expect(rig.state.phase.is).toBe("stopped");
    rig.feed({ on: "settings", settings: rig.settings });
    rig.session();
    rig.took("reboot");
  });

  test("disabling and enabling the agent starts no session on a device that is going down", () => {
    const rig = goingDown();
    for (const enabled of [false, true]) rig.feed({ on: "settings", settings: { ...rig.settings, enabled } });
    rig.feed({ on: "connectionRequest" });
    rig.quiet();
    rig.feed({ on: "stayed", reason: "refused" });
    rig.inform();
    // Nor is a session in progress given up for another one.
    rig.feed({ on: "stayed", reason: "refused" });
    rig.quiet();
    expect(rig.state.phase.is).toBe("session");
  });

  test("memory is given back before the first session, and half a minute after a session", () => {
    const rig = new Rig();
    rig.session();
    expect(rig.rests).toBe(1);
    rig.looks();
    // Right after a session the next one may follow at once.
    expect(rig.rests).toBe(1);
    rig.pass(30_000);
    expect(rig.rests).toBe(2);
    rig.pass(30_000);
    expect(rig.rests).toBe(3);
    rig.feed({ on: "asked" });
    rig.inform();
    rig.informResponse();
    rig.finish();
    expect(rig.rests).toBe(3);
  });

  test("a file written during a look causes one more look", () => {
    const rig = new Rig();
    rig.session();
    rig.took("look");
    rig.feed({ on: "touched" });
    rig.quiet();
    // Until the look is back nothing can be done about it, and a wake would be followed by another at once.
    expect(nextWake(rig.state)).toBeUndefined();
    rig.feed({ on: "changed", active: [], passive: [], writes: [] });
    rig.took("look");
    rig.feed({ on: "changed", active: [], passive: [], writes: [] });
    rig.quiet();
  });
});

describe("3.7.1.6 fault 8005: retry request", () => {
  test("[R-3.7.1.6-02] an Inform answered with 8005 is sent again unchanged, in the same session", () => {
    const rig = new Rig();
    const { body } = rig.inform();
    for (let i = 0; i < sessionLimits.resendsMax; i++) {
      rig.fault(8005);
      expect(rig.took("post").body).toEqual(body);
    }
    rig.informResponse();
    rig.finish();
    expect(rig.state.kept.retryCount).toBe(0);
  });

  test("[R-3.7.1.6-01] any other request answered with 8005 is sent again unchanged", () => {
    const bare = new Bare([own(1)]);
    bare.post();
    bare.hear(informResponse);
    const first = bare.deeds[1];
    bare.deeds = [];
    bare.hear(encodeAcsFault(8005, "again", v1));
    expect(bare.deeds).toEqual([first]);
  });

  test("endless 8005 fails the session", () => {
    const rig = new Rig();
    rig.inform();
    for (let i = 0; i <= sessionLimits.resendsMax; i++) {
      rig.fault(8005);
      if (i < sessionLimits.resendsMax) rig.took("post");
    }
    failedWith(rig, /8005/);
  });
});

describe("one session at a time", () => {
  test("[R-3.7-02] [R-3.7-04] [R-3.2.2-19] events during a session wait for its end", () => {
    const rig = opened();
    rig.feed({ on: "connectionRequest" });
    rig.feed({ on: "asked" });
    rig.feed({ on: "touched" });
    rig.feed({ on: "woke" });
    rig.post();
    rig.quiet();
    rig.hear(undefined);
    expect(rig.close()).toBeUndefined();
    expect(rig.session().codes).toEqual(["6 CONNECTION REQUEST", "2 PERIODIC"]);
    rig.looks();
    rig.quiet();
  });

  test("3.2.2 [R-3.2.2-18] Connection Requests before the session has started cause no further session", () => {
    const rig = new Rig();
    rig.session();
    rig.looks();
    rig.feed({ on: "connectionRequest" });
    rig.feed({ on: "connectionRequest" });
    rig.inform();
    rig.feed({ on: "connectionRequest" });
    rig.informResponse();
    rig.finish();
    rig.looks();
    rig.quiet();
  });

  test("3.2.2 [R-3.2.2-20] [R-3.2.2-22] Connection Requests during a session cause exactly one more session, after the changes have taken effect", () => {
    const rig = opened();
    rig.feed({ on: "connectionRequest" });
    rig.post();
    rig.feed({ on: "connectionRequest" });
    rig.hear(undefined);
    rig.took("close");
    rig.quiet();
    rig.feed({ on: "closed" });
    expect(rig.session().codes).toEqual(["6 CONNECTION REQUEST"]);
    rig.looks();
    rig.quiet();
  });

  test.each([
    ["a Connection Request", { on: "connectionRequest" }, "6 CONNECTION REQUEST"],
    ["somebody at the device", { on: "asked" }, "2 PERIODIC"],
  ] as const)(
    "3.2.2 [R-3.2.2-22] a request by %s while a session is being closed starts a session right after it",
    (_what, event, code) => {
      for (const failure of [undefined, "cut"]) {
        const rig = opened();
        rig.post();
        if (failure === undefined) rig.hear(undefined);
        else rig.feed({ on: "failed", reason: failure, suspect: "none" });
        rig.took("close");
        rig.feed(event);
        rig.quiet();
        rig.feed({ on: "closed" });
        expect(rig.inform().codes).toEqual([code]);
      }
    },
  );

  test.each([
    ["being prepared", 1, 0],
    ["being established", 0, 2],
  ])(
    "3.2.2 [R-3.2.2-23] Connection Requests while a session for another reason is %s cause exactly one more session",
    (_when, before, after) => {
      const rig = new Rig();
      rig.looks();
      for (let i = 0; i < before; i++) rig.feed({ on: "connectionRequest" });
      expect(rig.inform().codes).toEqual(["0 BOOTSTRAP", "1 BOOT"]);
      for (let i = 0; i < after; i++) rig.feed({ on: "connectionRequest" });
      rig.quiet();
      rig.informResponse();
      rig.finish();
      expect(rig.session().codes).toEqual(["6 CONNECTION REQUEST"]);
      rig.looks();
      rig.quiet();
    },
  );

  test("3.2.2 [R-3.2.2-16] [R-3.2.1-06] a Connection Request outside a session opens one at once", () => {
    const rig = new Rig();
    rig.session();
    rig.looks();
    const before = rig.time.mono;
    rig.feed({ on: "connectionRequest" });
    expect(rig.inform().codes).toEqual(["6 CONNECTION REQUEST"]);
    expect(rig.time.mono - before).toBeLessThan(30_000);
  });
});
