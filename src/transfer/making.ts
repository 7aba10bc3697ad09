/** Machine: a step of the queue in the making: the functions take one and give the next. See queue.ts. */
import type { Now } from "../ports/clock.ts";
import type { Ended, Outcome, Transfer } from "./entry.ts";
import { isReported } from "./policy.ts";
import { success } from "./report.ts";
import type { QueueDeed, QueueNotice, QueueState, QueueStep } from "./state.ts";

export type Making = QueueStep;

export const making = (state: QueueState): Making => ({ state, deeds: [], notices: [] });

export const changed = (made: Making, transfer: Transfer): Making => ({
  ...made,
  state: {
    ...made.state,
    transfers: made.state.transfers.map((t) => (t.id === transfer.id ? transfer : t)),
  },
});

export const done = (made: Making, deed: QueueDeed): Making => ({ ...made, deeds: [...made.deeds, deed] });

export const noticed = (made: Making, notice: QueueNotice): Making => ({
  ...made,
  notices: [...made.notices, notice],
});

export function gone(made: Making, id: number): Making {
  const transfers = made.state.transfers.filter((t) => t.id !== id);
  return { ...made, state: { ...made.state, transfers } };
}

export const ended = (outcome: Outcome): Ended => ({ is: "ended", outcome });

/** The attempt was cut off by a crash: it begins anew while its hour lasts. */
export function again(made: Making, transfer: Transfer, now: Now): Making {
  const stage = { is: "queued", attempts: 0 } as const;
  return changed(made, { ...transfer, dueMono: Math.min(transfer.dueMono, now.mono), stage });
}

export function succeeded(made: Making, transfer: Transfer, now: Now): Making {
  const outcome = success(transfer.started?.wall, now.known ? now.wall : undefined);
  return over(made, { ...transfer, stage: ended(outcome) });
}

/** The transfer has ended. A transfer that is not reported to the ACS is removed as soon as it is tidied up. */
export function over(made: Making, transfer: Transfer & { readonly stage: Ended }): Making {
  const told = isReported(made.state.policy, transfer);
  const entry = told ? transfer : { ...transfer, stage: { ...transfer.stage, untold: true } as const };
  const tidied = done(changed(made, entry), { do: "tidy", transfer: entry });
  return told ? noticed(tidied, { is: "transferEnded", transfer }) : tidied;
}
