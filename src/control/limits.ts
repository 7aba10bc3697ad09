/** Table: the bounds of the control socket, each number with its unit, its reason and its section. */

/** The control socket. Ours; only root can open it, the bounds guard against mistakes. */
export const controlLimits = {
  /** Bytes of a request line: room for a thousand values of the longest kind. */
  requestBytesMax: 4_194_304,
  /** Bytes of an answer: the whole of a tree of some 500,000 parameters. */
  answerBytesMax: 134_217_728,
  /** Milliseconds for a client to send its line. */
  requestMsMax: 10_000,
  /** Milliseconds that a client waits for its answer: a change may wait for locks and services. */
  answerMsMax: 120_000,
  /** Clients at once; one more is turned away. */
  clientsMax: 32,
  /** Bytes of a socket's name: sun_path has 108 with the NUL that ends it. */
  socketNameBytesMax: 107,
} as const;
