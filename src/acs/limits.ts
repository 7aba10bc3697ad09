/** Table: the bounds of the built-in ACS, each number with its unit, its reason and its section. */

/** The built-in ACS: for trials and tests, so that none of them fills the memory. TR-069 3.7.2 sets no bounds. */
export const acsLimits = {
  /** Bytes of an envelope from a CPE: a tree of some 100,000 parameters. */
  envelopeBytesMax: 67_108_864,
  /** Devices and sessions that are remembered; the oldest is discarded. */
  devicesMax: 10_000,
  sessionsMax: 10_000,
  /** Tasks that wait for one device. */
  tasksMax: 1000,
  /** Nonces given out and not yet forgotten. */
  noncesMax: 1000,
  /** Milliseconds of silence after which a session counts as over: the least that 3.7.2.4 allows. */
  sessionMs: 30_000,
  /** Milliseconds for a CPE to answer a Connection Request. */
  connectionRequestMs: 10_000,
  /** Milliseconds that an idle connection of a CPE stays open: longer than an answer may take to make. */
  keepAliveMs: 120_000,
} as const;
