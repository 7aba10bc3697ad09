/** Machine: the Options of the device: they begin and end in time, and the values they switch follow. TR-069 C.2.
 *
 * An Option is off, scheduled or on (voucher/state.ts). The machine also keeps how the Option was switched last.
 * If both differ, the Option is switched, again and again until that works. Before a switch begins, the record of the
 * last one is removed from disk: after a crash at any point the Option is switched once more.
 *
 * While the clock is not known to be right, no Option begins or ends, and vouchers wait.
 * Never: an Option that ends because the configuration cannot be read. */
import { writeDateTime } from "../datetime.ts";
import type { Now } from "../ports/clock.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Beginning, DeedTable, Machine, Step, Woke } from "../session/machine.ts";
import type { Notice } from "../session/notice.ts";
import type { Settings } from "../settings.ts";
import { type Device, plan } from "../voucher/plan.ts";
import { neverEnabled, type OptionState, passed, provided, turnOf } from "../voucher/state.ts";
import type { VoucherRefused } from "../voucher/verdict.ts";
import type { VerifiedVoucher } from "../voucher/verify.ts";
import { optionLimits } from "./limits.ts";
import type { OptionsDeed, OptionsEvent, OptionsKept, OptionsState } from "./state.ts";

type OptionsStep = Step<OptionsState, OptionsDeed>;

/** The shelf of each part. */
const shelves = {
  options: "option",
  seen: "voucher",
  waiting: "waiting",
  switched: "switched",
  warned: "warned",
} as const satisfies Record<keyof OptionsKept, string>;

const parts = Object.keys(shelves) as readonly (keyof OptionsKept)[];

const load = (store: Pick<Store<"src/options">, "all">): OptionsKept =>
  Object.fromEntries(parts.map((part) => [part, store.all(shelves[part])])) as unknown as OptionsKept;

function differences(before: OptionsKept, after: OptionsKept): Write<"src/options">[] {
  return parts.flatMap((part) => {
    const [old, now]: ReadonlyMap<string, unknown>[] = [before[part], after[part]];
    if (old === now) return [];
    const keys = new Set([...old!.keys(), ...now!.keys()]);
    const changed = [...keys].filter((key) => old!.get(key) !== now!.get(key));
    return changed.map((key) => ({ shelf: shelves[part], key, value: now!.get(key) ?? null }));
  });
}

const read = (settings: Settings) => ({ settings: settings.options, provider: settings.provisioningCode });

function start(kept: OptionsKept, { settings, now }: Beginning): OptionsStep {
  const state: OptionsState = {
    kept,
    ...read(settings),
    switching: new Set(),
    retries: new Map(),
    checking: undefined,
    held: false,
    due: undefined,
  };
  return advance(state, now);
}

function step(state: OptionsState, now: Now, _roll: number, event: OptionsEvent | Woke): OptionsStep {
  switch (event.on) {
    case "woke":
      return advance(state, now);
    case "switched":
      return advance(switched(state, event.name, event.turned), now);
    case "unswitched": {
      const failures = (state.retries.get(event.name)?.failures ?? 0) + 1;
      const wait = Math.min(optionLimits.retryMsFirst * 2 ** (failures - 1), optionLimits.retryMsMax);
      const retries = new Map(state.retries).set(event.name, { failures, at: now.mono + wait });
      const what = `Cannot turn the Option ${event.name} ${event.turned ? "on" : "off"}; next try in ${wait / 1000} s: ${event.why}`;
      const next = advance({ ...state, retries, switching: without(state.switching, event.name) }, now);
      return { ...next, deeds: [{ do: "tell", level: "warn", what }, ...next.deeds] };
    }
    case "checked":
      return checked(state, now, event.number, event.list, event.device);
    case "unsaved": {
      const failed = { failures: 1, at: now.mono + optionLimits.retryMsFirst };
      const retries = new Map([
        ...state.retries,
        ...[...state.switching].map((name) => [name, failed] as const),
      ]);
      return advance({ ...state, retries, switching: new Set() }, now);
    }
    case "unchecked":
      return { state: { ...state, checking: undefined }, deeds: [] };
  }
}

