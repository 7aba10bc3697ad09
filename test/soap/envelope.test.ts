import { describe, expect, test } from "vitest";
import { Malformed } from "../../src/errors.ts";
import { decode, type Message } from "../../src/rpc/decode.ts";
import { bytes, envelope, idHeader } from "./envelopes.ts";

function read(text: string): Message {
  return decode(bytes(text), { serves: () => true });
}

const reboot = "<cwmp:Reboot><CommandKey>k</CommandKey></cwmp:Reboot>";
const informResponse = "<cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse>";
const called = { is: "call", method: "Reboot", args: { CommandKey: "k" }, leniences: [] };

describe("prefixes and versions", () => {
  const soap = "http://schemas.xmlsoap.org/soap/envelope/";

  test.each([
    [
      "unusual prefixes",
      `<_-.9:Envelope xmlns:_-.9="${soap}" xmlns:Ünü="urn:dslforum-org:cwmp-1-1"><_-.9:Body>` +
        "<Ünü:Reboot><CommandKey>k</CommandKey></Ünü:Reboot></_-.9:Body></_-.9:Envelope>",
    ],
    [
      "default namespaces",
      `<Envelope xmlns="${soap}"><Body><Reboot xmlns="urn:dslforum-org:cwmp-1-1">` +
        '<CommandKey xmlns="">k</CommandKey></Reboot></Body></Envelope>',
    ],
    [
      "prefixes that mean something else where they stand",
      `<cwmp:Envelope xmlns:cwmp="${soap}"><cwmp:Body><soap:Reboot xmlns:soap="urn:dslforum-org:cwmp-1-1">` +
        "<CommandKey>k</CommandKey></soap:Reboot></cwmp:Body></cwmp:Envelope>",
    ],
  ])("3.5 [R-3.5-06] %s", (_what, text) => {
    expect(read(`<?xml version="1.0"?>${text}`)).toMatchObject({ ...called, version: "cwmp-1-1" });
  });

  test.each(["cwmp-1-0", "cwmp-1-1", "cwmp-1-2", "cwmp-1-42", "cwmp-2-0"])(
    "3.5 [R-3.5-05] the version is extracted from the namespace: %s",
    (version) => {
      expect(read(envelope(reboot).replace("cwmp-1-1", version))).toMatchObject({ ...called, version });
    },
  );

  test("3.5 [R-3.5-05] the message's own namespace counts, not one that is declared beside it", () => {
    const own = '<c:Reboot xmlns:c="urn:dslforum-org:cwmp-1-0"><CommandKey>k</CommandKey></c:Reboot>';
    expect(read(envelope(own))).toMatchObject({ ...called, version: "cwmp-1-0" });
    const fault =
      "<soap:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail>" +
      '<c:Fault xmlns:c="urn:dslforum-org:cwmp-1-2"><FaultCode>8003</FaultCode></c:Fault></detail></soap:Fault>';
    expect(read(envelope(fault))).toMatchObject({ is: "fault", version: "cwmp-1-2" });
  });

  test("SOAP 1.1 4.1.2 a call in another envelope is VersionMismatch, with its ID", () => {
    const text = envelope(reboot, idHeader).replace(soap, "http://www.w3.org/2003/05/soap-envelope");
    expect(read(text)).toMatchObject({
      is: "soapFault",
      code: "VersionMismatch",
      id: "7",
      version: "cwmp-1-1",
    });
  });
});

describe("parts of a message that may be ignored", () => {
  test("3.5 [R-3.5-29] comments, processing instructions and unknown attributes are ignored", () => {
    const text = envelope(
      '<!-- c --><?p i?><cwmp:Reboot a="1" soap:encodingStyle="x" cwmp:b="2"><!-- c --><CommandKey' +
        ' c="3"><!-- c -->k<?p?></CommandKey></cwmp:Reboot><!-- c -->',
    );
    expect(read(text)).toMatchObject(called);
  });

  test("3.5 [R-3.5-29] unknown elements in the header and after the body are ignored", () => {
    expect(read(envelope(reboot, "<x:Trace xmlns:x='urn:x'><x:a>1</x:a></x:Trace>"))).toMatchObject({
      ...called,
      leniences: ["unknownElement"],
    });
    expect(read(envelope(reboot).replace("</soap:Envelope>", "<x/></soap:Envelope>"))).toMatchObject(called);
  });

  test("3.5 attributes are accepted in any order, with either quote", () => {
    const text =
      "<?xml version='1.0'?><s:Envelope s:encodingStyle='e' xmlns:c='urn:dslforum-org:cwmp-1-1' " +
      "xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><c:Reboot><CommandKey>k</CommandKey></c:Reboot>" +
      "</s:Body></s:Envelope>";
    expect(read(text)).toMatchObject(called);
  });
});

