/** The loop: takes what happens, steps the machine, saves what must last, and only then performs the deeds.
 * TR-069 3.7.1.5 (an event is on disk before the session that reports it), A.3.2.1 (answers after durability).
 *
 * Save before you speak: a crash then repeats a message and never forgets one. Where saving fails, nothing that
 * speaks is done: the session counts as failed and is tried again when Table 3 says so. */
import type { Chance } from "./ports/chance.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import type { Store, Write } from "./ports/store.ts";
import { nextWake, step } from "./session/agent.ts";
import { differences, type Kept, pressing } from "./session/kept.ts";
import type { AgentDeed, AgentEvent, AgentState, AgentStep, Perform } from "./session/state.ts";

export interface LoopPorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly store: Store;
  readonly log: Log;
}

export interface Loop {
  readonly state: AgentState;
  feed(event: AgentEvent): void;
  stop(): void;
}

/** What may be done although the state is not on disk: it tells nobody anything. */
const mute: ReadonlySet<AgentDeed["do"]> = new Set(["close", "look", "tell", "rest"]);

/** @param stored `kept` as it is on disk now */
export function runLoop(begin: AgentStep, stored: Kept, ports: LoopPorts, perform: Perform): Loop {
  let state = begin.state;
  let saved = stored;
  let marked = stored.open;
  /** Rows of other rooms that last together with the state, and have not been written yet. */
  let beside: readonly Write[] = [];
  let stopped = false;
  let unwake = () => {};
  /** When the clock has been told to wake us. */
  let armed: number | undefined;
  const waiting: AgentEvent[] = [];
  let busy = false;

  function save(): boolean {
    const { open } = state.kept;
    try {
      if (open !== marked) ports.store.mark(open);
      marked = open;
      if (beside.length === 0 && !pressing(saved, state.kept)) return true;
      ports.store.write([...differences(saved, state.kept), ...beside]);
      saved = state.kept;
      beside = [];
      return true;
    } catch (error) {
      ports.log("error", "The state cannot be saved; no session is held until it can", {
        why: String(error),
      });
      return false;
    }
  }

  function take(next: AgentStep): void {
    state = next.state;
    const safe = save();
    for (const deed of next.deeds) {
      if (safe || mute.has(deed.do)) begun(deed);
      else waiting.push(undone(deed));
    }
  }

  function begun(deed: AgentDeed): void {
    void perform(deed).then((events) => {
      for (const event of events) feed(event);
    });
  }

  function feed(event: AgentEvent): void {
    if (stopped) return;
    waiting.push(event);
    if (!busy) drain();
  }

  function drain(): void {
    busy = true;
    try {
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
        if (event.on === "changed") beside = [...beside, ...event.writes];
        take(step(state, ports.clock.now(), ports.chance.roll(), event));
      }
    } finally {
      // A mistake of ours in one event must not make the agent deaf to all others.
      busy = false;
      rearm();
    }
  }

  function rearm(): void {
    const at = stopped ? undefined : nextWake(state);
    if (at === armed) return;
    unwake();
    armed = at;
    if (at !== undefined) unwake = ports.clock.wake(at, woke);
  }

  function woke(): void {
    armed = undefined;
    feed({ on: "woke" });
  }

  busy = true;
  take(begin);
  drain();

  return {
    get state() {
      return state;
    },
    feed,
    stop() {
      stopped = true;
      unwake();
    },
  };
}

function undone(deed: AgentDeed): AgentEvent {
  const down = deed.do === "reboot" || deed.do === "factoryReset";
  return down
    ? { on: "stayed" }
    : { on: "failed", reason: "the state of the device cannot be saved", suspect: "none" };
}
