/** Statistics of an Ethernet interface, to the file in which the kernel counts it. */
export const countedByKernel = {
  BytesSent: "tx_bytes",
  BytesReceived: "rx_bytes",
  PacketsSent: "tx_packets",
  PacketsReceived: "rx_packets",
  ErrorsSent: "tx_errors",
  ErrorsReceived: "rx_errors",
  DiscardPacketsSent: "tx_dropped",
  DiscardPacketsReceived: "rx_dropped",
  MulticastPacketsReceived: "multicast",
} as const;
