/** Table: the bounds of requests by the ACS, each number with its unit, its reason and its section. */

/** ScheduleInform and periodic Informs. TR-069 A.4.1.2 sets no bound on how many may wait. */
export const scheduleLimits = {
  /** Calls that wait at once; one more is denied. */
  waitingMax: 64,
} as const;

/** Lines of log about refused parameters. */
export const dispatchLimits = {
  /** Parameters of one refused SetParameterValues whose reasons are logged: a call may hold thousands. A.3.2.1. */
  reasonsLoggedMax: 10,
} as const;
