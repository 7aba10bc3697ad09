import { expect, test } from "vitest";
import { Fault } from "../../src/errors.ts";
import { decode } from "../../src/rpc/decode.ts";
import { encodeCall, encodeFault, encodeReply } from "../../src/rpc/encode.ts";
import { answered, posted } from "../../src/session/said.ts";

const options = { version: "cwmp-1-1", id: "7" } as const;
const names = { ParameterNames: ["InternetGatewayDevice.DeviceInfo."] };
const serves = () => true;

test("3.7.1 a message of the CPE is logged by name and section, without its content", () => {
  const value = { Name: "A.KeyPassphrase", Value: "be our guest", type: "string" };
  const reply = encodeReply("GetParameterValues", { ParameterList: [value] }, options);
  expect(posted(reply)).toEqual({
    message: "GetParameterValuesResponse",
    section: "3.7.1.2, A.3.2.2",
    bytes: reply.length,
  });
  expect(posted(encodeCall("GetRPCMethods", {}, options))).toMatchObject({
    message: "GetRPCMethods",
    section: "3.7.1.3, A.3.1.1",
  });
  expect(posted(encodeFault(new Fault(9005), options))).toMatchObject({
    message: "Fault",
    section: "3.5, A.5.1",
  });
  expect(posted(undefined)).toEqual({ message: "(empty)", section: "3.7.1.3", bytes: 0 });
});

test("3.7.2 a message of the ACS is logged by name and section, even an unknown method", () => {
  const heard = (bytes: Uint8Array) => answered(decode(bytes, { serves }), bytes.length);
  expect(heard(encodeReply("Inform", { MaxEnvelopes: 1 }, options))).toMatchObject({
    message: "InformResponse",
    section: "3.7.2.1, A.3.3.1",
  });
  expect(heard(encodeCall("GetParameterValues", names, options))).toMatchObject({
    message: "GetParameterValues",
    section: "3.7.2.3, A.3.2.2",
  });
  const unknown = new TextDecoder()
    .decode(encodeCall("GetRPCMethods", {}, options))
    .replaceAll("GetRPCMethods", "constructor");
  expect(heard(new TextEncoder().encode(unknown))).toMatchObject({
    message: "constructor",
    section: "3.7.2.3",
  });
  expect(answered(undefined, 0)).toEqual({ message: "(empty)", section: "3.7.2.4", bytes: 0 });
});
