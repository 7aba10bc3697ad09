/** Table: the bounds of UCI files, each number with its unit, its reason and its section. */

/** UCI packages on flash: bounds of size and number for hostile files, and times for races with other programs. */
export const uciLimits = {
  /** Bytes of one package or delta file that are read; the largest real ones are a few hundred kilobytes. */
  fileBytesMax: 16_777_216,
  /** Milliseconds to wait for a package that others keep locked; uci itself holds it for a few. */
  lockWaitMsMax: 10_000,
  /** Milliseconds between two tries for a lock. */
  lockRetryMs: 2,
  /** Milliseconds after which a `.NAME.uci-XXXXXX` is the remains of a crash, not a commit under way. */
  inFlightMsMax: 10_000,
  /** Milliseconds in which LuCI may still copy its snapshot back over /etc/config: rpcd's 60 s, doubled. */
  snapshotMsMax: 120_000,
  /** Milliseconds: a file changed more recently than this may change again under the same time stamp. */
  racyMs: 50,
  /** Milliseconds in which a file that has lost all its bytes may be under way to new ones: whoever writes it in its
   * place empties it first. */
  emptiedMs: 1000,
  /** Times that a file which changes while it is read is read again. */
  rereadsMax: 5,
  /** Milliseconds that a replaced file stays open at least, for a program that is about to get its lock. */
  replacedMs: 1000,
  /** Milliseconds that a text which we have written stays in memory as it reads: an ACS that changes much one by one
   * comes back sooner. */
  checkedMs: 1000,
  /** Replaced files that stay open at once. */
  replacedMax: 64,
  /** Seconds since 1970: 1 January 1980, the time of an old file that is as we have left it. Every write of others sets
   * another one, even where the clock stands at its start. */
  leftSeconds: 315_532_800,
  /** Milliseconds after which a package that could not be read is tried again, if nobody asks for it before. */
  unreadableMs: 10_000,
  /** Milliseconds after the last file event until one more look: events can be lost in a burst, the last state not. */
  settleMs: 100,
  /** Sections of one package that are looked up by going through all of them, before an index of the names is made. */
  lookupsUnindexed: 8,
} as const;
