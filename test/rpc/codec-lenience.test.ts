import { describe, expect, test } from "vitest";
import { decode, type Message } from "../../src/rpc/decode.ts";
import { EmptyBody } from "../../src/soap/envelope.ts";
import { type Lenience, leniences } from "../../src/soap/lenience.ts";
import { bytes, envelope, idHeader } from "../soap/envelopes.ts";

const serves = () => true;

function read(text: string): Message {
  return decode(bytes(text), { serves });
}

const reboot = "<cwmp:Reboot><CommandKey>k</CommandKey></cwmp:Reboot>";
const setValue = (name: string, value: string) =>
  "<cwmp:SetParameterValues><ParameterList><ParameterValueStruct>" +
  `<Name>${name}</Name>${value}</ParameterValueStruct></ParameterList><ParameterKey/></cwmp:SetParameterValues>`;

/** What servers send, what it is read as, and the name that it is reported under. */
const cases: Record<Exclude<Lenience, "emptyBody">, [text: string, read: Record<string, unknown>]> = {
  noDeclaration: [envelope(reboot).replace(/^<\?xml[^>]*>/, ""), { method: "Reboot" }],
  spaceBeforeDeclaration: [`\r\n ${envelope(reboot)}`, { method: "Reboot" }],
  indentation: [
    envelope(`\n  <cwmp:Reboot>\n\t<CommandKey>k</CommandKey>\n  </cwmp:Reboot>\n`),
    { args: { CommandKey: "k" } },
  ],
  rawAmpersand: [
    envelope(setValue("A.URL", '<Value xsi:type="xsd:string">http://h/?a=1&b=2&amp;c=&#51;&</Value>')),
    {
      args: {
        ParameterList: [{ Name: "A.URL", Value: "http://h/?a=1&b=2&c=3&", type: "string" }],
        ParameterKey: "",
      },
    },
  ],
  undeclaredPrefix: [
    envelope(reboot, '<cwmp:ID soap:mustUnderstand="1">7</cwmp:ID>').replace(/ xmlns:\w+="[^"]*"/g, ""),
    { method: "Reboot", args: { CommandKey: "k" }, id: "7" },
  ],
  doubleColon: [
    envelope(
      "<soap::Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail>" +
        "<cwmp:Fault><FaultCode>8003</FaultCode></cwmp:Fault></detail></soap::Fault>",
    ),
    { is: "fault", code: 8003 },
  ],
  unprefixedMethod: [envelope("<Reboot><CommandKey>k</CommandKey></Reboot>"), { args: { CommandKey: "k" } }],
  colonNamespace: [
    envelope(reboot).replace("cwmp-1-1", "cwmp:1-0"),
    { version: "cwmp-1-0", method: "Reboot" },
  ],
  headerValue: [envelope(reboot, "<cwmp:HoldRequests>maybe</cwmp:HoldRequests>"), { holdRequests: false }],
  oldHeader: [
    envelope(reboot, '<cwmp:NoMoreRequests soap:mustUnderstand="1">1</cwmp:NoMoreRequests>'),
    { method: "Reboot" },
  ],
  laterHeader: [
    envelope(reboot, '<cwmp:UseCWMPVersion soap:mustUnderstand="1">1.1</cwmp:UseCWMPVersion>'),
    { method: "Reboot" },
  ],
  unknownElement: [
    envelope(setValue("A.b", '<Value xsi:type="xsd:string">1</Value><Unit>s</Unit>')),
    { args: { ParameterList: [{ Name: "A.b", Value: "1", type: "string" }], ParameterKey: "" } },
  ],
  argumentOrder: [
    envelope(
      "<cwmp:ScheduleInform><CommandKey>k</CommandKey><DelaySeconds>3</DelaySeconds></cwmp:ScheduleInform>",
    ),
    { args: { CommandKey: "k", DelaySeconds: 3 } },
  ],
  missingArgument: [envelope("<cwmp:Reboot/>"), { args: { CommandKey: "" } }],
  emptyNotification: [
    envelope(
      "<cwmp:SetParameterAttributes><ParameterList><SetParameterAttributesStruct><Name>A.</Name>" +
        "<NotificationChange>0</NotificationChange><Notification/><AccessListChange>0</AccessListChange>" +
        "<AccessList/></SetParameterAttributesStruct></ParameterList></cwmp:SetParameterAttributes>",
    ),
    { method: "SetParameterAttributes" },
  ],
  arrayCount: [
    envelope(
      '<cwmp:GetParameterValues><ParameterNames enc:arrayType="xsd:string[2]"><string>A.</string>' +
        "</ParameterNames></cwmp:GetParameterValues>",
    ),
    { args: { ParameterNames: ["A."] } },
  ],
  memberName: [
    envelope(
      "<cwmp:GetParameterValues><ParameterNames><item>A.</item></ParameterNames></cwmp:GetParameterValues>",
    ),
    { args: { ParameterNames: ["A."] } },
  ],
  untypedValue: [
    envelope(setValue("A.b", "<Value>1</Value>")),
    { args: { ParameterList: [{ Name: "A.b", Value: "1", type: "string" }], ParameterKey: "" } },
  ],
  paddedName: [
    envelope(setValue("\n   A.b\n ", '<Value xsi:type="xsd:string"> 1 </Value>')),
    { args: { ParameterList: [{ Name: "A.b", Value: " 1 ", type: "string" }], ParameterKey: "" } },
  ],
  faultString: [
    envelope(
      "<soap:Fault><faultcode>Client</faultcode><faultstring>CWMP Fault</faultstring><detail>" +
        "<cwmp:Fault><FaultCode>8003</FaultCode></cwmp:Fault></detail></soap:Fault>",
    ),
    { is: "fault", code: 8003 },
  ],
};

