/** Table: the names of counters, which several objects share but for what they begin with. */
import type { ObjectDef } from "../../../../src/model/define.ts";
import type { Counters } from "../counters.ts";

type Params = ObjectDef["params"];

export const traffic = (counters: Counters, prefix = ""): Params => ({
  [`${prefix}BytesSent`]: counters.bytesSent,
  [`${prefix}BytesReceived`]: counters.bytesReceived,
  [`${prefix}PacketsSent`]: counters.packetsSent,
  [`${prefix}PacketsReceived`]: counters.packetsReceived,
});

export const losses = (counters: Counters, prefix = ""): Params => ({
  [`${prefix}ErrorsSent`]: counters.errorsSent,
  [`${prefix}ErrorsReceived`]: counters.errorsReceived,
  [`${prefix}DiscardPacketsSent`]: counters.discardPacketsSent,
  [`${prefix}DiscardPacketsReceived`]: counters.discardPacketsReceived,
  [`${prefix}MulticastPacketsReceived`]: counters.multicastPacketsReceived,
});
