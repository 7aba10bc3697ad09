/** Table: the state that the engine keeps over a power cut. One row of the "kept" shelf for each name.
 * TR-069 3.7.1.5, 3.2.1.1, 3.1. */
import type { Affinity } from "../http/affinity.ts";
import type { RootName } from "../model/roots.ts";
import type { Store, Write } from "../ports/store.ts";
import type { UrlSource } from "../settings.ts";
import type { CwmpVersion } from "../soap/names.ts";
import { type Errand, errandRows, loadErrands } from "./errands.ts";
import { type EventQueue, emptyQueue } from "./events.ts";
import type { KeptPledge, PledgeKind } from "./pledges.ts";
import type { ScheduledInform } from "./schedule.ts";

/** A parameter that the next Inform has to list (A.3.3.1), and the event number of its last change. */
export interface ChangedParameter {
  readonly name: string;
  readonly number: number;
}

/** The last session, for `status`. */
export interface LastSession {
  /** UTC ms; undefined where the clock could not be believed. */
  readonly began: number | undefined;
  readonly ended: number | undefined;
  readonly events: readonly string[];
  readonly calls: number;
  /** undefined: it ended as it should. Otherwise why not, in plain words. */
  readonly failure: string | undefined;
}

export interface Kept {
  readonly queue: EventQueue;
  readonly changed: readonly ChangedParameter[];
  /** Attempts since the last success (A.3.3.1 RetryCount). Survives a boot; the row of Table 3 does not. */
  readonly retryCount: number;
  /** Failed attempts since boot: the row of Table 3. */
  readonly failures: number;
  /** A session is under way: found after a crash, it has failed (A.3.3.1 RetryCount). The store's mark, no row. */
  readonly open: boolean;
  readonly scheduled: readonly ScheduledInform[];
  /** Requests of our own that the ACS has not answered yet. Shelf "errand", a row each. */
  readonly errands: readonly Errand[];
  /** The pledges that wait for the clean end of a session (pledges.ts). */
  readonly pledges: readonly KeptPledge[];
  /** Pledges that were given up, each with the reason, for `status`. */
  readonly broken: readonly { readonly is: PledgeKind; readonly reason: string }[];
  /** Pledges that were carried out although no session ended cleanly, for `status`; the next clean end clears them. */
  readonly forced: readonly { readonly is: PledgeKind; readonly failed: number; readonly reason: string }[];
  /** The URL that the last 0 BOOTSTRAP was for; undefined: none yet. */
  readonly acsUrl: string | undefined;
  /** The root that the last 0 BOOTSTRAP was for; undefined: one from before there were two. */
  readonly root: RootName | undefined;
  /** The CWMP version used with the ACS at that URL, and whether the ACS has taken part in a session of v1.1 (3.7.2.1);
   * undefined: the ACS has not answered yet. */
  readonly speaks: { readonly version: CwmpVersion; readonly modern: boolean } | undefined;
  /** How the ACS was found when it was first reached after factory default (R-3.1-12). */
  readonly discovery: UrlSource | undefined;
  /** The boot in which this was written. */
  readonly boot: string;
  readonly lastSession: LastSession | undefined;
}

const factoryDefaults: Kept = {
  queue: emptyQueue,
  changed: [],
  retryCount: 0,
  failures: 0,
  open: false,
  scheduled: [],
  errands: [],
  pledges: [],
  broken: [],
  forced: [],
  acsUrl: undefined,
  root: undefined,
  speaks: undefined,
  discovery: undefined,
  boot: "",
  lastSession: undefined,
};

export function load(store: Pick<Store<"src/session">, "all" | "marked">): Kept {
  const rows = store.all("kept");
  const names = Object.keys(factoryDefaults).filter((name) => rows.has(name));
  const kept = Object.fromEntries(names.map((name) => [name, rows.get(name)]));
  return { ...factoryDefaults, ...kept, errands: loadErrands(store.all("errand")), open: store.marked };
}

const members = Object.keys(factoryDefaults) as readonly (keyof Kept)[];

/** Members that no promise depends on. They are written along with the next row that a promise depends on. */
const atLeisure: readonly (keyof Kept)[] = ["lastSession", "open"];

/** True where something differs that must be on disk before anything is said. */
export const pressing = (before: Kept, after: Kept): boolean =>
  before !== after && members.some((name) => before[name] !== after[name] && !atLeisure.includes(name));

/** Members that are no row of the shelf "kept". */
const elsewhere: readonly (keyof Kept)[] = ["open", "errands"];

/** The rows by which `after` differs: values are replaced, never changed in place, so identity is enough. */
export function differences(before: Kept, after: Kept): Write<"src/session">[] {
  const changed = members.filter((name) => !elsewhere.includes(name) && before[name] !== after[name]);
  const rows = changed.map(
    (name): Write<"src/session"> => ({ shelf: "kept", key: name, value: after[name] ?? null }),
  );
  return [...rows, ...errandRows(before.errands, after.errands)];
}

/** The address of the ACS that worked last (3.1): a row of the shelf "kept" that the line to the ACS makes. */
const affinityKey = "affinity";

export const affinityOf = (store: Store<"src/session">): Affinity | undefined =>
  store.get("kept", affinityKey) as Affinity | undefined;

export const affinityRow = (value: Affinity): Write<"src/session"> => ({
  shelf: "kept",
  key: affinityKey,
  value,
});
