/** Table: every number that bounds what waits for the ACS on behalf of browsers, with its unit, its reason and its
 * section. TR-069 Annex D. */

export const kickLimits = {
  /** Milliseconds in which the same kick of the same browser joins the one under way: a double click, a reload. */
  joinMs: 5000,
  /** Requests that one kick has answered to: one more is refused. */
  ticketsMax: 16,
  /** Kicks that wait for the ACS at once; one more is refused. Each is a row on the disk. */
  pendingMax: 64,
  /** Milliseconds until a kick that the ACS has not answered is given up, however patient the browser is. */
  lateMs: 180_000,
  /** Milliseconds after which a kick is given up that no browser has asked for: waiting pages ask every 2 s. */
  unseenMs: 20_000,
  /** Milliseconds that an answer is kept for a waiting page to find. */
  keptMs: 120_000,
  /** Milliseconds of the hour of D.4, and between two lines of the log about the same client. */
  hourMs: 3_600_000,
  spokenMs: 60_000,
  /** Downloads that users have asked for and that are followed; past it the oldest is forgotten. */
  asksMax: 16,
  /** Clients of whose refusals is told apart in the log. */
  spokenClientsMax: 64,
  /** Bytes of chance in a ticket: nobody guesses one. */
  ticketBytes: 16,
} as const;
