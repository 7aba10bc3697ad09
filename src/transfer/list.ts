/** Rule: the queue as it is shown to people. */
import type { TransferCounts, TransferTold } from "../control/transfers.ts";
import type { Now } from "../ports/clock.ts";
import type { RunningProgress } from "./deeds.ts";
import { listedState, type Transfer } from "./entry.ts";

/** @param recent ended transfers that the ACS has confirmed already */
export function transfersTold(
  transfers: readonly Transfer[],
  recent: readonly Transfer[],
  progress: RunningProgress | undefined,
  now: Now,
): readonly TransferTold[] {
  const gone = recent.filter((r) => !transfers.some((t) => t.id === r.id));
  return [...gone, ...transfers].map((t) => told(t, progress?.id === t.id ? progress : undefined, now));
}

function told(t: Transfer, progress: RunningProgress | undefined, now: Now): TransferTold {
  const { stage } = t;
  const seconds = progress === undefined ? 0 : (now.mono - progress.sinceMono) / 1000;
  const at = dueOf(t);
  return {
    id: t.id,
    direction: t.direction,
    origin: t.origin,
    commandKey: t.commandKey,
    fileType: t.fileType,
    url: t.url.replace(/[?#].*$/, ""),
    stage: stage.is,
    bytes: progress?.bytes ?? null,
    total: progress?.total ?? null,
    speed: progress !== undefined && seconds > 0 ? Math.round(progress.bytes / seconds) : null,
    due: at === undefined ? null : now.wall + (at - now.mono),
    code: stage.is === "ended" ? stage.outcome.code : null,
    text: stage.is === "ended" ? stage.outcome.text : null,
  };
}

/** When the transfer begins, is tried again, or until when it is on trial. */
function dueOf({ stage, dueMono }: Transfer): number | undefined {
  if (stage.is === "queued") return dueMono;
  if (stage.is === "takingBack") return stage.againMono;
  return "untilMono" in stage ? stage.untilMono : undefined;
}

/** For `status`, by the states of Table 59. */
export function transferCounts(transfers: readonly Transfer[]): TransferCounts {
  const inState = (state: 1 | 2 | 3) => transfers.filter((t) => listedState(t) === state).length;
  return { waiting: inState(1), underWay: inState(2), unconfirmed: inState(3) };
}
