/** Rule: the content of a DHCP message for a CPE: the ACS, and the identity of the sender. TR-069 3.1 Table 2, F.2;
 * sub-options 3, 4 and 11 to 14 as TR-069 Amendment 5 has them. */

import { fromLatin1 } from "../latin1.ts";
import { isAcsUrl } from "../settings.ts";
import { type Identity, readDevice, readGateway } from "./identity.ts";
import { optionLimits } from "./limits.ts";
import type { Note, OptionBodies } from "./options.ts";
import {
  readEncapsulated,
  readVendorClass,
  readVendorSpecific,
  readVendorSpecific6,
  type Suboptions,
} from "./suboptions.ts";
import { printable, suboptionText } from "./text.ts";

/** The offer of a server about the ACS; absent parts are null. */
export interface AcsOffer {
  readonly url: string | null;
  readonly provisioningCode: string | null;
  /** Seconds: the wait of the first retry (3.2.1.1), from 1 to 65535. */
  readonly retryWaitSeconds: number | null;
  /** Thousandths: the retry interval multiplier, from 1000 to 65535. */
  readonly retryMultiplier: number | null;
  /** The option that held the URL. */
  readonly option: 43 | 125 | 17 | null;
}

const noOffer: AcsOffer = {
  url: null,
  provisioningCode: null,
  retryWaitSeconds: null,
  retryMultiplier: null,
  option: null,
};

/** Sub-option codes: Table 2 in option 43; option 125 has 1 to 6 for identities, so that they begin at 11 there. */
const codes = {
  43: { url: 1, provisioningCode: 2, wait: 3, multiplier: 4 },
  125: { url: 11, provisioningCode: 12, wait: 13, multiplier: 14 },
  17: { url: 1, provisioningCode: 2, wait: 3, multiplier: 4 },
} as const;

const optionNames = { 43: "option 43", 125: "option 125", 17: "DHCPv6 option 17" } as const;

export const announcement = "dslforum.org";

/** 3.1: `dslforum.org`, in lower case, anywhere in the Vendor Class Identifier. */
export const announces = (option60: Uint8Array): boolean => fromLatin1(option60).includes(announcement);

/** The same in option 124, where enterprise 3561 says it. */
export const announces124 = (option124: Uint8Array, note: Note): boolean =>
  announces(readVendorClass(option124, note));

/** All that a message says. */
export interface Offer {
  readonly acs: AcsOffer;
  readonly device: Identity | null;
  readonly gateway: Identity | null;
}

/** The URL of the ACS from options 43 and 125 (a value in both is taken from 125), and both identities of Annex F, as
 * far as option 125 holds them. */
export function readOffer(bodies: OptionBodies, note: Note): Offer {
  const in43 = bodies.get(43);
  const in125 = bodies.get(125);
  const plain = in43 === undefined ? noOffer : readOption43(in43, note);
  if (in125 === undefined) return { acs: plain, device: null, gateway: null };
  const list = readVendorSpecific(in125, note);
  const acs = preferred(offerOf(125, list, note), plain, note);
  return { acs, device: readDevice(list, note), gateway: readGateway(list, note) };
}

function preferred(byEnterprise: AcsOffer, plain: AcsOffer, note: Note): AcsOffer {
  if (plain.url !== null && byEnterprise.url !== null)
    note("Options 43 and 125 both name an ACS: option 125 is taken");
  return {
    url: byEnterprise.url ?? plain.url,
    provisioningCode: byEnterprise.provisioningCode ?? plain.provisioningCode,
    retryWaitSeconds: byEnterprise.retryWaitSeconds ?? plain.retryWaitSeconds,
    retryMultiplier: byEnterprise.retryMultiplier ?? plain.retryMultiplier,
    option: byEnterprise.option ?? plain.option,
  };
}

/** The URL of the ACS, from DHCPv6 option 17 (TR-069 Amendment 5 3.1). */
export const readAcs6 = (option17: Uint8Array, note: Note): AcsOffer =>
  offerOf(17, readVendorSpecific6(option17, note), note);

function readOption43(option: Uint8Array, note: Note): AcsOffer {
  const bare = bareUrl(option);
  if (bare === undefined) return offerOf(43, readEncapsulated(option, note), note);
  note("Option 43 holds a bare URL instead of encapsulated options: it is taken");
  const rest = readEncapsulated(option.subarray(bare.length), note);
  const url = offerOf(43, new Map([[codes[43].url, bare]]), note);
  return rest.size === 0 ? url : { ...offerOf(43, rest, note), url: url.url, option: url.option };
}

/** Some servers put the text of the URL alone into option 43: it ends at the first octet that no URL can have. */
function bareUrl(option: Uint8Array): Uint8Array | undefined {
  if (!/^https?:\/\//i.test(fromLatin1(option.subarray(0, 8)))) return undefined;
  const length = option.findIndex((octet) => octet <= 0x20 || octet >= 0x7f);
  return length < 0 ? option : option.subarray(0, length);
}

function offerOf(option: 43 | 125 | 17, list: Suboptions, note: Note): AcsOffer {
  const { url, provisioningCode, wait, multiplier } = codes[option];
  // Option 125 mostly holds identities alone.
  const says = list.has(url) || list.has(provisioningCode) || list.has(wait) || list.has(multiplier);
  if (!says) return noOffer;
  const name = optionNames[option];
  const text = (code: number) => suboptionText(list, code, name, note);
  const found = usableUrl(text(url), () => `Sub-option ${url} of ${name}`, note);
  const codeText = text(provisioningCode);
  const fits = codeText === undefined || printable(codeText, optionLimits.instanceBytesMax);
  if (!fits) note(`Sub-option ${provisioningCode} of ${name} is not printable text: it is ignored`);
  return {
    url: found,
    provisioningCode: fits ? (codeText ?? null) : null,
    retryWaitSeconds: number(
      text(wait),
      1,
      () => `The retry wait (sub-option ${wait} of ${name})`,
      "s",
      note,
    ),
    retryMultiplier: number(
      text(multiplier),
      1000,
      () => `The retry multiplier (sub-option ${multiplier} of ${name})`,
      "thousandths",
      note,
    ),
    option: found === null ? null : option,
  };
}

/** 3.1: an absolute http or https URL; of the length that ManagementServer.URL has. */
function usableUrl(text: string | undefined, name: () => string, note: Note): string | null {
  if (text === undefined) return null;
  if (text.length > optionLimits.urlCharsMax)
    note(
      `${name} has ${text.length} characters, and a URL at most ${optionLimits.urlCharsMax}: it is ignored`,
    );
  else if (/[^\x21-\x7e]/.test(text) || !isAcsUrl(text))
    note(`${name()} is no absolute http or https URL without credentials: it is ignored`);
  else return text;
  return null;
}

/** Numbers are sent as decimal text. A number that is read is reported, whether it is used or not. */
function number(
  text: string | undefined,
  min: number,
  name: () => string,
  unit: string,
  note: Note,
): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (value < min || value > 65_535) {
    note(`${name()} is not a number from ${min} to 65535: it is ignored`);
    return null;
  }
  note(`${name()} is ${value} ${unit}`);
  return value;
}
