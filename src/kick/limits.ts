/** Table: every number that bounds kicks and asks, with its unit, its reason and its section. TR-069 Annex D. */

export const kickLimits = {
  /** Milliseconds in which the same kick of the same browser joins the one under way: a double click, a reload. */
  joinMs: 5000,
  /** Requests that share one kick. A further request makes a kick of its own. */
  ticketsMax: 16,
  /** Kicks that wait for the ACS at once. A further kick is refused, since each is a row on the disk. */
  pendingMax: 64,
  /** Milliseconds until a kick without an answer is given up, even if its browser still waits. */
  lateMs: 180_000,
  /** Milliseconds without a browser until a kick is given up. Waiting pages ask every 2 s. */
  unseenMs: 20_000,
  /** Milliseconds that an outcome is kept, so that a waiting page finds it. */
  keptMs: 120_000,
  /** Milliseconds of the hour in D.4, and between two lines of the log about one client. */
  hourMs: 3_600_000,
  spokenMs: 60_000,
  /** Asks that are followed at once. A further ask takes the place of the oldest. */
  asksMax: 16,
  /** Clients whose refused kicks are counted apart. All others are counted together. */
  spokenClientsMax: 64,
  /** Random bytes in a ticket, too many to guess. */
  ticketBytes: 16,
} as const;
