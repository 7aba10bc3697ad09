/** Table: every deed of the agent: whether it speaks, the event of its failure, whether it may be late. TR-069
 * 3.7.1. */
import { Lost, Malformed } from "../errors.ts";
import type { DeedTable } from "./machine.ts";
import { saysNow } from "./said.ts";
import type { AgentDeed, AgentEvent } from "./state.ts";

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The session fails, or cannot be opened. */
const failed = (error: unknown): AgentEvent => ({
  on: "failed",
  reason: reason(error),
  suspect: suspect(error),
});

const stayed = (error: unknown): AgentEvent => ({ on: "stayed", reason: reason(error) });

export const agentDeeds: DeedTable<AgentDeed, AgentEvent> = {
  look: {
    words: "read which parameters have changed",
    mute: true,
    onFailure: nothingChanged,
    late: "counts",
  },
  prepare: { words: "prepare the session", mute: false, onFailure: failed, late: "dropped" },
  post: { words: "talk to the ACS", mute: false, onFailure: failed, late: "dropped" },
  handle: { words: "carry out a request of the ACS", mute: false, onFailure: failed, late: "dropped" },
  close: { words: "end the session", mute: true, onFailure: () => ({ on: "closed" }), late: "counts" },
  tell: { words: "write to the log", mute: true, onFailure: undefined, late: "counts" },
  rest: { words: "give memory back", mute: true, onFailure: undefined, late: "counts" },
  reboot: { words: "reboot", mute: false, onFailure: stayed, late: "counts" },
  factoryReset: { words: "reset to factory defaults", mute: false, onFailure: stayed, late: "counts" },
  install: { words: "install the image", mute: false, onFailure: stayed, late: "counts" },
};

function nothingChanged(): AgentEvent {
  return { on: "changed", active: [], passive: [], writes: [] };
}

/** Errors that say nothing of the version: another password is wanted, the server is busy, or a proxy has lost it. */
const unsuspicious: readonly number[] = [401, 403, 407, 408, 409, 423, 425, 429, 502, 503, 504];

/** 3.7.2.1: an ACS that knows v1.0 only may answer with an HTTP error or with something that is no CWMP. */
function suspect(error: unknown): "version" | "none" {
  if (error instanceof Malformed) return "version";
  const status = error instanceof Lost ? error.status : undefined;
  if (status === undefined || status < 400 || unsuspicious.includes(status)) return "none";
  return saysNow(reason(error)) ? "none" : "version";
}
