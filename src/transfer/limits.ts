/** Table: every number that bounds file transfers, with its unit, its reason and its section. */

export const transferLimits = {
  /** Transfers that wait, run, or have not been confirmed by the ACS. Tables 44 and 58 list at most 16. */
  entriesMax: 16,
  /** Arguments of one RequestDownload. Table 63. */
  wishArgsMax: 16,
  /** Transfers that are over and confirmed, and are still listed at the device. */
  recentMax: 16,
  /** Milliseconds after the requested time within which a transfer has to begin. A.3.2.8 DelaySeconds. */
  windowMs: 60 * 60 * 1000,
  /** Milliseconds between two attempts to reach a file server that cannot be reached: the first wait; each later one
   * is twice as long. */
  reachWaitMs: 15_000,
  /** Milliseconds: the longest of those waits, so that a server that is reachable again is found within the hour. */
  reachWaitMsMax: 240_000,
  /** Tries to restore the former files when a file is undone: for more than an hour, with those waits. */
  takeBackTriesMax: 20,
  /** Times that one attempt continues after the connection was lost in the middle of the file. */
  continuedMax: 5,
  /** Milliseconds to wait before an attempt continues after its connection was lost. */
  continueWaitMs: 1000,
  /** Characters of a URL. Tables 30 and 53. */
  urlCharsMax: 256,
  /** Bytes a second: the least that a bound on speed can be. Below it a server would be given up as too slow. */
  speedMin: 8192,
  /** Bytes that are sent before the bound on speed is looked at again. */
  sentBytesAtOnce: 65_536,
  /** Milliseconds for the file server to take a connection, and for each answer to begin. */
  answerMsMax: 60_000,
  /** Redirects in a row for one transfer. */
  redirectsMax: 5,
  /** Challenges answered for one request: a stale nonce may be renewed once. */
  challengesMax: 2,
  /** Bytes of an error page of a file server that are read and dropped, so that its connection can be used again. */
  pageBytesMax: 65_536,
  /** Milliseconds within which a device that took an image must have shut down for it. */
  handOverMsMax: 10 * 60 * 1000,
  /** Characters of a FaultString. Table 40. */
  faultTextCharsMax: 256,
  /** Characters of a file server's own words in a FaultString. */
  quotedCharsMax: 120,
  /** Bytes of a file: more than any image has. */
  fileBytesMax: 2 ** 31,
} as const;
