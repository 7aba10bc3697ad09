/** What is logged of a request that is refused, and what becomes of a mistake of our own. */
import { describe, expect, test } from "vitest";
import { Fault, type FaultCode, faultCodes, type ParameterFault } from "../../src/errors.ts";
import { dispatcher, type Served } from "../../src/handlers/dispatch.ts";
import type { Model } from "../../src/model/session.ts";
import { decode } from "../../src/rpc/decode.ts";
import { device, text, top } from "../model/sample.ts";

const serves = () => true;

function dispatchOf(model: Model, lasting = true, others: Served = {}) {
  const lines: string[] = [];
  const ports: Partial<Parameters<typeof dispatcher>[0]> = {
    model,
    scheduled: () => 0,
    lasting: () => lasting,
    others,
    resetObstacle: () => undefined,
    log: (level, what, fields) => lines.push(`${level} ${what} ${JSON.stringify(fields)}`),
  };
  const dispatch = dispatcher(ports as Parameters<typeof dispatcher>[0]);
  return { dispatch, lines };
}

const call = (method: string, args: unknown) =>
  ({
    is: "call",
    method,
    args,
    id: "7",
    holdRequests: false,
    version: "cwmp-1-1",
    leniences: [],
  }) as Parameters<ReturnType<typeof dispatcher>["handle"]>[0];

const failing = (error: unknown): Model => new Proxy({} as Model, { get: () => () => Promise.reject(error) });

const set = (...names: readonly string[]) =>
  call("SetParameterValues", { ParameterList: names.map((name) => text(name, "")), ParameterKey: "" });

describe("A.3.2.1 a refused SetParameterValues is logged with the reason for each parameter", () => {
  test("each reason is that of the model, without any value", async () => {
    const { dispatch, lines } = dispatchOf(device().boot().model);
    const names = [`${top}Nothing.Here`, `${top}DeviceInfo.UpTime`];
    const list = names.map((name) => text(name, "s3cret"));
    await dispatch.handle(call("SetParameterValues", { ParameterList: list, ParameterKey: "" }), "cwmp-1-1");
    expect(lines).toHaveLength(1);
    for (const [name, code] of [
      [names[0], 9005],
      [names[1], 9008],
    ] as const)
      expect(lines[0]).toMatch(new RegExp(`${name}: ${code} \\w+`));
    expect(lines[0]).not.toMatch(/s3cret/);
  });

  test("of thousands of reasons only the first are logged, with their number", async () => {
    const faults = Array.from({ length: 5000 }, (_, i): ParameterFault => {
      return { name: `A.${i}`, code: 9007, text: "The number is out of range" };
    });
    const { dispatch, lines } = dispatchOf(
      failing(new Fault(9003, "Invalid arguments: A.0 and 4999 more", faults)),
    );
    await dispatch.handle(set("A.0"), "cwmp-1-1");
    expect(lines[0]).toMatch(/A\.0: 9007 The number is out of range; A\.1: 9007/);
    expect(lines[0]).toMatch(/; 4990 more"/);
    expect(lines[0]!.length).toBeLessThan(1000);
  });
});

test("A.5.1 an unforeseen error is answered with 9002, under the ID of the call, and logged", async () => {
  for (const error of [new TypeError("x is not a function"), "a word", undefined]) {
    const { dispatch, lines } = dispatchOf(failing(error));
    const { body, effects } = await dispatch.handle(set("A.b"), "cwmp-1-1");
    expect(decode(body, { serves })).toMatchObject({ is: "fault", code: 9002, id: "7" });
    expect(effects).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/^error SetParameterValues is answered with fault 9002 /)]);
  }
});

test.each([
  ["A.4.1.1 [R-A.4.1.1-05]", "GetQueuedTransfers"],
  ["A.4.1.7 [R-A.4.1.7-10]", "GetAllQueuedTransfers"],
] as const)(
  "%s %s is answered with 9000, 9001, 9002 and no other fault, whatever it throws",
  async (_section, method) => {
    for (const code of Object.keys(faultCodes).map(Number) as FaultCode[]) {
      const others = { [method]: () => Promise.reject(new Fault(code)) };
      const { dispatch } = dispatchOf(device().boot().model, true, others);
      const { body } = await dispatch.handle(call(method, {}), "cwmp-1-1");
      expect(decode(body, { serves })).toMatchObject({ is: "fault", code: Math.min(code, 9002) });
    }
    const { dispatch } = dispatchOf(device().boot().model);
    const { body } = await dispatch.handle(call(method, {}), "cwmp-1-1");
    expect(decode(body, { serves })).toMatchObject({ is: "fault", code: 9000 });
  },
);

describe("while the state cannot be saved", () => {
  const faultIn = (body: Uint8Array) => /FaultCode>(\d+)</.exec(Buffer.from(body).toString())?.[1];
  const answer = async (method: string, args: unknown) =>
    faultIn(
      (await dispatchOf(device().boot().model, false).dispatch.handle(call(method, args), "cwmp-1-1")).body,
    );

  test.each([
    ["SetParameterValues", { ParameterList: [], ParameterKey: "" }],
    ["AddObject", { ObjectName: `${top}X.`, ParameterKey: "" }],
    ["SetParameterAttributes", { ParameterList: [] }],
    ["ScheduleInform", { DelaySeconds: 5, CommandKey: "" }],
  ])("%s, whose effect must last, is refused with 9002", async (method, args) => {
    expect(await answer(method, args)).toBe("9002");
  });

  test.each([
    ["GetRPCMethods", {}],
    ["GetParameterNames", { ParameterPath: top, NextLevel: true }],
    ["GetParameterValues", { ParameterNames: [`${top}DeviceInfo.UpTime`] }],
    ["Reboot", { CommandKey: "now" }],
  ])("%s is answered", async (method, args) => {
    expect(await answer(method, args)).toBeUndefined();
  });
});
