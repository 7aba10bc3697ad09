import { describe, expect, test } from "vitest";
import { decode } from "../../src/rpc/decode.ts";
import { encodeCall, encodeReply } from "../../src/rpc/encode.ts";
import { escapeText, keepWritten, toBytes, valueHead, valueRest } from "../../src/soap/writer.ts";
import { samples } from "../rpc/samples.ts";
import { text } from "./envelopes.ts";
import { validate } from "./validate.ts";

const options = { version: "cwmp-1-1", id: undefined } as const;

describe("the envelope", () => {
  test("3.5 [R-3.5-01] [R-3.5-02] [R-3.5-14] [R-3.5-31] an envelope has its namespaces and one Body, byte for byte", () => {
    expect(text(encodeReply("Reboot", {}, { version: "cwmp-1-1", id: "a&b" }))).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"' +
        ' xmlns:soap-enc="http://schemas.xmlsoap.org/soap/encoding/"' +
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"' +
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
        ' xmlns:cwmp="urn:dslforum-org:cwmp-1-1">' +
        '<soap-env:Header><cwmp:ID soap-env:mustUnderstand="1">a&amp;b</cwmp:ID></soap-env:Header>' +
        "<soap-env:Body><cwmp:RebootResponse></cwmp:RebootResponse></soap-env:Body></soap-env:Envelope>\n",
    );
  });

  test.each(["cwmp-1-0", "cwmp-1-1"] as const)(
    "3.5 [R-3.5-03] elements have the namespace of the version: %s",
    (version) => {
      const inform = text(encodeCall("Inform", samples.Inform.args, { version, id: "1" }));
      expect(inform).toContain(`xmlns:cwmp="urn:dslforum-org:${version}"`);
      expect(inform).toContain("<cwmp:Inform>");
    },
  );

  test("3.5 [R-3.5-33] [R-3.5-35] an ID has mustUnderstand; without an ID there is no header", () => {
    expect(text(encodeCall("Inform", samples.Inform.args, { version: "cwmp-1-1", id: "1" }))).toContain(
      '<cwmp:ID soap-env:mustUnderstand="1">1</cwmp:ID>',
    );
    expect(text(encodeCall("Inform", samples.Inform.args, options))).not.toContain("Header");
  });

  test("3.5 [R-3.5-34] any ID is returned in the response unchanged", () => {
    for (const id of ["", " ", "abc DEF", "<&>\"'", "ü\n\t\r😀", "null"]) {
      const call = encodeCall("FactoryReset", {}, { version: "cwmp-1-1", id });
      const asked = decode(call, { serves: () => true }).id;
      const reply = encodeReply("FactoryReset", {}, { version: "cwmp-1-1", id: asked });
      expect(decode(reply, { serves: () => true }).id).toBe(id);
    }
  });

  test("3.5 Table 4: HoldRequests of an ACS has mustUnderstand", () => {
    const held = { ...options, holdRequests: true };
    const message = encodeReply("Inform", { MaxEnvelopes: 1 }, held);
    validate([message]);
    expect(text(message)).toContain('<cwmp:HoldRequests soap-env:mustUnderstand="1">1</cwmp:HoldRequests>');
    expect(decode(message, { serves: () => true }).holdRequests).toBe(true);
  });
});

