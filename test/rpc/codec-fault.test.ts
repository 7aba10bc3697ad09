import { afterAll, describe, expect, test } from "vitest";
import { Fault, type FaultCode, faultCodes, Malformed } from "../../src/errors.ts";
import { decode } from "../../src/rpc/decode.ts";
import { encodeAcsFault, encodeFault, encodeSoapFault } from "../../src/rpc/encode.ts";
import { bytes, envelope, idHeader, text } from "../soap/envelopes.ts";
import { validate } from "../soap/validate.ts";

const serves = () => true;
const options = { version: "cwmp-1-1", id: "i 1" } as const;
const sent: Uint8Array[] = [];

function keep(message: Uint8Array): Uint8Array {
  sent.push(message);
  return message;
}

afterAll(() => validate(sent));

describe("faults of the CPE", () => {
  const codes = Object.keys(faultCodes).map((code) => Number(code) as FaultCode);
  /** Table 65 as the specification has it, apart from the table in the code. */
  const clients = [9003, 9005, 9006, 9007, 9008];

  test.each(codes)("A.5.1 [R-A.5.1-01] [R-3.5-17] %i carries the faultcode of Table 65", (code) => {
    const message = text(keep(encodeFault(new Fault(code, "why"), options)));
    const source = clients.includes(code) ? "Client" : "Server";
    expect(message).toContain(`<faultcode>${source}</faultcode>`);
  });

  test("3.5 [R-3.5-19] [R-3.5-20] [R-3.5-21] [R-3.5-22] faultstring, detail, code and text", () => {
    const message = keep(encodeFault(new Fault(9002, "disk <full> & done"), options));
    expect(text(message)).toContain(
      "<faultstring>CWMP fault</faultstring><detail><cwmp:Fault><FaultCode>9002</FaultCode>" +
        "<FaultString>disk &lt;full&gt; &amp; done</FaultString></cwmp:Fault></detail>",
    );
    expect(decode(message, { serves })).toEqual({
      is: "fault",
      code: 9002,
      text: "disk <full> & done",
      parameters: [],
      id: "i 1",
      holdRequests: false,
      version: "cwmp-1-1",
      leniences: [],
    });
  });

  test("3.5 [R-3.5-24] [R-3.5-25] [R-3.5-26] A.3.2.1 [R-A.3.2.1-24] a fault has an entry for each parameter in error", () => {
    const parameters = [
      { name: "A.Unknown", code: 9005, text: "no such parameter" },
      { name: "A.ReadOnly", code: 9008, text: "not writable" },
      { name: "A.Bad", code: 9007, text: "<5" },
    ] as const;
    const message = keep(encodeFault(new Fault(9003, undefined, parameters), options));
    expect(text(message)).toContain(
      "<FaultString>Invalid arguments</FaultString><SetParameterValuesFault>" +
        "<ParameterName>A.Unknown</ParameterName><FaultCode>9005</FaultCode>" +
        "<FaultString>no such parameter</FaultString></SetParameterValuesFault><SetParameterValuesFault>",
    );
    expect(decode(message, { serves })).toMatchObject({ code: 9003, parameters });
  });

  test("3.5 [R-3.5-34] a fault has the ID of its call, unchanged", () => {
    const call = envelope(
      "<cwmp:Nothing/>",
      '<cwmp:ID soap:mustUnderstand="1"> a &lt;b&gt; &amp; ü\t</cwmp:ID>',
    );
    const { id } = decode(bytes(call), { serves });
    const fault = keep(encodeFault(new Fault(9000), { version: "cwmp-1-1", id }));
    expect(decode(fault, { serves }).id).toBe(" a <b> & ü\t");
  });
});

describe("faults of an ACS", () => {
  const ours = (inner: string, faultString = "CWMP fault") =>
    bytes(
      envelope(
        `<soap:Fault><faultcode>Server</faultcode><faultstring>${faultString}</faultstring>` +
          `<detail>${inner}</detail></soap:Fault>`,
        idHeader,
      ),
    );
  const inner = "<cwmp:Fault><FaultCode>8005</FaultCode><FaultString>Retry</FaultString></cwmp:Fault>";

  test.each([8000, 8001, 8002, 8003, 8004, 8005, 8800, 8899])("A.5.2 %i is understood", (code) => {
    const message = keep(encodeAcsFault(code, "no", options));
    expect(text(message)).toContain(`<faultcode>${code === 8003 ? "Client" : "Server"}</faultcode>`);
    expect(decode(message, { serves })).toMatchObject({ is: "fault", code, text: "no", id: "i 1" });
  });

  test.each(["Client", "soap:Server", "Nonsense", ""])("3.5 [R-3.5-18] faultcode %j is ignored", (code) => {
    const message = text(ours(inner)).replace("<faultcode>Server", `<faultcode>${code}`);
    expect(decode(bytes(message), { serves })).toMatchObject({ is: "fault", code: 8005 });
  });

  test("3.5 FaultString may be absent, as the schema allows", () => {
    const message = ours("<cwmp:Fault><FaultCode> 8001 </FaultCode></cwmp:Fault>");
    expect(decode(message, { serves })).toMatchObject({ is: "fault", code: 8001, text: "" });
  });

  test("3.5 parameter names padded with blanks, as in the example of 3.5, are trimmed", () => {
    const one =
      "<SetParameterValuesFault><ParameterName>\n  A.b \n</ParameterName><FaultCode>9007</FaultCode>" +
      "<FaultString>bad</FaultString></SetParameterValuesFault>";
    const message = ours(`<cwmp:Fault><FaultCode>9003</FaultCode><FaultString/>${one}</cwmp:Fault>`);
    expect(decode(message, { serves })).toMatchObject({
      parameters: [{ name: "A.b", code: 9007, text: "bad" }],
    });
  });

  test.each([
    ["no detail", text(ours("")).replace("<detail></detail>", "")],
    ["an empty detail", text(ours(""))],
    ["no FaultCode", text(ours("<cwmp:Fault><FaultString>Retry</FaultString></cwmp:Fault>"))],
    ["a FaultCode that is no number", text(ours(inner.replace("8005", "again")))],
    ["another faultstring", text(ours(inner, "Internal error"))],
    [
      "an entry without its code",
      text(ours(inner.replace("</cwmp:Fault>", "<SetParameterValuesFault/></cwmp:Fault>"))),
    ],
  ])("3.5 [R-3.5-28] a fault with %s is an invalid message", (_what, message) => {
    expect(() => decode(bytes(message), { serves })).toThrow(Malformed);
  });
});

describe("faults of SOAP", () => {
  test("SOAP 1.1 4.4.1 are in the namespace of SOAP and have no detail", () => {
    const message = text(keep(encodeSoapFault("MustUnderstand", options)));
    expect(message).toContain("<faultcode>soap-env:MustUnderstand</faultcode>");
    expect(message).not.toContain("<detail>");
    keep(encodeSoapFault("VersionMismatch", { version: "cwmp-1-0", id: undefined }, "not <SOAP> 1.1"));
  });
});
