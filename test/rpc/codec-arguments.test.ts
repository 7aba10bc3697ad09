import { describe, expect, test } from "vitest";
import { Fault, Malformed } from "../../src/errors.ts";
import { decode, type Message } from "../../src/rpc/decode.ts";
import { soapLimits } from "../../src/soap/limits.ts";
import { bytes, envelope, idHeader } from "../soap/envelopes.ts";

const serves = () => true;

function read(body: string, header = ""): Message {
  return decode(bytes(envelope(body, header)), { serves });
}

function argsOf(body: string): unknown {
  const message = read(body);
  if (message.is !== "call") throw new Error(`not a call: ${JSON.stringify(message)}`);
  return message.args;
}

/** @returns the code of the fault that is owed */
function faultOf(body: string): number {
  const message = read(body);
  if (message.is !== "badCall") throw new Error(`not a bad call: ${JSON.stringify(message)}`);
  return message.fault.code;
}

const scheduleInform = (delay: string) =>
  `<cwmp:ScheduleInform><DelaySeconds>${delay}</DelaySeconds><CommandKey/></cwmp:ScheduleInform>`;
const getNames = (next: string) =>
  `<cwmp:GetParameterNames><ParameterPath>A.</ParameterPath><NextLevel>${next}</NextLevel></cwmp:GetParameterNames>`;
const setValues = (entries: string, key = "<ParameterKey>k</ParameterKey>") =>
  `<cwmp:SetParameterValues><ParameterList>${entries}</ParameterList>${key}</cwmp:SetParameterValues>`;
const entry = (name: string, value: string) =>
  `<ParameterValueStruct><Name>${name}</Name>${value}</ParameterValueStruct>`;

describe("the number of arguments", () => {
  test("A.2.2 a missing argument is answered with 9003", () => {
    expect(faultOf(setValues("", ""))).toBe(9003);
    expect(faultOf("<cwmp:GetParameterValues/>")).toBe(9003);
    expect(faultOf(setValues(entry("A.b", "")))).toBe(9003);
  });

  test("A.2.2 an extra argument is 9003, and so is a repeated one", () => {
    const key = "<ParameterKey>k</ParameterKey>";
    expect(faultOf(setValues("", `${key}<More/>`))).toBe(9003);
    expect(faultOf(setValues("", `${key}${key}`))).toBe(9003);
    // Not what every object inherits either.
    expect(faultOf(setValues("", `${key}<toString/>`))).toBe(9003);
    expect(faultOf(setValues("", `${key}<__proto__/>`))).toBe(9003);
  });

  test.each([
    ["A.3.1.1 [R-A.3.1.1-09]", "GetRPCMethods"],
    ["A.4.1.1", "GetQueuedTransfers"],
    ["A.4.1.7", "GetAllQueuedTransfers"],
  ])("%s an extra argument of %s is 9001: its section has no 9003", (_section, name) => {
    expect(faultOf(`<cwmp:${name}><More/></cwmp:${name}>`)).toBe(9001);
  });

  test("A.3.1.1 [R-A.3.1.1-06] GetRPCMethods without arguments is read in both forms of an empty element", () => {
    expect(read("<cwmp:GetRPCMethods></cwmp:GetRPCMethods>")).toMatchObject({ is: "call", args: {} });
    expect(read("<cwmp:GetRPCMethods/>")).toMatchObject({ is: "call", args: {} });
  });

  test("A.2.2 text beside the arguments is 9003", () => {
    expect(faultOf("<cwmp:FactoryReset>now</cwmp:FactoryReset>")).toBe(9003);
    expect(faultOf(setValues(`x${entry("A.b", "<Value>1</Value>")}`))).toBe(9003);
  });

  test("3.5 an entry of an array that lacks a member of its type is 9003, whatever its name", () => {
    expect(faultOf(setValues("<item/>"))).toBe(9003);
  });
});

