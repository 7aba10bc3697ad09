/** Rule: downloads that users ask for on the LAN page, from the wish to its end. TR-069 A.3.2.8 SuccessURL and
 * FailureURL, A.4.2.2.
 *
 * An ask is a download that a browser waits for. A user makes an ask by a button. A kick makes an ask if the ACS sends
 * the browser to the page of progress. The first Download of a fitting file type answers the ask. */
import type { Args } from "../rpc/table.ts";
import { kickLimits } from "./limits.ts";
import type { Ask, KickKept } from "./state.ts";

type Asks = KickKept["asks"];

/** File types that a user can ask for. */
export const askable = { firmware: "1 Firmware Upgrade Image", content: "2 Web Content" } as const;

const isAskable = (fileType: string): boolean => Object.values(askable).some((one) => one === fileType);

export function asking(asks: Asks, ticket: string, fileType: string): Asks {
  const all = [...asks, [ticket, { fileType, download: null, ended: null }] as const];
  return new Map(all.slice(-kickLimits.asksMax));
}

/** The ACS has called Download. */
export const downloading = (asks: Asks, args: Args<"Download">): Asks =>
  changed(asks, (ask) => {
    const fits = ask.fileType === "" ? isAskable(args.FileType) : ask.fileType === args.FileType;
    if (!fits || ask.download !== null || ask.ended !== null) return ask;
    const download = { commandKey: args.CommandKey, success: args.SuccessURL, failure: args.FailureURL };
    return { ...ask, download };
  });

/** A download has ended. A TransferComplete to the ACS follows. */
export const downloaded = (asks: Asks, { CommandKey, FaultStruct }: Args<"TransferComplete">): Asks =>
  changed(asks, (ask) =>
    ask.download?.commandKey === CommandKey && ask.ended === null
      ? { ...ask, ended: FaultStruct.FaultCode === 0 }
      : ask,
  );

/** The ACS has refused RequestDownload, or the request is not sent any more. */
export const declined = (asks: Asks, ticket: string): Asks =>
  changed(asks, (ask, of) => (of === ticket && ask.ended === null ? { ...ask, ended: false } : ask));

/** Changes each ask. A map in which no ask changes is returned as it is. */
function changed(asks: Asks, change: (ask: Ask, ticket: string) => Ask): Asks {
  const after = new Map(Array.from(asks, ([ticket, ask]) => [ticket, change(ask, ticket)] as const));
  return [...after].some(([ticket, ask]) => asks.get(ticket) !== ask) ? after : asks;
}
