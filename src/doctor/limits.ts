/** Table: the bounds that a board is judged by, each number with its unit and its reason. */

export const doctorLimits = {
  /** Bytes free where the state is kept: the store is rewritten beside itself, with a log of 64 pages of 4 KiB. */
  stateFreeMin: 1_048_576,
  /** Bytes below which the store cannot write at all. */
  stateFreeLeast: 65_536,
  /** Bytes of memory that can be had: the binary is read from a compressed image, and with less page cache than this it
   * is unpacked again and again. Seen in a guest of 128 MB: 10 s for a start at 32 MiB, none at 18 MiB. */
  memoryMin: 41_943_040,
  /** Bytes below which it does not start in any useful time. */
  memoryLeast: 23_068_672,
  /** Bytes free in /tmp: files of a Download wait there, and an image for a gateway has as many. */
  tmpFreeMin: 33_554_432,
  /** Bytes of the largest socket buffer: a burst of UDP Connection Requests waits in it (Annex G). Linux has 212992. */
  receiveBufferMin: 65_536,
  /** Milliseconds before its end from which a certificate is told of: a month. */
  certificateWarnMs: 2_592_000_000,
  /** Milliseconds that the connection to the ACS is waited for. */
  connectMsMax: 10_000,
  /** Milliseconds after which a file beside the configuration is no writer's any more. */
  leftoverMs: 60_000,
} as const;
