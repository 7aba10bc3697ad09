/** The loop: takes events, turns the machines, saves the state that must last, and only then performs the deeds.
 * TR-069 3.7.1.5 (an event is on disk before the session that reports it), A.3.2.1 (answers after durability).
 *
 * Save before you speak: a crash then repeats a message and never forgets one. If saving fails, no deed
 * that speaks is performed: its failure is the next event, and the session is retried when Table 3 says so. */
import { Lost, Malformed, Refused } from "./errors.ts";
import {
  deedRow,
  keptOf,
  type Life,
  type LifeDeed,
  type LifeEvent,
  type LifeKept,
  type LifePerformers,
  presses,
  rowsBetween,
  type Turn,
  turn,
  wakeTimes,
} from "./life.ts";
import type { Chance } from "./ports/chance.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import type { Store, Write } from "./ports/store.ts";

export interface LoopPorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly store: Store;
  readonly log: Log;
}

type Perform = (deed: LifeDeed["deed"]) => Promise<readonly unknown[]>;

export interface Loop {
  readonly life: Life;
  feed(event: LifeEvent): void;
  stop(): void;
}

/** @param stored the rows that are on disk now */
export function runLoop(begin: Turn, stored: LifeKept, ports: LoopPorts, performers: LifePerformers): Loop {
  let life = begin.life;
  let saved = stored;
  /** The last state in which nothing pressed that was not on disk. */
  let judged: Life | undefined;
  let marked = stored.agent.open;
  /** Rows of other rooms that last together with the state, and have not been written yet. */
  let beside: readonly Write[] = [];
  let stopped = false;
  let unwake = () => {};
  /** The time at which the clock is to wake us. */
  let armed: number | undefined;
  const nextWake = wakeTimes();
  const waiting: (LifeEvent | "woke")[] = [];
  let busy = false;

  function save(): boolean {
    const { open } = life.agent.kept;
    try {
      if (open !== marked) ports.store.mark(open);
      marked = open;
      if (beside.length > 0 || presses(saved, judged, life)) {
        const kept = keptOf(life);
        ports.store.write([...rowsBetween(saved, kept), ...beside]);
        saved = kept;
        beside = [];
      }
      judged = life;
      return true;
    } catch (error) {
      ports.log("error", "The state cannot be saved; no session is held until it can", {
        reason: String(error),
      });
      return false;
    }
  }

  function take(next: Turn): void {
    life = next.life;
    const safe = save();
    for (const deed of next.deeds) {
      if (safe || deedRow(deed).mute) begun(deed);
      else waiting.push(...instead(deed, new Refused("the state of the device cannot be saved")));
    }
  }

  function begun(deed: LifeDeed): void {
    const { ended } = life.agent;
    void outcome(deed).then((events) => {
      // The session has been given up meanwhile: the outcome of its last message is not for the next one.
      if (deedRow(deed).late === "dropped" && life.agent.ended !== ended) return;
      for (const event of events) feed(event);
    });
  }

  /** The events that a deed caused, or the event of its failure. Never rejects. */
  async function outcome(task: LifeDeed): Promise<readonly LifeEvent[]> {
    const { of, deed } = task;
    try {
      // The table pairs each deed with its performer; the compiler cannot follow that through the union.
      const perform = performers[of] as unknown as Readonly<Record<string, Perform>>;
      return (await perform[deed.do]!(deed)).map((event) => ({ to: of, event }) as LifeEvent);
    } catch (error) {
      const expected = error instanceof Lost || error instanceof Malformed;
      if (!expected) {
        const reason = error instanceof Error ? error.message : String(error);
        ports.log("error", `Cannot ${deedRow(task).words}`, { reason });
      }
      return instead(task, error);
    }
  }

  function feed(event: LifeEvent | "woke"): void {
    if (stopped) return;
    waiting.push(event);
    if (!busy) drain();
  }

  function drain(): void {
    busy = true;
    try {
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
        const rows = besides(event);
        if (rows.length > 0) beside = [...beside, ...rows];
        take(turn(life, ports.clock.now(), ports.chance.roll(), event));
      }
    } finally {
      // A mistake of ours in one event must not make the agent deaf to all others.
      busy = false;
      rearm();
    }
  }

  function rearm(): void {
    const at = stopped ? undefined : nextWake(life);
    if (at === armed) return;
    unwake();
    armed = at;
    if (at !== undefined) unwake = ports.clock.wake(at, woke);
  }

  function woke(): void {
    armed = undefined;
    feed("woke");
  }

  busy = true;
  take(begin);
  drain();

  return {
    get life() {
      return life;
    },
    feed,
    stop() {
      stopped = true;
      unwake();
    },
  };
}

/** The event that replaces a deed that was not done. */
function instead(deed: LifeDeed, error: unknown): readonly LifeEvent[] {
  const event = deedRow(deed).onFailure?.(error, deed.deed as never);
  return event === undefined ? [] : [{ to: deed.of, event } as LifeEvent];
}

/** Rows of other rooms that are written to disk together with an event. */
function besides(event: LifeEvent | "woke"): readonly Write[] {
  return event !== "woke" && "writes" in event.event ? event.event.writes : [];
}
