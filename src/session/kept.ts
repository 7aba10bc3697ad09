/** Table: what the engine remembers over a power cut. One row of the "kept" shelf for each name.
 * TR-069 3.7.1.5, 3.2.1.1, 3.1. */
import type { Store, Write } from "../ports/store.ts";
import type { UrlSource } from "../settings.ts";
import { type EventQueue, emptyQueue } from "./events.ts";
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
  /** CommandKeys of Reboot calls that wait for the clean end of a session (A.3.2.9). */
  readonly reboots: readonly string[];
  /** A FactoryReset waits for the clean end of a session (A.4.1.6). */
  readonly reset: boolean;
  /** The URL that the last 0 BOOTSTRAP was for; undefined: none yet. */
  readonly acsUrl: string | undefined;
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
  reboots: [],
  reset: false,
  acsUrl: undefined,
  discovery: undefined,
  boot: "",
  lastSession: undefined,
};

export function load(store: Store): Kept {
  const rows = store.all("kept");
  const names = Object.keys(factoryDefaults).filter((name) => rows.has(name));
  const kept = Object.fromEntries(names.map((name) => [name, rows.get(name)]));
  return { ...factoryDefaults, ...kept, open: store.marked };
}

/** What no promise depends on: it is written along with the next row that one does depend on. */
const atLeisure: readonly (keyof Kept)[] = ["lastSession", "open"];

/** True where something differs that must be on disk before anything is said. */
export const pressing = (before: Kept, after: Kept): boolean =>
  (Object.keys(factoryDefaults) as (keyof Kept)[]).some(
    (name) => before[name] !== after[name] && !atLeisure.includes(name),
  );

/** The rows by which `after` differs: values are replaced, never changed in place, so identity tells. */
export function differences(before: Kept, after: Kept): Write[] {
  const names = Object.keys(factoryDefaults) as (keyof Kept)[];
  const changed = names.filter((name) => name !== "open" && before[name] !== after[name]);
  return changed.map((name) => ({ shelf: "kept", key: name, value: after[name] ?? null }));
}
