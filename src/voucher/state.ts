/** Rule: the state of an Option, as changed by a voucher, by time and by a change of provider. TR-069 C.2, C.3, Table
 * 52.
 *
 *   off        never enabled, or disabled: by a voucher, by its expiration, by a change of provider
 *   scheduled  a voucher enables it at a later time
 *   on         enabled; with an end or without one
 *
 * Never: an Option that time or a change of provider has ended is enabled again by itself, even if the clock jumps
 * afterwards. Only a voucher that has not been applied before enables it again. */
import type { Duration, OptionSpec } from "./option.ts";

export interface OptionState {
  readonly is: "off" | "scheduled" | "on";
  /** VSerialNum of the voucher that has set it so; "": none has. */
  readonly serial: string;
  /** UTC milliseconds of its beginning; undefined while it is off. */
  readonly start: number | undefined;
  /** UTC milliseconds of its expiration; undefined: it has none, or is off. */
  readonly end: number | undefined;
  readonly transferable: boolean;
  /** The ProvisioningCode when the voucher was applied: the service provider. */
  readonly provider: string;
  /** Why it is off. */
  readonly because: "never enabled" | "disabled" | "expired" | "provider changed" | undefined;
}

export const neverEnabled: OptionState = {
  is: "off",
  serial: "",
  start: undefined,
  end: undefined,
  transferable: false,
  provider: "",
  because: "never enabled",
};

const off = (state: OptionState, because: OptionState["because"]): OptionState => ({
  ...state,
  is: "off",
  start: undefined,
  end: undefined,
  because,
});

/** @param at when the voucher is applied, UTC milliseconds
 * @returns undefined: its end is past the year 9999 */
export function applied(spec: OptionSpec, at: number, provider: string): OptionState | undefined {
  const { serial, transferable, duration } = spec;
  const start = spec.start ?? at;
  const set: OptionState = {
    is: "scheduled",
    serial,
    start,
    end: undefined,
    transferable,
    provider,
    because: undefined,
  };
  if (spec.mode === "Disable") return off(set, "disabled");
  if (duration === undefined) return passed(set, at);
  const end = endOf(start, duration);
  return end === undefined ? undefined : passed({ ...set, end }, at);
}

/** The state at that time: Options begun and ended by then. */
export function passed(state: OptionState, at: number): OptionState {
  if (state.is === "off") return state;
  if (state.end !== undefined && state.end <= at) return off(state, "expired");
  return state.is === "scheduled" && state.start !== undefined && state.start <= at
    ? { ...state, is: "on" }
    : state;
}

/** C.2: any other ProvisioningCode is another service provider. */
export const provided = (state: OptionState, provider: string): OptionState =>
  state.is === "off" || state.transferable || state.provider === provider
    ? state
    : off(state, "provider changed");

/** When time changes it next, UTC milliseconds; undefined: never. */
export const turnOf = (state: OptionState): number | undefined =>
  state.is === "off" ? undefined : state.is === "scheduled" ? state.start : state.end;

/** When a duration that begins at `start` is over, UTC milliseconds. A month later is the same day of the month, or
 * the last one of a month that is too short. Table 67.
 * @returns undefined: past the year 9999, which no dateTime can express */
function endOf(start: number, { count, units }: Duration): number | undefined {
  const end = units === "Days" ? start + count * 86_400_000 : addMonths(start, count);
  return end <= lastMoment ? end : undefined;
}

const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59);

function addMonths(start: number, count: number): number {
  const date = new Date(start);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  if (Number.isNaN(date.getTime())) return Number.POSITIVE_INFINITY;
  const days = new Date(date);
  days.setUTCMonth(days.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(day, days.getUTCDate()));
  return date.getTime();
}
