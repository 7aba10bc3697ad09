/** Rule: the effect of a list of vouchers on the Options of a device. TR-069 A.4.1.3, C.3.
 *
 * The list is all or nothing. A voucher is known by its trust anchor and its serial numbers: the same one again has no
 * effect, so that no old voucher undoes a newer one; another one under the same numbers is refused. */
import type { FaultCode } from "../errors.ts";
import { voucherLimits } from "./limits.ts";
import type { DeviceIdentity, OptionSpec } from "./option.ts";
import { applied, neverEnabled, type OptionState, passed } from "./state.ts";
import { serialNumber } from "./struct.ts";
import { refusals, type Verdict, VoucherRefused } from "./verdict.ts";
import type { VerifiedVoucher } from "./verify.ts";

export interface VoucherState {
  /** By OptionIdent. */
  readonly options: ReadonlyMap<string, OptionState>;
  /** Digests of the vouchers that have been applied, by trust anchor and serial number. */
  readonly seen: ReadonlyMap<string, string>;
  /** Options whose history is not known: only their OptionStruct is reported. */
  readonly told: ReadonlySet<string>;
}

export interface Device {
  readonly identity: DeviceIdentity;
  /** OptionIdents that it has. */
  readonly options: ReadonlySet<string>;
  /** ProvisioningCode. */
  readonly provider: string;
}

export interface VoucherFault {
  readonly code: FaultCode;
  readonly text: string;
}

export interface Plan {
  readonly fault: VoucherFault | undefined;
  /** A verdict for each voucher of the list. */
  readonly verdicts: readonly Verdict[];
  /** As before where there is a fault. */
  readonly state: VoucherState;
}

/** @param list in the order in which they are applied; one that did not verify is why
 * @param at when they are applied, UTC milliseconds */
export function plan(
  before: VoucherState,
  list: readonly (VerifiedVoucher | VoucherRefused)[],
  device: Device,
  at: number,
): Plan {
  const verdicts: Verdict[] = [];
  const faults: VoucherFault[] = [];
  let state: VoucherState = { ...before, options: over(before.options, at) };
  for (const [index, voucher] of list.entries()) {
    const refused = voucher instanceof VoucherRefused ? voucher : undefined;
    const done = voucher instanceof VoucherRefused ? voucher : take(state, voucher, device, at);
    if (done instanceof VoucherRefused) {
      verdicts.push(done.verdict);
      const text = list.length === 1 ? done.message : `Voucher ${index + 1}: ${done.message}`;
      faults.push({ code: refusals[(refused ?? done).verdict].code, text });
    } else {
      verdicts.push(done.verdict);
      state = done.state;
    }
  }
  const fault = worst(faults);
  return { fault, verdicts, state: fault === undefined ? state : before };
}

/** Annex C fixes Request Denied for a voucher that is not for the device, even if the voucher has other faults. */
const worst = (faults: readonly VoucherFault[]): VoucherFault | undefined =>
  faults.find(({ code }) => code === 9001) ?? faults[0];

const over = (options: VoucherState["options"], at: number): Map<string, OptionState> =>
  new Map(Array.from(options, ([name, state]) => [name, passed(state, at)]));

type Taken = { readonly verdict: "valid" | "repeated"; readonly state: VoucherState };

function take(
  state: VoucherState,
  voucher: VerifiedVoucher,
  device: Device,
  at: number,
): Taken | VoucherRefused {
  const wrong = misdirected(voucher, device);
  if (wrong !== undefined) return wrong;
  const options = new Map(state.options);
  const seen = new Map(state.seen);
  const told = new Set(state.told);
  let effect = false;
  const known = new Map(state.seen);
  for (const spec of voucher.options) {
    const key = `${voucher.anchor} ${spec.serial}`;
    const digest = known.get(key);
    if (digest !== undefined && digest !== voucher.digest)
      return refuse("serial", `it has the serial number ${JSON.stringify(spec.serial)} of another voucher`);
    seen.set(key, voucher.digest);
    const next = applied(spec, at, device.provider);
    if (next === undefined)
      return refuse("malformed", `the end of the Option ${quoted(spec)} is past the year 9999`);
    const old = told.has(spec.name)
      ? fromStruct(options.get(spec.name), spec)
      : digest !== undefined
        ? "repeated"
        : "new";
    if (old === "other")
      return refuse("serial", `it has the serial number ${JSON.stringify(spec.serial)} of another voucher`);
    if (old === "repeated") continue;
    options.set(spec.name, next);
    told.delete(spec.name);
    effect = true;
  }
  if (seen.size > voucherLimits.rememberedMax)
    return refuse("full", `the device remembers ${voucherLimits.rememberedMax} vouchers; that is the most`);
  return { verdict: effect ? "valid" : "repeated", state: { options, seen, told } };
}

const quoted = (spec: OptionSpec): string => JSON.stringify(spec.name);

const refuse = (
  verdict: "serial" | "malformed" | "full" | "device" | "option",
  what: string,
): VoucherRefused => new VoucherRefused(verdict, `The voucher is refused: ${what}`);

function misdirected(
  { options }: VerifiedVoucher,
  { identity, options: has }: Device,
): VoucherRefused | undefined {
  for (const { device } of options) {
    const names = ["oui", "productClass", "serialNumber"] as const;
    const other = names.find((name) => device[name] !== identity[name]);
    if (other !== undefined)
      return refuse("device", `it is for another device (${words[other]} ${JSON.stringify(device[other])})`);
  }
  const unknown = options.find(({ name }) => !has.has(name));
  return unknown && refuse("option", `the device has no Option ${quoted(unknown)}`);
}

const words = { oui: "OUI", productClass: "ProductClass", serialNumber: "SerialNumber" } as const;

/** A voucher as far as its OptionStruct shows it: rising numbers give the order in which vouchers were made. */
function fromStruct(state: OptionState = neverEnabled, spec: OptionSpec): "new" | "repeated" | "other" {
  const [told, number] = [serialNumber(state.serial), serialNumber(spec.serial)];
  if (told === 0 || number === 0 || number > told) return "new";
  if (number < told) return state.is === "off" && spec.mode !== "Disable" ? "repeated" : "new";
  if (state.is === "off") return "repeated";
  const bounded = spec.mode === "EnableWithExpiration";
  return spec.mode !== "Disable" &&
    bounded === (state.end !== undefined) &&
    spec.transferable === state.transferable
    ? "repeated"
    : "other";
}
