/** Machine: transfers on trial: in effect until proven, else undone. A part of the queue's machine (queue.ts).
 * TR-069 A.3.2.8 has no word for it: a file that cuts the device off from its ACS is worth less than the former one.
 *
 * With two slots the boot loader has a say as well: every boot is judged anew.
 *
 * A session with the ACS that began after the file was put into effect, and ended well, proves it. Where none does in
 * time, and where a configuration could be put in place in part only, it is undone. What cannot be undone is tried
 * again, also after a boot; only after `takeBackTriesMax` tries in vain the failure of the undo is reported to the
 * ACS. */
import type { Now } from "../ports/clock.ts";
import type { HandOver, Transfer } from "./entry.ts";
import type { FailureKind } from "./failure.ts";
import { transferLimits } from "./limits.ts";
import { again, changed, done, ended, type Making, noticed, over, succeeded } from "./making.ts";
import { failure } from "./report.ts";
import type { QueueEvent, QueueNotice, Trial } from "./state.ts";
import { judgeImage } from "./verdict.ts";

export const proof: QueueNotice = { is: "sessionWanted", why: "the installed file has to prove itself" };

export function onTrial(made: Making, transfer: Transfer, { limitMs }: Trial, now: Now): Making {
  // A session that is under way has begun with the former file.
  const amid = made.state.session ? ({ amid: true } as const) : {};
  const until = { is: "trying", untilMono: now.mono + limitMs, limitMs, ...amid } as const;
  const { stage: before } = transfer;
  const stage = before.is === "handed" ? { ...until, handOver: handOverOf(before) } : until;
  return noticed(changed(made, { ...transfer, stage }), proof);
}

const handOverOf = ({ from, expected, boot }: HandOver): HandOver => ({ from, expected, boot });

/** A session has ended. */
export function proven(made: Making, transfer: Transfer, good: boolean): Making {
  const { stage } = transfer;
  if (stage.is !== "trying") return made;
  if (stage.amid) {
    const { amid: _, ...from } = stage;
    return noticed(changed(made, { ...transfer, stage: from }), proof);
  }
  return good ? keepAgain(made, transfer) : made;
}

/** A success is reported only once nothing can undo it: a boot loader that still counts would. */
export function keepAgain(made: Making, transfer: Transfer): Making {
  const { stage } = transfer;
  if (stage.is !== "trying") return made;
  const { againMono: _, ...rest } = stage;
  const keeping = { ...transfer, stage: { ...rest, proven: true } as const };
  return done(changed(made, keeping), { do: "keep", transfer: keeping });
}

/** The file could not be made to stay; it is tried again later. */
export function keepFailed(made: Making, transfer: Transfer, now: Now): Making {
  const { stage } = transfer;
  if (stage.is !== "trying") return made;
  const againMono = now.mono + transferLimits.reachWaitMsMax;
  return changed(made, { ...transfer, stage: { ...stage, againMono } });
}

/** A process begins, and something is on trial. */
export function onTrialStill(made: Making, transfer: Transfer, booted: boolean, now: Now): Making {
  const { stage } = transfer;
  if (stage.is !== "trying") return made;
  const { amid: _, ...rest } = stage;
  const untilMono = booted ? now.mono + stage.limitMs : stage.untilMono;
  const still = { ...transfer, stage: { ...rest, untilMono } };
  // The boot loader may have left the new image by itself.
  if (booted && stage.handOver !== undefined) {
    return done(changed(made, still), { do: "judge", transfer: still });
  }
  return stage.proven ? keepAgain(made, still) : noticed(changed(made, still), proof);
}

/** A new process knows which image runs. */
export function judged(
  made: Making,
  transfer: Transfer,
  { running, trial }: Extract<QueueEvent, { on: "judged" }>,
  now: Now,
): Making {
  const { stage } = transfer;
  if (stage.is === "takingBack" && stage.handOver !== undefined) {
    // The power failed before the old slot was named, or the boot loader chose the new one again.
    const still = judgeImage(stage.handOver, running).runs === "new";
    return still ? takingBackFailed(made, transfer, "The new image runs still", now) : undone(made, transfer);
  }
  if (stage.is === "trying" && stage.handOver !== undefined) {
    const still = judgeImage(stage.handOver, running);
    if (still.runs === "new") return stage.proven ? keepAgain(made, transfer) : noticed(made, proof);
    const text = `The new image ran and was left again: ${still.why}`;
    return over(made, { ...transfer, stage: ended(failure(transfer, "internal", text)) });
  }
  if (stage.is !== "handed") return made;
  const verdict = judgeImage(stage, running);
  // The device lost power before anything was written.
  if (verdict.runs === "old" && !stage.writing) {
    return again(noticed(made, { is: "imageDropped", id: transfer.id }), transfer, now);
  }
  if (verdict.runs !== "new") {
    return over(made, { ...transfer, stage: ended(failure(transfer, "internal", verdict.why)) });
  }
  return trial.limitMs > 0 ? onTrial(made, transfer, trial, now) : succeeded(made, transfer, now);
}

/** The file that is in effect, in whole or in part, has to be undone. */
export function takenBack(
  made: Making,
  transfer: Transfer,
  kind: FailureKind,
  why: string,
  now: Now,
): Making {
  const { stage } = transfer;
  const handOver = stage.is === "trying" && stage.handOver ? { handOver: stage.handOver } : {};
  const taking = { is: "takingBack", kind, why, tries: 0, ...handOver } as const;
  return takeBackAgain(made, { ...transfer, stage: taking }, now);
}

/** For an image the device reboots, and its next boot shows it; without a reboot the request is repeated. */
export function takeBackAgain(made: Making, transfer: Transfer, now: Now): Making {
  const { stage } = transfer;
  if (stage.is !== "takingBack") return made;
  const { againMono: _, ...rest } = stage;
  const untilMono = now.mono + transferLimits.handOverMsMax;
  const under = stage.handOver === undefined ? rest : { ...rest, againMono: untilMono };
  const taking = { ...transfer, stage: under };
  return done(changed(made, taking), { do: "takeBack", transfer: taking, why: stage.why });
}

export function takingBackFailed(made: Making, transfer: Transfer, reason: string, now: Now): Making {
  const { stage } = transfer;
  if (stage.is !== "takingBack") return made;
  const { reachWaitMs, reachWaitMsMax, takeBackTriesMax } = transferLimits;
  const tries = stage.tries + 1;
  if (tries >= takeBackTriesMax) {
    const text = `${stage.why}. What was there before cannot be brought back: ${reason}`;
    return over(made, { ...transfer, stage: ended(failure(transfer, stage.kind, text)) });
  }
  const againMono = now.mono + Math.min(reachWaitMs * 2 ** stage.tries, reachWaitMsMax);
  return changed(made, { ...transfer, stage: { ...stage, tries, againMono } });
}

/** The state from before is back. */
export function undone(made: Making, transfer: Transfer): Making {
  const { stage } = transfer;
  if (stage.is !== "takingBack") return made;
  return over(made, { ...transfer, stage: ended(failure(transfer, stage.kind, stage.why)) });
}
