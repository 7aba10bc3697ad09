/** Table: the bounds of the store, each number with its unit, its reason and its section. */

/** The file of the agent's own state. */
export const storeLimits = {
  /** Pages of 4 KiB in the log beside it before they are put into the file. SQLite's own 1000 may fill the overlay of a
   * device with 16 MiB of flash. */
  logPagesMax: 64,
  /** Bytes that are written to find out whether a medium takes any: more than a database needs to begin. */
  probeBytes: 65_536,
} as const;

/** UDP sockets. TR-069 Annex G. */
export const udpLimits = {
  /** Bytes of datagrams that the system is asked to hold for us: some thousand small ones, so that a good request comes
   * through a flood while the agent is busy. The system may give less (net.core.rmem_max). */
  bufferBytes: 1_048_576,
} as const;