describe("methods", () => {
  test("3.5 [R-3.5-30] an unknown method is 9000, and the answer has the ID", () => {
    const message = read("<cwmp:NoSuchMethod><a/></cwmp:NoSuchMethod>", idHeader);
    expect(message).toMatchObject({ is: "badCall", method: "NoSuchMethod", id: "7", version: "cwmp-1-1" });
    expect(message.is === "badCall" && message.fault).toEqual(
      new Fault(9000, 'Method "NoSuchMethod" is not supported'),
    );
    expect(faultOf("<cwmp:constructor/>")).toBe(9000);
  });

  test("A.4.1 [R-A.4.1-01] a method of the standard that the agent does not serve is 9000, whatever its arguments", () => {
    const upload = bytes(envelope("<cwmp:Upload/>"));
    expect(decode(upload, { serves: (name) => name !== "Upload" })).toMatchObject({
      is: "badCall",
      fault: { code: 9000 },
    });
  });

  test("3.5 a method of a foreign namespace is 9000", () => {
    expect(faultOf('<x:GetRPCMethods xmlns:x="urn:other"/>')).toBe(9000);
  });

  test("3.5 an unknown response is not read as a call", () => {
    expect(() => read("<cwmp:NoSuchMethodResponse/>")).toThrow(Malformed);
  });
});

describe("types", () => {
  test.each([
    ["0", false],
    ["1", true],
    ["false", false],
    ["true", true],
    [" true\n", true],
  ])("A.2.1 [R-A.2.1-05] boolean %j is %s", (text, value) => {
    expect(argsOf(getNames(text))).toEqual({ ParameterPath: "A.", NextLevel: value });
  });

  test.each(["", "2", "yes", "TRUE", "1 1"])("A.2.1 boolean %j is 9003", (text) => {
    expect(faultOf(getNames(text))).toBe(9003);
  });

  test("A.2.1 unsignedInt is accepted up to 4294967295", () => {
    expect(argsOf(scheduleInform("4294967295"))).toEqual({ DelaySeconds: 4_294_967_295, CommandKey: "" });
    expect(argsOf(scheduleInform(" +07 "))).toEqual({ DelaySeconds: 7, CommandKey: "" });
  });

  test.each(["4294967296", "-1", "", "1.5", "1e3", "0x10", "one", "9".repeat(40)])(
    "A.2.1 unsignedInt %j is 9003",
    (text) => {
      expect(faultOf(scheduleInform(text))).toBe(9003);
    },
  );

  test("A.4.1.2 [R-A.4.1.2-02] DelaySeconds 0 is 9003", () => {
    expect(faultOf(scheduleInform("0"))).toBe(9003);
  });

  test.each(["AddObject", "DeleteObject"])("A.2.1 ObjectName of %s has 256 characters at most", (method) => {
    const object = (length: number) =>
      `<cwmp:${method}><ObjectName>${"A".repeat(length - 1)}.</ObjectName><ParameterKey/></cwmp:${method}>`;
    expect(argsOf(object(256))).toMatchObject({ ObjectName: `${"A".repeat(255)}.` });
    expect(faultOf(object(257))).toBe(9003);
  });

  test.each([
    ["GetParameterNames", "ParameterPath", "<NextLevel>0</NextLevel>"],
    ["GetParameterValues", "ParameterNames", ""],
    ["GetParameterAttributes", "ParameterNames", ""],
  ])("A.2.1 a name in %s has 256 characters at most", (method, argument, rest) => {
    const call = (length: number) => {
      const name = "A".repeat(length);
      const inner = argument === "ParameterNames" ? `<string>${name}</string>` : name;
      return `<cwmp:${method}><${argument}>${inner}</${argument}>${rest}</cwmp:${method}>`;
    };
    expect(read(call(256))).toMatchObject({ is: "call" });
    expect(faultOf(call(257))).toBe(9003);
  });

  test("A.2.1 [R-A.2.1-02] a string above its maximum is 9003; characters count, not UTF-16 units", () => {
    const key = (text: string) => setValues("", `<ParameterKey>${text}</ParameterKey>`);
    expect(argsOf(key("k".repeat(32)))).toMatchObject({ ParameterKey: "k".repeat(32) });
    expect(faultOf(key("k".repeat(33)))).toBe(9003);
    expect(argsOf(key("😀".repeat(32)))).toMatchObject({ ParameterKey: "😀".repeat(32) });
    expect(faultOf(key("😀".repeat(33)))).toBe(9003);
    expect(faultOf(setValues(entry(`A.${"b".repeat(255)}`, "<Value/>")))).toBe(9003);
  });

  test.each([
    ["xsd:string", "string"],
    ["xsd:int", "int"],
    ["xsd:unsignedInt", "unsignedInt"],
    ["xsd:boolean", "boolean"],
    ["xsd:dateTime", "dateTime"],
    ["enc:base64", "base64"],
    ["xsd:base64Binary", "base64Binary"],
    ["xsd:decimal", "decimal"],
  ])("A.2.1 [R-A.2.1-13] a Value of type %s is read with its type", (type, local) => {
    expect(argsOf(setValues(entry("A.b", `<Value xsi:type="${type}">1</Value>`)))).toEqual({
      ParameterList: [{ Name: "A.b", Value: "1", type: local }],
      ParameterKey: "k",
    });
  });

  test("3.5 [R-3.5-09] optional type attributes change nothing", () => {
    const body =
      '<cwmp:SetParameterValues><ParameterList xsi:type="cwmp:ParameterValueList" enc:arrayType="cwmp:ParameterValueStruct[1]">' +
      '<ParameterValueStruct xsi:type="cwmp:ParameterValueStruct"><Name xsi:type="xsd:string">A.b</Name>' +
      '<Value xsi:type="xsd:string">v</Value></ParameterValueStruct></ParameterList>' +
      '<ParameterKey xsi:type="cwmp:ParameterKeyType">k</ParameterKey></cwmp:SetParameterValues>';
    const message = read(body);
    expect(message).toMatchObject({ is: "call", leniences: [] });
    expect(argsOf(body)).toEqual({
      ParameterList: [{ Name: "A.b", Value: "v", type: "string" }],
      ParameterKey: "k",
    });
  });

  test("A.2.1 base64 is decoded, white space in it ignored, any other text 9003", () => {
    const vouchers = (text: string) =>
      `<cwmp:SetVouchers><VoucherList><base64>${text}</base64></VoucherList></cwmp:SetVouchers>`;
    expect(argsOf(vouchers("AAEC\n /w=="))).toEqual({ VoucherList: [new Uint8Array([0, 1, 2, 255])] });
    for (const bad of ["A", "A===", "AAEC/w=", "****", "A=AA", "=AAA"])
      expect(faultOf(vouchers(bad))).toBe(9003);
  });

  test("A.3.2.3 an empty element, xsi:nil and no text are all the empty string", () => {
    const get = (path: string) =>
      argsOf(`<cwmp:GetParameterNames>${path}<NextLevel>0</NextLevel></cwmp:GetParameterNames>`);
    const expected = { ParameterPath: "", NextLevel: false };
    expect(get("<ParameterPath/>")).toEqual(expected);
    expect(get("<ParameterPath></ParameterPath>")).toEqual(expected);
    expect(get('<ParameterPath xsi:nil="true"/>')).toEqual(expected);
  });

  test("A.2.1 an argument that holds elements instead of text is 9003", () => {
    expect(faultOf(scheduleInform("<b>1</b>"))).toBe(9003);
  });
});

