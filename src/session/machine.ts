/** Table: the parts of a machine of the turn: its start, its steps, the notices that it hears, its rows, and the table
 * of its deeds. life.ts turns all machines together; README.md explains how a room adds its machine. */
import type { Now } from "../ports/clock.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Settings } from "../settings.ts";
import type { Notice } from "./notice.ts";

/** The facts that are known when the process begins. */
export interface Beginning {
  readonly settings: Settings;
  /** Names this boot of the device: another one than last time means that the device has booted. */
  readonly boot: string;
  readonly now: Now;
}

export interface Step<State, Deed> {
  readonly state: State;
  readonly deeds: readonly Deed[];
  /** The other machines hear these in the same turn. */
  readonly notices?: readonly Notice[];
}

/** Every machine gets it when one of them has wanted to be woken. */
export interface Woke {
  readonly on: "woke";
}

/** How one deed behaves. */
export interface DeedRow<Event, Deed = never> {
  /** In words, after "Cannot": for the log. */
  readonly words: string;
  /** True: the deed sends nothing and promises nothing, so it is done although the state cannot be saved. */
  readonly mute: boolean;
  /** The event that replaces the deed when it throws, or is not done because the state cannot be saved;
   * undefined: nothing follows. */
  readonly onFailure: ((error: unknown, deed: Deed) => Event) | undefined;
  /** The use of an event that the deed causes after its session is over: the event counts or is dropped. */
  readonly late: "counts" | "dropped";
}

export type DeedTable<Deed extends { readonly do: string }, Event> = {
  readonly [D in Deed as D["do"]]: DeedRow<Event, D>;
};

/** Carries deeds out, each by its own handler. @returns the events of the outcome, in order */
export type Performers<Deed extends { readonly do: string }, Event> = {
  readonly [D in Deed as D["do"]]: (deed: D) => Promise<readonly Event[]>;
};

/** `Kept` is the part of `State` that outlasts a power cut. */
export interface Machine<State, Kept, Event, Deed extends { readonly do: string }> {
  load(store: Pick<Store, "all" | "marked">): Kept;
  start(kept: Kept, from: Beginning): Step<State, Deed>;
  /** @param roll chance in [0, 1) for this turn */
  step(state: State, now: Now, roll: number, event: Event | Woke): Step<State, Deed>;
  /** A notice of another machine; most notices do not concern a machine. */
  hear(state: State, now: Now, notice: Notice): Step<State, Deed>;
  /** When the machine wants to be woken, on the monotonic clock; undefined: never. */
  nextWake(state: State): number | undefined;
  kept(state: State): Kept;
  /** The rows by which `after` differs, on the shelves that this machine owns. */
  differences(before: Kept, after: Kept): readonly Write[];
  /** Whether something differs that must be on disk before anything is said. */
  pressing(before: Kept, after: Kept): boolean;
  readonly deeds: DeedTable<Deed, Event>;
}
