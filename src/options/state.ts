/** Table: the state of vouchers and Options, their events and their deeds. TR-069 Annex C. */
import type { Device, VoucherState } from "../voucher/plan.ts";
import type { OptionSetting } from "../voucher/settings.ts";
import type { VoucherRefused } from "../voucher/verdict.ts";
import type { VerifiedVoucher } from "../voucher/verify.ts";

/** A list that was accepted while the clock was not known to be right. */
export interface Waiting {
  /** Base64, as they were received: they are verified again, with dates, when the clock is right. */
  readonly vouchers: readonly string[];
  /** The ProvisioningCode when they were received. */
  readonly provider: string;
}

export interface OptionsKept {
  readonly options: VoucherState["options"];
  /** Digests of the vouchers that have been applied, by trust anchor and serial number. */
  readonly seen: VoucherState["seen"];
  /** By their number. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** How each Option was switched last; none: not known, because a switch has begun and not ended. */
  readonly switched: ReadonlyMap<string, boolean>;
  /** Ends that the log has announced, UTC milliseconds. */
  readonly warned: ReadonlyMap<string, number>;
}

export interface OptionsState {
  readonly kept: OptionsKept;
  /** undefined: the configuration cannot be read; the present state stays. */
  readonly settings: readonly OptionSetting[] | undefined;
  /** ProvisioningCode; undefined: it cannot be read. */
  readonly provider: string | undefined;
  /** Options that are being switched. */
  readonly switching: ReadonlySet<string>;
  /** Options whose last switch failed, with when the next is due on the monotonic clock. */
  readonly retries: ReadonlyMap<string, { readonly failures: number; readonly at: number }>;
  /** The waiting list that is being verified. */
  readonly checking: string | undefined;
  /** A session is under way in which vouchers were received: nothing is reloaded before it has ended. */
  readonly held: boolean;
  /** When time changes an Option next, on the monotonic clock. */
  readonly due: number | undefined;
}

export type OptionsEvent =
  | { readonly on: "switched"; readonly name: string; readonly turned: boolean }
  | { readonly on: "unswitched"; readonly name: string; readonly turned: boolean; readonly why: string }
  | {
      readonly on: "checked";
      readonly number: string;
      readonly list: readonly (VerifiedVoucher | VoucherRefused)[];
      readonly device: Device;
    }
  /** A switch was not begun, because the state could not be saved. */
  | { readonly on: "unsaved" }
  | { readonly on: "unchecked" };

export type OptionsDeed =
  | { readonly do: "tell"; readonly level: "info" | "warn"; readonly what: string }
  | { readonly do: "switch"; readonly setting: OptionSetting; readonly on: boolean }
  | { readonly do: "check"; readonly number: string; readonly waiting: Waiting };
