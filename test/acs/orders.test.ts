import { describe, expect, it } from "vitest";
import { consoleHelp, readOrder, words } from "../../src/acs/orders.ts";
import { showResult } from "../../src/acs/show.ts";
import type { Result } from "../../src/acs/state.ts";
import { tour } from "../../src/acs/tour.ts";
import { Fault, Malformed } from "../../src/errors.ts";
import { Cpe, key } from "./cpe.ts";

const root = "InternetGatewayDevice.";
const device = { root };

function tasks(line: string) {
  const order = readOrder(line, device);
  if (order.is !== "tasks") throw new Error(`${line}: ${JSON.stringify(order)}`);
  return order.tasks.map(({ method, args }) => [method, args]);
}

describe("a line typed at the ACS", () => {
  it("is split like words of a shell", () => {
    expect(words(`get  A.B 'x y' "a\\"b" c\\ d ''`)).toEqual(["get", "A.B", "x y", 'a"b', "c d", ""]);
    expect(words("")).toEqual([]);
    expect(() => words("set 'x")).toThrow(Malformed);
  });

  it("becomes requests", () => {
    expect(tasks("get A. B.C")).toEqual([["GetParameterValues", { ParameterNames: ["A.", "B.C"] }]]);
    expect(tasks("names")).toEqual([["GetParameterNames", { ParameterPath: root, NextLevel: false }]]);
    expect(tasks("names A. next")).toEqual([["GetParameterNames", { ParameterPath: "A.", NextLevel: true }]]);
    expect(tasks("names next")).toEqual([["GetParameterNames", { ParameterPath: root, NextLevel: true }]]);
    expect(tasks("add T.")).toEqual([["AddObject", { ObjectName: "T.", ParameterKey: "" }]]);
    expect(tasks("delete T.1.")).toEqual([["DeleteObject", { ObjectName: "T.1.", ParameterKey: "" }]]);
    expect(tasks("reboot")).toEqual([["Reboot", { CommandKey: "" }]]);
    expect(tasks("reboot k")).toEqual([["Reboot", { CommandKey: "k" }]]);
    expect(tasks("factory-reset")).toEqual([["FactoryReset", {}]]);
    expect(tasks("schedule 60 k")).toEqual([["ScheduleInform", { DelaySeconds: 60, CommandKey: "k" }]]);
    expect(tasks("methods")).toEqual([["GetRPCMethods", {}]]);
    expect(tasks("attributes A.")).toEqual([["GetParameterAttributes", { ParameterNames: ["A."] }]]);
    expect(tasks("notify A.B=2")).toMatchObject([
      ["SetParameterAttributes", { ParameterList: [{ Notification: 2 }] }],
    ]);
    expect(readOrder("connect", undefined)).toEqual({ is: "connect" });
    expect(readOrder("use X", undefined)).toEqual({ is: "use", device: "X" });
    expect(readOrder("  # a remark", undefined)).toEqual({ is: "nothing" });
  });

  it("A.3.2.1 sets parameters with the types that the device reported", () => {
    const cpe = new Cpe();
    cpe.inform();
    const order = readOrder("set A.B=7 A.C='x y'", device);
    if (order.is !== "tasks") throw new Error("expected tasks");
    cpe.acs.queue(key, order.tasks, cpe.now);
    cpe.empty();
    expect(cpe.heard).toMatchObject({
      method: "GetParameterValues",
      args: { ParameterNames: ["A.B", "A.C"] },
    });
    cpe.reply("GetParameterValues", { ParameterList: [{ Name: "A.B", Value: "1", type: "unsignedInt" }] });
    expect(cpe.heard).toMatchObject({
      method: "SetParameterValues",
      args: {
        ParameterList: [
          { Name: "A.B", Value: "7", type: "unsignedInt" },
          { Name: "A.C", Value: "x y", type: "string" },
        ],
      },
    });
  });

  it("is refused with a hint", () => {
    const refused = (line: string) => readOrder(line, device);
    expect(refused("gte A.")).toEqual({
      is: "wrong",
      text: 'Unknown command "gte". Did you mean get? Try: help',
    });
    expect(refused("constructor")).toMatchObject({ is: "wrong" });
    expect(refused("get")).toEqual({ is: "wrong", text: "Usage: get PATH..." });
    expect(refused("set A")).toMatchObject({ text: 'Cannot read "A": expected PATH=VALUE' });
    expect(refused("schedule 0")).toMatchObject({ is: "wrong" });
    expect(refused("notify A=3")).toMatchObject({ is: "wrong" });
    expect(refused("use")).toEqual({ is: "wrong", text: "Usage: use DEVICE" });
    expect(refused("get 'A")).toMatchObject({ is: "wrong" });
  });

  it("is described by the help, whatever its command", () => {
    for (const line of consoleHelp.split("\n").filter((text) => text.startsWith("  "))) {
      const [name = ""] = words(line);
      expect(readOrder(name, device), name).not.toMatchObject({ text: expect.stringMatching(/^Unknown/) });
      expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  it("shows each result on a line of its own", () => {
    const of = (result: Result) => showResult(result);
    const ParameterList = [{ Name: "A", Value: "b\n", type: "string" }];
    expect(of({ is: "reply", method: "GetParameterValues", args: { ParameterList } })).toEqual(["= A=b\\n"]);
    expect(of({ is: "reply", method: "AddObject", args: { InstanceNumber: 3, Status: 1 } })).toEqual([
      "= instance 3",
      "= done; it takes effect after the session (Status 1)",
    ]);
    expect(of({ is: "reply", method: "Reboot", args: {} })).toEqual(["= done"]);
    const parameters = [{ name: "A", code: 9007, text: "no" }];
    expect(of({ is: "fault", code: 9003, text: "Invalid", parameters })).toEqual([
      "= fault 9003: Invalid",
      "=   A: no (9007)",
    ]);
    expect(of({ is: "lost" })[0]).toMatch(/^= lost/);
  });
});

describe("the first session with a new device", () => {
  const username = `${root}ManagementServer.ConnectionRequestUsername`;

  function begin(...events: string[]) {
    const cpe = new Cpe({ plan: tour });
    cpe.inform(...events);
    cpe.empty();
    const agreed = () => cpe.acs.device(key)?.credentials;
    return { cpe, agreed };
  }

  it("asks for methods, names, DeviceInfo, sets credentials, asks for ManagementServer", () => {
    const { cpe, agreed } = begin("0 BOOTSTRAP", "1 BOOT");
    expect(cpe.heard).toMatchObject({ method: "GetRPCMethods" });
    cpe.reply("GetRPCMethods", { MethodList: [] });
    expect(cpe.heard).toMatchObject({
      method: "GetParameterNames",
      args: { ParameterPath: root, NextLevel: true },
    });
    cpe.reply("GetParameterNames", { ParameterList: [] });
    expect(cpe.heard).toMatchObject({ args: { ParameterNames: [`${root}DeviceInfo.`] } });
    cpe.reply("GetParameterValues", { ParameterList: [] });
    expect(cpe.heard).toMatchObject({ args: { ParameterNames: [username] } });
    cpe.reply("GetParameterValues", { ParameterList: [{ Name: username, Value: "", type: "string" }] });
    const { heard } = cpe;
    if (heard?.is !== "call" || heard.method !== "SetParameterValues") throw new Error("expected a set");
    const values = Object.fromEntries(
      heard.args.ParameterList.map((p) => [p.Name.split(".").at(-1), p.Value]),
    );
    expect(Object.keys(values)).toEqual(["ConnectionRequestUsername", "ConnectionRequestPassword"]);
    expect(agreed()).toBeUndefined();
    cpe.reply("SetParameterValues", { Status: 0 });
    const { ConnectionRequestUsername, ConnectionRequestPassword } = values;
    const credentials = { username: ConnectionRequestUsername, password: ConnectionRequestPassword };
    expect(agreed()).toEqual(credentials);
    expect(cpe.news).toContainEqual({ do: "agreed", device: key, credentials });
    expect(cpe.heard).toMatchObject({ args: { ParameterNames: [`${root}ManagementServer.`] } });
    cpe.reply("GetParameterValues", { ParameterList: [] });
    expect(cpe.heard).toBeUndefined();
  });

  it("keeps a user name that the device has, and does not regard a refused SetParameterValues as done", () => {
    const { cpe, agreed } = begin("2 PERIODIC");
    cpe.reply("GetParameterValues", { ParameterList: [{ Name: username, Value: "theirs", type: "string" }] });
    expect(cpe.heard).toMatchObject({
      args: { ParameterList: [{ Name: `${root}ManagementServer.ConnectionRequestPassword` }] },
    });
    cpe.fault(new Fault(9001));
    expect(agreed()).toBeUndefined();
  });

  it("asks nothing of a device that it has met before", () => {
    const { cpe } = begin("2 PERIODIC");
    cpe.acs.credentials(key, { username: "u", password: "p" });
    cpe.inform("2 PERIODIC");
    expect(cpe.empty()).toBe(204);
  });
});
