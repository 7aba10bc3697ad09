/** The parameter methods from arguments to response: names of arguments, and the codes that each method may use. */
import { describe, expect, test } from "vitest";
import { Fault, type FaultCode } from "../../src/errors.ts";
import * as handlers from "../../src/handlers/parameters.ts";
import type { Model } from "../../src/model/session.ts";
import { device, text, top } from "../model/sample.ts";

const table = `${top}NAT.PortMapping.`;
const attributes = { NotificationChange: true, Notification: 1, AccessListChange: false, AccessList: [] };

const calls = {
  SetParameterValues: (m: Model, name = `${top}ManagementServer.URL`) =>
    handlers.setParameterValues(m, { ParameterList: [text(name, "http://a/")], ParameterKey: "k" }),
  GetParameterValues: (m: Model, name = `${top}DeviceInfo.UpTime`) =>
    handlers.getParameterValues(m, { ParameterNames: [name] }),
  GetParameterNames: (m: Model, name = `${top}DeviceInfo.UpTime`) =>
    handlers.getParameterNames(m, { ParameterPath: name, NextLevel: false }),
  SetParameterAttributes: (m: Model, name = `${top}DeviceInfo.ModelName`) =>
    handlers.setParameterAttributes(m, { ParameterList: [{ Name: name, ...attributes }] }),
  GetParameterAttributes: (m: Model, name = `${top}DeviceInfo.ModelName`) =>
    handlers.getParameterAttributes(m, { ParameterNames: [name] }),
  AddObject: (m: Model, name = table) => handlers.addObject(m, { ObjectName: name, ParameterKey: "k" }),
  DeleteObject: (m: Model, name = `${table}1.`) =>
    handlers.deleteObject(m, { ObjectName: name, ParameterKey: "k" }),
};

describe("A.3.2 responses", () => {
  test("A.3.2 [R-A.3.2.4-07] the response of each method has its arguments and no others", async () => {
    const { model } = device().boot();
    const reply = async (method: keyof typeof calls) => (await calls[method](model)).reply;
    expect(await reply("SetParameterValues")).toEqual({ Status: 0 });
    expect(await reply("GetParameterValues")).toMatchObject({
      ParameterList: [{ Name: `${top}DeviceInfo.UpTime`, Value: "10", type: "unsignedInt" }],
    });
    expect(await reply("GetParameterNames")).toEqual({
      ParameterList: [{ Name: `${top}DeviceInfo.UpTime`, Writable: false }],
    });
    expect(await reply("SetParameterAttributes")).toEqual({});
    expect(await reply("GetParameterAttributes")).toEqual({
      ParameterList: [{ Name: `${top}DeviceInfo.ModelName`, Notification: 1, AccessList: ["Subscriber"] }],
    });
    expect(await reply("AddObject")).toEqual({ InstanceNumber: 3, Status: 1 });
    expect(await reply("DeleteObject")).toEqual({ Status: 1 });
  });
});

const every: readonly FaultCode[] = [9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008, 9009];

/** A model whose every method fails with the code. */
function failing(code: FaultCode): Model {
  const fail = () => Promise.reject(new Fault(code, "why"));
  return new Proxy({} as Model, { get: () => fail });
}

describe("A.3.2 the codes of each method", () => {
  test.each([
    ["SetParameterValues", "[R-A.3.2.1-23]", [9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008]],
    ["GetParameterValues", "[R-A.3.2.2-05]", [9001, 9002, 9003, 9004, 9005]],
    ["GetParameterNames", "[R-A.3.2.3-14]", [9001, 9002, 9003, 9005]],
    ["SetParameterAttributes", "[R-A.3.2.4-31]", [9001, 9002, 9003, 9004, 9005, 9009]],
    ["GetParameterAttributes", "[R-A.3.2.5-10]", [9001, 9002, 9003, 9004, 9005]],
    ["AddObject", "[R-A.3.2.6-33]", [9001, 9002, 9003, 9004, 9005]],
    ["DeleteObject", "[R-A.3.2.7-22]", [9001, 9002, 9003, 9005]],
  ] as const)("A.3.2 %s %s answers with the fault codes of its section only", async (method, _id, codes) => {
    for (const code of every) {
      const error = await calls[method](failing(code)).then(
        () => undefined,
        (e) => e,
      );
      expect(error).toMatchObject({
        code: (codes as readonly number[]).includes(code) ? code : 9002,
        message: "why",
      });
    }
  });

  test.each(Object.keys(calls) as (keyof typeof calls)[])(
    "A.5.1 [R-A.5.1-08] %s answers an unknown name with 9005",
    async (method) => {
      const { model } = device().boot();
      const error = await calls[method](model, `${top}Nothing.9.`).then(
        () => undefined,
        (e) => e,
      );
      expect(method === "SetParameterValues" ? error.parameters[0].code : error.code).toBe(9005);
    },
  );
});
