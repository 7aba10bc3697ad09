/** The walk over a message's options, and the vendor options within it. RFC 2132, RFC 3396, RFC 3925; TR-069 3.1, F.2.5. */
import { expect, test } from "vitest";
import { identitySuboptions } from "../../src/dhcp/identity.ts";
import { announces, announces124, readAcs6, readOffer } from "../../src/dhcp/offer.ts";
import { noteTaker, readOptions, splitPacket } from "../../src/dhcp/options.ts";
import { writeSuboptions, writeVendorSpecific } from "../../src/dhcp/suboptions.ts";
import { Malformed } from "../../src/errors.ts";
import { hex, message, option, sub, text, vendor } from "./octets.ts";

const url = "http://acs.example.net:7547/acs";

function offer(bodies: Readonly<Record<number, readonly number[] | Uint8Array>>) {
  const { notes, note } = noteTaker();
  const map = new Map(Object.entries(bodies).map(([code, body]) => [Number(code), Uint8Array.from(body)]));
  return { ...readOffer(map, note), notes };
}

const acs43 = (body: readonly number[] | Uint8Array) => offer({ 43: body }).acs;

test.each([
  ["in order", [...sub(1, url), ...sub(2, "P")]],
  ["in reverse order and with an end mark, as dnsmasq sends them", [...sub(2, "P"), ...sub(1, url), 255]],
  ["with pads before, between and behind them", [0, ...sub(1, url), 0, 0, ...sub(2, "P"), 0, 0]],
  [
    "among others that nobody knows",
    [...sub(7, "x"), ...sub(2, "P"), ...option(200, [0, 255]), ...sub(1, url)],
  ],
  ["before one that is cut short", [...sub(1, url), ...sub(2, "P"), 9, 200, 1]],
])("[R-3.1-05] the sub-options of option 43 are found %s", (_, body) => {
  expect(acs43(body)).toMatchObject({ url, provisioningCode: "P", option: 43 });
});

test("[R-3.1-14] a NUL at the end of a URL or ProvisioningCode is stripped", () => {
  expect(acs43([...sub(1, `${url}\0`), ...sub(2, "P\0\0")])).toMatchObject({ url, provisioningCode: "P" });
});

test("a bare URL in option 43 is accepted if it parses", () => {
  expect(acs43(text(url)).url).toBe(url);
  expect(acs43([...text(url), 0]).url).toBe(url);
  expect(acs43([...text(url), 255]).url).toBe(url);
  // A raw option in front of encapsulated ones, as dnsmasq makes of two lines for one option.
  expect(acs43([...text(url), ...sub(2, "P"), 255])).toMatchObject({ url, provisioningCode: "P" });
});

test.each([
  "",
  "ftp://acs/",
  "acs.example.net",
  "http://u:p@acs/",
  "http:///x",
  "http://acs/\x01",
  "http://a b/",
  "/acs",
])("[R-3.1-16] %j is rejected as the URL of an ACS, with a note", (bad) => {
  const { acs, notes } = offer({ 43: sub(1, bad) });
  expect(acs.url).toBeNull();
  expect(notes.join()).toMatch(/URL/);
});

test("option 125 names the ACS in sub-options 11 and 12, and wins over option 43 for each value that both hold", () => {
  const body = vendor([
    3561,
    [...sub(11, "https://acs.example.net/125"), ...sub(13, "30"), ...sub(14, "1500")],
  ]);
  expect(offer({ 125: body }).acs).toEqual({
    url: "https://acs.example.net/125",
    provisioningCode: null,
    retryWaitSeconds: 30,
    retryMultiplier: 1500,
    option: 125,
  });
  const both = offer({ 43: [...sub(1, url), ...sub(2, "P43"), ...sub(3, "99")], 125: body });
  expect(both.acs).toMatchObject({
    url: "https://acs.example.net/125",
    provisioningCode: "P43",
    retryWaitSeconds: 30,
    option: 125,
  });
  expect(both.notes.join()).toMatch(/both/);
  const broken = offer({ 43: sub(1, url), 125: vendor([3561, sub(11, "ftp://x/")]) });
  expect(broken.acs).toMatchObject({ url, option: 43 });
});

