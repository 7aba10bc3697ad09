/** Handler: the methods of file transfers. TR-069 A.3.2.8, A.4.1.1, A.4.1.5, A.4.1.7.
 *
 * Download and Upload are always answered with Status 1: the outcome is reported by TransferComplete. */
import { unknownTime } from "../datetime.ts";
import type { Done } from "../handlers/effect.ts";
import type { Args } from "../rpc/table.ts";
import type { Transfer } from "./entry.ts";
import { wantedBy } from "./machine.ts";
import { allQueuedTransfers, queuedTransfers } from "./report.ts";
import { admit, type Offer } from "./request.ts";

export interface MethodPorts {
  /** The present queue. */
  readonly transfers: () => readonly Transfer[];
  readonly offer: () => Offer;
}

const later = { Status: 1, StartTime: unknownTime, CompleteTime: unknownTime } as const;

export function transferMethods({ transfers, offer }: MethodPorts) {
  const taken = (effect: Parameters<typeof wantedBy>[0]) => {
    const wanted = wantedBy(effect);
    if (wanted !== undefined) admit(wanted, transfers().length, offer());
    return { reply: later, effects: [effect] };
  };
  return {
    Download: async (args: Args<"Download">): Promise<Done<"Download">> => taken({ is: "download", args }),
    Upload: async (args: Args<"Upload">): Promise<Done<"Upload">> => taken({ is: "upload", args }),
    GetQueuedTransfers: async (): Promise<Done<"GetQueuedTransfers">> => ({
      reply: queuedTransfers(transfers()),
    }),
    GetAllQueuedTransfers: async (): Promise<Done<"GetAllQueuedTransfers">> => ({
      reply: allQueuedTransfers(transfers()),
    }),
  };
}
