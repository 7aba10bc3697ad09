/** Fuzz: DHCP messages and option bodies, broken by seed. Each ends as a value within its bounds or, where it is no DHCP
 * message at all, as `Malformed`. RFC 2131, RFC 2132, RFC 3396, RFC 3925. */
import { identitySuboptions } from "../../src/dhcp/identity.ts";
import { optionLimits } from "../../src/dhcp/limits.ts";
import { announces, announces124, readAcs6, readOffer } from "../../src/dhcp/offer.ts";
import { noteTaker, type OptionBodies, readOptions, splitPacket } from "../../src/dhcp/options.ts";
import { writeSuboptions, writeVendorSpecific } from "../../src/dhcp/suboptions.ts";
import { printable } from "../../src/dhcp/text.ts";
import { Malformed } from "../../src/errors.ts";
import { isAcsUrl, isOui } from "../../src/settings.ts";
import { seeded } from "../connreq/desk.ts";
import { message, option, text } from "../dhcp/octets.ts";

type Dice = ReturnType<typeof seeded>;

export interface DhcpOutcome {
  urls: number;
  devices: number;
  gateways: number;
  announced: number;
  noted: number;
  malformed: number;
}

const identity = { oui: "00256D", serial: "SN-1=2", productClass: "Set\u00fcTop" };

const encapsulated = writeSuboptions([
  { code: 2, body: text("PROV-42\0") },
  { code: 1, body: text("http://acs.example.net:7547/acs") },
  { code: 3, body: text("30") },
  { code: 4, body: text("2000") },
  { code: 200, body: Uint8Array.of(0, 255, 7) },
]);
const vendor = writeVendorSpecific([
  ...identitySuboptions("device", identity),
  ...identitySuboptions("gateway", identity),
  { code: 11, body: text("https://acs.example.net/125") },
  { code: 12, body: text("P125") },
]);

const bodies: readonly Uint8Array[] = [
  encapsulated,
  vendor,
  text("http://acs.example.net/bare"),
  text("xdslforum.orgy"),
  Uint8Array.of(0, 0, 0, 9, 3, 1, 1, 65, ...vendor, 0, 0),
  Uint8Array.of(0, 0, 13, 233, 0, 1, 0, 12, ...text("http://a.b/6")),
];

const options = Uint8Array.of(
  ...option(53, [5]),
  ...option(60, [...text("dslforum.org")]),
  ...option(43, [...encapsulated]),
  ...option(125, [...vendor.subarray(0, 40)]),
  0,
  ...option(125, [...vendor.subarray(40)]),
  255,
);
const packets: readonly Uint8Array[] = [
  message({ options }),
  message({
    options: Uint8Array.of(...option(52, [3]), ...option(43, [...encapsulated.subarray(0, 20)]), 255),
    file: Uint8Array.of(...option(43, [...encapsulated.subarray(20)]), 255),
    sname: Uint8Array.of(...option(60, [...text("dslforum.org")]), 255),
  }),
];

/** Milliseconds for one message on a machine however slow. */
const messageMsMax = 2000;

/** @throws Error with the seed and the case, when a bound or a promise does not hold */
export async function fuzzDhcp(seed: number, count: number): Promise<DhcpOutcome> {
  const dice = seeded(seed);
  const outcome: DhcpOutcome = { urls: 0, devices: 0, gateways: 0, announced: 0, noted: 0, malformed: 0 };
  for (let index = 0; index < count; index++) {
    const began = performance.now();
    try {
      one(dice, outcome);
    } catch (problem) {
      throw new Error(`seed ${seed}, case ${index}: ${problem}`, { cause: problem });
    }
    if (performance.now() - began > messageMsMax) throw new Error(`seed ${seed}, case ${index}: too slow`);
  }
  return outcome;
}

function one(dice: Dice, outcome: DhcpOutcome): void {
  const { notes, note } = noteTaker();
  let found: OptionBodies;
  try {
    found = broken(dice, note);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    outcome.malformed += 1;
    return;
  }
  const { acs, device, gateway } = readOffer(found, note);
  const six = readAcs6(found.get(43) ?? new Uint8Array(0), note);
  for (const { url, provisioningCode } of [acs, six]) {
    if (url !== null && (!isAcsUrl(url) || url.length > optionLimits.urlCharsMax))
      throw new Error(`URL ${url}`);
    if (provisioningCode !== null && !printable(provisioningCode, optionLimits.instanceBytesMax))
      throw new Error(`code ${provisioningCode}`);
  }
  for (const who of [device, gateway]) {
    if (who === null) continue;
    if (who.oui !== "" && !isOui(who.oui)) throw new Error(`OUI ${who.oui}`);
    if (![who.serial, who.productClass].every((t) => printable(t, optionLimits.instanceBytesMax)))
      throw new Error("an identity that cannot be shown");
  }
  if (device !== null && (device.oui === "" || device.serial === "")) throw new Error("half a device");
  if (notes.length > optionLimits.notesMax || notes.some((n) => /[^\x20-\x7e]/.test(n) || n.length > 300))
    throw new Error(`note ${notes.find((n) => /[^\x20-\x7e]/.test(n))}`);
  outcome.urls += acs.url === null ? 0 : 1;
  outcome.devices += device === null ? 0 : 1;
  outcome.gateways += gateway === null ? 0 : 1;
  const said = announces(found.get(60) ?? new Uint8Array(0));
  outcome.announced += said || announces124(found.get(124) ?? new Uint8Array(0), note) ? 1 : 0;
  outcome.noted += notes.length > 0 ? 1 : 0;
}

/** Half of the cases are whole messages, half are bodies of options. */
function broken(dice: Dice, note: (text: string) => void): OptionBodies {
  const pick = <T>(from: readonly T[]): T => from[dice.below(from.length)]!;
  if (dice.below(2) === 0) return readOptions(splitPacket(mutated(pick(packets), dice)), note);
  const body = mutated(pick(bodies), dice);
  return new Map([43, 60, 124, 125].map((code) => [code, body]));
}

/** Octets flipped, cut out, doubled, or the end lost; in one case of sixteen noise, in one of four nothing. */
function mutated(original: Uint8Array, dice: Dice): Uint8Array {
  if (dice.below(16) === 0) return dice.bytes(dice.below(dice.below(2) ? 40 : 2000));
  let octets = original.slice();
  for (let changes = dice.below(5); changes > 0; changes -= 1) {
    const place = dice.below(octets.length + 1);
    const length = dice.below(dice.below(2) ? 4 : 64);
    const kind = dice.below(5);
    if (kind < 2 && place < octets.length) octets[place] = dice.below(256);
    else if (kind === 2) octets = concat(octets.subarray(0, place), octets.subarray(place + length));
    else if (kind === 3) octets = concat(octets.subarray(0, place + length), octets.subarray(place));
    else if (dice.below(4) === 0) octets = octets.slice(0, place);
  }
  return octets;
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
