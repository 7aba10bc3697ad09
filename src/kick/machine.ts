/** Machine: browsers that wait for the URL that the ACS names. TR-069 Annex D, A.4.2.1, 3.7.1.5 Table 7.
 *
 *   waiting    the Kicked of the kick is an errand of the machine of sessions, announced by 5 KICKED
 *   ended      the outcome of the kick is kept for a while, so that a waiting page finds it
 *
 * A repeated kick of one browser joins the kick that waits. A kick is given up when its session fails, when the ACS
 * takes too long, and when no browser asks for the outcome. The machine then withdraws the errand.
 * Never: a Kicked for a browser of the process before; more Kicked in an hour than the settings allow. */
import type { Now } from "../ports/clock.ts";
import type { Write } from "../ports/store.ts";
import type { DeedTable, Machine, Step, Woke } from "../session/machine.ts";
import type { Notice, Report } from "../session/notice.ts";
import type { Settings } from "../settings.ts";
import { asking, declined, downloaded, downloading } from "./asks.ts";
import { admit } from "./hour.ts";
import { kickLimits as limits } from "./limits.ts";
import type { Ask, Kick, KickDeed, KickEvent, KickKept, KickState, Outcome } from "./state.ts";

type KickStep = Step<KickState, KickDeed>;

const refs = { kick: "kick ", ask: "ask " } as const;

const ticketOf = (kind: keyof typeof refs, ref: string): string | undefined =>
  ref.startsWith(refs[kind]) ? ref.slice(refs[kind].length) : undefined;

/** 3.7.1.5: the CPE must attempt once to deliver every event. Table 7 leaves more attempts of 5 KICKED to the CPE. */
const withdrawal = ({ tickets: [ticket], carried }: Kick): Notice => ({
  tell: "withdraw",
  ref: `${refs.kick}${ticket}`,
  events: carried ? "drop" : "keep",
});

const readSettings = ({ enabled, url, lan }: Settings) => ({
  manageable: enabled && url !== "",
  perHour: lan.kicksPerHour,
  perClient: lan.kicksPerClient,
});

/** The kick that the request has made or joined. */
export const kickOf = ({ kicks }: Pick<KickState, "kicks">, ticket: string): Kick | undefined =>
  kicks.find(({ tickets }) => tickets.includes(ticket));

/** The browsers of the last process have disconnected, so that no Kicked is sent for them. The event 5 KICKED stays:
 * the next Inform reports to the ACS that a kick has failed. */
function start(kept: KickKept, { settings }: { readonly settings: Settings }): KickStep {
  const notices = kept.open.map(
    (ticket): Notice => ({ tell: "withdraw", ref: `${refs.kick}${ticket}`, events: "keep" }),
  );
  const state = { kept: { ...kept, open: [] }, kicks: [], hour: [], refusals: new Map() };
  return { state: { ...state, ...readSettings(settings) }, deeds: [], notices };
}

function step(state: KickState, now: Now, _roll: number, event: KickEvent | Woke): KickStep {
  switch (event.on) {
    case "woke":
      return passed(state, now);
    case "kicked":
      return kicked(state, now, event);
    case "released":
      return touched(state, event.ticket, (kick) => ({
        ...kick,
        seen: now.mono,
        held: Math.max(0, kick.held - 1),
      }));
    case "asked":
      return touched(state, event.ticket, (kick) => ({ ...kick, seen: now.mono }));
    case "wished":
      return wished(state, now, event);
  }
}

function touched(state: KickState, ticket: string, change: (kick: Kick) => Kick): KickStep {
  const kick = kickOf(state, ticket);
  return {
    state: kick === undefined ? state : { ...state, kicks: replaced(state.kicks, kick, change(kick)) },
    deeds: [],
  };
}

const replaced = (kicks: readonly Kick[], old: Kick, by: Kick): readonly Kick[] =>
  kicks.map((one) => (one === old ? by : one));

