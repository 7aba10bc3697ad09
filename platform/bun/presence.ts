/** Adapter: makes the kernel look whether neighbours are there. A datagram to a host makes it ask for the host's
 * hardware address, first at the known one, then by broadcast; a host that does not answer is reachable no more. */
import dgram from "node:dgram";
import type { Presence } from "../../src/ports/presence.ts";

/** RFC 863: datagrams to this port are discarded. */
const discard = 9;

export const systemPresence: Presence = {
  ask(addresses) {
    const socket = dgram.createSocket("udp4");
    // An address without a way to it has no answer either.
    socket.on("error", () => {});
    let left = addresses.length;
    const sent = () => {
      left -= 1;
      if (left <= 0) socket.close();
    };
    if (left === 0) socket.close();
    for (const address of addresses) socket.send(Uint8Array.of(0), discard, address, sent);
  },
};
