/** Handler: the arguments of Inform. TR-069 A.3.3.1 Table 34. */

import { writeLocalTime } from "../datetime.ts";
import { Fault } from "../errors.ts";
import type { Model, Moment } from "../model/session.ts";
import type { Now } from "../ports/clock.ts";
import type { DeviceIdStruct, EventStruct, ParameterValueStruct } from "../rpc/messages.ts";
import type { Args } from "../rpc/table.ts";

export interface InformFacts {
  readonly deviceId: DeviceIdStruct;
  readonly events: readonly EventStruct[];
  /** Parameters that have changed since the last Inform. */
  readonly changed: readonly string[];
  readonly retryCount: number;
  readonly now: Now;
  /** Minutes east of UTC. */
  readonly zone: number;
  /** The latest reading of the device, if there is one. */
  readonly moment: Moment | undefined;
}

/** ParameterList holds the parameters of every Inform, the changed ones, and those the ACS wants with these events
 * (InformParameter), each once, and nothing else: that is right with and without 4 VALUE CHANGE. */
export async function informArgs(model: Model, facts: InformFacts): Promise<Args<"Inform">> {
  const always = await model.informParameters(facts.moment);
  const listed = new Set(always.map((p) => p.Name));
  const changed = await present(
    model,
    facts.changed.filter((name) => !listed.has(name)),
  );
  for (const { Name } of changed) listed.add(Name);
  const wanted = model.wanted(facts.events.map(({ EventCode }) => EventCode));
  const asked = await present(
    model,
    wanted.filter((name) => !listed.has(name)),
  );
  // All changed parameters may have vanished by now; then there is no change to report (A.3.3.1, A.3.2.4).
  const none = changed.length === 0 && !facts.changed.some((name) => listed.has(name));
  return {
    DeviceId: facts.deviceId,
    Event: none ? facts.events.filter((e) => e.EventCode !== "4 VALUE CHANGE") : facts.events,
    MaxEnvelopes: 1,
    CurrentTime: writeLocalTime(facts.now, facts.zone),
    RetryCount: facts.retryCount,
    ParameterList: [...always, ...changed, ...asked],
  };
}

/** A parameter may have been removed with its object since it changed; that is no change to report (A.3.2.4). */
async function present(model: Model, names: readonly string[]): Promise<readonly ParameterValueStruct[]> {
  const values: ParameterValueStruct[] = [];
  for (const name of names) {
    try {
      values.push(...(await model.values([name])));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  return values;
}
