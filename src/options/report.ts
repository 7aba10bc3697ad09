/** Rule: the Options of the device as GetOptions and `cwmpd options` report them. TR-069 A.4.1.4. */
import type { ConfigView } from "../ports/config.ts";
import { type Place, sectionAt } from "../voucher/settings.ts";
import { type OptionStruct, optionStruct } from "../voucher/struct.ts";
import { optionOf } from "./machine.ts";
import type { OptionsState } from "./state.ts";

/** An Option for people and scripts. */
export interface OptionReport {
  readonly name: string;
  readonly state: "off" | "scheduled" | "on";
  /** UTC milliseconds; null: not in force, or without a beginning or an end. */
  readonly from: number | null;
  readonly until: number | null;
  /** Why it is off; null: it is not. */
  readonly because: string | null;
  /** VSerialNum of its voucher; "": none. */
  readonly voucher: string;
  readonly transferable: boolean;
  readonly setUp: boolean;
  /** Whether the function that the Option switches has the state of the Option; false: it is being tried. */
  readonly inStep: boolean;
  /** Switches that have failed since the last one that worked. */
  readonly failures: number;
}

/** @returns one for each Option that the configuration names, in its order */
export function optionReports(state: OptionsState, view: ConfigView): readonly OptionReport[] {
  return (state.settings ?? []).map((setting) => {
    const { name } = setting;
    const option = optionOf(state.kept, name);
    const on = option.is === "on";
    const inStep = setting.switch === undefined || state.kept.switched.get(name) === on;
    return {
      name,
      state: option.is,
      from: option.start ?? null,
      until: option.end ?? null,
      because: option.because ?? null,
      voucher: option.serial,
      transferable: option.transferable,
      setUp: setting.setUp === undefined ? on && inStep : filled(view, setting.setUp),
      inStep,
      failures: state.retries.get(name)?.failures ?? 0,
    };
  });
}

export const optionStructs = (state: OptionsState, view: ConfigView): readonly OptionStruct[] =>
  optionReports(state, view).map(({ name, setUp }) => optionStruct(name, optionOf(state.kept, name), setUp));

function filled(view: ConfigView, place: Place): boolean {
  const value = sectionAt(view, place)?.options.get(place.option) ?? "";
  return value.length > 0;
}