function kicked(before: KickState, now: Now, event: Extract<KickEvent, { on: "kicked" }>): KickStep {
  const { ticket, client, args } = event;
  const key = JSON.stringify([client, event.browser, args]);
  const same = before.kicks.find(
    (one) =>
      one.key === key &&
      one.end === undefined &&
      now.mono - one.at < limits.joinMs &&
      one.tickets.length < limits.ticketsMax,
  );
  if (same !== undefined) {
    const joined = { ...same, tickets: [...same.tickets, ticket], seen: now.mono, held: same.held + 1 };
    return { state: { ...before, kicks: replaced(before.kicks, same, joined) }, deeds: [] };
  }
  const made: Kick = {
    tickets: [ticket],
    key,
    at: now.mono,
    seen: now.mono,
    held: 1,
    carried: false,
    end: undefined,
  };
  if (!before.manageable) return ended(withKick(before, made), made, { is: "unmanaged" }, now);
  const waiting = before.kicks.filter((one) => one.end === undefined).length;
  const admitted = admit(before, now, client, waiting < limits.pendingMax);
  if (!admitted.is) return ended(withKick(admitted.state, made), made, { is: "limit" }, now, admitted.deeds);
  const state = withKick(admitted.state, made);
  const report: Report = {
    ref: `${refs.kick}${ticket}`,
    method: "Kicked",
    args,
    events: [{ code: "5 KICKED" }],
    why: "a browser on the LAN has been sent to the kick page",
  };
  const kept = { ...state.kept, open: [...state.kept.open, ticket] };
  return { state: { ...state, kept }, deeds: [], notices: [{ tell: "report", report }] };
}

const withKick = (state: KickState, kick: Kick): KickState => ({ ...state, kicks: [...state.kicks, kick] });

/** @param more deeds that are done along with the end of the kick */
function ended(
  state: KickState,
  kick: Kick,
  outcome: Outcome,
  now: Now,
  more: readonly KickDeed[] = [],
  notices: readonly Notice[] = [],
): KickStep {
  const over: Kick = { ...kick, end: { outcome, at: now.mono } };
  const open = state.kept.open.filter((ticket) => ticket !== kick.tickets[0]);
  const kept = open.length === state.kept.open.length ? state.kept : { ...state.kept, open };
  const settle: KickDeed = { do: "settle", tickets: kick.tickets };
  return {
    state: { ...state, kept, kicks: replaced(state.kicks, kick, over) },
    deeds: [...more, settle],
    notices,
  };
}

function wished(before: KickState, now: Now, event: Extract<KickEvent, { on: "wished" }>): KickStep {
  const admitted = admit(before, now, event.client, before.manageable);
  if (!admitted.is) return { state: admitted.state, deeds: before.manageable ? admitted.deeds : [] };
  const { ticket, fileType } = event;
  const state = withAsks(admitted.state, asking(admitted.state.kept.asks, ticket, fileType));
  const report: Report = {
    ref: `${refs.ask}${ticket}`,
    method: "RequestDownload",
    args: { FileType: fileType, FileTypeArg: [] },
    events: [{ code: "9 REQUEST DOWNLOAD" }],
    why: "a person at the device requests a file",
  };
  return { state, deeds: [], notices: [{ tell: "report", report }] };
}

const withAsks = (state: KickState, asks: KickKept["asks"]): KickState =>
  asks === state.kept.asks ? state : { ...state, kept: { ...state.kept, asks } };

/** Gives up each of these kicks. */
function endedAll(before: KickState, which: (kick: Kick) => boolean, outcome: Outcome, now: Now): KickStep {
  return before.kicks
    .filter((kick) => kick.end === undefined && which(kick))
    .reduce<KickStep>(
      (done, kick) => {
        const next = ended(done.state, kick, outcome, now, [], [withdrawal(kick)]);
        return {
          state: next.state,
          deeds: [...done.deeds, ...next.deeds],
          notices: [...(done.notices ?? []), ...(next.notices ?? [])],
        };
      },
      { state: before, deeds: [] },
    );
}

/** The time at which a kick without an answer is given up. */
const endOf = (kick: Kick): number =>
  kick.held > 0 ? kick.at + limits.lateMs : Math.min(kick.at + limits.lateMs, kick.seen + limits.unseenMs);

function passed(before: KickState, now: Now): KickStep {
  const done = endedAll(before, (kick) => now.mono >= endOf(kick), { is: "late" }, now);
  const kicks = done.state.kicks.filter(({ end }) => end === undefined || now.mono < end.at + limits.keptMs);
  return kicks.length === done.state.kicks.length ? done : { ...done, state: { ...done.state, kicks } };
}

function hear(state: KickState, now: Now, notice: Notice): KickStep {
  switch (notice.tell) {
    case "settings":
      return { state: { ...state, ...readSettings(notice.settings) }, deeds: [] };
    case "sessionBegan":
      return { state: { ...state, kicks: carried(state.kicks) }, deeds: [] };
    case "sessionEnded":
      return notice.failure === undefined
        ? { state, deeds: [] }
        : endedAll(state, (kick) => kick.carried, { is: "away" }, now);
    case "effect":
      return {
        state:
          notice.effect.is === "download"
            ? withAsks(state, downloading(state.kept.asks, notice.effect.args))
            : state,
        deeds: [],
      };
    case "report":
      return {
        state:
          notice.report.method === "TransferComplete"
            ? withAsks(state, downloaded(state.kept.asks, notice.report.args))
            : state,
        deeds: [],
      };
    case "confirmed":
      return notice.method === "Kicked"
        ? answered(state, now, notice.ref, notice.reply.NextURL)
        : { state, deeds: [] };
    case "refused":
      return notice.kept ? { state, deeds: [] } : failed(state, now, notice.ref, { is: "refused" });
    case "discarded":
      return failed(state, now, notice.ref, { is: "gone" });
    default:
      return { state, deeds: [] };
  }
}

