/** Table: the names of counters, which all interface objects share. */
import { always, type ObjectDef, object } from "../../../../src/model/define.ts";
import type { Counters } from "../counters.ts";

export const stats = (counters: Counters): ObjectDef =>
  object({
    BytesSent: counters.bytesSent,
    BytesReceived: counters.bytesReceived,
    PacketsSent: counters.packetsSent,
    PacketsReceived: counters.packetsReceived,
    ErrorsSent: counters.errorsSent,
    ErrorsReceived: counters.errorsReceived,
    DiscardPacketsSent: counters.discardPacketsSent,
    DiscardPacketsReceived: counters.discardPacketsReceived,
    MulticastPacketsReceived: counters.multicastPacketsReceived,
  });

/** A point-to-point line has no addresses but that of the other end (RFC 2863 3.1.13): nothing on it is
 * sent to a group. */
export const lineStats = (counters: Counters): ObjectDef => {
  const all = stats(counters);
  return {
    ...all,
    params: {
      ...all.params,
      UnicastPacketsSent: counters.packetsSent,
      UnicastPacketsReceived: counters.packetsReceived,
      MulticastPacketsSent: always("0"),
      MulticastPacketsReceived: always("0"),
      BroadcastPacketsSent: always("0"),
      BroadcastPacketsReceived: always("0"),
    },
  };
};

/** Of radios and their networks TR-181 counts no multicast packets in the profiles that are served. */
export const wirelessStats = (counters: Counters): ObjectDef =>
  object({
    BytesSent: counters.bytesSent,
    BytesReceived: counters.bytesReceived,
    PacketsSent: counters.packetsSent,
    PacketsReceived: counters.packetsReceived,
    ErrorsSent: counters.errorsSent,
    ErrorsReceived: counters.errorsReceived,
  });
