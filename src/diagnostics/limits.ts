/** Table: every number that bounds the diagnostics, with its unit, its reason and its section. TR-098, TR-143. */

export const diagnosticsLimits = {
  /** Milliseconds that one test may take in all: an ACS that waits longer has given up. */
  testMsMax: 10 * 60 * 1000,
  /** Milliseconds for a name to be resolved, beside the time of the test itself. */
  resolveMsMax: 30_000,
  /** Milliseconds for a server to take a connection, and for its answer to begin. TR-143 4.1. */
  answerMsMax: 30_000,
  /** Milliseconds: an interval between two echo requests, as ping keeps it. */
  pingIntervalMs: 1000,
  /** Bytes of IP and UDP headers that traceroute counts into the length of a packet. */
  headerBytes: 28,
  /** Bytes: the shortest packet that traceroute of busybox sends. */
  packetBytesMin: 46,
  /** Probes of a hop that are reported. TR-181 RTTimes. */
  probesMax: 3,
  /** Hops of a route that are kept. TR-098 MaxHopCount. */
  hopsMax: 64,
  /** Characters of the name of a hop. TR-098 HopHost. */
  hopCharsMax: 256,
  /** Bytes of one download: an endless file is not to fill the line for ever. */
  downloadBytesMax: 4_294_967_295,
  /** Bytes of an error page that are read and dropped. */
  pageBytesMax: 65_536,
  /** Bytes that an upload hands to the line at a time. */
  pieceBytes: 65_536,
  /** Bytes of a datagram with the fields of UDPEchoPlus. TR-143 A.1. */
  plusBytesMin: 20,
} as const;
