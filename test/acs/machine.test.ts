import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Acs } from "../../src/acs/acs.ts";
import { ask, inTurn, type Result } from "../../src/acs/state.ts";
import { Fault } from "../../src/errors.ts";
import { validate } from "../soap/validate.ts";
import { Cpe, counting, inform, key, status } from "./cpe.ts";

const info = { ParameterNames: ["InternetGatewayDevice.DeviceInfo."] };
const gotInfo = {
  ParameterList: [{ Name: "InternetGatewayDevice.DeviceInfo.UpTime", Value: "1", type: "unsignedInt" }],
};
const overs = (cpe: Cpe) => cpe.news.flatMap((news) => (news.do === "over" ? [news.clean] : []));
const results = (cpe: Cpe) => cpe.news.flatMap((news) => (news.do === "settled" ? [news.result] : []));

describe("the built-in ACS: sessions", () => {
  it("3.7.2.1 answers an Inform, 3.7.2.4 answers an empty POST with an empty response, which ends the session", () => {
    const cpe = new Cpe();
    expect(cpe.inform("1 BOOT")).toBe(200);
    expect(cpe.heard).toMatchObject({ is: "reply", method: "Inform", id: "c1", args: { MaxEnvelopes: 1 } });
    expect(cpe.empty()).toBe(204);
    expect(overs(cpe)).toEqual([true]);
    expect(cpe.complaints()).toEqual([]);
    expect(cpe.acs.devices).toMatchObject([{ key, root: "InternetGatewayDevice.", sessions: 1 }]);
    validate(cpe.envelopes);
  });

  it("3.7.2.3 sends the queued requests in order; a request that follows from an answer is sent before them", () => {
    const cpe = new Cpe({
      plan: () => [
        ask(
          "GetRPCMethods",
          {},
          { after: (result) => (result.is === "reply" ? [ask("GetParameterValues", info)] : []) },
        ),
        ask("Reboot", { CommandKey: "k" }),
      ],
    });
    cpe.inform();
    cpe.empty();
    expect(cpe.heard).toMatchObject({ is: "call", method: "GetRPCMethods" });
    expect(cpe.reply("GetRPCMethods", { MethodList: ["Reboot"] })).toBe(200);
    expect(cpe.heard).toMatchObject({ is: "call", method: "GetParameterValues", args: info });
    cpe.reply("GetParameterValues", gotInfo);
    expect(cpe.heard).toMatchObject({ is: "call", method: "Reboot", args: { CommandKey: "k" } });
    expect(cpe.reply("Reboot", {})).toBe(204);
    expect(overs(cpe)).toEqual([true]);
    expect(results(cpe).map((result) => result.is)).toEqual(["reply", "reply", "reply"]);
    validate(cpe.envelopes);
  });

  it("keeps tasks for the next session, and sends a Connection Request if no session is open", () => {
    const cpe = new Cpe();
    cpe.acs.queue(key, [ask("GetRPCMethods", {})], cpe.now);
    expect(cpe.news).toEqual([]);
    cpe.inform();
    cpe.acs.queue(key, [ask("Reboot", { CommandKey: "" })], cpe.now);
    expect(cpe.news.some((news) => news.do === "ring")).toBe(false);
    cpe.empty();
    expect(cpe.reply("Reboot", {})).toBe(204);
    cpe.acs.queue(key, [ask("GetRPCMethods", {})], cpe.now);
    expect(cpe.news.at(-1)).toEqual({ do: "ring", device: key });
    cpe.inform();
    cpe.empty();
    expect(cpe.heard).toMatchObject({ method: "GetRPCMethods" });
  });

  it("3.7.2.4 regards a session as over after 30 s of silence", () => {
    const cpe = new Cpe();
    cpe.inform();
    expect(cpe.acs.busy(key, cpe.now + 29_999)).toBe(true);
    expect(cpe.acs.busy(key, cpe.now + 30_000)).toBe(false);
    cpe.acs.queue(key, [ask("GetRPCMethods", {})], cpe.now + 30_000);
    expect(cpe.news.at(-1)).toEqual({ do: "ring", device: key });
  });

  it("keeps the sessions of several devices apart", () => {
    const acs = new Acs({ chance: counting() });
    const one = new Cpe({}, "cwmp-1-1", acs);
    const other = new Cpe({}, "cwmp-1-1", acs);
    one.inform();
    other.call("Inform", inform(["1 BOOT"], "S2"));
    expect(one.cookie).not.toBe(other.cookie);
    acs.queue("0011AA-Gateway-S2", [ask("GetRPCMethods", {})], one.now);
    expect([one.empty(), other.empty()]).toEqual([204, 200]);
    expect(acs.devices.map((device) => device.key)).toEqual([key, "0011AA-Gateway-S2"]);
  });

  it("3.7.1.6 continues the session after a fault of the CPE", () => {
    const cpe = new Cpe({
      plan: () => [ask("AddObject", { ObjectName: "X.", ParameterKey: "" }), ask("GetRPCMethods", {})],
    });
    cpe.inform();
    cpe.empty();
    expect(cpe.fault(new Fault(9005, "No X."))).toBe(200);
    expect(cpe.heard).toMatchObject({ method: "GetRPCMethods" });
    expect(results(cpe)).toEqual([{ is: "fault", code: 9005, text: "No X.", parameters: [] }]);
  });

  it("3.7.2.1 answers a CPE of CWMP v1.0 in v1.0", () => {
    const cpe = new Cpe({ plan: () => [ask("GetRPCMethods", {})] }, "cwmp-1-0");
    cpe.inform();
    expect(cpe.heard?.version).toBe("cwmp-1-0");
    cpe.empty();
    expect(cpe.heard?.version).toBe("cwmp-1-0");
    validate(cpe.envelopes);
  });

  it("3.7.2.2 holds requests if its script orders it, and releases them before the session ends", () => {
    const cpe = new Cpe({ plan: () => [ask("GetRPCMethods", {}, { hold: true })] });
    cpe.inform();
    cpe.empty();
    expect(cpe.heard).toMatchObject({ holdRequests: true });
    cpe.reply("GetRPCMethods", { MethodList: [] });
    expect(overs(cpe)).toEqual([true]);

    const held = new Cpe({ script: inTurn({ do: "hold" }) });
    held.inform();
    expect(held.heard).toMatchObject({ holdRequests: true });
    expect(held.empty()).toBe(204);
    expect(overs(held)).toEqual([]);
    held.call("GetRPCMethods", {}, "c2");
    expect(held.heard).toMatchObject({ is: "reply", method: "GetRPCMethods", id: "c2" });
    expect(held.empty()).toBe(204);
    expect(overs(held)).toEqual([true]);
    validate([...cpe.envelopes, ...held.envelopes]);
  });

  it("A.3.3, A.4.2 answers the methods that a CPE may call, any other method with 8000, wrong arguments with 8003", () => {
    const cpe = new Cpe();
    cpe.inform();
    cpe.call("GetRPCMethods", {});
    expect(cpe.heard).toMatchObject({
      args: { MethodList: expect.arrayContaining(["Inform", "TransferComplete", "Kicked"]) },
    });
    const times = { StartTime: "2026-01-31T12:00:00Z", CompleteTime: "2026-01-31T12:00:00Z" };
    cpe.call("TransferComplete", {
      CommandKey: "",
      FaultStruct: { FaultCode: 0, FaultString: "" },
      ...times,
    });
    expect(cpe.heard).toMatchObject({ is: "reply", method: "TransferComplete" });
    cpe.call("Kicked", { Command: "c", Referer: "r", Arg: "a", Next: "http://x/" });
    expect(cpe.heard).toMatchObject({ args: { NextURL: "http://x/" } });
    cpe.call("RequestDownload", { FileType: "1 Firmware Upgrade Image", FileTypeArg: [] });
    expect(cpe.heard).toMatchObject({ is: "reply", method: "RequestDownload" });
    cpe.call("Reboot", { CommandKey: "" }, "c9");
    expect(cpe.heard).toMatchObject({ is: "fault", code: 8000, id: "c9" });
    cpe.call("Kicked", { Command: "c".repeat(33), Referer: "r", Arg: "a", Next: "" });
    expect(cpe.heard).toMatchObject({ is: "fault", code: 8003 });
    expect(cpe.complaints()).toEqual([]);
    validate(cpe.envelopes);
  });
});

