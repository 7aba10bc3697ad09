/** `cwmpd dhcp decode` and `encode`: shapes and exit codes that scripts rely on. */
import { expect, test } from "vitest";
import type { Outcome } from "../../src/cli/command.ts";
import { dhcpDecode } from "../../src/cli/dhcp-decode.ts";
import { dhcpEncode } from "../../src/cli/dhcp-encode.ts";
import { parse } from "../../src/cli/parse.ts";
import { commands } from "../../src/cli/table.ts";
import { hex, message, option, sub, text, vendor } from "./octets.ts";

function run(words: readonly string[]): Outcome {
  const parsed = parse(["dhcp", ...words], commands);
  if (parsed.is === "usage") return { exit: 2, err: parsed.text };
  if (parsed.is === "call" && parsed.name === "dhcp decode")
    return dhcpDecode(parsed.options, parsed.operands);
  if (parsed.is === "call" && parsed.name === "dhcp encode") return dhcpEncode(parsed.options);
  throw new Error("not a command of dhcp");
}

const json = (...words: string[]) =>
  JSON.parse(String(run([...words, "--json"]).out)) as Record<string, unknown>;
const hexOf = (octets: readonly number[] | Uint8Array) => hex(Uint8Array.from(octets));
const url = "http://acs.test/acs";
const nothing = {
  url: null,
  provisioningCode: null,
  announces: null,
  device: null,
  gateway: null,
  notes: [],
};

test("decode prints every key, null for a missing value", () => {
  expect(json("decode", "--option", "43")).toEqual(nothing);
  expect(json("decode", "--option", "43", "")).toEqual(nothing);
  expect(json("decode", "--option", "60", "")).toEqual({ ...nothing, announces: false });
  expect(json("decode", "--option", "60", hexOf(text("x dslforum.org")))).toEqual({
    ...nothing,
    announces: true,
  });
  expect(Object.keys(json("decode", "--options", ""))).toEqual(Object.keys(nothing));
});

test("decode joins several HEX of an option as RFC 3396 has it", () => {
  const body = hexOf([...sub(2, "PROV"), ...sub(1, url)]);
  expect(json("decode", "--option", "43", body.slice(0, 10), body.slice(10))).toEqual({
    ...nothing,
    url,
    provisioningCode: "PROV",
  });
});

test("decode reads option 125 as a device or as a gateway reads it", () => {
  const body = hexOf(
    vendor([3561, [...sub(1, "00256D"), ...sub(2, "S"), ...sub(5, "G"), ...sub(11, url), ...sub(12, "P")]]),
  );
  const device = { oui: "00256D", serial: "S", productClass: "" };
  const gateway = { oui: "", serial: "G", productClass: "" };
  expect(json("decode", "--option", "125", "--as", "gateway", body)).toEqual({ ...nothing, device });
  expect(json("decode", "--option", "125", body, "--as", "device")).toEqual({
    ...nothing,
    url,
    provisioningCode: "P",
    gateway,
  });
});

test("decode reads whole messages, and options with the fields that option 52 lays open", () => {
  const options = [...option(53, [5]), ...option(52, [1]), ...option(60, [...text("dslforum.org")]), 255];
  const file = option(43, sub(1, url));
  const expected = { ...nothing, url, announces: true };
  expect(json("decode", "--packet", hexOf(message({ options, file })))).toEqual(expected);
  expect(json("decode", "--options", hexOf(options), "--file", hexOf(file))).toEqual(expected);
  expect(json("decode", "--options", hexOf(options), "--sname", hexOf(file)).url).toBeNull();
});

