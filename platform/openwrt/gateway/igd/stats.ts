/** Table: the names of counters, which several objects share but for a prefix. */
import { always, type ObjectDef } from "../../../../src/model/define.ts";
import type { Counters } from "../counters.ts";

type Params = ObjectDef["params"];

export const traffic = (counters: Counters, prefix = ""): Params => ({
  [`${prefix}BytesSent`]: counters.bytesSent,
  [`${prefix}BytesReceived`]: counters.bytesReceived,
  [`${prefix}PacketsSent`]: counters.packetsSent,
  [`${prefix}PacketsReceived`]: counters.packetsReceived,
});

/** A point-to-point line has no addresses but that of the other end (RFC 2863 3.1.13): nothing on it is
 * sent to a group. */
export const line = (counters: Counters, prefix = ""): Params => ({
  ...traffic(counters, prefix),
  ...losses(counters, prefix),
  [`${prefix}UnicastPacketsSent`]: counters.packetsSent,
  [`${prefix}UnicastPacketsReceived`]: counters.packetsReceived,
  [`${prefix}MulticastPacketsSent`]: always("0"),
  [`${prefix}MulticastPacketsReceived`]: always("0"),
  [`${prefix}BroadcastPacketsSent`]: always("0"),
  [`${prefix}BroadcastPacketsReceived`]: always("0"),
});

export const losses = (counters: Counters, prefix = ""): Params => ({
  [`${prefix}ErrorsSent`]: counters.errorsSent,
  [`${prefix}ErrorsReceived`]: counters.errorsReceived,
  [`${prefix}DiscardPacketsSent`]: counters.discardPacketsSent,
  [`${prefix}DiscardPacketsReceived`]: counters.discardPacketsReceived,
  [`${prefix}MulticastPacketsReceived`]: counters.multicastPacketsReceived,
});
