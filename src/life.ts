/** Machine: one turn of all the machines. TR-069 3.7.1.5.
 *
 * An event steps its machine. The notices that follow from it are heard by the other machines in the same turn,
 * and theirs in their turn, until no notice is left. So changes that belong together are saved together, before
 * any deed of them.
 *
 * A room hangs its machine in with two lines here, in `Parts` and in `machines`, and with its performers in engine.ts.
 * Never: a machine that steps another one; a deed that is performed before the whole turn is on disk. */
import {
  type AssociationDeed,
  type AssociationEvent,
  type AssociationState,
  associationMachine,
} from "./dhcp/association.ts";
import type { AssociationKept } from "./dhcp/devices.ts";
import {
  type DiscoveryDeed,
  type DiscoveryEvent,
  type DiscoveryState,
  discoveryMachine,
} from "./dhcp/discovery.ts";
import type { DiscoveryKept } from "./dhcp/found.ts";
import { diagnosticsMachine } from "./diagnostics/machine.ts";
import type {
  DiagnosticsDeed,
  DiagnosticsEvent,
  DiagnosticsKept,
  DiagnosticsState,
} from "./diagnostics/state.ts";
import { kickMachine } from "./kick/machine.ts";
import type { KickDeed, KickEvent, KickKept, KickState } from "./kick/state.ts";
import { natMachine } from "./nat/machine.ts";
import type { NatDeed, NatEvent, NatKept, NatState } from "./nat/state.ts";
import { optionsMachine } from "./options/machine.ts";
import type { OptionsDeed, OptionsEvent, OptionsKept, OptionsState } from "./options/state.ts";
import {
  type OrdersDeed,
  type OrdersEvent,
  type OrdersKept,
  type OrdersState,
  ordersMachine,
} from "./orders/machine.ts";
import type { Now } from "./ports/clock.ts";
import type { Store, Write } from "./ports/store.ts";
import { agentMachine } from "./session/agent.ts";
import type { Kept } from "./session/kept.ts";
import { turnLimits } from "./session/limits.ts";
import type { Beginning, DeedRow, Machine, Performers, Step } from "./session/machine.ts";
import type { Notice } from "./session/notice.ts";
import type { AgentDeed, AgentEvent, AgentState } from "./session/state.ts";
import { type QueueKept, queueMachine } from "./transfer/machine.ts";
import type { QueueDeed, QueueEvent, QueueState } from "./transfer/state.ts";
import { trialMachine } from "./trial/machine.ts";
import type { TrialDeed, TrialEvent, TrialKept, TrialState } from "./trial/state.ts";

/** The types of each machine. */
interface Parts {
  readonly agent: Part<AgentState, Kept, AgentEvent, AgentDeed>;
  readonly transfer: Part<QueueState, QueueKept, QueueEvent, QueueDeed>;
  readonly discovery: Part<DiscoveryState, DiscoveryKept, DiscoveryEvent, DiscoveryDeed>;
  readonly association: Part<AssociationState, AssociationKept, AssociationEvent, AssociationDeed>;
  readonly options: Part<OptionsState, OptionsKept, OptionsEvent, OptionsDeed>;
  readonly nat: Part<NatState, NatKept, NatEvent, NatDeed>;
  readonly diagnostics: Part<DiagnosticsState, DiagnosticsKept, DiagnosticsEvent, DiagnosticsDeed>;
  readonly orders: Part<OrdersState, OrdersKept, OrdersEvent, OrdersDeed>;
  readonly kick: Part<KickState, KickKept, KickEvent, KickDeed>;
  readonly trial: Part<TrialState, TrialKept, TrialEvent, TrialDeed>;
}

const machines: Machines = {
  agent: agentMachine,
  transfer: queueMachine,
  discovery: discoveryMachine,
  association: associationMachine,
  options: optionsMachine,
  nat: natMachine,
  diagnostics: diagnosticsMachine,
  orders: ordersMachine,
  kick: kickMachine,
  trial: trialMachine,
};

interface Part<State, Kept, Event, Deed extends { readonly do: string }> {
  readonly state: State;
  readonly kept: Kept;
  readonly event: Event;
  readonly deed: Deed;
}

type Name = keyof Parts;
type MachineOf<P> = P extends Part<infer S, infer K, infer E, infer D> ? Machine<S, K, E, D> : never;
type Machines = { readonly [N in Name]: MachineOf<Parts[N]> };

