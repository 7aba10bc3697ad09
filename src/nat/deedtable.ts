/** Table: every deed of the machine behind a NAT. A binding is kept alive although the state cannot be saved: a request
 * to a STUN server promises nothing that would have to be on disk. TR-069 Annex G. */
import type { DeedTable } from "../session/machine.ts";
import type { NatDeed, NatEvent } from "./state.ts";

const silent = { mute: true, onFailure: undefined, late: "counts" } as const;

export const natDeeds: DeedTable<NatDeed, NatEvent> = {
  resolve: {
    words: "look up the STUN server",
    mute: true,
    onFailure: (_error) => ({ on: "resolved", host: undefined, addresses: [], source: undefined }),
    late: "counts",
  },
  draw: { words: "draw a secret", ...silent },
  send: { words: "send a STUN request", ...silent },
  release: { words: "close the secondary port", ...silent },
  log: { words: "write to the log", ...silent },
  told: { words: "tell that the address has changed", ...silent },
};
