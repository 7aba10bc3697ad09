/** Rule: results of lines typed at the ACS, for people and scripts. Lines of a result begin with "= ". */
import type { Reply } from "../rpc/table.ts";
import { escapeText } from "../terminal.ts";
import type { Result } from "./state.ts";

/** The lines of a result; values that the device hides are returned empty, so there are no secrets among them. */
export function showResult(result: Result): string[] {
  switch (result.is) {
    case "lost":
      return ["= lost: the session ended before the answer; whether the device did it is not known"];
    case "fault":
      return [
        `= fault ${result.code}: ${escapeText(result.text)}`,
        ...result.parameters.map((p) => `=   ${escapeText(p.name)}: ${escapeText(p.text)} (${p.code})`),
      ];
    case "reply":
      return showReply(result);
  }
}

const changed = (status: number) =>
  status === 0 ? "= done" : "= done; it takes effect after the session (Status 1)";

/** A.4.1.7 Table 59. */
const states: Readonly<Record<number, string>> = { 1: "waits", 2: "is in progress", 3: "is over" };

function showTransfers(list: Reply<"GetAllQueuedTransfers">["TransferList"]): string[] {
  if (list.length === 0) return ["= no transfer waits"];
  return list.map((t) => {
    const what = `${t.IsDownload ? "download" : "upload"} of ${escapeText(t.FileType)}`;
    return `= ${what}, CommandKey "${escapeText(t.CommandKey)}": ${states[t.State] ?? t.State}`;
  });
}

function showReply(result: Extract<Result, { is: "reply" }>): string[] {
  switch (result.method) {
    case "GetParameterValues":
      return result.args.ParameterList.map((p) => `= ${escapeText(p.Name)}=${escapeText(p.Value)}`);
    case "GetParameterNames":
      return result.args.ParameterList.map((p) => `= ${p.Writable ? "rw" : "r-"} ${escapeText(p.Name)}`);
    case "GetParameterAttributes":
      return result.args.ParameterList.map((p) => `= ${escapeText(p.Name)} notification ${p.Notification}`);
    case "GetRPCMethods":
      return result.args.MethodList.map((method) => `= ${escapeText(method)}`);
    case "AddObject":
      return [`= instance ${result.args.InstanceNumber}`, changed(result.args.Status)];
    case "Download":
    case "Upload":
      return ["= queued; TransferComplete tells how it ended"];
    case "GetAllQueuedTransfers":
      return showTransfers(result.args.TransferList);
    case "SetParameterValues":
    case "DeleteObject":
      return [changed(result.args.Status)];
    default:
      return ["= done"];
  }
}