function hear(state: OptionsState, now: Now, notice: Notice): OptionsStep {
  if (notice.tell === "settings") return advance({ ...state, ...read(notice.settings) }, now);
  if (notice.tell === "sessionEnded")
    return state.held ? advance({ ...state, held: false }, now) : { state, deeds: [] };
  if (notice.tell !== "effect" || notice.effect.is !== "vouchers") return { state, deeds: [] };
  const { list, encoded, device } = notice.effect;
  if (list.length === 0) return { state, deeds: [] };
  // In their order: a voucher that waits is older, and must not undo a newer one.
  if (now.known && state.kept.waiting.size === 0)
    return applying({ ...state, held: true }, now, list, device);
  const numbers = [...state.kept.waiting.keys()].map(Number);
  const number = String(Math.max(0, ...numbers) + 1);
  const waiting = new Map(state.kept.waiting).set(number, { vouchers: encoded, provider: device.provider });
  return {
    state: { ...state, held: true, kept: { ...state.kept, waiting } },
    deeds: [{ do: "tell", level: "info", what: "Vouchers wait until the clock is known to be right" }],
  };
}

/** A list that was waiting: it is applied as it was received, or discarded as a whole. */
function checked(
  before: OptionsState,
  now: Now,
  number: string,
  list: readonly (VerifiedVoucher | VoucherRefused)[],
  device: Device,
): OptionsStep {
  const waiting = new Map(before.kept.waiting);
  waiting.delete(number);
  return applying({ ...before, checking: undefined, kept: { ...before.kept, waiting } }, now, list, device);
}

function applying(
  state: OptionsState,
  now: Now,
  list: readonly (VerifiedVoucher | VoucherRefused)[],
  device: Device,
): OptionsStep {
  const { options, seen } = state.kept;
  const planned = plan({ options, seen, told: new Set() }, list, device, now.wall);
  if (planned.fault !== undefined) {
    const what = `Vouchers that waited are dropped: ${planned.fault.text}`;
    const next = advance(state, now);
    return { ...next, deeds: [{ do: "tell", level: "warn", what }, ...next.deeds] };
  }
  const kept = { ...state.kept, options: planned.state.options, seen: planned.state.seen };
  const told = changes(options, kept.options);
  const next = advance({ ...state, kept }, now);
  return { ...next, deeds: [...told, ...next.deeds] };
}

function switched(state: OptionsState, name: string, turned: boolean): OptionsState {
  const retries = new Map(state.retries);
  retries.delete(name);
  const kept = { ...state.kept, switched: new Map(state.kept.switched).set(name, turned) };
  return { ...state, kept, retries, switching: without(state.switching, name) };
}

const without = (set: ReadonlySet<string>, name: string): ReadonlySet<string> =>
  new Set([...set].filter((one) => one !== name));

/** Takes the steps that follow from the state and the time alone. */
function advance(before: OptionsState, now: Now): OptionsStep {
  const options = turned(before, now);
  let state: OptionsState =
    options === before.kept.options ? before : { ...before, kept: { ...before.kept, options } };
  const deeds: OptionsDeed[] = [...changes(before.kept.options, options)];
  const ending = warnings(state, now);
  if (ending.size > 0) {
    state = { ...state, kept: { ...state.kept, warned: new Map([...state.kept.warned, ...ending]) } };
    for (const [name, end] of ending)
      deeds.push({ do: "tell", level: "info", what: `The Option ${name} ends at ${stamp(end)}` });
  }
  const [number, waiting] = [...state.kept.waiting][0] ?? [];
  if (now.known && state.checking === undefined && number !== undefined && waiting !== undefined) {
    state = { ...state, checking: number };
    deeds.push({ do: "check", number, waiting });
  }
  const switches = switchesOf(state, now);
  if (switches.length > 0) {
    const begun = switches.map(({ setting }) => setting.name);
    const known = new Map([...state.kept.switched].filter(([name]) => !begun.includes(name)));
    state = {
      ...state,
      switching: new Set([...state.switching, ...begun]),
      kept: { ...state.kept, switched: known },
    };
    deeds.push(...switches);
  }
  return { state: { ...state, due: dueOf(state, now) }, deeds };
}

