/** Codec: one vendor option as the octets on the wire, and as the lines that make udhcpc, dnsmasq and kea send it. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import { isAcsUrl, isOui } from "../settings.ts";
import { type Identity, identitySuboptions, type Whose } from "./identity.ts";
import { optionLimits } from "./limits.ts";
import { announcement } from "./offer.ts";
import { instances } from "./options.ts";
import { enterprise, type Suboption, writeSuboptions, writeVendorSpecific } from "./suboptions.ts";
import { printable } from "./text.ts";

export interface OptionLines {
  /** A body for each instance of the option (RFC 3396); usually there is one instance. */
  readonly hex: readonly string[];
  /** Each null where that program cannot send it; a note says why. */
  readonly udhcpc: string | null;
  readonly dnsmasq: string | null;
  readonly kea: string | null;
  readonly notes: readonly string[];
}

/** Whom dnsmasq sends it to: F.2.1 wants the Gateway Identity only in answers to a Device Identity, and dnsmasq gives
 * those the tag cpewan-id by itself. */
const scopes = {
  device: `vi-encap:${enterprise}`,
  gateway: `tag:cpewan-id,vi-encap:${enterprise}`,
} as const;

/** Option 125 with an identity of Annex F.
 * @throws Malformed for an identity that Annex F or its parameters have no place for */
export function identityLines(whose: Whose, identity: Identity): OptionLines {
  checkIdentity(identity);
  const list = identitySuboptions(whose, identity);
  const long = [identity.serial, identity.productClass].some((t) => t.length > optionLimits.identityCharsMax);
  const notes = long
    ? [`The data models hold ${optionLimits.identityCharsMax} characters of a serial number or product class`]
    : [];
  return lines(125, writeVendorSpecific(list), list, scopes[whose], notes);
}

/** Option 43 with the URL of the ACS and a ProvisioningCode. Table 2.
 * @throws Malformed for values that the parameters have no place for */
export function acsLines(url: string, provisioningCode: string | undefined): OptionLines {
  if (url.length > optionLimits.urlCharsMax || /[^\x21-\x7e]/.test(url) || !isAcsUrl(url))
    throw new Malformed(
      `The URL must be an absolute http or https URL without credentials, of at most ${optionLimits.urlCharsMax} characters`,
    );
  const code = provisioningCode ?? "";
  if (!printable(code, optionLimits.provisioningCodeCharsMax))
    throw new Malformed(
      `The provisioning code must be printable text of at most ${optionLimits.provisioningCodeCharsMax} characters`,
    );
  const encoder = new TextEncoder();
  const list = [
    { code: 1, body: encoder.encode(url) },
    ...(code === "" ? [] : [{ code: 2, body: encoder.encode(code) }]),
  ];
  const tooLong = list.find(({ body }) => body.length > optionLimits.instanceBytesMax);
  if (tooLong !== undefined)
    throw new Malformed(
      `Sub-option ${tooLong.code} would have ${tooLong.body.length} octets, and its length is one octet: at most 255 can be sent`,
    );
  return lines(43, writeSuboptions(list), list, `vendor:${announcement}`, []);
}

/** "OUI,SERIAL" or "OUI,SERIAL,CLASS"; commas after the second are part of the class. @throws Malformed */
export function parseIdentity(text: string): Identity {
  const [oui = "", serial = "", ...rest] = text.split(",");
  const identity = { oui, serial, productClass: rest.join(",") };
  checkIdentity(identity);
  return identity;
}

const octets = (text: string): number => new TextEncoder().encode(text).length;

function checkIdentity({ oui, serial, productClass }: Identity): void {
  if (!isOui(oui))
    throw new Malformed(`An identity is OUI,SERIAL[,CLASS]: the OUI must be six hexadecimal digits`);
  if (serial === "") throw new Malformed("An identity is OUI,SERIAL[,CLASS]: the serial number is missing");
  for (const [name, value] of [
    ["serial number", serial],
    ["product class", productClass],
  ] as const) {
    const max = optionLimits.suboption125BytesMax;
    if (!printable(value, max) || octets(value) > max)
      throw new Malformed(`The ${name} must be printable text of at most ${max} octets`);
  }
}

function lines(
  option: 43 | 125,
  body: Uint8Array,
  list: readonly Suboption[],
  scope: string,
  before: readonly string[],
): OptionLines {
  const notes = [...before];
  const parts = instances(body);
  if (parts.length > 1)
    notes.push(
      `The option has ${body.length} octets and goes out as ${parts.length} instances (RFC 3396): udhcpc cannot send that`,
    );
  const total = list.reduce((sum, one) => sum + 2 + one.body.length, 0);
  const tooLong = total > optionLimits.dnsmasqBytesMax;
  if (tooLong)
    notes.push(
      `The sub-options have ${total} octets, and dnsmasq sends none above ${optionLimits.dnsmasqBytesMax}: it cannot send this option`,
    );
  const hex = parts.map(bytesToHex);
  return {
    hex,
    udhcpc: parts.length > 1 ? null : `-x ${option}:${hex[0]}`,
    dnsmasq: tooLong ? null : list.map((one) => `dhcp-option=${dnsmasqOption(scope, one)}`).join("\n"),
    kea: `{ "code": ${option}, "space": "dhcp4", "csv-format": false, "data": "${bytesToHex(body)}" }`,
    notes,
  };
}

/** A sub-option in dnsmasq's syntax. Quotes make it text: without them digits would become an integer, and digits with
 * dots an address. A text that contains a quote or a backslash is written as hexadecimal octets. */
function dnsmasqOption(scope: string, { code, body }: Suboption): string {
  const text = new TextDecoder().decode(body);
  const hex = () => [...body].map((octet) => octet.toString(16).padStart(2, "0")).join(":");
  return `${scope},${code},${/["\\]/.test(text) && body.length > 1 ? hex() : `"${text}"`}`;
}