describe("the built-in ACS: breaches by a CPE (3.7.2.4: 400, and the session has ended)", () => {
  const lost: Result = { is: "lost" };

  it("a message without a session, or with the cookie of an ended session", () => {
    const cpe = new Cpe();
    expect(cpe.empty()).toBe(400);
    cpe.inform();
    const { cookie } = cpe;
    cpe.cookie = undefined;
    expect(cpe.empty()).toBe(400);
    cpe.cookie = cookie;
    expect(cpe.empty()).toBe(204);
    expect(cpe.empty()).toBe(400);
    expect(cpe.complaints()).toHaveLength(3);
  });

  it("an empty POST or a request in place of the response that is due", () => {
    for (const wrong of [(cpe: Cpe) => cpe.empty(), (cpe: Cpe) => cpe.call("GetRPCMethods", {})]) {
      const cpe = new Cpe({ plan: () => [ask("GetRPCMethods", {})] });
      cpe.inform();
      cpe.empty();
      expect(wrong(cpe)).toBe(400);
      expect(overs(cpe)).toEqual([false]);
      expect(results(cpe)).toEqual([lost]);
    }
  });

  it("a response with another ID, of another method, or without a request", () => {
    const asked = () => {
      const cpe = new Cpe({ plan: () => [ask("GetRPCMethods", {})] });
      cpe.inform();
      cpe.empty();
      return cpe;
    };
    expect(asked().reply("GetRPCMethods", { MethodList: [] }, "other")).toBe(400);
    expect(asked().reply("Reboot", {})).toBe(400);
    const cpe = new Cpe();
    cpe.inform();
    expect(cpe.reply("Reboot", {})).toBe(400);
  });

  it("3.7.1.3 a request while requests are held or after an empty POST", () => {
    const held = new Cpe({ script: inTurn({ do: "hold" }) });
    held.inform();
    expect(held.call("GetRPCMethods", {})).toBe(400);
    const silent = new Cpe({ plan: () => [ask("GetRPCMethods", {})] });
    silent.inform();
    silent.empty();
    expect(silent.reply("GetRPCMethods", { MethodList: [] })).toBe(204);
    expect(silent.call("GetRPCMethods", {})).toBe(400);
  });

  it("3.7 a second Inform: the first session has failed, and its unsent requests stay queued", () => {
    const cpe = new Cpe();
    cpe.inform();
    cpe.acs.queue(key, [ask("GetRPCMethods", {}), ask("Reboot", { CommandKey: "" })], cpe.now);
    cpe.empty();
    cpe.inform();
    expect(cpe.complaints()).toEqual(["3.7: a second Inform in one session"]);
    expect(results(cpe)).toEqual([lost]);
    expect(overs(cpe)).toEqual([false]);
    cpe.empty();
    expect(cpe.heard).toMatchObject({ method: "Reboot" });
  });

  it("a breach of 3.4.1 is reported and does not end the session", () => {
    const cpe = new Cpe();
    cpe.inform();
    expect(
      status(
        cpe.post(new Uint8Array(0), [
          ["SOAPAction", ""],
          ["Content-Type", "text/xml"],
        ]),
      ),
    ).toBe(204);
    expect(cpe.complaints()).toEqual([
      "3.4.1: an empty POST has no Content-Type",
      "3.4.1: an empty POST has no SOAPAction",
    ]);
  });

  it("any bytes that are not an envelope", () => {
    const samples = [
      "<",
      "<html>no</html>",
      "\0",
      "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>",
      "<a>".repeat(100_000),
    ];
    for (const text of samples) {
      const cpe = new Cpe();
      cpe.inform();
      expect(status(cpe.post(new TextEncoder().encode(text)))).toBe(400);
      expect(overs(cpe)).toEqual([false]);
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.string(), (body, cookie) => {
        const cpe = new Cpe();
        cpe.cookie = cookie;
        expect(status(cpe.post(body))).toBe(400);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the built-in ACS: scripts", () => {
  it("sends a scripted HTTP response unchanged, and the session stays as it was", () => {
    const headers = [["Location", "http://other/"]] as const;
    const cpe = new Cpe({
      script: inTurn(undefined, { do: "answer", status: 302, headers }, { do: "answer", status: 503 }),
    });
    cpe.inform();
    const redirect = cpe.post(new Uint8Array(0));
    expect(redirect).toMatchObject({
      response: {
        status: 302,
        headers: [
          ["Location", "http://other/"],
          ["Content-Length", "0"],
        ],
      },
    });
    expect(cpe.empty()).toBe(503);
    expect(cpe.empty()).toBe(204);
    expect(overs(cpe)).toEqual([true]);
  });

  it("A.5.2 answers with 8005, then accepts the same Inform again", () => {
    const cpe = new Cpe({ script: inTurn({ do: "fault", code: 8005 }) });
    cpe.inform();
    expect(cpe.heard).toMatchObject({ is: "fault", code: 8005, id: "c1" });
    expect(cpe.cookie).toBeUndefined();
    cpe.inform();
    expect(cpe.heard).toMatchObject({ is: "reply", method: "Inform" });
    expect(cpe.acs.devices).toMatchObject([{ sessions: 1 }]);
    validate(cpe.envelopes);
  });

  it("drops, truncates and delays responses, and closes connections", () => {
    const cpe = new Cpe({
      script: inTurn({ do: "drop" }, { do: "cut", bytes: 7 }, { do: "delay", ms: 5 }, { do: "close" }),
    });
    const empty = new Uint8Array(0);
    expect(cpe.post(empty)).toEqual({ do: "drop" });
    expect(cpe.inform()).toBe(200);
    cpe.cookie = undefined;
    expect(cpe.post(empty)).toMatchObject({ delayMs: 5, close: false });
    expect(cpe.post(empty)).toMatchObject({ close: true });
  });

  it("sees each message, its place in the session, and its sender", () => {
    const seen: unknown[] = [];
    const cpe = new Cpe({
      plan: () => [ask("GetRPCMethods", {})],
      script: (s) => {
        seen.push([s.request, s.inSession, s.device, s.what]);
        return undefined;
      },
    });
    cpe.inform();
    cpe.empty();
    cpe.fault(new Fault(9002));
    expect(seen).toEqual([
      [0, 0, key, "Inform"],
      [1, 1, key, ""],
      [2, 2, key, "Fault"],
    ]);
  });

  it("is a pure machine: the same requests have the same answers", () => {
    const run = () => {
      const cpe = new Cpe({ plan: () => [ask("GetParameterValues", info)] });
      cpe.inform("0 BOOTSTRAP");
      cpe.empty();
      cpe.reply("GetParameterValues", gotInfo);
      return JSON.stringify(cpe.news.concat(cpe.envelopes as never));
    };
    expect(run()).toBe(run());
  });
});