/** The Options after the changes that time and the provider cause; the same map if there are none. */
function turned({ kept, provider }: OptionsState, now: Now): OptionsKept["options"] {
  const after = new Map(
    Array.from(kept.options, ([name, state]) => {
      const timely = now.known ? passed(state, now.wall) : state;
      return [name, provider === undefined ? timely : provided(timely, provider)];
    }),
  );
  return [...after].some(([name, state]) => kept.options.get(name) !== state) ? after : kept.options;
}

const stamp = (ms: number): string => writeDateTime({ is: "time", ms });

function changes(before: OptionsKept["options"], after: OptionsKept["options"]): OptionsDeed[] {
  return [...after].flatMap(([name, state]) => {
    if (before.get(name) === state) return [];
    return [{ do: "tell", level: "info", what: `The Option ${name} is ${sentence(state)}` } as const];
  });
}

function sentence(state: OptionState): string {
  if (state.is === "off") return `off: ${state.because}`;
  const until = state.end === undefined ? "" : ` until ${stamp(state.end)}`;
  return state.is === "on" ? `on${until}` : `to be turned on at ${stamp(state.start ?? 0)}${until}`;
}

function warnings({ kept }: OptionsState, now: Now): ReadonlyMap<string, number> {
  if (!now.known) return new Map();
  const soon = [...kept.options].flatMap(([name, { is, end }]) =>
    is === "on" && end !== undefined && end - now.wall <= optionLimits.warnMs && kept.warned.get(name) !== end
      ? [[name, end] as const]
      : [],
  );
  return new Map(soon);
}

function switchesOf(state: OptionsState, now: Now): Extract<OptionsDeed, { do: "switch" }>[] {
  if (state.held) return [];
  const { kept, switching, retries } = state;
  return (state.settings ?? []).flatMap((setting) => {
    const { name } = setting;
    const on = kept.options.get(name)?.is === "on";
    const rests = switching.has(name) || (retries.get(name)?.at ?? 0) > now.mono;
    if (setting.switch === undefined || rests || kept.switched.get(name) === on) return [];
    return [{ do: "switch", setting, on }];
  });
}

function dueOf({ kept, retries }: OptionsState, now: Now): number | undefined {
  const times = [...retries.values()].map(({ at }) => at).filter((at) => at > now.mono);
  for (const [name, state] of now.known ? kept.options : []) {
    const turn = turnOf(state);
    if (turn !== undefined) times.push(now.mono + Math.max(0, turn - now.wall));
    const warn = state.end === undefined ? undefined : state.end - optionLimits.warnMs;
    if (warn !== undefined && warn > now.wall && kept.warned.get(name) !== state.end)
      times.push(now.mono + warn - now.wall);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}

const deeds: DeedTable<OptionsDeed, OptionsEvent> = {
  tell: { words: "write to the log", mute: true, onFailure: undefined, late: "counts" },
  switch: { words: "switch an Option", mute: false, onFailure: () => ({ on: "unsaved" }), late: "counts" },
  check: {
    words: "verify vouchers that waited",
    mute: false,
    onFailure: () => ({ on: "unchecked" }),
    late: "counts",
  },
};

export const optionsMachine: Machine<OptionsState, OptionsKept, OptionsEvent, OptionsDeed> = {
  load,
  start,
  step,
  hear,
  nextWake: ({ due }) => due,
  kept: ({ kept }) => kept,
  differences,
  pressing: (before, after) => parts.some((part) => before[part] !== after[part]),
  deeds,
};

/** The state of an Option that the device has. */
export const optionOf = ({ options }: OptionsKept, name: string): OptionState =>
  options.get(name) ?? neverEnabled;
