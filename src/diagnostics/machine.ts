/** Machine: the diagnostics that the ACS requests: the start of each, and the report of its result. TR-098
 * IPPingDiagnostics.DiagnosticsState, TR-143 4.3; TR-069 3.7.1.5.
 *
 * A test begins after the session in which it was asked for, one at a time. Setting another argument of it ends it;
 * asking for it again ends it and begins it anew. When the last one has ended, 8 DIAGNOSTICS COMPLETE is reported.
 * Results stay until the test is run again or the device boots.
 *
 * What never happens: two tests at a time; a result of a test that was ended. */
import type { Edit } from "../ports/config.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Beginning, DeedTable, Machine, Step, Woke } from "../session/machine.ts";
import type { Notice } from "../session/notice.ts";
import { edited } from "./edited.ts";
import { afterBoot, ended, failed, type KeptSection, kinds } from "./sections.ts";
import type { DiagnosticsDeed, DiagnosticsEvent, DiagnosticsKept, DiagnosticsState } from "./state.ts";

type DiagnosticsStep = Step<DiagnosticsState, DiagnosticsDeed>;

/** Shelf "diagnostic": a row for each section, and the boot. */
const bootKey = "boot";

function load(store: Pick<Store<"src/diagnostics">, "all">): DiagnosticsKept {
  const rows = store.all("diagnostic");
  const boot = String(rows.get(bootKey) ?? "");
  const found = [...rows].filter(([key]) => key !== bootKey) as [string, KeptSection][];
  return { sections: new Map(found.toSorted(([a], [b]) => inOrder(a, b))), boot };
}

/** Hops by their number. */
const inOrder = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

function start(kept: DiagnosticsKept, { settings, boot }: Beginning): DiagnosticsStep {
  const sections = kept.boot === boot ? kept.sections : afterBoot(kept.sections);
  const same = kept.boot === boot || kept.sections.size === 0;
  const state: DiagnosticsState = {
    kept: same ? kept : { sections, boot },
    boot,
    session: false,
    // The agent was restarted without a boot of the device: tests that the ACS has asked for are still run.
    waiting: kinds.filter((kind) => sections.get(kind)?.options.state === "Requested"),
    running: undefined,
    number: 0,
    untold: false,
    echo: settings.udpEcho,
  };
  return proceed({ state, deeds: [{ do: "echo", settings: settings.udpEcho }] });
}

function step(
  state: DiagnosticsState,
  _now: unknown,
  _roll: number,
  event: DiagnosticsEvent | Woke,
): DiagnosticsStep {
  if (event.on === "written") return proceed(written(state, event.edits));
  if (event.on === "woke" || state.running?.number !== event.number) return { state, deeds: [] };
  const { kind, canceled } = state.running;
  const rested = { ...state, running: undefined };
  if (canceled) return proceed({ state: rested, deeds: [] });
  const kept = { ...state.kept, sections: ended(state.kept.sections, kind, event.outcome) };
  return proceed({ state: { ...rested, kept, untold: true }, deeds: [] });
}

function written(state: DiagnosticsState, edits: readonly Edit[]): DiagnosticsStep {
  const kept = { sections: edited(state.kept.sections, edits), boot: state.boot };
  const touched = kinds.filter((kind) => edits.some(({ section }) => section === kind));
  const wanted = touched.filter((kind) => kept.sections.get(kind)?.options.state === "Requested");
  const waiting = [...state.waiting.filter((kind) => !touched.includes(kind)), ...wanted];
  const { running } = state;
  const stops = running !== undefined && !running.canceled && touched.includes(running.kind);
  return {
    state: { ...state, kept, waiting, ...(stops && { running: { ...running, canceled: true } }) },
    deeds: stops ? [{ do: "cancel", number: running.number }] : [],
  };
}

/** Begins the next test, and reports when no test is left. */
function proceed(before: DiagnosticsStep): DiagnosticsStep {
  const { state, deeds } = before;
  if (state.running !== undefined) return before;
  const [kind, ...waiting] = state.waiting;
  if (kind === undefined)
    return state.untold ? { state: { ...state, untold: false }, deeds, notices: [complete] } : before;
  if (state.session) return before;
  const number = state.number + 1;
  const options = state.kept.sections.get(kind)?.options ?? {};
  return {
    state: { ...state, waiting, number, running: { kind, number, canceled: false } },
    deeds: [...deeds, { do: "run", number, kind, options }],
  };
}

const complete: Notice = {
  tell: "occurred",
  code: "8 DIAGNOSTICS COMPLETE",
  why: "a diagnostic has ended",
};

function hear(state: DiagnosticsState, notice: Notice): DiagnosticsStep {
  switch (notice.tell) {
    case "sessionBegan":
      return { state: { ...state, session: true }, deeds: [] };
    case "sessionEnded":
      return proceed({ state: { ...state, session: false }, deeds: [] });
    case "settings": {
      const echo = notice.settings.udpEcho;
      if (JSON.stringify(echo) === JSON.stringify(state.echo)) return { state, deeds: [] };
      return { state: { ...state, echo }, deeds: [{ do: "echo", settings: echo }] };
    }
    default:
      return { state, deeds: [] };
  }
}

function differences(before: DiagnosticsKept, after: DiagnosticsKept): Write<"src/diagnostics">[] {
  const write = (key: string, value: unknown): Write<"src/diagnostics"> => ({
    shelf: "diagnostic",
    key,
    value,
  });
  const names = new Set([...before.sections.keys(), ...after.sections.keys()]);
  const changed = [...names].filter((name) => before.sections.get(name) !== after.sections.get(name));
  return [
    ...changed.map((name) => write(name, after.sections.get(name) ?? null)),
    ...(before.boot === after.boot ? [] : [write(bootKey, after.boot)]),
  ];
}

const deeds: DeedTable<DiagnosticsDeed, DiagnosticsEvent> = {
  run: {
    words: "run a diagnostic",
    mute: false,
    onFailure: (_error, { number }) => ({ on: "ended", number, outcome: failed("Error_Internal") }),
    late: "counts",
  },
  cancel: { words: "end a diagnostic", mute: true, onFailure: undefined, late: "counts" },
  echo: { words: "serve UDP echo", mute: true, onFailure: undefined, late: "counts" },
};

export const diagnosticsMachine: Machine<
  DiagnosticsState,
  DiagnosticsKept,
  DiagnosticsEvent,
  DiagnosticsDeed
> = {
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
