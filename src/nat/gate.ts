/** Rule: which datagrams reach the machines at all. TR-069 G.2.1.4.
 *
 * Anybody may send rubbish to the port, as fast as the line carries it. A turn of all machines costs more than a look at
 * the bytes, so that only what can change something comes to it. */
import { type Notices, notice } from "../connreq/rate.ts";
import { sourcesOf } from "../connreq/source.ts";
import type { Log } from "../ports/log.ts";
import type { Endpoint } from "../ports/udp.ts";
import { sameEndpoint } from "./endpoint.ts";
import { type NatState, udpCredentials } from "./machine.ts";
import { judgeUdpRequest } from "./record.ts";
import { looksLikeStun } from "./stun.ts";

export interface Gate {
  readonly notices: Notices;
}

export const newGate = (): Gate => ({ notices: new Map() });

/** @param now monotonic milliseconds
 * @returns whether the datagram on the primary port is the STUN server's, or a good UDP Connection Request */
export function concerns(
  gate: Gate,
  state: NatState,
  now: number,
  from: Endpoint,
  bytes: Uint8Array,
  log: Log,
): boolean {
  if (looksLikeStun(bytes)) {
    const { server } = state.binding;
    return server !== undefined && sameEndpoint(server, from);
  }
  const judged = judgeUdpRequest(bytes, udpCredentials(state.settings), state.request);
  if (judged.verdict === "accept") return true;
  // A datagram that is no request is not worth a line; nor is a copy, which every ACS sends.
  const copy = judged.request !== undefined && Number(judged.request.ts) === state.request.ts;
  if (judged.request === undefined || copy) return false;
  const count = notice(gate.notices, now, judged.why, sourcesOf(from.address)[0]);
  if (count !== undefined) {
    log("warn", "UDP Connection Request ignored", { reason: judged.why, source: from.address, count });
  }
  return false;
}
