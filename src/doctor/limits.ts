/** Table: the bounds that a board is judged by, each number with its unit and its reason. */

export const doctorLimits = {
  /** Bytes free where the state is kept: the store is rewritten beside itself, with a log of 64 pages of 4 KiB. */
  stateFreeMin: 1_048_576,
  /** Bytes of free flash below which the store cannot write at all. */
  stateFreeLeast: 65_536,
  /** Bytes of available memory. The binary is read from a compressed image: with less page cache than this the kernel
   * unpacks the same blocks again and again. Seen in a guest of 128 MB: 10 s for a start at 32 MiB, none at 18 MiB. */
  memoryMin: 41_943_040,
  /** Bytes of available memory below which the agent does not start in useful time. */
  memoryLeast: 23_068_672,
  /** Bytes free in /tmp: files of a Download wait there, and the image of a gateway has this size. */
  tmpFreeMin: 33_554_432,
  /** Bytes of the largest socket buffer: a burst of UDP Connection Requests waits in it (Annex G). Linux has 212992. */
  receiveBufferMin: 65_536,
  /** Milliseconds before the end of a certificate from which doctor warns: a month. */
  certificateWarnMs: 2_592_000_000,
  /** Milliseconds that the connection to the ACS is waited for. */
  connectMsMax: 10_000,
  /** Milliseconds after which a temporary file beside the configuration counts as left behind by its writer. */
  leftoverMs: 60_000,
} as const;
