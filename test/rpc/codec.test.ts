import { afterAll, describe, expect, test } from "vitest";
import { decode } from "../../src/rpc/decode.ts";
import { encodeCall, encodeReply } from "../../src/rpc/encode.ts";
import { type MethodName, methodList, methods } from "../../src/rpc/table.ts";
import { text } from "../soap/envelopes.ts";
import { validate } from "../soap/validate.ts";
import { samples } from "./samples.ts";

const names = Object.keys(methods) as MethodName[];
const versions = ["cwmp-1-0", "cwmp-1-1"] as const;
const serves = () => true;
const sent: Uint8Array[] = [];

function keep(message: Uint8Array): Uint8Array {
  sent.push(message);
  return message;
}

/** Methods that CWMP 1.0 does not have in its schema. */
const since11: readonly string[] = ["GetAllQueuedTransfers", "AutonomousTransferComplete"];

describe.each(names)("%s", (name) => {
  const { args, reply } = samples[name];
  const about = { id: "12", holdRequests: false, leniences: [] };

  test.each(versions)("A.2.2 [R-A.2.2-01] a call reads back as it was written, in %s", (version) => {
    if (version === "cwmp-1-0" && since11.includes(name)) return;
    const message = keep(encodeCall(name, args as never, { version, id: "12" }));
    expect(decode(message, { serves })).toEqual({ is: "call", method: name, args, version, ...about });
  });

  test.each(versions)(
    "3.5 [R-3.5-13] a response is named after its method and reads back as it was written, in %s",
    (version) => {
      if (version === "cwmp-1-0" && since11.includes(name)) return;
      const message = keep(encodeReply(name, reply as never, { version, id: "12" }));
      expect(text(message)).toContain(`<cwmp:${name}Response>`);
      expect(decode(message, { serves })).toEqual({
        is: "reply",
        method: name,
        args: reply,
        version,
        ...about,
      });
    },
  );

  test("A.2.2 [R-A.2.2-03] arguments are written in the order of the table, whatever the order of the values", () => {
    const order = Object.keys(methods[name].args);
    const backwards = Object.fromEntries(Object.entries(args).reverse());
    const body = text(encodeCall(name, backwards as never, { version: "cwmp-1-1", id: undefined }));
    const places = order.map((argument) => body.indexOf(`<${argument}`, body.indexOf(`<cwmp:${name}>`)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });
});

// What was sent above, in one run.
afterAll(() => validate(sent));

describe("arrays", () => {
  test("3.5 [R-3.5-12] an empty array has the count 0 and no members", () => {
    const options = { version: "cwmp-1-1", id: undefined } as const;
    const list = keep(encodeReply("GetParameterNames", { ParameterList: [] }, options));
    expect(text(list)).toContain(
      '<ParameterList soap-enc:arrayType="cwmp:ParameterInfoStruct[0]"></ParameterList>',
    );
    keep(encodeReply("GetParameterValues", { ParameterList: [] }, options));
    keep(encodeReply("GetQueuedTransfers", { TransferList: [] }, options));
    keep(encodeCall("SetParameterValues", { ParameterList: [], ParameterKey: "" }, options));
    expect(decode(list, { serves })).toMatchObject({ is: "reply", args: { ParameterList: [] } });
  });

  test("A.3.1.1 [R-A.3.1.1-07] MethodList is an array of string", () => {
    const list = methodList("CPE", serves);
    const reply = keep(encodeReply("GetRPCMethods", { MethodList: list }, { version: "cwmp-1-1", id: "1" }));
    expect(text(reply)).toContain(`<MethodList soap-enc:arrayType="xsd:string[${list.length}]"><string>`);
    for (const name of list) expect(name.length).toBeLessThanOrEqual(64);
  });
});

describe("the table", () => {
  test("A.3.1.1 the list for a CPE has the served methods of a CPE", () => {
    expect(methodList("CPE", (name) => name !== "Upload")).toEqual([
      "GetRPCMethods",
      "SetParameterValues",
      "GetParameterValues",
      "GetParameterNames",
      "SetParameterAttributes",
      "GetParameterAttributes",
      "AddObject",
      "DeleteObject",
      "Download",
      "Reboot",
      "GetQueuedTransfers",
      "ScheduleInform",
      "SetVouchers",
      "GetOptions",
      "FactoryReset",
      "GetAllQueuedTransfers",
    ]);
  });

  test("A.3.1.1 the list for an ACS has the methods of A.3.3 and A.4.2, and GetRPCMethods", () => {
    expect(methodList("ACS", serves)).toEqual([
      "GetRPCMethods",
      "Inform",
      "TransferComplete",
      "AutonomousTransferComplete",
      "Kicked",
      "RequestDownload",
    ]);
  });
});
