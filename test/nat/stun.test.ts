/** The codec of STUN messages, byte by byte. RFC 3489 11, RFC 5389 15, TR-069 G.2.1.3. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { Malformed } from "../../src/errors.ts";
import { type Ask, writeAsk } from "../../src/nat/ask.ts";
import { showAttribute } from "../../src/nat/attributes.ts";
import { addressBytes, addressText, parseEndpoint, writeEndpoint } from "../../src/nat/endpoint.ts";
import { checkIntegrity, signedPart } from "../../src/nat/integrity.ts";
import { decode, encode } from "../../src/nat/stun.ts";
import { address, attribute, bindingResponse, errorCode, id, mapped, message, signed } from "./messages.ts";

const utf8 = new TextEncoder();
const none = { username: "", password: new Uint8Array(0) };
const ask = (changes: Partial<Ask> = {}): Buffer =>
  Buffer.from(
    writeAsk({
      source: "primary",
      reason: "keepalive",
      id,
      credentials: none,
      afterChallenge: false,
      mapped: undefined,
      ...changes,
    })!,
  );
const shown = (bytes: Uint8Array) =>
  decode(bytes).attributes.map((one) => showAttribute(one, decode(bytes).id));

describe("STUN messages", () => {
  it("encodes each message that it decodes, and decodes the messages of others", () => {
    const bytes = message(bindingResponse, [mapped("203.0.113.1", 40_000), attribute(0x8022, "five5")]);
    const read = decode(bytes);
    expect(read).toMatchObject({ type: 0x0101, id });
    expect(Buffer.from(encode(read.type, read.id, read.attributes))).toEqual(bytes);
  });

  it.each([
    ["nothing", ""],
    ["half a header", "00010000"],
    ["a length that is too long", `01010004${id}`],
    ["a length that is too short", `01010000${id}00`],
    ["the first two bits set", `81010000${id}`],
    ["half an attribute header", `01010002${id}0001`],
    ["an attribute longer than the message", `01010004${id}00010008`],
  ])("does not decode %s", (_, hex) => {
    expect(() => decode(Buffer.from(hex, "hex"))).toThrow(Malformed);
  });

  it("does not decode a message longer than an Ethernet frame", () => {
    expect(() => decode(message(bindingResponse, [attribute(0x8022, "x".repeat(1500))]))).toThrow(Malformed);
  });

  it("reads a server that does not pad", () => {
    const odd = Buffer.concat([attribute(0x8022, "five5").subarray(0, 9), mapped("192.0.2.1", 7)]);
    const bytes = message(bindingResponse, [odd]);
    expect(shown(bytes)).toEqual([
      { type: "SOFTWARE", value: "five5" },
      { type: "MAPPED-ADDRESS", value: "192.0.2.1:7" },
    ]);
  });

  it("shows addresses, texts, errors, types and numbers that it does not know", () => {
    const xor = Buffer.from([0, 1, 0x21 ^ 0x9c, 0x12 ^ 0x40, 0x21 ^ 203, 0x12 ^ 0, 0xa4 ^ 113, 0x42 ^ 1]);
    const six = Buffer.from(`0002${"1f90"}20010db8000000000000000000000001`, "hex");
    const bytes = message(bindingResponse, [
      attribute(0x0020, xor),
      attribute(0x0005, six),
      errorCode(401, "Unauthorized"),
      attribute(0x000a, Buffer.from("00300031", "hex")),
      attribute(0x0015, Buffer.from("ff00ff00", "hex")),
      attribute(0x1234, Buffer.from("abcd", "hex")),
      attribute(0x0001, Buffer.from("0003", "hex")),
    ]);
    expect(shown(bytes)).toEqual([
      { type: "XOR-MAPPED-ADDRESS", value: "203.0.113.1:40000" },
      { type: "CHANGED-ADDRESS", value: "[2001:db8::1]:8080" },
      { type: "ERROR-CODE", value: "401 Unauthorized" },
      { type: "UNKNOWN-ATTRIBUTES", value: "0x0030 0x0031" },
      { type: "NONCE", value: "ff00ff00" },
      { type: "0x1234", value: "abcd" },
      { type: "MAPPED-ADDRESS", value: "0003" },
    ]);
  });

  it.each(["192.0.2.1:0", "255.255.255.255:65535", "[2001:db8::1]:3478", "[::]:1", "[fe80::1:0:0:1]:9"])(
    "writes %s as it reads it",
    (text) => {
      const read = parseEndpoint(text)!;
      expect(writeEndpoint(read)).toBe(text);
      expect(addressText(addressBytes(read.address)!)).toBe(read.address);
    },
  );

  it.each([
    "192.0.2.1",
    "192.0.2.256:1",
    "192.0.2.1:65536",
    "01.2.3.4:5",
    "host:1",
    "[192.0.2.1]:1",
    "::1:1",
    "1.2.3:4",
    "",
  ])("does not read %s as an address with its port", (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });
});

describe("Binding Requests of the agent", () => {
  const mark = "c001001464736c666f72756d2e6f72672f54522d31313120";

  it("G.2.1.3 carry CONNECTION-REQUEST-BINDING, twenty bytes, from the primary port [R-G.2.1.3-01] [R-G.2.1.3-03] [R-G.2.1.3-04] [R-G.2.1.3-05]", () => {
    expect(ask().toString("hex")).toBe(`00010018${id}${mark}`);
    expect(ask({ reason: "discovery" })).toEqual(ask());
  });

  it("G.2.1.3 report a change by BINDING-CHANGE of length 0, beside CONNECTION-REQUEST-BINDING and without RESPONSE-ADDRESS or CHANGE-REQUEST [R-G.2.1.3-06] [R-G.2.1.3-07] [R-G.2.1.3-08] [R-G.2.1.3-14]", () => {
    const bytes = ask({ reason: "changed", mapped: { address: "203.0.113.1", port: 1 } });
    expect(bytes.toString("hex")).toBe(`0001001c${id}${mark}c0020000`);
  });

  it("G.2.1.3 carry STUNUsername, padded with spaces to a multiple of four bytes, before and after a 401 [R-G.2.1.3-11] [R-G.2.1.3-12]", () => {
    for (const [username, padded] of [
      ["cpe-1", "cpe-1   "],
      ["four", "four"],
      ["ü", "ü  "],
    ] as const) {
      const bytes = ask({ credentials: { ...none, username } });
      expect(shown(bytes)).toContainEqual({ type: "USERNAME", value: padded });
    }
    expect(shown(ask())).not.toContainEqual(expect.objectContaining({ type: "USERNAME" }));
  });

  it("G.2.1.2 from the secondary port carry RESPONSE-ADDRESS and no CONNECTION-REQUEST-BINDING [R-G.2.1.2-07] [R-G.2.1.3-10]", () => {
    const credentials = { username: "cpe", password: utf8.encode("secret") };
    const bytes = ask({
      source: "secondary",
      reason: "probe",
      credentials,
      mapped: { address: "203.0.113.1", port: 40_000 },
    });
    expect(bytes.toString("hex")).toBe(`0001000c${id}0002000800019c40cb007101`);
    const other = ask({ source: "secondary", credentials });
    expect(other.toString("hex")).toBe(`00010000${id}`);
  });

  it("G.2.1.1 are signed after a 401 only, and then as openssl computes it, with STUNPassword [R-G.2.1.1-12] [R-G.2.2.1-01]", () => {
    const credentials = { username: "cpe-1", password: utf8.encode("secret") };
    const plain = ask({ reason: "changed", credentials });
    expect(shown(plain).map(({ type }) => type)).not.toContain("MESSAGE-INTEGRITY");
    const bytes = ask({ reason: "changed", credentials, afterChallenge: true });
    expect(shown(bytes).map(({ type }) => type)).toEqual([
      "CONNECTION-REQUEST-BINDING",
      "BINDING-CHANGE",
      "USERNAME",
      "MESSAGE-INTEGRITY",
    ]);
    const text = bytes.subarray(0, -24);
    const filled = Buffer.concat([text, Buffer.alloc(-text.length & 63)]);
    const hex = Buffer.from("secret").toString("hex");
    const { stdout } = spawnSync("openssl", ["mac", "-digest", "SHA1", "-macopt", `hexkey:${hex}`, "HMAC"], {
      input: filled,
      encoding: "utf8",
    });
    expect(bytes.subarray(-20).toString("hex")).toBe(stdout.trim().toLowerCase());
  });

  it("are not sent after a 401 without user name or password", () => {
    const nothing = {
      source: "primary",
      reason: "keepalive",
      id,
      afterChallenge: true,
      mapped: undefined,
    } as const;
    expect(writeAsk({ ...nothing, credentials: { ...none, username: "cpe" } })).toBeUndefined();
    expect(
      writeAsk({ ...nothing, credentials: { username: "", password: utf8.encode("x") } }),
    ).toBeUndefined();
  });
});

describe("MESSAGE-INTEGRITY", () => {
  const verdict = (bytes: Uint8Array, password = "secret") =>
    checkIntegrity(bytes, decode(bytes), utf8.encode(password));
  const attributes = [mapped("203.0.113.1", 40_000)];

  it("is valid with the password, as RFC 3489 and as RFC 5389 computes it, and invalid with another", () => {
    for (const how of ["classic", "modern"] as const) {
      const bytes = signed(bindingResponse, attributes, "secret", how);
      expect(verdict(bytes), how).toBe("good");
      expect(verdict(bytes, "Secret"), how).toBe("bad");
    }
    expect(verdict(message(bindingResponse, attributes))).toBe("none");
  });

  it("is invalid if any bit of the message differs", () => {
    const bytes = signed(bindingResponse, attributes, "secret");
    for (let bit = 16; bit < 8 * bytes.length; bit += 1) {
      // The first bytes decide whether it is a message at all.
      const at = bit >> 3;
      const other = Buffer.from(bytes);
      other[at]! ^= 1 << (bit & 7);
      try {
        expect(verdict(other), `bit ${bit}`).not.toBe("good");
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
      }
    }
  });

  it("does not cover bytes behind it", () => {
    const bytes = signed(bindingResponse, attributes, "secret", "modern");
    const longer = Buffer.concat([bytes, address(1, "192.0.2.66", 666)]);
    longer.writeUInt16BE(longer.length - 20, 2);
    expect(verdict(longer)).toBe("good");
    expect(signedPart(decode(longer)).attributes).toHaveLength(2);
  });
});
