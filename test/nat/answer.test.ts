/** Which datagrams are believed as answers to a Binding Request. TR-069 G.2.1.1, RFC 3489 9.4. */
import { describe, expect, it } from "vitest";
import { type Asked, judgeAnswer } from "../../src/nat/answer.ts";
import {
  address,
  attribute,
  bindingError,
  bindingRequest,
  bindingResponse,
  errorCode,
  id,
  mapped,
  message,
  signed,
} from "./messages.ts";

const server = { address: "203.0.113.10", port: 3478 };
const asked: Asked = {
  id,
  signed: false,
  credentials: { username: "cpe", password: new TextEncoder().encode("secret") },
  source: { address: "192.168.1.2", port: 7547 },
  server,
};
const none = { username: "", password: new Uint8Array(0) };
const good = message(bindingResponse, [mapped("203.0.113.1", 40_000)]);
const judge = (bytes: Uint8Array, changes: Partial<Asked> = {}, from = server) =>
  judgeAnswer(bytes, from, { ...asked, ...changes });

describe("answers to Binding Requests", () => {
  it("are accepted with their MAPPED-ADDRESS, whatever other attributes of RFC 3489 they have [R-G.2.1.1-13] [R-G.2.2.1-02]", () => {
    const all = [
      address(4, "203.0.113.10", 3478),
      address(5, "203.0.113.10", 3478),
      mapped("203.0.113.1", 40_000),
      address(11, "192.0.2.9", 9),
      attribute(0x8022, "Vovida.org 0.97"),
      attribute(0xc0ff, "optional"),
    ];
    const expected = { action: "accept", mapped: { address: "203.0.113.1", port: 40_000 } };
    expect(judge(message(bindingResponse, all))).toEqual(expected);
  });

  it("are understood from newer servers, with XOR-MAPPED-ADDRESS", () => {
    const xor = Buffer.from([0, 1, 0x21 ^ 0x9c, 0x12 ^ 0x40, 0x21 ^ 203, 0x12 ^ 0, 0xa4 ^ 113, 0x42 ^ 1]);
    const expected = { action: "accept", mapped: { address: "203.0.113.1", port: 40_000 } };
    expect(judge(message(bindingResponse, [attribute(0x0020, xor)]))).toEqual(expected);
    // Annex G compares MAPPED-ADDRESS.
    expect(
      judge(message(bindingResponse, [attribute(0x0020, Buffer.alloc(8, 1)), mapped("203.0.113.1", 40_000)])),
    ).toEqual(expected);
  });

  it.each<[string, Uint8Array, typeof server?]>([
    ["another transaction id", message(bindingResponse, [mapped("203.0.113.1", 1)], id.replace(/b$/, "c"))],
    ["another address", good, { ...server, address: "203.0.113.11" }],
    ["another port", good, { ...server, port: 3479 }],
    [
      "a mapped address of the other family",
      message(bindingResponse, [attribute(1, Buffer.from(`00021f90${"20".repeat(16)}`, "hex"))]),
    ],
    [
      "a family that there is not",
      message(bindingResponse, [attribute(1, Buffer.from("00031f90c0000201", "hex"))]),
    ],
    ["no mapped address", message(bindingResponse, [])],
    ["the mapped port 0", message(bindingResponse, [mapped("203.0.113.1", 0)])],
    ["the mapped address 0.0.0.0", message(bindingResponse, [mapped("0.0.0.0", 7)])],
    ["a multicast address", message(bindingResponse, [mapped("224.0.0.1", 7)])],
    [
      "a mandatory attribute that nobody knows",
      message(bindingResponse, [mapped("203.0.113.1", 7), attribute(0x0030, "abcd")]),
    ],
    ["a request", message(bindingRequest, [mapped("203.0.113.1", 7)])],
    ["an error without a code", message(bindingError, [])],
    ["half a message", good.subarray(0, 22)],
    ["one byte", Uint8Array.of(0)],
  ])("are discarded: %s", (_, bytes, from) => {
    expect(judge(bytes, {}, from)).toMatchObject({ action: "discard", why: expect.stringMatching(/./) });
  });

  it.each([
    ["nothing", ""],
    ["a request of HTTP", "474554"],
    ["other bytes", "02010000"],
  ])("are not %s", (_, hex) => {
    expect(judge(Buffer.from(hex, "hex")).action).toBe("not-stun");
  });

  it("G.2.1.1 401 causes a signed request if user name and password are set [R-G.2.1.1-07]", () => {
    const refused = message(bindingError, [errorCode(401, "Unauthorized")]);
    expect(judge(refused)).toMatchObject({ action: "retry-integrity" });
    expect(judge(refused, { credentials: none })).toMatchObject({ action: "fail" });
    expect(judge(refused, { credentials: { ...asked.credentials, username: "" } })).toMatchObject({
      action: "fail",
    });
  });

  it.each([300, 400, 420, 430, 431, 432, 500, 600])("%i ends the request", (code) => {
    expect(judge(message(bindingError, [errorCode(code)]))).toEqual({
      action: "fail",
      why: `the server answers ${code}`,
    });
  });

  it("a 401 to a signed request ends it, too: it is not signed again [R-G.2.2.1-05]", () => {
    expect(judge(message(bindingError, [errorCode(401)]), { signed: true })).toMatchObject({
      action: "fail",
    });
  });

  it("G.2.1.1 to a signed request are discarded without MESSAGE-INTEGRITY, or with a wrong one [R-G.2.1.1-08] [R-G.2.1.1-09]", () => {
    const attributes = [mapped("203.0.113.1", 40_000)];
    const right = signed(bindingResponse, attributes, "secret");
    expect(judge(right, { signed: true }).action).toBe("accept");
    expect(judge(good, { signed: true }).action).toBe("discard");
    expect(judge(signed(bindingResponse, attributes, "other"), { signed: true }).action).toBe("discard");
    const moved = Buffer.from(right);
    moved[27]! ^= 1;
    expect(judge(moved, { signed: true }).action).toBe("discard");
  });

  it("are read only up to MESSAGE-INTEGRITY", () => {
    const bytes = Buffer.concat([signed(bindingResponse, [], "secret", "modern"), mapped("192.0.2.66", 666)]);
    bytes.writeUInt16BE(bytes.length - 20, 2);
    expect(judge(bytes, { signed: true })).toMatchObject({
      action: "discard",
      why: "MAPPED-ADDRESS is missing",
    });
  });

  it("to an unsigned request need no MESSAGE-INTEGRITY, and its value is not checked", () => {
    expect(judge(signed(bindingResponse, [mapped("203.0.113.1", 1)], "other")).action).toBe("accept");
  });
});
