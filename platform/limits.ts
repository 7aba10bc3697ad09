/** Table: the bounds of the composition, each number with its unit, its reason and its section. */

export const runLimits = {
  /** Milliseconds until it is asked again whether a session that sees the old root has ended. */
  rootWaitMs: 1000,
} as const;