test("the retry wait and multiplier are read within their bounds, and reported", () => {
  const { acs, notes } = offer({ 43: [...sub(3, "65535"), ...sub(4, "1000")] });
  expect(acs).toMatchObject({ retryWaitSeconds: 65_535, retryMultiplier: 1000 });
  expect(notes.join()).toMatch(/wait.* 65535 s.*multiplier.* 1000/);
  for (const bad of ["0", "65536", "-1", "x", "1e3", ""]) {
    const found = acs43([...sub(3, bad), ...sub(4, bad)]);
    expect([found.retryWaitSeconds, found.retryMultiplier]).toEqual([null, null]);
  }
});

test("dslforum.org counts anywhere in option 60, in lower case alone; in option 124 within enterprise 3561", () => {
  expect(["dslforum.org", "xdslforum.orgy", "a dslforum.org"].map((t) => announces(text(t)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(["", "DSLFORUM.ORG", "dslforum", "udhcp 1.36"].map((t) => announces(text(t)))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  const { note } = noteTaker();
  expect(announces124(Uint8Array.from(vendor([9, [1]], [3561, [...text("dslforum.org")]])), note)).toBe(true);
  expect(announces124(Uint8Array.from(vendor([9, [...text("dslforum.org")]])), note)).toBe(false);
});

const device = { oui: "00256D", serial: "SN=1", productClass: "SetTop" };

test("[R-F.2.5-02] [R-F.2.5-04] [R-F.2.5-11] the Device Identity is octet for octet that of Table 83", () => {
  expect(hex(writeVendorSpecific(identitySuboptions("device", device)))).toBe(
    "00000de916" + "0106303032353644" + "0204534e3d31" + "0306536574546f70",
  );
});

test("[R-F.2.5-14] the Gateway Identity has the codes 4, 5 and 6", () => {
  expect(hex(writeVendorSpecific(identitySuboptions("gateway", device)))).toBe(
    "00000de916" + "0406303032353644" + "0504534e3d31" + "0606536574546f70",
  );
});

test("[R-F.2.5-12] [R-F.2.5-13] [R-F.2.5-15] an empty product class is left out, and nothing else is", () => {
  const short = { ...device, productClass: "" };
  expect(identitySuboptions("device", short).map((s) => s.code)).toEqual([1, 2]);
  expect(identitySuboptions("gateway", short).map((s) => s.code)).toEqual([4, 5]);
});

test("[R-F.2.5-01] [R-F.2.5-03] an identity is found among other enterprises, before and behind it, and in two elements", () => {
  const own = [...sub(1, device.oui), ...sub(2, device.serial)];
  const cls = sub(3, device.productClass);
  for (const body of [
    vendor([3561, [...own, ...cls]]),
    vendor([9, sub(1, "cisco")], [3561, [...own, ...cls]], [4491, [255]]),
    vendor([3561, own], [9, []], [3561, cls]),
    [...vendor([3561, [...own, ...cls]]), 0, 0, 0],
    [...vendor([3561, [...own, ...cls]]), 255],
  ])
    expect(offer({ 125: body }).device).toEqual(device);
  expect(offer({ 125: vendor([9, [...own, ...cls]]) }).device).toBeNull();
});

test("[R-F.2.5-16] an identity without product class has an empty one, whoever sends it", () => {
  const found = offer({
    125: vendor([3561, [...sub(1, "00256D"), ...sub(2, "S"), ...sub(4, "00256E"), ...sub(5, "G")]]),
  });
  expect(found.device).toEqual({ oui: "00256D", serial: "S", productClass: "" });
  expect(found.gateway).toEqual({ oui: "00256E", serial: "G", productClass: "" });
});

test("each element that a gateway omits is the empty string; without any element there is no gateway", () => {
  expect(offer({ 125: vendor([3561, sub(5, "G")]) }).gateway).toEqual({
    oui: "",
    serial: "G",
    productClass: "",
  });
  expect(offer({ 125: vendor([3561, sub(6, "C")]) }).gateway).toEqual({
    oui: "",
    serial: "",
    productClass: "C",
  });
  expect(offer({ 125: vendor([3561, sub(11, url)]) }).gateway).toBeNull();
});

test.each([
  ["no OUI", [...sub(2, "S")]],
  ["no serial number", [...sub(1, "00256D")]],
  ["an empty serial number", [...sub(1, "00256D"), ...sub(2, "")]],
  ["an OUI that is none", [...sub(1, "00256X"), ...sub(2, "S")]],
  ["a control byte in the serial number", [...sub(1, "00256D"), ...sub(2, "a\nb")]],
  ["a serial number that is no text", [...sub(1, "00256D"), ...option(2, [0xc3, 0x28])]],
])("a device with %s has no identity, and a note says so", (_, list) => {
  const { device: found, notes } = offer({ 125: vendor([3561, list]) });
  expect(found).toBeNull();
  expect(notes.join()).toMatch(/Device Identity lacks/);
});

test("DHCPv6 option 17 has codes and lengths of two octets", () => {
  const { note } = noteTaker();
  const six = (...parts: [number, string][]) => [
    0,
    0,
    0x0d,
    0xe9,
    ...parts.flatMap(([code, t]) => [0, code, 0, t.length, ...text(t)]),
  ];
  expect(readAcs6(Uint8Array.from(six([9, "x"], [1, url], [2, "P"])), note)).toMatchObject({
    url,
    provisioningCode: "P",
    option: 17,
  });
  expect(readAcs6(Uint8Array.from([0, 0, 0, 9, 0, 1, 0, 1, 65]), note).url).toBeNull();
});

function bodies(parts: Parameters<typeof message>[0]) {
  const { notes, note } = noteTaker();
  const found = readOptions(splitPacket(message(parts)), note);
  return { found, notes };
}

test("RFC 3396: pieces of an option are joined in their order, also over the fields that option 52 lays open", () => {
  const whole = [...sub(2, "PROV"), ...sub(1, url)];
  const parts = {
    options: [...option(43, whole.slice(0, 5)), ...option(52, [3]), ...option(43, whole.slice(5, 9)), 255],
    file: [0, ...option(43, whole.slice(9, 20)), 255, 43, 1, 9],
    sname: [...option(43, whole.slice(20)), 255],
  };
  expect(hex(bodies(parts).found.get(43)!)).toBe(hex(Uint8Array.from(whole)));
});

test("without option 52 the fields file and sname hold no options", () => {
  const parts = {
    options: [...option(53, [5]), 255],
    file: option(43, sub(1, url)),
    sname: option(60, [65]),
  };
  expect([...bodies(parts).found.keys()]).toEqual([53]);
});

test("RFC 2132: pads have no length, the end mark ends, and an option past the end does not count", () => {
  const { found, notes } = bodies({ options: [0, 0, ...option(53, [2]), 0, ...option(60, [65]), 43, 9, 1] });
  expect([...found]).toEqual([
    [53, Uint8Array.of(2)],
    [60, Uint8Array.of(65)],
  ]);
  expect(notes).toEqual(["Option 43 in options claims 9 octets and has 1"]);
  expect([...bodies({ options: [...option(53, [2]), 255, ...option(60, [65])] }).found.keys()]).toEqual([53]);
});

test("bytes that are no DHCP message are malformed", () => {
  const good = message({ options: [255] });
  expect(() => splitPacket(good.subarray(0, 239))).toThrow(Malformed);
  expect(() => splitPacket(Uint8Array.from(good, (octet, at) => (at === 238 ? 0 : octet)))).toThrow(
    Malformed,
  );
  expect(() => splitPacket(new Uint8Array(70_000))).toThrow(Malformed);
});

test("every octet string written as sub-options is read back from option 43", () => {
  const list = [1, 2, 9].map((code) => ({ code, body: Uint8Array.of(code, 254) }));
  expect(hex(writeSuboptions(list))).toBe("010201fe" + "020202fe" + "090209fe");
});
