/** Handler: the methods that concern the device as a whole. TR-069 A.3.1.1, A.3.2.9, A.4.1.2, A.4.1.6. */
import { Fault } from "../errors.ts";
import type { Args } from "../rpc/table.ts";
import type { Done } from "./effect.ts";
import { scheduleLimits } from "./limits.ts";

/** A.3.1.1: every method that is served. */
export const getRpcMethods = (served: readonly string[]): Done<"GetRPCMethods"> => ({
  reply: { MethodList: served },
});

/** A.3.2.9: answered now, done after the session has ended cleanly, once however often it was asked for. */
export const reboot = (args: Args<"Reboot">): Done<"Reboot"> => ({
  reply: {},
  effects: [{ is: "reboot", commandKey: args.CommandKey }],
});

/** A.4.1.6: like a reboot, after the session.
 * @param obstacle why a reset is known to be impossible on this device; undefined: nothing speaks against it
 * @throws Fault 9001 with the obstacle: only a reset that can be carried out is promised */
export function factoryReset(obstacle: string | undefined): Done<"FactoryReset"> {
  if (obstacle !== undefined) throw new Fault(9001, `A factory reset is impossible: ${obstacle}`);
  return { reply: {}, effects: [{ is: "factoryReset" }] };
}

/** A.4.1.2. @param waiting calls that have not fallen due yet
 * @throws Fault 9003 for no delay, 9001 when too many wait */
export function scheduleInform(args: Args<"ScheduleInform">, waiting: number): Done<"ScheduleInform"> {
  const { DelaySeconds: delaySeconds, CommandKey: commandKey } = args;
  if (delaySeconds < 1) throw new Fault(9003, "DelaySeconds is 0; it must be greater than zero");
  if (waiting >= scheduleLimits.waitingMax) {
    throw new Fault(9001, `${waiting} scheduled Informs wait already; let one fall due first`);
  }
  return { reply: {}, effects: [{ is: "scheduleInform", commandKey, delaySeconds }] };
}
