/** Table: the bounds of sessions and of their causes, each number with its unit, its reason and its section. */

/** The event queue. TR-069 A.3.3.1 Table 34. */
export const eventLimits = {
  /** Entries of one Inform, and so of the queue. */
  eventsMax: 64,
} as const;

/** Session retry. TR-069 3.2.1.1 Table 3. */
export const retryLimits = {
  /** Seconds: the shortest first wait; each row doubles it. */
  firstWaitSeconds: 5,
  /** Rows of the table; the last holds for all later attempts. */
  rowsMax: 10,
} as const;

/** Bounds of a session. TR-069 3.7 sets none; a server may loop over the tree for ever. */
export const sessionLimits = {
  /** Requests answered in one session before it is given up as a loop. */
  callsMax: 100_000,
  /** Milliseconds from the first POST to the last. */
  sessionMsMax: 6 * 60 * 60 * 1000,
  /** Milliseconds that a device may take to shut down for a reboot before it counts as still up. */
  downMsMax: 10 * 60 * 1000,
  /** Clean ends after which a reboot, a reset or an image that could not be carried out is given up. */
  pledgeTriesMax: 3,
  /** Failed sessions in a row after which a pledge is carried out without a clean end (3.7.1.4). */
  pledgeFailuresMax: 5,
  /** Times that one request is sent again for fault 8005 (3.7.1.6) before the session counts as failed. */
  resendsMax: 10,
} as const;

/** Noticing changes made by others. TR-069 3.2.1, A.3.3.1. */
export const noticeLimits = {
  /** Milliseconds between looks at notified parameters that no file change announces (addresses, link state). */
  lookMs: 30_000,
  /** Sessions that value changes may start within `burstMs`; only a parameter that never rests exceeds it (3.2.1). */
  burstMax: 10,
  burstMs: 60_000,
} as const;

/** Scheduled and periodic Informs, which depend on the wall clock. TR-069 3.2.1. */
export const clockLimits = {
  /** Milliseconds by which the wall clock has jumped, so that times that depend on it are reckoned anew; less is the
   * drift of a clock that is being steered. */
  jumpMs: 2000,
} as const;

/** Bounds of a turn of all machines. Our own choice. */
export const turnLimits = {
  /** Notices of one turn past which the machines notify each other in a circle, which is a mistake of ours. */
  noticesMax: 1000,
} as const;