describe("headers", () => {
  const hold = (value: string, must = ' soap:mustUnderstand="1"') =>
    `<cwmp:HoldRequests${must}>${value}</cwmp:HoldRequests>`;

  test("3.5 [R-3.5-39] ID and HoldRequests with mustUnderstand are understood", () => {
    expect(read(envelope(reboot, idHeader + hold("1")))).toMatchObject({
      ...called,
      id: "7",
      holdRequests: true,
    });
  });

  test("3.5 ID and HoldRequests are understood without mustUnderstand too", () => {
    expect(read(envelope(reboot, hold("true", "") + idHeader.replace(/ soap:[^>]*/, "")))).toMatchObject({
      ...called,
      id: "7",
      holdRequests: true,
    });
  });

  test.each([
    ["0", false],
    ["1", true],
    ["false", false],
    ["true", true],
    [" 1\n", true],
  ])("3.5 HoldRequests %j is %s", (text, value) => {
    expect(read(envelope(informResponse, hold(text))).holdRequests).toBe(value);
  });

  test("3.5 Table 4: without the header requests are not held, and there is no ID", () => {
    expect(read(envelope(informResponse))).toMatchObject({ holdRequests: false, id: undefined });
  });

  test("3.5 an empty ID is an ID", () => {
    expect(read(envelope(reboot, '<cwmp:ID soap:mustUnderstand="1"/>')).id).toBe("");
  });

  test("SOAP 1.1 4.2.3 another header with mustUnderstand is the SOAP fault MustUnderstand", () => {
    const other = '<x:Transaction xmlns:x="urn:x" soap:mustUnderstand="1">5</x:Transaction>';
    expect(read(envelope(reboot, idHeader + other))).toMatchObject({
      is: "soapFault",
      code: "MustUnderstand",
      text: 'Header "Transaction" is not understood',
      id: "7",
      version: "cwmp-1-1",
    });
    // An ID of another namespace is another header.
    const id = '<x:ID xmlns:x="urn:x" soap:mustUnderstand="1">5</x:ID>';
    expect(read(envelope(reboot, id))).toMatchObject({
      is: "soapFault",
      code: "MustUnderstand",
      id: undefined,
    });
  });

  test("SOAP 1.1 4.2.2 a header for another actor is ignored", () => {
    const other = '<x:T xmlns:x="urn:x" soap:actor="urn:y" soap:mustUnderstand="1"/>';
    expect(read(envelope(reboot, other))).toMatchObject({ is: "call" });
    const next = other.replace("urn:y", "http://schemas.xmlsoap.org/soap/actor/next");
    expect(read(envelope(reboot, next))).toMatchObject({ is: "soapFault" });
  });

  test("3.5 a response in an envelope that SOAP forbids is malformed: no fault can answer a response", () => {
    const other = '<x:T xmlns:x="urn:x" soap:mustUnderstand="1"/>';
    expect(() => read(envelope(informResponse, other))).toThrow(Malformed);
    const mismatch = envelope(informResponse).replace(/http:\/\/schemas[^"]*envelope\//, "urn:y");
    expect(() => read(mismatch)).toThrow(Malformed);
  });
});

describe("the body", () => {
  test("3.5 [R-3.5-14] two bodies are malformed", () => {
    const two = envelope(reboot).replace("</soap:Envelope>", "<soap:Body/></soap:Envelope>");
    expect(() => read(two)).toThrow(Malformed);
  });

  test.each([
    ["no body", envelope(reboot).replace(/<soap:Body>.*<\/soap:Body>/, "")],
    ["an empty body", envelope("")],
    ["two elements in it", envelope(reboot + reboot)],
    ["text in it", envelope(`${reboot}text`)],
    ["two headers", envelope(reboot, idHeader).replace("<soap:Body>", "<soap:Header/><soap:Body>")],
    ["another root", "<a/>"],
    ["HTML", "<html><body>Not found</body></html>"],
  ])("SOAP 1.1 4 %s is malformed", (_what, text) => {
    expect(() => read(text)).toThrow(Malformed);
  });
});
