/** Rule: the datagrams that reach the machines. TR-069 G.2.1.4.
 *
 * Anybody may send rubbish to the port, as fast as the line carries it. A turn of all machines costs more than a look
 * at the bytes, so that only datagrams that may change a state reach the machines. */
import { type Notices, notice } from "../connreq/rate.ts";
import { sourcesOf } from "../connreq/source.ts";
import type { Log } from "../ports/log.ts";
import type { Endpoint, HmacSha1 } from "../ports/udp.ts";
import { sameEndpoint } from "./endpoint.ts";
import { judgeUdpRequest } from "./record.ts";
import type { NatState } from "./state.ts";
import { looksLikeStun } from "./stun.ts";

export interface Gate {
  readonly notices: Notices;
  /** The last address that was looked at, and the source that it counts as. A flood mostly has one source. */
  last: { readonly address: string; readonly source: string };
}

export const newGate = (): Gate => ({ notices: new Map(), last: { address: "", source: "" } });

/** @param now monotonic milliseconds
 * @returns whether the datagram on the primary port is the STUN server's, or a good UDP Connection Request */
export function concerns(
  gate: Gate,
  state: NatState,
  now: number,
  from: Endpoint,
  bytes: Uint8Array,
  { log, mac }: { readonly log: Log; readonly mac: HmacSha1 },
): boolean {
  if (looksLikeStun(bytes)) {
    const { server } = state.binding;
    return server !== undefined && sameEndpoint(server, from);
  }
  const judged = judgeUdpRequest(bytes, state.credentials, state.request, mac);
  if (judged.verdict === "accept") return true;
  // A datagram that is no request is not worth a line; nor is a copy, which every ACS sends.
  const copy = judged.request !== undefined && Number(judged.request.ts) === state.request.ts;
  if (judged.request === undefined || copy) return false;
  if (gate.last.address !== from.address)
    gate.last = { address: from.address, source: sourcesOf(from.address)[0] };
  const count = notice(gate.notices, now, judged.why, gate.last.source);
  if (count !== undefined) {
    log("warn", "UDP Connection Request ignored", { reason: judged.why, source: from.address, count });
  }
  return false;
}
