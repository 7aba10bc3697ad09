/** Rule: the reports of transfers to the ACS. TR-069 A.3.3.2, A.3.3.3, A.4.1.1, A.4.1.7. */

import { writeDateTime } from "../datetime.ts";
import type { Args, Reply } from "../rpc/table.ts";
import { listedState, type Outcome, type Transfer } from "./entry.ts";
import { codeOf, type FailureKind, faultText } from "./failure.ts";
import { listedType } from "./filetype.ts";

/** UTC; the Unknown Time where the clock was not known. */
const timeText = (wall: number | undefined): string =>
  writeDateTime(wall === undefined ? { is: "unknown" } : { is: "time", ms: wall });

const fault = ({ code, text }: Outcome) => ({ FaultCode: code, FaultString: faultText(text) });

const times = ({ started, completed }: Outcome) => ({
  StartTime: timeText(started),
  CompleteTime: timeText(completed),
});

export function transferComplete(transfer: Transfer, outcome: Outcome): Args<"TransferComplete"> {
  return { CommandKey: transfer.commandKey, FaultStruct: fault(outcome), ...times(outcome) };
}

export function autonomousTransferComplete(
  transfer: Transfer,
  outcome: Outcome,
): Args<"AutonomousTransferComplete"> {
  return {
    // No server announces transfers to this device (R-A.3.3.3-05).
    AnnounceURL: "",
    TransferURL: transfer.url,
    IsDownload: transfer.direction === "download",
    FileType: listedType(transfer.kind, transfer.fileType),
    FileSize: transfer.fileSize,
    TargetFileName: transfer.targetFileName,
    FaultStruct: fault(outcome),
    ...times(outcome),
  };
}

export const success = (started: number | undefined, completed: number | undefined): Outcome => ({
  code: 0,
  text: "",
  started,
  completed,
});

/** A failure has no moment of completion: CompleteTime is that of "completed and applied". */
export const failure = (transfer: Transfer, kind: FailureKind, text: string): Outcome => ({
  code: codeOf(kind, transfer.direction),
  text,
  started: transfer.started?.wall,
  completed: undefined,
});

/** A.4.1.1: those that the ACS asked for. */
export function queuedTransfers(transfers: readonly Transfer[]): Reply<"GetQueuedTransfers"> {
  const ofAcs = transfers.filter(({ origin }) => origin === "acs");
  return { TransferList: ofAcs.map((t) => ({ CommandKey: t.commandKey, State: listedState(t) })) };
}

/** A.4.1.7: all of them, in the numbering of Table 59. */
export function allQueuedTransfers(transfers: readonly Transfer[]): Reply<"GetAllQueuedTransfers"> {
  return {
    TransferList: transfers.map((t) => ({
      CommandKey: t.commandKey,
      State: listedState(t),
      IsDownload: t.direction === "download",
      FileType: listedType(t.kind, t.fileType),
      FileSize: t.fileSize,
      TargetFileName: t.targetFileName,
    })),
  };
}
