/** Rule: devices, sessions and tasks in the state. */
import { acsLimits } from "./limits.ts";
import type { AcsDeed, AcsEvent, AcsState, Device, Session } from "./state.ts";

/** The map with one more entry at its end, and at most `max` of them. */
export function bounded<V>(map: ReadonlyMap<string, V>, key: string, value: V, max: number): Map<string, V> {
  const next = new Map(map);
  if (!next.has(key) && next.size >= max) next.delete(next.keys().next().value!);
  return next.set(key, value);
}

export function withDevice(state: AcsState, key: string, change: Partial<Device>): AcsState {
  const device = state.devices.get(key);
  if (device === undefined) return state;
  return { ...state, devices: new Map(state.devices).set(key, { ...device, ...change }) };
}

export function sessionOf(state: AcsState, device: string): Session | undefined {
  for (const session of state.sessions.values()) if (session.device === device) return session;
  return undefined;
}

/** 3.7.2.4: a session in which nothing was received for 30 s counts as over. */
export function inSession(state: AcsState, device: string, now: number): boolean {
  const session = sessionOf(state, device);
  return session !== undefined && now - session.heardAt < acsLimits.sessionMs;
}

export function queued(
  state: AcsState,
  event: Extract<AcsEvent, { on: "tasks" }>,
): { readonly state: AcsState; readonly deeds: readonly AcsDeed[] } {
  const device = state.devices.get(event.device);
  if (device === undefined) return { state, deeds: [] };
  const tasks = [...device.tasks, ...event.tasks].slice(0, acsLimits.tasksMax);
  const deeds: AcsDeed[] = inSession(state, device.key, event.now)
    ? []
    : [{ do: "ring", device: device.key }];
  return { state: withDevice(state, device.key, { tasks }), deeds };
}
