/** Table: the bounds of the store, each number with its unit, its reason and its section. */

/** The file of the agent's own state. */
export const storeLimits = {
  /** Pages of 4 KiB in the log beside it before they are put into the file. SQLite's own 1000 may fill the overlay of a
   * device with 16 MiB of flash. */
  logPagesMax: 64,
} as const;
