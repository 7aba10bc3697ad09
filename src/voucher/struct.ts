/** Codec: an Option as GetOptions reports it, and back. TR-069 A.4.1.4 Table 52. */
import { parseDateTime, unknownTime, writeDateTime } from "../datetime.ts";
import { Malformed } from "../errors.ts";
import { voucherLimits } from "./limits.ts";
import { neverEnabled, type OptionState } from "./state.ts";

/** Table 52. */
export interface OptionStruct {
  readonly OptionName: string;
  readonly VoucherSN: number;
  readonly State: number;
  readonly Mode: number;
  readonly StartDate: string;
  readonly ExpirationDate: string;
  readonly IsTransferable: boolean;
}

const stateBit = { enabled: 1, setUp: 2 } as const;

/** A VSerialNum is a text and a VoucherSN a number: 0 replaces a text that is no unsignedInt. */
export const serialNumber = (serial: string): number =>
  /^\d{1,20}$/.test(serial) && Number(serial) <= voucherLimits.unsignedIntMax ? Number(serial) : 0;

/** @param setUp whether the user has done the steps that the Option needs to be fully operational */
export function optionStruct(name: string, state: OptionState, setUp: boolean): OptionStruct {
  const mode = state.is === "off" ? 0 : state.end === undefined ? 2 : 1;
  const date = (ms: number | undefined) =>
    mode === 1 && ms !== undefined ? writeDateTime({ is: "time", ms }) : unknownTime;
  return {
    OptionName: name,
    VoucherSN: serialNumber(state.serial),
    State: (state.is === "on" ? stateBit.enabled : 0) + (setUp ? stateBit.setUp : 0),
    Mode: mode,
    StartDate: date(state.start),
    ExpirationDate: date(state.end),
    IsTransferable: state.transferable,
  };
}

export interface Told {
  readonly name: string;
  readonly state: OptionState;
  readonly setUp: boolean;
}

/** A list of OptionStructs in JSON: the states that they describe.
 * @param provider the ProvisioningCode that the Options belong to
 * @throws Malformed */
export function readOptionStructs(json: string, provider: string): readonly Told[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Malformed("it is not JSON");
  }
  if (!Array.isArray(value)) throw new Malformed("expected a list of OptionStruct");
  return value.map((one: unknown, index) => told(one, `OptionStruct ${index + 1}`, provider));
}

function told(value: unknown, what: string, provider: string): Told {
  if (typeof value !== "object" || value === null) throw new Malformed(`${what} is no object`);
  const members = value as { readonly [K in keyof OptionStruct]?: unknown };
  const number = (name: keyof OptionStruct, max: number): number => {
    const found = members[name] ?? 0;
    if (typeof found !== "number" || !Number.isInteger(found) || found < 0 || found > max)
      throw new Malformed(`${name} of ${what} is no whole number up to ${max}`);
    return found;
  };
  const date = (name: "StartDate" | "ExpirationDate"): number | undefined => {
    const text = members[name] ?? unknownTime;
    const time = typeof text === "string" ? parseDateTime(text) : undefined;
    if (time === undefined) throw new Malformed(`${name} of ${what} is no dateTime`);
    return time.is === "time" ? time.ms : undefined;
  };
  const { OptionName: name, IsTransferable: transferable = false } = members;
  if (typeof name !== "string" || name === "") throw new Malformed(`${what} has no OptionName`);
  if (![true, false, 0, 1].includes(transferable as boolean))
    throw new Malformed(`IsTransferable of ${what} is no boolean`);
  const [serial, bits, mode] = [
    number("VoucherSN", voucherLimits.unsignedIntMax),
    number("State", 3),
    number("Mode", 2),
  ];
  const [start, end] = [date("StartDate"), date("ExpirationDate")];
  if (mode === 1 && end === undefined)
    throw new Malformed(`ExpirationDate of ${what} is missing, which Mode 1 has`);
  const common = {
    ...neverEnabled,
    serial: serial === 0 ? "" : String(serial),
    transferable: transferable === true || transferable === 1,
    provider,
  };
  const setUp = (bits & stateBit.setUp) !== 0;
  if (mode === 0) return { name, setUp, state: serial === 0 ? common : { ...common, because: "disabled" } };
  const is = (bits & stateBit.enabled) !== 0 ? "on" : "scheduled";
  const dates = mode === 1 ? { start, end } : { start: undefined, end: undefined };
  return { name, setUp, state: { ...common, is, ...dates, because: undefined } };
}
