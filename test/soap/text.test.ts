import { describe, expect, test } from "vitest";
import { Malformed } from "../../src/errors.ts";
import { decode } from "../../src/rpc/decode.ts";
import { decodeText } from "../../src/soap/text.ts";
import { envelope } from "./envelopes.ts";

const key = "Grüße ß";
const reboot = envelope(`<cwmp:Reboot><CommandKey>${key}</CommandKey></cwmp:Reboot>`);

function keyOf(bytes: Uint8Array, charset?: string): unknown {
  const message = decode(bytes, { serves: () => true, ...(charset === undefined ? {} : { charset }) });
  return message.is === "call" && message.method === "Reboot" && message.args.CommandKey;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const marked = (mark: readonly number[], bytes: Uint8Array) => Uint8Array.from([...mark, ...bytes]);

function utf16(text: string, little: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), little);
  return bytes;
}

describe("encodings", () => {
  test("3.4.1 UTF-8 is read with any charset that names it, with and without a byte order mark", () => {
    for (const charset of [undefined, "utf-8", "UTF-8", '"utf-8"', "utf8"]) {
      expect(keyOf(utf8(reboot), charset)).toBe(key);
      expect(keyOf(marked([0xef, 0xbb, 0xbf], utf8(reboot)), charset)).toBe(key);
    }
  });

  test("XML 4.3.3 ISO-8859-1 is read if Content-Type or the XML declaration names it", () => {
    const declared = reboot.replace("UTF-8", "ISO-8859-1");
    expect(keyOf(latin1(reboot), "ISO-8859-1")).toBe(key);
    expect(keyOf(latin1(declared))).toBe(key);
    expect(decodeText(new Uint8Array([0x80, 0x9f]), "iso-8859-1", false)).toBe("\x80\x9f");
  });

  test("RFC 7303 3 Content-Type wins over the declaration, a byte order mark over both", () => {
    const declared = reboot.replace("UTF-8", "ISO-8859-1");
    expect(keyOf(utf8(declared), "utf-8")).toBe(key);
    expect(keyOf(marked([0xef, 0xbb, 0xbf], utf8(declared)), "iso-8859-1")).toBe(key);
  });

  test("XML 4.3.3 UTF-16 is read with a byte order mark, in either byte order", () => {
    expect(keyOf(marked([0xff, 0xfe], utf16(reboot, true)))).toBe(key);
    expect(keyOf(marked([0xfe, 0xff], utf16(reboot, false)))).toBe(key);
  });

  test("XML F.1 UTF-16 without a byte order mark is recognized by its first character, whatever the declaration says", () => {
    for (const charset of ["utf-16", "UTF-16LE", undefined])
      expect(keyOf(utf16(reboot, true), charset)).toBe(key);
    for (const charset of ["utf-16", "UTF-16BE", undefined])
      expect(keyOf(utf16(reboot, false), charset)).toBe(key);
    expect(() => decodeText(Uint8Array.of(0x20, 0x3c, 0), undefined, false)).toThrow(Malformed);
  });

  test("XML 4.3.3 US-ASCII is read, and no byte beyond it", () => {
    expect(decodeText(utf8("<a/>"), "US-ASCII", false)).toBe("<a/>");
    expect(() => decodeText(utf8("<ä/>"), "us-ascii", false)).toThrow(Malformed);
  });

  test.each([
    ["a lone continuation", [0x80]],
    ["an overlong form", [0xc0, 0xaf]],
    ["half of a surrogate pair", [0xed, 0xa0, 0x80]],
    ["a character cut short", [0xe2, 0x82]],
    ["Latin-1 that calls itself nothing", [0xfc]],
  ])("XML 4.3.3 %s is not UTF-8", (_what, bad) => {
    expect(() => decodeText(marked(bad, utf8("<a/>")), undefined, false)).toThrow(Malformed);
  });

  test("XML 4.3.3 a cut within a character is not an error if the end is known to be missing", () => {
    expect(decodeText(Uint8Array.of(0x3c, 0xc3), undefined, true)).toBe("<");
    expect(() => decodeText(Uint8Array.of(0x3c, 0xc3), undefined, false)).toThrow(Malformed);
  });

  test.each(["utf-7", "ebcdic-us", "constructor", "", "x".repeat(10_000)])(
    "XML 4.3.3 encoding %j is not known",
    (name) => {
      expect(() => decodeText(utf8("<a/>"), name, false)).toThrow(Malformed);
    },
  );
});

describe("characters", () => {
  test.each(["\0", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])(
    "XML 2.2 %j is not allowed in XML",
    (char) => {
      expect(() => decodeText(utf8(`<a>${char}</a>`), undefined, false)).toThrow(Malformed);
    },
  );

  test("XML 2.11 line ends become line feeds; references to carriage returns stay carriage returns", () => {
    expect(decodeText(utf8("a\r\nb\rc\n\r\nd&#13;"), undefined, false)).toBe("a\nb\nc\n\nd&#13;");
  });
});