describe("deviations of real servers are accepted, and reported by name", () => {
  test.each(Object.entries(cases))("3.5 %s", (name, [text, expected]) => {
    const message = read(text);
    expect(message).toMatchObject(expected);
    expect(message.leniences).toEqual([name]);
    expect(leniences).toHaveProperty(name);
  });

  test("3.7.2.4 emptyBody", () => {
    for (const text of [envelope(""), envelope(" \n"), envelope("<!-- -->", idHeader)]) {
      expect(() => read(text)).toThrow(EmptyBody);
      try {
        read(text);
      } catch (error) {
        expect([...(error as EmptyBody).leniences]).toContain("emptyBody");
      }
    }
    // Of one that is cut nobody knows what would have come.
    const cut = envelope("").replace(/<\/soap:Body>[\s\S]*$/, "");
    expect(() => decode(bytes(cut), { serves, truncated: true })).not.toThrow(EmptyBody);
  });

  test("3.5 a correct message is read without any deviation", () => {
    expect(read(envelope(reboot, idHeader)).leniences).toEqual([]);
  });

  test.each(["AddObject", "DeleteObject"])("A.3.2 ParameterKey may be missing in %s", (name) => {
    const message = read(envelope(`<cwmp:${name}><ObjectName>A.1.</ObjectName></cwmp:${name}>`));
    expect(message).toMatchObject({ is: "call", args: { ObjectName: "A.1.", ParameterKey: "" } });
    expect(message.leniences).toEqual(["missingArgument"]);
  });

  /** SOAP 1.1 5.4.2: of an array's members only place and content say what they are. */
  test.each([
    [
      "SetParameterValues",
      "<ParameterList><item><Name>A.b</Name><Value xsi:type='xsd:string'>1</Value></item></ParameterList><ParameterKey/>",
      { ParameterList: [{ Name: "A.b", Value: "1", type: "string" }], ParameterKey: "" },
    ],
    [
      "SetParameterAttributes",
      "<ParameterList><SetParameterAttributeStruct><Name>A.b</Name><NotificationChange>1</NotificationChange>" +
        "<Notification>2</Notification><AccessListChange>1</AccessListChange>" +
        "<AccessList><item>Subscriber</item></AccessList></SetParameterAttributeStruct></ParameterList>",
      {
        ParameterList: [
          {
            Name: "A.b",
            NotificationChange: true,
            Notification: 2,
            AccessListChange: true,
            AccessList: ["Subscriber"],
          },
        ],
      },
    ],
    [
      "GetParameterAttributes",
      "<ParameterNames><ParameterName>A.b</ParameterName><cwmp:x>A.c</cwmp:x></ParameterNames>",
      { ParameterNames: ["A.b", "A.c"] },
    ],
    [
      "SetVouchers",
      "<VoucherList><Voucher>AQ==</Voucher></VoucherList>",
      { VoucherList: [new Uint8Array([1])] },
    ],
  ])("SOAP 1.1 5.4.2 members of arrays of %s may have any name", (name, args, expected) => {
    const message = read(envelope(`<cwmp:${name}>${args}</cwmp:${name}>`));
    expect(message).toMatchObject({ is: "call", method: name, args: expected });
    expect(message.leniences).toEqual(["memberName"]);
  });

  test("SOAP 1.1 5.4.2 members of arrays in a response may have any name", () => {
    const text = envelope(
      "<cwmp:GetRPCMethodsResponse><MethodList><item>Inform</item></MethodList></cwmp:GetRPCMethodsResponse>",
    );
    expect(read(text)).toMatchObject({
      is: "reply",
      args: { MethodList: ["Inform"] },
      leniences: ["memberName"],
    });
  });

  test("A.2.2 a member of another name that holds something else is still 9003", () => {
    for (const member of [
      "<item/>",
      "<item>A.b</item>",
      "<item><Value>1</Value></item>",
      "<string>A.b</string>",
    ]) {
      const text = `<cwmp:SetParameterValues><ParameterList>${member}</ParameterList><ParameterKey/></cwmp:SetParameterValues>`;
      expect(read(envelope(text))).toMatchObject({ is: "badCall", fault: { code: 9003 } });
    }
  });

  test("3.5 an InformResponse without MaxEnvelopes is accepted", () => {
    const message = read(envelope("<cwmp:InformResponse/>"));
    expect(message).toMatchObject({ is: "reply", args: { MaxEnvelopes: 1 }, leniences: ["missingArgument"] });
  });

  test("3.5 undeclared prefixes are accepted in arguments and attributes too", () => {
    const text = envelope(setValue("A.b", '<Value x:type="y:int">1</Value>'));
    expect(read(text)).toMatchObject({
      args: { ParameterList: [{ type: "int" }] },
      leniences: ["undeclaredPrefix"],
    });
    const qualified = envelope("<cwmp:Reboot><z:CommandKey>k</z:CommandKey></cwmp:Reboot>");
    expect(read(qualified)).toMatchObject({ args: { CommandKey: "k" }, leniences: ["undeclaredPrefix"] });
  });

  test("3.5 a raw ampersand is repaired in text only: CDATA and comments stay unchanged", () => {
    const value = '<Value xsi:type="xsd:string"><![CDATA[a&b]]><!-- & --> & &lt;<![CDATA[&amp;]]></Value>';
    expect(read(envelope(setValue("A.b", value)))).toMatchObject({
      args: { ParameterList: [{ Value: "a&b & <&amp;" }] },
      leniences: ["rawAmpersand"],
    });
  });
});