describe("SetParameterAttributes", () => {
  const attributes = (change: string, notification: string) =>
    "<cwmp:SetParameterAttributes><ParameterList><SetParameterAttributesStruct><Name>A.</Name>" +
    `<NotificationChange>${change}</NotificationChange><Notification>${notification}</Notification>` +
    "<AccessListChange>1</AccessListChange><AccessList><string>Subscriber</string></AccessList>" +
    "</SetParameterAttributesStruct></ParameterList></cwmp:SetParameterAttributes>";

  test("A.3.2.4 Notification is checked if NotificationChange is true", () => {
    expect(argsOf(attributes("1", "2"))).toMatchObject({ ParameterList: [{ Notification: 2 }] });
    expect(faultOf(attributes("1", "3"))).toBe(9003);
    expect(faultOf(attributes("1", ""))).toBe(9003);
  });

  test("A.3.2.4 Notification is not checked if NotificationChange is false", () => {
    expect(argsOf(attributes("0", "3"))).toEqual({
      ParameterList: [
        {
          Name: "A.",
          NotificationChange: false,
          Notification: 0,
          AccessListChange: true,
          AccessList: ["Subscriber"],
        },
      ],
    });
  });
});

describe("size", () => {
  test("3.5 [R-3.5-15] an envelope of 32768 bytes is accepted", () => {
    const name = `InternetGatewayDevice.${"x".repeat(100)}.`;
    const get = (count: number) =>
      envelope(
        `<cwmp:GetParameterValues><ParameterNames>${`<string>${name}</string>`.repeat(count)}` +
          "</ParameterNames></cwmp:GetParameterValues>",
      );
    const count = Math.ceil(32_768 / (name.length + 17));
    expect(bytes(get(count)).length).toBeGreaterThan(32_768);
    expect(decode(bytes(get(count)), { serves })).toMatchObject({ is: "call" });
  });

  test("A.2.1 [R-A.2.1-14] an array with too many members is 9004", () => {
    const entries = "<string/>".repeat(soapLimits.elementsMax);
    const body = `<cwmp:GetParameterValues><ParameterNames>${entries}</ParameterNames></cwmp:GetParameterValues>`;
    expect(faultOf(body)).toBe(9004);
  });

  test("A.2.1 an array beyond the length that its table gives is 9004", () => {
    const args = "<FileType>2 Web Content</FileType>";
    const more = "<ArgStruct><Name>n</Name><Value>v</Value></ArgStruct>".repeat(17);
    const body = `<cwmp:RequestDownload>${args}<FileTypeArg>${more}</FileTypeArg></cwmp:RequestDownload>`;
    // An ACS answers it; its table has 8003 and 8004 but RequestDownload only the former.
    expect(faultOf(body)).toBe(9001);
    const event = "<EventStruct><EventCode>M Reboot</EventCode><CommandKey/></EventStruct>".repeat(65);
    const inform =
      "<cwmp:Inform><DeviceId><Manufacturer/><OUI/><ProductClass/><SerialNumber/></DeviceId>" +
      `<Event>${event}</Event><MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2024-01-01T00:00:00Z</CurrentTime>` +
      "<RetryCount>0</RetryCount><ParameterList/></cwmp:Inform>";
    expect(faultOf(inform)).toBe(9004);
  });

  test("3.5 a text that is too long is 9004", () => {
    expect(
      faultOf(setValues(entry("A.b", `<Value>${"v".repeat(soapLimits.textCharsMax + 1)}</Value>`))),
    ).toBe(9004);
  });

  test("3.5 the head of an oversized envelope is a call with 9004 and its ID, if it holds both", () => {
    const whole = bytes(envelope(setValues(entry("A.ä", "<Value>1</Value>").repeat(50)), idHeader));
    for (let cut = whole.length - 1; cut > 900; cut -= 7) {
      const message = decode(whole.subarray(0, cut), { serves, truncated: true });
      expect(message).toMatchObject({
        is: "badCall",
        method: "SetParameterValues",
        id: "7",
        fault: { code: 9004 },
      });
    }
  });

  test("3.5 the head of an oversized envelope without a method, or of a response, is malformed", () => {
    const start = envelope("", idHeader).split("</soap:Body>", 1)[0] ?? "";
    for (const head of [start, `${start}<cwmp:InformResponse>`, "", "<", `${start}<soap:Fault><detail>`]) {
      expect(() => decode(bytes(head), { serves, truncated: true })).toThrow(Malformed);
    }
  });
});

