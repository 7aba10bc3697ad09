/** Handler: the answers of the ACS to requests of a CPE other than Inform. TR-069 3.7.2.2, A.3.3, A.4.2, A.3.1.1. */
import type { CallMessage } from "../rpc/decode.ts";
import type { EncodeOptions } from "../rpc/encode.ts";
import { encodeReply } from "../rpc/encode.ts";
import { type MethodName, methodList, type Reply } from "../rpc/table.ts";

const served: readonly MethodName[] = [
  "GetRPCMethods",
  "Inform",
  "TransferComplete",
  "AutonomousTransferComplete",
  "Kicked",
  "RequestDownload",
];

export function serves(method: MethodName): boolean {
  return served.includes(method);
}

export interface Answered {
  readonly reply: Reply<MethodName>;
  readonly body: Uint8Array;
}

function answered<M extends MethodName>(method: M, reply: Reply<M>, options: EncodeOptions): Answered {
  return { reply: reply as Reply<MethodName>, body: encodeReply(method, reply, options) };
}

/** The answer to a call that is served. */
export function answerTo(call: CallMessage, options: EncodeOptions): Answered {
  switch (call.method) {
    case "GetRPCMethods":
      return answered("GetRPCMethods", { MethodList: methodList("ACS", serves) }, options);
    case "Kicked":
      return answered("Kicked", { NextURL: call.args.Next }, options);
    case "Inform":
      return answered("Inform", { MaxEnvelopes: 1 }, options);
    case "TransferComplete":
    case "AutonomousTransferComplete":
    case "RequestDownload":
      return answered(call.method, {}, options);
    default:
      throw new Error(`${call.method} is not served: decoding lets none through`);
  }
}
