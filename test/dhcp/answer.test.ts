/** Which datagram answers a DHCPINFORM: anybody on the link may send one. RFC 2131 4.4.3. */
import { describe, expect, test } from "vitest";
import { readAnswer } from "../../src/dhcp/answer.ts";
import { noteTaker } from "../../src/dhcp/options.ts";
import { message, option, sub } from "./octets.ts";

const xid = 0x0a0b0c0d;
const asked = { xid, own: "192.0.2.7", server: undefined };
const server = option(54, [192, 0, 2, 1]);
const named = option(43, sub(1, "http://a/"));

const ack = (parts: Partial<Parameters<typeof message>[0]> = {}) =>
  message({ xid, ciaddr: [192, 0, 2, 7], options: [...option(53, [5]), ...server, ...named, 255], ...parts });

const read = (bytes: Uint8Array, more: Partial<Parameters<typeof readAnswer>[1]> = {}) => {
  const { note } = noteTaker();
  const found = readAnswer(bytes, { ...asked, ...more }, note);
  return typeof found === "string" ? found : [...found.keys()];
};

describe("the answer to a DHCPINFORM", () => {
  test("is a DHCPACK of this exchange for this address, from the server of the lease if that server is known", () => {
    expect(read(ack())).toEqual([53, 54, 43]);
    expect(read(ack(), { server: "192.0.2.1" })).toEqual([53, 54, 43]);
  });

  test.each([
    ["of another transaction", ack({ xid: xid + 1 }), "of another exchange"],
    ["to another address", ack({ ciaddr: [192, 0, 2, 8] }), "for another address"],
    ["from a client", ack({ op: 1 }), "not from a server"],
    ["that is a DHCPNAK", ack({ options: [...option(53, [6]), ...server, ...named, 255] }), "a DHCPNAK"],
    ["that is a DHCPOFFER", ack({ options: [...option(53, [2]), ...server, ...named, 255] }), "no DHCPACK"],
    ["without a type", ack({ options: [...named, 255] }), "no DHCPACK"],
    ["that is cut short", ack().subarray(0, 200), "no DHCP message"],
  ])("is not one %s", (_, bytes, why) => {
    expect(read(bytes)).toBe(why);
  });

  test("is not taken from a second server beside the server of the lease", () => {
    expect(read(ack(), { server: "192.0.2.9" })).toMatch(/another server/);
    const silent = ack({ options: [...option(53, [5]), ...named, 255] });
    expect(read(silent, { server: "192.0.2.1" })).toMatch(/another server/);
  });
});
