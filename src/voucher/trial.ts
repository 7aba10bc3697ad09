/** Rule: the effects of SetVouchers on a device, now and later, computed without a device. TR-069 A.4.1.3, C.2. */
import { type Device, plan, type VoucherFault, type VoucherState } from "./plan.ts";
import { neverEnabled, passed, provided } from "./state.ts";
import { type OptionStruct, optionStruct, type Told } from "./struct.ts";
import type { Verdict, VoucherRefused } from "./verdict.ts";
import type { VerifiedVoucher } from "./verify.ts";

/** An event after the vouchers have been received. */
export type Later =
  /** The clock says that it is then, UTC milliseconds; it may also be earlier than before. */
  | { readonly is: "time"; readonly ms: number }
  /** The ProvisioningCode becomes another one. */
  | { readonly is: "provisioning-code" }
  /** The clock is known to be right from now on. */
  | { readonly is: "clock-set" };

export interface Trial {
  readonly device: Device;
  readonly before: readonly Told[];
  /** UTC milliseconds. */
  readonly at: number;
  readonly clockKnown: boolean;
  /** The list as it verifies at a time; undefined: the time is not known. */
  readonly list: (at: number | undefined) => readonly (VerifiedVoucher | VoucherRefused)[];
  readonly later: readonly Later[];
}

export interface Tried {
  readonly fault: VoucherFault | undefined;
  readonly verdicts: readonly Verdict[];
  readonly options: readonly OptionStruct[];
  /** The Options after each event of `later`. */
  readonly after: readonly (readonly OptionStruct[])[];
}

type Options = VoucherState["options"];

const every = (options: Options, alter: (state: Told["state"]) => Told["state"]): Options =>
  new Map(Array.from(options, ([name, state]) => [name, alter(state)]));

/** While the clock is not known to be right, no Option begins or ends, and accepted vouchers wait (C.2). */
export function tryVouchers({ device, before, at, clockKnown, list, later }: Trial): Tried {
  const setUp = new Set(before.filter((one) => one.setUp).map(({ name }) => name));
  const told = new Map(before.map(({ name, state }) => [name, state]));
  const structs = (options: Options): readonly OptionStruct[] =>
    Array.from(device.options, (name) =>
      optionStruct(name, options.get(name) ?? neverEnabled, setUp.has(name)),
    );

  let state: VoucherState = { options: told, seen: new Map(), told: new Set(told.keys()) };
  if (clockKnown) state = { ...state, options: every(state.options, (one) => passed(one, at)) };
  const planned = plan(state, list(clockKnown ? at : undefined), device, at);
  let waiting = !clockKnown && planned.fault === undefined;
  if (clockKnown) state = planned.state;

  let [now, known, provider] = [at, clockKnown, device.provider];
  const result = structs(state.options);
  const after = later.map((event) => {
    if (event.is === "time") now = event.ms;
    else if (event.is === "provisioning-code") provider = `${provider}+`;
    else known = true;
    if (known && waiting) {
      waiting = false;
      state = plan(state, list(now), device, now).state;
    }
    state = {
      ...state,
      options: every(state.options, (one) => provided(known ? passed(one, now) : one, provider)),
    };
    return structs(state.options);
  });
  return { fault: planned.fault, verdicts: planned.verdicts, options: result, after };
}