test.each([
  [2, ["decode"]],
  [2, ["decode", "--option", "43", "0"]],

  [2, ["decode", "--option", "43", "zz"]],
  [2, ["decode", "--option", "44", "00"]],
  [2, ["decode", "--packet", "00", "--options", "00"]],
  [2, ["decode", "--packet", "00", "--file", "00"]],
  [2, ["decode", "--option", "43", "--as", "device", "00"]],
  [1, ["decode", "--packet", "00"]],
  [1, ["decode", "--packet", ""]],
  [0, ["decode", "--option", "43", "01"]],
  [0, ["decode", "--options", "2bff"]],
  [2, ["encode"]],
  [2, ["encode", "--option", "125"]],
  [2, ["encode", "--option", "125", "--device", "00256D"]],
  [2, ["encode", "--option", "125", "--device", "00256X,S"]],
  [2, ["encode", "--option", "125", "--device", "00256D,S\n"]],
  [2, ["encode", "--option", "125", "--device", "00256D,S", "--gateway", "00256D,S"]],
  [2, ["encode", "--option", "43"]],
  [2, ["encode", "--option", "43", "--url", "ftp://x/"]],
  [2, ["encode", "--option", "43", "--url", url, "--device", "00256D,S"]],
] as const)("exit %i of dhcp %j", (exit, words) => {
  const outcome = run(words as readonly string[]);
  expect(outcome.exit).toBe(exit);
  if (exit !== 0) expect(outcome.err).not.toBe("");
});

test("encode makes hexadecimal that decode reads back, and the lines of each program", () => {
  const made = json("encode", "--option", "125", "--gateway", '00256D,G "1",Home,Gateway');
  expect(Object.keys(made)).toEqual(["hex", "udhcpc", "dnsmasq", "kea"]);
  const [body] = made.hex as string[];
  expect(json("decode", "--option", "125", body!).gateway).toEqual({
    oui: "00256D",
    serial: 'G "1"',
    productClass: "Home,Gateway",
  });
  expect(made.udhcpc).toBe(`-x 125:${body}`);
  expect(made.dnsmasq).toBe(
    [
      'dhcp-option=tag:cpewan-id,vi-encap:3561,4,"00256D"',
      "dhcp-option=tag:cpewan-id,vi-encap:3561,5,47:20:22:31:22",
      'dhcp-option=tag:cpewan-id,vi-encap:3561,6,"Home,Gateway"',
    ].join("\n"),
  );
  expect(JSON.parse(String(made.kea))).toEqual({
    code: 125,
    space: "dhcp4",
    "csv-format": false,
    data: body,
  });
});

test("encode splits an option longer than one instance, and names the programs that cannot send it", () => {
  const outcome = run([
    "encode",
    "--option",
    "43",
    "--url",
    `http://acs.test/${"a".repeat(230)}`,
    "--provisioning-code",
    "PROV-42",
    "--json",
  ]);
  const made = JSON.parse(String(outcome.out)) as { hex: string[]; udhcpc: null; dnsmasq: null; kea: string };
  expect(made.hex.map((body) => body.length / 2)).toEqual([255, 2]);
  expect([made.udhcpc, made.dnsmasq]).toEqual([null, null]);
  expect(outcome.err).toMatch(/udhcpc cannot.*\n.*dnsmasq/);
  expect(json("decode", "--option", "43", ...made.hex).provisioningCode).toBe("PROV-42");
});

test("an identity longer than dnsmasq can send is reported, not cut", () => {
  const long = "x".repeat(121);
  const outcome = run(["encode", "--option", "125", "--gateway", `00256D,${long},${long}`, "--json"]);
  const made = JSON.parse(String(outcome.out)) as { hex: string[]; dnsmasq: null };
  expect(made.dnsmasq).toBeNull();
  expect(outcome.err).toMatch(/254 octets, and dnsmasq sends none above 250/);
  expect(json("decode", "--option", "125", ...made.hex).gateway).toMatchObject({
    serial: long,
    productClass: long,
  });
  const fits = json("encode", "--option", "125", "--gateway", `00256D,${"x".repeat(119)},${"y".repeat(119)}`);
  expect(fits.dnsmasq).not.toBeNull();
});
