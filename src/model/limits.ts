/** Table: the bounds of the data model, each number with its unit, its reason and its section. */

/** The data model. TR-069 A.2.1, A.3.2. */
export const modelLimits = {
  /** Characters of the name of a parameter or object. A.3.2.1 Table 14. */
  nameCharsMax: 256,
  /** Characters of a ParameterKey. A.3.2.1 Table 12. */
  parameterKeyCharsMax: 32,
  /** Characters of a string for which the data model gives no length. A.2.1 Table 9. */
  stringCharsDefault: 16,
  /** Characters of an AccessList entry. A.3.2.4 Table 22. */
  accessEntryCharsMax: 64,
  /** The last instance number; only after it are numbers used again. A.3.2.6 Table 27. */
  instanceNumberMax: 4_294_967_295,
  /** Instances of a table past which AddObject is 9004, where the declaration gives no number: an ACS may loop. */
  rowsMaxDefault: 4096,
  /** Vanished rows of a table whose numbers are kept, in case they come back (hosts, a file broken for a while). */
  rowsRememberedMax: 1024,
  /** Pairs compared when anonymous sections are found again by content; past it their order decides. */
  rematchPairsMax: 250_000,
  /** Characters of a notified value that are kept as they are; of longer ones a digest is. */
  knownCharsMax: 64,
  /** Characters of a list whose spelling is kept, in UTF-16 units: the longest list that the served models allow. */
  spellingCharsMax: 1024,
  /** Questions whose answers are compared from moment to moment; past it all of them begin anew. A gateway with 1,024
   * hosts has some 2,000, and each new process adds one. */
  questionsMax: 4096,
  /** Questions of one value whose answers are compared; a value with more of them is read anew in every moment. The
   * InterfaceStack of a gateway has some 60. */
  traceQuestionsMax: 512,
  /** Sources of one value that are listed. */
  sourcesMax: 32,
} as const;
