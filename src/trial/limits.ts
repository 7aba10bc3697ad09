/** Table: the bounds of changes on trial, each number with its unit and its reason. Our own choice. */

export const trialLimits = {
  /** Milliseconds from the end of the session that made a change until a session may prove it. Services are notified of
   * the change at once, and take some seconds to leave the former state: a session held until then proves nothing. */
  settleMs: 10_000,
  /** Changes on trial at once. One more is refused with 9004: each costs a row in the store and some memory. */
  changesMax: 4096,
  /** Milliseconds until undoing that has failed is tried again: the first wait; each later one is twice as long. */
  againMs: 15_000,
  /** Milliseconds: the longest of those waits. Taking back is never given up: it may be the only way to the ACS. */
  againMsMax: 240_000,
  /** Parameters that are reported to the ACS after changes were undone. */
  toldMax: 256,
} as const;