const carried = (kicks: readonly Kick[]): readonly Kick[] =>
  kicks.some((kick) => kick.end === undefined && !kick.carried)
    ? kicks.map((kick) => ({ ...kick, carried: true }))
    : kicks;

/** The ACS may send the browser to the page of progress and order a download later. The ticket of the kick then names
 * the ask, too. */
function answered(state: KickState, now: Now, ref: string, url: string): KickStep {
  const ticket = ticketOf("kick", ref);
  const kick = ticket === undefined ? undefined : kickOf(state, ticket);
  if (ticket === undefined || kick === undefined || kick.end !== undefined) return { state, deeds: [] };
  const follows = leadsToProgress(url);
  const asked = follows ? withAsks(state, asking(state.kept.asks, ticket, "")) : state;
  return ended(asked, kick, { is: "next", url, ask: follows ? ticket : "" }, now);
}

/** Whether NextURL is the page of progress, without a query. */
const leadsToProgress = (url: string): boolean => url === "/progress.html";

function failed(state: KickState, now: Now, ref: string, outcome: Outcome): KickStep {
  const ask = ticketOf("ask", ref);
  if (ask !== undefined) return { state: withAsks(state, declined(state.kept.asks, ask)), deeds: [] };
  const ticket = ticketOf("kick", ref);
  const kick = ticket === undefined ? undefined : kickOf(state, ticket);
  return kick === undefined || kick.end !== undefined
    ? { state, deeds: [] }
    : ended(state, kick, outcome, now);
}

function nextWake({ kicks }: KickState): number | undefined {
  const times = kicks.map((kick) => (kick.end === undefined ? endOf(kick) : kick.end.at + limits.keptMs));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Shelf "kick": a row for each kick that is open and for each ask, by ticket. */
function load(store: { all(shelf: "kick"): Map<string, unknown> }): KickKept {
  const rows = [...store.all("kick")];
  const open = rows.flatMap(([key]) => ticketOf("kick", key) ?? []);
  const asks = rows
    .flatMap(([key, row]) => {
      const ticket = ticketOf("ask", key);
      const { at, ask } = row as { readonly at: number; readonly ask: Ask };
      return ticket === undefined ? [] : [{ ticket, at, ask }];
    })
    .sort((a, b) => a.at - b.at);
  return { open, asks: new Map(asks.map(({ ticket, ask }) => [ticket, ask])) };
}

function differences(before: KickKept, after: KickKept): Write<"src/kick">[] {
  const write = (key: string, value: unknown): Write<"src/kick"> => ({ shelf: "kick", key, value });
  const closed = before.open.filter((ticket) => !after.open.includes(ticket));
  const opened = after.open.filter((ticket) => !before.open.includes(ticket));
  const gone = [...before.asks.keys()].filter((ticket) => !after.asks.has(ticket));
  const asks = [...after.asks].map(([ticket, ask], at) => ({ ticket, ask, at }));
  const places = new Map([...before.asks.keys()].map((ticket, at) => [ticket, at]));
  const other = asks.filter(
    ({ ticket, ask, at }) => before.asks.get(ticket) !== ask || places.get(ticket) !== at,
  );
  return [
    ...closed.map((ticket) => write(`${refs.kick}${ticket}`, null)),
    ...opened.map((ticket) => write(`${refs.kick}${ticket}`, true)),
    ...gone.map((ticket) => write(`${refs.ask}${ticket}`, null)),
    ...other.map(({ ticket, ask, at }) => write(`${refs.ask}${ticket}`, { at, ask })),
  ];
}

const deeds: DeedTable<KickDeed, KickEvent> = {
  tell: { words: "write to the log", mute: true, onFailure: undefined, late: "counts" },
  // If this deed is not done, the browser still finds the outcome by its waiting page.
  settle: { words: "answer a browser", mute: false, onFailure: undefined, late: "counts" },
};

export const kickMachine: Machine<KickState, KickKept, KickEvent, KickDeed> = {
  load,
  start,
  step,
  hear,
  nextWake,
  kept: ({ kept }) => kept,
  differences,
  pressing: (before, after) => before.open !== after.open || before.asks !== after.asks,
  deeds,
};
