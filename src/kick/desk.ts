/** Handler: brings kicks of browsers to the machine, and holds each browser until the machine has an outcome.
 * TR-069 D.3. */
import { pageLimits } from "../page/limits.ts";
import type { PageRequest } from "../page/request.ts";
import type { LanSettings } from "../page/settings.ts";
import type { Chance } from "../ports/chance.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Args } from "../rpc/table.ts";
import type { Performers } from "../session/machine.ts";
import { askable } from "./asks.ts";
import { kickLimits } from "./limits.ts";
import { kickOf } from "./machine.ts";
import type { Ask, KickDeed, KickEvent, KickState, Outcome } from "./state.ts";

export interface KickDeskParts {
  /** undefined: the agent is still starting. */
  readonly state: () => KickState | undefined;
  readonly feed: (event: KickEvent) => void;
  readonly settings: () => LanSettings;
}

export interface KickDesk {
  readonly performers: Performers<KickDeed, KickEvent>;
  /** @returns the ticket of the kick, and its outcome; undefined: the ACS has not answered yet */
  kick(request: PageRequest, args: Args<"Kicked">): Promise<Told>;
  /** @returns the outcome of the kick with that ticket; "unknown": no kick has that ticket */
  look(ticket: string): Outcome | "waiting" | "unknown";
  /** @returns the ticket of the ask; undefined: the limit is reached, or there is no ACS */
  ask(request: PageRequest, file: keyof typeof askable): string | undefined;
  askOf(ticket: string): Ask | undefined;
}

export interface Told {
  readonly ticket: string;
  readonly outcome: Outcome | undefined;
}

const newTicket = (chance: Chance): string =>
  [...chance.bytes(kickLimits.ticketBytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function kickDesk(
  { clock, chance, log }: { readonly clock: Clock; readonly chance: Chance; readonly log: Log },
  { state, feed, settings }: KickDeskParts,
): KickDesk {
  /** Browsers that are held, by ticket. */
  const held = new Map<string, { readonly client: string; readonly answer: () => void }>();

  const outcomeOf = (ticket: string): Outcome | undefined => {
    const now = state();
    return now === undefined ? undefined : kickOf(now, ticket)?.end?.outcome;
  };

  /** Holds a browser until its kick has an outcome, the browser has disconnected, or the time to hold it is over. */
  function hold(ticket: string, { client, onGone }: PageRequest): Promise<void> {
    return new Promise((resolve) => {
      const unwake = clock.wake(clock.now().mono + settings().holdSeconds * 1000, () => answer());
      function answer(): void {
        if (!held.delete(ticket)) return;
        unwake();
        resolve();
      }
      held.set(ticket, { client, answer });
      onGone(answer);
    });
  }

  const hasPlace = (client: string): boolean => {
    const ofClient = [...held.values()].filter((one) => one.client === client).length;
    return held.size < settings().held && ofClient < settings().heldPerClient;
  };

  return {
    performers: {
      async tell({ what, fields }) {
        log("warn", what, fields);
        return [];
      },
      async settle({ tickets }) {
        for (const ticket of tickets) held.get(ticket)?.answer();
        return [];
      },
    },
    async kick(request, args) {
      const ticket = newTicket(chance);
      const { client, headers } = request;
      const browser = (headers.get("user-agent") ?? "").slice(0, pageLimits.browserCharsMax);
      if (state() === undefined) return { ticket, outcome: { is: "unmanaged" } };
      // The browser is held before the machine hears of the kick: the outcome may be known in the same turn.
      const waits = hasPlace(client) ? hold(ticket, request) : undefined;
      feed({ on: "kicked", ticket, client, browser, args });
      await waits;
      feed({ on: "released", ticket });
      return { ticket, outcome: outcomeOf(ticket) };
    },
    look(ticket) {
      const now = state();
      const kick = now === undefined ? undefined : kickOf(now, ticket);
      if (kick === undefined) return "unknown";
      feed({ on: "asked", ticket });
      return kick.end?.outcome ?? "waiting";
    },
    ask({ client }, file) {
      const ticket = newTicket(chance);
      feed({ on: "wished", ticket, client, fileType: askable[file] });
      return state()?.kept.asks.has(ticket) ? ticket : undefined;
    },
    askOf: (ticket) => state()?.kept.asks.get(ticket),
  };
}
