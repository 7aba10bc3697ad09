/** Table: every number that bounds the switching of Options, with its unit, its reason and its section. TR-069 C.2. */

export const optionLimits = {
  /** Milliseconds before the end of an Option in which the log announces the end. */
  warnMs: 7 * 24 * 60 * 60 * 1000,
  /** Milliseconds until a switch that failed is tried again; each failure doubles them. */
  retryMsFirst: 5000,
  /** Milliseconds that the wait grows to: an hour. */
  retryMsMax: 3_600_000,
  /** Milliseconds that a program may take to turn an Option on or off. */
  programMsMax: 60_000,
  /** Lists of vouchers that wait for the clock to be right; one more is refused. A clock is right within minutes. */
  waitingMax: 16,
} as const;