describe("responses", () => {
  test.each(["1", "5", "", "many"])(
    "A.3.3.1 [R-A.3.3.1-27] MaxEnvelopes %j of an InformResponse is ignored",
    (text) => {
      const body = `<cwmp:InformResponse><MaxEnvelopes>${text}</MaxEnvelopes></cwmp:InformResponse>`;
      expect(read(body)).toMatchObject({ is: "reply", method: "Inform", args: { MaxEnvelopes: 1 } });
    },
  );

  test("A.3.3.2 TransferCompleteResponse has no arguments", () => {
    expect(read("<cwmp:TransferCompleteResponse/>")).toMatchObject({ is: "reply", args: {} });
  });

  test("3.5 a response without a required argument is malformed, and never a fault", () => {
    expect(() => read("<cwmp:KickedResponse/>")).toThrow(Malformed);
    expect(() =>
      read("<cwmp:SetParameterValuesResponse><Status>2</Status></cwmp:SetParameterValuesResponse>"),
    ).toThrow(Malformed);
  });

  test("A.3.1.1 a GetRPCMethodsResponse may list unknown methods", () => {
    const list = "<MethodList><string>Inform</string><string>Make Coffee</string></MethodList>";
    expect(read(`<cwmp:GetRPCMethodsResponse>${list}</cwmp:GetRPCMethodsResponse>`)).toMatchObject({
      args: { MethodList: ["Inform", "Make Coffee"] },
    });
  });
});
