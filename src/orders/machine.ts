/** Machine: orders of the ACS, carried out one after the other when no session is under way. TR-098
 * WANIPConnection.Reset: "The device MUST initiate the reset after completion of the current CWMP session".
 *
 * Never: an order that is carried out during a session, or that a crash of the agent forgets. */
import { edited } from "../diagnostics/edited.ts";
import type { KeptSection, Sections } from "../diagnostics/sections.ts";
import type { Edit } from "../ports/config.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Beginning, DeedTable, Machine, Step, Woke } from "../session/machine.ts";
import type { Notice } from "../session/notice.ts";
import { afterBoot, nextOf, type Order, orderOf } from "./orders.ts";

export interface OrdersKept {
  readonly sections: Sections;
  /** The boot in which the orders were given. */
  readonly boot: string;
}

export interface OrdersState {
  readonly kept: OrdersKept;
  /** This boot of the device. */
  readonly boot: string;
  /** A session with the ACS is under way. */
  readonly session: boolean;
  /** The order that is being carried out. */
  readonly busy: readonly [section: string, order: KeptSection] | undefined;
}

export type OrdersEvent =
  /** The package of the orders has been written. */
  | { readonly on: "written"; readonly edits: readonly Edit[] }
  /** The order has been carried out, or cannot be. */
  | { readonly on: "carried" };

export interface OrdersDeed {
  readonly do: "carry";
  readonly order: Order;
}

type OrdersStep = Step<OrdersState, OrdersDeed>;

/** Shelf "order": a row for each section, and the boot. */
const bootKey = "boot";

function load(store: Pick<Store<"src/orders">, "all">): OrdersKept {
  const rows = store.all("order");
  const found = [...rows].filter(([key]) => key !== bootKey) as [string, KeptSection][];
  return { sections: new Map(found), boot: String(rows.get(bootKey) ?? "") };
}

function start(kept: OrdersKept, { boot }: Beginning): OrdersStep {
  const same = kept.boot === boot || kept.sections.size === 0;
  const now = same ? kept : { sections: afterBoot(kept.sections), boot };
  return proceed({ kept: now, boot, session: false, busy: undefined });
}

function step(state: OrdersState, _now: unknown, _roll: number, event: OrdersEvent | Woke): OrdersStep {
  const { kept, boot, busy } = state;
  if (event.on === "woke") return { state, deeds: [] };
  if (event.on === "written")
    return proceed({ ...state, kept: { sections: edited(kept.sections, event.edits), boot } });
  const sections = new Map(kept.sections);
  // The order that has taken its place meanwhile is still to be carried out.
  if (busy !== undefined && sections.get(busy[0]) === busy[1]) sections.delete(busy[0]);
  return proceed({ ...state, busy: undefined, kept: { ...kept, sections } });
}

function proceed(state: OrdersState): OrdersStep {
  const next = nextOf(state.kept.sections);
  if (state.session || state.busy !== undefined || next === undefined) return { state, deeds: [] };
  return { state: { ...state, busy: next }, deeds: [{ do: "carry", order: orderOf(next[1]) }] };
}

function hear(state: OrdersState, notice: Notice): OrdersStep {
  if (notice.tell === "sessionBegan") return { state: { ...state, session: true }, deeds: [] };
  return notice.tell === "sessionEnded" ? proceed({ ...state, session: false }) : { state, deeds: [] };
}

function differences(before: OrdersKept, after: OrdersKept): Write<"src/orders">[] {
  const names = new Set([...before.sections.keys(), ...after.sections.keys()]);
  const changed = [...names].filter((name) => before.sections.get(name) !== after.sections.get(name));
  return [
    ...changed.map((key) => ({ shelf: "order", key, value: after.sections.get(key) ?? null }) as const),
    ...(before.boot === after.boot ? [] : [{ shelf: "order", key: bootKey, value: after.boot } as const]),
  ];
}

const deeds: DeedTable<OrdersDeed, OrdersEvent> = {
  carry: {
    words: "carry out an order of the ACS",
    mute: false,
    onFailure: () => ({ on: "carried" }),
    late: "counts",
  },
};

export const ordersMachine: Machine<OrdersState, OrdersKept, OrdersEvent, OrdersDeed> = {
  load,
  start,
  step,
  hear: (state, _now, notice) => hear(state, notice),
  nextWake: () => undefined,
  kept: ({ kept }) => kept,
  differences,
  pressing: (before, after) => before !== after,
  deeds,
};
