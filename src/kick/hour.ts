/** Rule: the number of kicks accepted in an hour, and of log lines about refused kicks. TR-069 D.4. */
import type { Now } from "../ports/clock.ts";
import { kickLimits as limits } from "./limits.ts";
import type { KickDeed, KickState } from "./state.ts";

export interface Admission {
  readonly is: boolean;
  readonly state: KickState;
  readonly deeds: readonly KickDeed[];
}

/** Passes a kick on or refuses it, and counts either.
 * @param room a further kick can wait for the ACS */
export function admit(state: KickState, now: Now, client: string, room: boolean): Admission {
  const hour = state.hour.filter((one) => now.mono - one.at < limits.hourMs);
  const ofClient = hour.filter((one) => one.client === client).length;
  if (room && hour.length < state.perHour && ofClient < state.perClient)
    return { is: true, state: { ...state, hour: [...hour, { at: now.mono, client }] }, deeds: [] };
  return { is: false, ...refused({ ...state, hour }, now, client) };
}

/** D.4: a refused kick is a security violation. The log reports it at once, then once a minute for each client. */
function refused(state: KickState, now: Now, client: string): Pick<Admission, "state" | "deeds"> {
  const recent = [...state.refusals].filter(
    ([, one]) => one.count > 0 || now.mono - one.spokenAt < limits.spokenMs,
  );
  const refusals = new Map(recent);
  const key = refusals.has(client) || refusals.size < limits.spokenClientsMax ? client : "others";
  const { count, spokenAt } = refusals.get(key) ?? { count: 0, spokenAt: Number.NEGATIVE_INFINITY };
  const speaks = now.mono - spokenAt >= limits.spokenMs;
  refusals.set(key, speaks ? { count: 0, spokenAt: now.mono } : { count: count + 1, spokenAt });
  const what = "Security: more kicks in an hour than the limit allows; no Kicked is sent";
  const deeds: KickDeed[] = speaks ? [{ do: "tell", what, fields: { client: key, refused: count + 1 } }] : [];
  return { state: { ...state, refusals }, deeds };
}
