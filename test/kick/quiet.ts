/** Helper: a desk whose ACS answers at once with the URL that was asked for, and a gateway at rest. */
import type { KickDesk } from "../../src/kick/desk.ts";
import type { StatusShown } from "../../src/page/shown.ts";

export function quietDesk(): KickDesk & { kicks: number; asks: number } {
  const desk = {
    kicks: 0,
    asks: 0,
    performers: { tell: async () => [], settle: async () => [] },
    kick: async (_request: unknown, args: { readonly Next: string }) => {
      desk.kicks += 1;
      return { ticket: "t", outcome: { is: "next", url: args.Next, ask: "" } as const };
    },
    look: () => "unknown" as const,
    ask: () => {
      desk.asks += 1;
      return "t";
    },
    askOf: () => undefined,
  };
  return desk;
}

export const shown: StatusShown = {
  state: "well",
  host: "acs.example",
  now: 0,
  zone: 0,
  session: false,
  last: { ended: 0, well: true },
  failures: 0,
  next: undefined,
  firmware: "1",
  options: [],
  downloads: [],
  changeable: [],
  mayAsk: true,
};