describe("arguments", () => {
  const inform = text(encodeCall("Inform", samples.Inform.args, options));

  test("3.5 [R-3.5-07] each Value has its actual type", () => {
    for (const { Value, type } of samples.Inform.args.ParameterList) {
      const prefix = type === "base64" ? "soap-enc" : "xsd";
      expect(inform).toContain(`<Value xsi:type="${prefix}:${type}">${escapeText(Value)}</Value>`);
    }
  });

  test("3.5 [R-3.5-08] no element but Value has a type", () => {
    expect(inform.match(/xsi:type=/g)?.length).toBe(samples.Inform.args.ParameterList.length);
  });

  test("3.5 [R-3.5-10] [R-3.5-11] [R-3.5-12] arrays are named after the argument, their members after the type", () => {
    expect(inform).toContain(
      '<Event soap-enc:arrayType="cwmp:EventStruct[2]"><EventStruct><EventCode>1 BOOT</EventCode>',
    );
    expect(inform).toContain(
      '<ParameterList soap-enc:arrayType="cwmp:ParameterValueStruct[8]"><ParameterValueStruct>',
    );
    const names = text(encodeCall("GetParameterValues", samples.GetParameterValues.args, options));
    expect(names).toContain('<ParameterNames soap-enc:arrayType="xsd:string[2]"><string>');
    const vouchers = text(encodeCall("SetVouchers", samples.SetVouchers.args, options));
    expect(vouchers).toContain(
      '<VoucherList soap-enc:arrayType="soap-enc:base64[2]"><base64>AAEC/w==</base64>',
    );
  });

  test("3.5 [R-3.5-32] elements within the method are not qualified", () => {
    const within = inform.slice(inform.indexOf("<cwmp:Inform>") + 13, inform.indexOf("</cwmp:Inform>"));
    expect(within).not.toMatch(/<\/?[\w-]+:/);
  });

  test("A.2.1 booleans are written as digits, as in the enumeration of IsTransferable", () => {
    expect(text(encodeReply("GetOptions", samples.GetOptions.reply, options))).toContain(
      "<IsTransferable>1</IsTransferable>",
    );
  });

  test("3.5 [R-3.5-16] responses have no superfluous byte", () => {
    const ParameterList = Array.from({ length: 20_000 }, (_, i) => ({
      Name: `InternetGatewayDevice.X.${i}.Value`,
      Value: `${i}`,
      type: "unsignedInt",
    }));
    const message = encodeReply("GetParameterValues", { ParameterList }, options);
    validate([message]);
    expect(message.length).toBeGreaterThan(2_000_000);
    expect(text(message)).toContain("<Name>InternetGatewayDevice.X.19999.Value</Name>");
  });

  test("3.5 a list written before is written the same way again", () => {
    const plain = { Name: "A.<b>", Value: "1 < 2", type: "string" } as const;
    const write = (ParameterList: readonly (typeof plain)[]) =>
      text(encodeReply("GetParameterValues", { ParameterList }, options));
    const made = [plain];
    keepWritten(made, [valueHead("A.") + valueRest("<b>", plain.type, plain.Value)]);
    expect(write(made)).toBe(write([plain]));
    expect(write([plain])).toContain(
      '<ParameterValueStruct><Name>A.&lt;b&gt;</Name><Value xsi:type="xsd:string">1 &lt; 2</Value></ParameterValueStruct>',
    );
  });

  test("3.5 a type that is not a name is written as string", () => {
    expect(valueRest("A", 'x"><evil/>', "")).toContain('xsi:type="xsd:string"');
  });
});

describe("text", () => {
  test("XML 2.4 markup is escaped", () => {
    expect(escapeText("a & b < c > d ]]> \"e\" 'f'")).toBe("a &amp; b &lt; c &gt; d ]]&gt; \"e\" 'f'");
    expect(escapeText("plain ü 😀\t\n")).toBe("plain ü 😀\t\n");
  });

  test("XML 2.11 a carriage return is written as a reference, and reads back", () => {
    expect(escapeText("a\r\nb\r")).toBe("a&#13;\nb&#13;");
  });

  test("XML 2.2 a character that XML cannot carry becomes U+FFFD", () => {
    const value = "\0\x01\x08\x0b\x0c\x1f\ufffe\uffff|\ud800|\udc00";
    const message = encodeCall("Reboot", { CommandKey: value }, options);
    validate([message]);
    expect(decode(message, { serves: () => true })).toMatchObject({
      args: { CommandKey: "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd|\ufffd|\ufffd" },
    });
  });
});

test("3.5 a large message has the bytes of its text, whatever characters lie at the boundaries of its pieces", () => {
  const plain = Array.from({ length: 5000 }, (_, i) => `<Name>Parameter${i}</Name>`);
  const strange = ["ä", "€", "😀", "\ud800", "", "x".repeat(100_000)];
  const strangeAt = (places: readonly number[]) =>
    plain.map((piece, i) => piece + (places.includes(i) ? strange[i % strange.length] : ""));
  const messages = [
    plain,
    plain.slice(0, 512),
    plain.slice(0, 513),
    strangeAt([0]),
    strangeAt([511, 512, 1023, 4999]),
    strangeAt(plain.map((_, i) => i)),
    plain.map(() => "€€€"),
  ];
  for (const pieces of messages)
    expect(Buffer.compare(toBytes(pieces), new TextEncoder().encode(pieces.join("")))).toBe(0);
});
