/** Table: the names of counters, which all interface objects share. */
import { type ObjectDef, object } from "../../../../src/model/define.ts";
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
