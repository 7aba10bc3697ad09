/** Table: the bounds of calls over ubus and of their answers, each number with its unit and its reason. */

/** Questions over the socket of ubusd. The services behind it may be stuck, and may answer anything. */
export const ubusLimits = {
  /** Bytes of one message, and of all that answer one question: `network.device status` of a large router is 100 KB. */
  messageBytesMax: 1_048_576,
  /** Tables within tables; netifd's answers have 5. */
  depthMax: 16,
  /** Questions under way at once. */
  questionsMax: 32,
  /** Objects whose numbers are remembered. */
  objectsMax: 64,
  /** Milliseconds for ubusd to greet a new connection. */
  greetingMsMax: 1000,
  /** Milliseconds that an answer may take. */
  answerMsMax: 3000,
  /** Milliseconds for which an object that has not answered is not asked again: a session asks some ten times. */
  stuckMs: 15_000,
} as const;
