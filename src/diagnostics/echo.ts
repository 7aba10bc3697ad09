/** Rule: the answers of the UDP echo server, and its counters. TR-143 5, A.1.
 *
 * The server answers datagrams of one source address, with as many bytes as it received, to the port that sent them. */
import type { OwnEcho } from "../own.ts";
import type { Now } from "../ports/clock.ts";
import { diagnosticsLimits } from "./limits.ts";

/** @param source the address that is answered
 * @param plus the fields of UDPEchoPlus are filled in
 * @returns the answer, undefined for none, and the counts after it */
export function echoed(
  counts: OwnEcho,
  { source, plus }: { readonly source: string; readonly plus: boolean },
  from: string,
  bytes: Uint8Array,
  now: Now,
): { readonly counts: OwnEcho; readonly answer: Uint8Array | undefined } {
  if (source === "" || from !== source) return { counts, answer: undefined };
  const answer = plus ? withFields(counts, bytes, now) : bytes;
  return {
    answer,
    counts: {
      packetsReceived: counts.packetsReceived + 1,
      packetsResponded: counts.packetsResponded + 1,
      bytesReceived: counts.bytesReceived + bytes.length,
      bytesResponded: counts.bytesResponded + answer.length,
      first: counts.first ?? now.wall,
      last: now.wall,
    },
  };
}

/** A.1: after TestGenSN come TestRespSN, the microseconds of receipt and of reply, and the count of failed replies, of
 * which a server that sends at once has none. A datagram without room for them is echoed as it is. */
function withFields(counts: OwnEcho, bytes: Uint8Array, now: Now): Uint8Array {
  if (bytes.length < diagnosticsLimits.plusBytesMin) return bytes;
  const answer = Uint8Array.from(bytes);
  const fields = new DataView(answer.buffer);
  const micros = (now.mono * 1000) % 2 ** 32;
  fields.setUint32(4, (counts.packetsResponded + 1) % 2 ** 32);
  fields.setUint32(8, micros);
  fields.setUint32(12, micros);
  fields.setUint32(16, 0);
  return answer;
}