export type Life = { readonly [N in Name]: Parts[N]["state"] };
export type LifeKept = { readonly [N in Name]: Parts[N]["kept"] };
export type LifeEvent = { readonly [N in Name]: { readonly to: N; readonly event: Parts[N]["event"] } }[Name];
export type LifeDeed = { readonly [N in Name]: { readonly of: N; readonly deed: Parts[N]["deed"] } }[Name];
export type LifePerformers = {
  readonly [N in Name]: Performers<Parts[N]["deed"], Parts[N]["event"]>;
};

export interface Turn {
  readonly life: Life;
  readonly deeds: readonly LifeDeed[];
}

const names = Object.keys(machines) as readonly Name[];

/** Any machine, whose own types the caller does not look into. */
type Some = Machine<unknown, unknown, unknown, { readonly do: string }>;
const machine = (name: Name): Some => machines[name] as unknown as Some;

/** Reads the rows that are on disk. */
export const loadLife = (store: Pick<Store, "all" | "marked">): LifeKept =>
  Object.fromEntries(names.map((name) => [name, machine(name).load(store)])) as unknown as LifeKept;

/** The first turn of a process. */
export function beginLife(kept: LifeKept, from: Beginning): Turn {
  const begun = names.map((name) => [name, machine(name).start(kept[name], from)] as const);
  const life = Object.fromEntries(begun.map(([name, step]) => [name, step.state])) as unknown as Life;
  return turned(life, begun, from.now);
}

/** @param event `woke`: a machine has wanted to be woken, and all of them are
 * @param roll chance in [0, 1) for this turn */
export function turn(life: Life, now: Now, roll: number, event: LifeEvent | "woke"): Turn {
  const first = event === "woke" ? names : [event.to];
  const what = event === "woke" ? { on: "woke" } : event.event;
  const steps = first.map((name) => [name, machine(name).step(life[name], now, roll, what)] as const);
  return turned(life, steps, now);
}

/** Lets the machines hear each other until no notice is left. */
function turned(
  before: Life,
  first: readonly (readonly [Name, Step<unknown, { readonly do: string }>])[],
  now: Now,
): Turn {
  let life = before;
  const deeds: LifeDeed[] = [];
  const told: { readonly by: Name; readonly notice: Notice }[] = [];
  const take = (name: Name, step: Step<unknown, { readonly do: string }>) => {
    if (step.state !== life[name]) life = { ...life, [name]: step.state } as Life;
    for (const deed of step.deeds) deeds.push({ of: name, deed } as LifeDeed);
    for (const notice of step.notices ?? []) told.push({ by: name, notice });
  };
  for (const [name, step] of first) take(name, step);
  for (const { by, notice } of told) {
    if (told.length > turnLimits.noticesMax)
      throw new Error(`The machines tell each other without end: ${notice.tell}`);
    for (const name of names) if (name !== by) take(name, machine(name).hear(life[name], now, notice));
  }
  return { life, deeds };
}

/** Tells when a machine wants to be woken, on the monotonic clock; undefined: none does. Only machines that have moved
 * since the last question are asked. */
export function wakeTimes(): (life: Life) => number | undefined {
  const times = new Map<Name, number | undefined>();
  let asked: Life | undefined;
  return (life) => {
    let first: number | undefined;
    for (const name of names) {
      if (life[name] !== asked?.[name]) times.set(name, machine(name).nextWake(life[name]));
      const at = times.get(name);
      if (at !== undefined && (first === undefined || at < first)) first = at;
    }
    asked = life;
    return first;
  };
}

export const keptOf = (life: Life): LifeKept =>
  Object.fromEntries(names.map((name) => [name, machine(name).kept(life[name])])) as unknown as LifeKept;

/** True where something differs from `saved` that a promise depends on. Only machines that have moved can differ.
 * @param judged the state in which nothing of the kind differed */
export function presses(saved: LifeKept, judged: Life | undefined, life: Life): boolean {
  return names.some(
    (name) =>
      life[name] !== judged?.[name] && machine(name).pressing(saved[name], machine(name).kept(life[name])),
  );
}

/** The rows by which `after` differs. */
export const rowsBetween = (before: LifeKept, after: LifeKept): readonly Write[] =>
  names.flatMap((name) => machine(name).differences(before[name], after[name]));

/** Every deed that there is, by machine: its row says whether it speaks, the event of its failure, whether it may be
 * late. */
export const deedTables: { readonly [N in Name]: Readonly<Record<string, DeedRow<unknown>>> } =
  Object.fromEntries(names.map((name) => [name, machine(name).deeds])) as never;

export const deedRow = ({ of, deed }: LifeDeed): DeedRow<unknown> => deedTables[of][deed.do]!;
