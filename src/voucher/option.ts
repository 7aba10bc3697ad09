/** Codec: one Option specification of a voucher. TR-069 C.3 Tables 67 and 68, Figure 5. */
import { parseDateTime } from "../datetime.ts";
import { trimmed } from "../space.ts";
import { dsigNamespace } from "./algorithms.ts";
import { voucherLimits } from "./limits.ts";
import { VoucherRefused } from "./verdict.ts";
import { isBlank, type XmlElement } from "./xml.ts";

export const modes = ["Disable", "EnableWithExpiration", "EnableWithoutExpiration"] as const;
export const units = ["Days", "Months"] as const;

export interface Duration {
  readonly count: number;
  readonly units: (typeof units)[number];
}

/** The identity of a device. Table 68; the Manufacturer is for display only. */
export interface DeviceIdentity {
  readonly oui: string;
  readonly productClass: string;
  readonly serialNumber: string;
}

export interface OptionSpec {
  /** VSerialNum. */
  readonly serial: string;
  readonly device: DeviceIdentity;
  /** OptionIdent. */
  readonly name: string;
  /** OptionDesc. */
  readonly description: string;
  readonly mode: (typeof modes)[number];
  /** StartDate, UTC milliseconds; undefined: at once. */
  readonly start: number | undefined;
  /** Only with EnableWithExpiration. */
  readonly duration: Duration | undefined;
  readonly transferable: boolean;
}

const wrong = (what: string) => new VoucherRefused("malformed", `Cannot read Option: ${what}`);

/** @param object the root of the canonical form of a dsig:Object: the value read from it is the value that was signed
 * @throws VoucherRefused */
export function readOption(object: XmlElement): OptionSpec {
  const [option, ...others] = object.children;
  if (object.uri !== dsigNamespace || object.local !== "Object" || !isBlank(object.text))
    throw wrong("it does not stand in an Object");
  if (option === undefined || others.length > 0 || option.local !== "Option" || option.uri !== "")
    throw wrong("expected one Option without namespace in the Object");
  return fieldsOf(option);
}

function fieldsOf(option: XmlElement): OptionSpec {
  const text = (name: string, max: number) => textOf(option, name, max);
  const name = text("OptionIdent", voucherLimits.nameCharsMax);
  if (!name) throw wrong("OptionIdent is missing");
  const serial = text("VSerialNum", voucherLimits.nameCharsMax);
  if (!serial) throw wrong("VSerialNum is missing");
  const mode = oneOf("Mode", text("Mode", voucherLimits.nameCharsMax), modes);
  const start = startOf(text("StartDate", voucherLimits.nameCharsMax));
  return {
    serial,
    device: deviceOf(childOf(option, "DeviceId")),
    name,
    description: text("OptionDesc", voucherLimits.descriptionCharsMax) ?? "",
    mode,
    start: mode === "Disable" ? undefined : start,
    duration: mode === "EnableWithExpiration" ? durationOf(option) : undefined,
    transferable: booleanOf(text("Transferable", voucherLimits.nameCharsMax)),
  };
}

/** Elements with other names are particular to an Option and are passed over (C.3). */
function childOf(element: XmlElement, name: string): XmlElement | undefined {
  const [first, second] = element.children.filter((child) => child.local === name && child.uri === "");
  if (second !== undefined) throw wrong(`${name} stands in it twice`);
  return first;
}

/** @returns undefined: there is no such element */
function textOf(element: XmlElement, name: string, max: number): string | undefined {
  const child = childOf(element, name);
  if (child === undefined) return undefined;
  if (child.children.length > 0) throw wrong(`${name} holds elements`);
  const text = trimmed(child.text);
  // Characters, not the halves of those beyond 16 bits.
  if (text.length > max && [...text].length > max) throw wrong(`${name} has more than ${max} characters`);
  return text;
}

function oneOf<T extends string>(name: string, text: string | undefined, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined)
    throw wrong(
      `${name} is ${text === undefined ? "missing" : JSON.stringify(text)}; expected ${choices.join(", ")}`,
    );
  return found;
}

function deviceOf(element: XmlElement | undefined): DeviceIdentity {
  if (element === undefined) throw wrong("DeviceId is missing");
  const field = (name: string) => {
    const text = textOf(element, name, voucherLimits.nameCharsMax);
    if (text === undefined) throw wrong(`${name} of DeviceId is missing`);
    return text;
  };
  textOf(element, "Manufacturer", voucherLimits.nameCharsMax);
  return { oui: field("OUI"), productClass: field("ProductClass"), serialNumber: field("SerialNumber") };
}

/** The compact form of the examples in C.3: no dashes, no zone, UTC. */
const compact = /^(\d{4})(\d\d)(\d\d)T(\d\d:\d\d:\d\d)$/;

/** Unknown Time is no date, as everywhere (A.2.1). */
function startOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = parseDateTime(text.replace(compact, "$1-$2-$3T$4Z"));
  if (time === undefined || time.is === "sinceBoot")
    throw wrong(`StartDate is ${JSON.stringify(text)}, no dateTime`);
  return time.is === "time" ? time.ms : undefined;
}

function durationOf(option: XmlElement): Duration {
  const text = textOf(option, "Duration", voucherLimits.nameCharsMax);
  if (text === undefined) throw wrong("Duration is missing, which EnableWithExpiration requires");
  const count = /^\+?\d{1,20}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= voucherLimits.unsignedIntMax))
    throw wrong(`Duration is ${JSON.stringify(text)}, no unsignedInt`);
  return {
    count,
    units: oneOf("DurationUnits", textOf(option, "DurationUnits", voucherLimits.nameCharsMax), units),
  };
}

const booleans: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

function booleanOf(text: string | undefined): boolean {
  if (text === undefined) return false;
  if (!Object.hasOwn(booleans, text))
    throw wrong(`Transferable is ${JSON.stringify(text)}; expected true or false`);
  return booleans[text]!;
}
