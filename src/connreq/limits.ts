/** Table: the bounds of the Connection Request server, each number with its unit, its reason and its section. */

/** The HTTP Connection Request server. TR-069 3.2.2 names no numbers; RFC 9112 and the memory of a gateway do. */
export const connectionRequestLimits = {
  /** Bytes of a request head, blank line included. A digest answer takes about 600; 3.2.2 wants no good one refused. */
  headBytesMax: 8192,
  /** Bytes of one line of it, line end included. */
  lineBytesMax: 4096,
  /** Header lines. */
  headersMax: 64,
  /** Bytes of a body that are skipped (3.2.2 conveys none); past it the connection ends with the answer. */
  bodyBytesMax: 65_536,
  /** Connections at once, each some kilobytes of memory. */
  connectionsMax: 640,
  /** Connections at once while all are younger than their grace: the connections of a flood of 4,000 a second in 400
   * ms, should one turn of the event loop last that long. */
  connectionsYoungMax: 1600,
  /** Descriptors that stay for sessions, files and the runtime. */
  descriptorsKept: 384,
  /** Connections at once from one source: the rest of the places stays for others. */
  connectionsPerSourceMax: 512,
  /** Milliseconds that a connection has before it makes way for another: the bytes that arrived with it are read in the
   * next turn of the event loop, however long this one takes. */
  graceMs: 100,
  /** Milliseconds that a connection may say nothing. */
  idleMs: 15_000,
  /** Milliseconds from the first byte of a head to its last. */
  headMs: 10_000,
  /** Milliseconds for an answer to reach the socket. */
  writeMs: 5_000,
  /** Milliseconds that a connection lives in all. */
  totalMs: 60_000,
  /** Milliseconds, and bytes, that the peer may still send after our last answer (RFC 9112 9.6:
   * else it may lose it). */
  drainMs: 2_000,
  drainBytesMax: 1_048_576,
  /** Answers other than success on one connection; the last of them ends it. */
  refusalsMax: 8,
  /** Connection Requests accepted in any 60 s, in all and from one source, where the settings do not say. An ACS sends
   * one, and repeats it after 30 s; automation of an operator may well ask for one operation a second. */
  acceptedPerMinuteMax: 120,
  acceptedPerSourcePerMinuteMax: 90,
  /** The most that the settings can say for either. */
  acceptedPerMinuteSettable: 6000,
  /** Wrong credentials of one source that are judged without a pause: a person mistypes, an ACS has an old password. */
  wrongFreeMax: 5,
  /** Milliseconds of the first pause after them, in which nothing of that source is judged; each further one doubles
   * it. */
  wrongPauseMs: 1000,
  wrongPauseMsMax: 60_000,
  /** Milliseconds without a wrong one after which a source begins anew. */
  wrongForgetMs: 600_000,
  /** Sources whose wrong credentials are counted; past it the one that was wrong the longest ago is forgotten. */
  wrongSourcesMax: 1024,
  /** Milliseconds that a nonce serves; the 401 and its answer are a round trip apart. RFC 2617 3.2.1. */
  nonceMs: 120_000,
  /** Nonces that have served and are remembered against replay; past it all older ones become stale. */
  noncesMax: 256,
  /** Sources whose refusals are logged separately, one line a minute each. */
  noticedSourcesMax: 64,
  /** Ports tried after a taken one where the next free one is asked for; then the system chooses. */
  portTriesMax: 16,
  /** Milliseconds until a taken port is asked for again where only that one will do: no wake more often than once in
   * 10 s at rest. */
  portRetryMs: 30_000,
} as const;
