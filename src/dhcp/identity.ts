/** Codec: Device Identity and Gateway Identity as sub-options of enterprise 3561. TR-069 F.2.5 Table 83. */
import type { DeviceIdStruct } from "../rpc/messages.ts";
import { isOui } from "../settings.ts";
import { optionLimits } from "./limits.ts";
import type { Note } from "./options.ts";
import type { Suboption, Suboptions } from "./suboptions.ts";
import { printable, suboptionText } from "./text.ts";

/** F.1.1: the three-tuple that names a Device or a Gateway. An absent product class is the empty string. */
export interface Identity {
  readonly oui: string;
  readonly serial: string;
  readonly productClass: string;
}

/** As Inform reports it (A.3.3.1 Table 36). */
export const identityOf = ({ OUI, SerialNumber, ProductClass }: DeviceIdStruct): Identity => ({
  oui: OUI,
  serial: SerialNumber,
  productClass: ProductClass,
});

/** Table 83: the codes of the three elements, by whose identity it is. */
const codes = {
  device: { oui: 1, serial: 2, productClass: 3 },
  gateway: { oui: 4, serial: 5, productClass: 6 },
} as const;

export type Whose = keyof typeof codes;

/** F.2.5: a Device always says OUI and serial number; without both there is no Device Identity. */
export function readDevice(list: Suboptions, note: Note): Identity | null {
  if (!says("device", list)) return null;
  const { oui, serial, productClass } = elements("device", list, note);
  if (oui === "" || serial === "") {
    note(
      "The Device Identity lacks a usable OUI (sub-option 1) or serial number (sub-option 2): it counts as none",
    );
    return null;
  }
  return { oui, serial, productClass };
}

/** F.2.2: each element that is missing is the empty string. `null`: the option says nothing of a Gateway. */
export function readGateway(list: Suboptions, note: Note): Identity | null {
  return says("gateway", list) ? elements("gateway", list, note) : null;
}

function says(whose: Whose, list: Suboptions): boolean {
  const { oui, serial, productClass } = codes[whose];
  return list.has(oui) || list.has(serial) || list.has(productClass);
}

function elements(whose: Whose, list: Suboptions, note: Note): Identity {
  const { oui, serial, productClass } = codes[whose];
  const text = (code: number, fits: (text: string) => boolean, expected: string): string => {
    const found = suboptionText(list, code, "option 125", note);
    if (found === undefined || found === "" || fits(found)) return found ?? "";
    note(`Sub-option ${code} of option 125 is not ${expected}: it is ignored`);
    return "";
  };
  const short = (value: string) => printable(value, optionLimits.instanceBytesMax);
  const words = "printable text";
  return {
    oui: text(oui, isOui, "an OUI of six hexadecimal digits"),
    serial: text(serial, short, words),
    productClass: text(productClass, short, words),
  };
}

/** F.2.5: product class is left out only where there is none. No sub-option ends in a NUL (R-F.2.5-11). */
export function identitySuboptions(whose: Whose, identity: Identity): readonly Suboption[] {
  const encoder = new TextEncoder();
  const { oui, serial, productClass } = codes[whose];
  const one = (code: number, text: string): Suboption => ({ code, body: encoder.encode(text) });
  return [
    one(oui, identity.oui),
    one(serial, identity.serial),
    ...(identity.productClass === "" ? [] : [one(productClass, identity.productClass)]),
  ];
}
