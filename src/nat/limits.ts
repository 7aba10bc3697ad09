/** Table: every number that bounds something behind a NAT: STUN and UDP Connection Requests. TR-069
 * Annex G, RFC 3489. */

export const natLimits = {
  /** Bytes of a STUN message that are read. RFC 3489 answers stay below 600; no honest answer is longer than an
   * Ethernet frame. */
  messageBytesMax: 1500,
  /** Bytes of a UDP Connection Request: a name of 256 characters, each percent-encoded, and room for headers. */
  requestBytesMax: 8192,
  /** Bytes of the shortest one: `GET http://h?ts=1&id=1&un=u&cn=&sig=`, 40 digits, ` HTTP/1.1`, `Host:`
   * and line ends. */
  requestBytesMin: 96,
  /** Header lines of a UDP Connection Request. Real ones have one. */
  headersMax: 64,
  /** Digits of `id`: an unsigned integer without a bound (G.2.2.3), but not without an end. */
  idDigitsMax: 64,
  /** `ts` at most: the largest whole number up to which JavaScript counts exactly, 285 million years from now. */
  timestampMax: 9_007_199_254_740_992,
  /** Milliseconds after the first send until the second; each wait doubles up to `resendMsMax`. RFC 3489 9.3. */
  resendMs: 100,
  resendMsMax: 1600,
  /** Sends of one request in all; 9.5 s after the first the request has failed. RFC 3489 9.3. */
  sendsMax: 9,
  /** Seconds between keep-alives at most where STUNMaximumKeepAlivePeriod is -1: a NAT that begins anew
   * shows no sooner. */
  periodSecondsMax: 900,
  /** Seconds between keep-alives at least where STUNMinimumKeepAlivePeriod is 0. */
  periodSecondsMin: 1,
  /** Seconds: the first trial of the search, and the period where none can be measured. Few NATs forget sooner. */
  periodSecondsSafe: 20,
  /** Seconds: how exactly a lifetime is measured; of long ones a twentieth is enough. */
  resolutionSeconds: 1,
  /** Milliseconds after which a probe without an answer is given up: four sends, and no more than `marginSeconds`, so
   * that the keep-alive behind it is still in time where the server is away and the binding is not. */
  probeMs: 1400,
  /** Seconds by which the period stays below the longest life that was seen. */
  marginSeconds: 1.5,
  /** Seconds by which the longest trial stays below STUNMaximumKeepAlivePeriod: the time that a probe takes. */
  probeSeconds: 2,
  /** Milliseconds that a flow has to live before its lifetime is measured. Linux keeps a flow for longer once it has
   * had traffic both ways and is 2 s old (nf_conntrack_udp_timeout_stream). */
  flowMs: 2500,
  /** Keep-alives from one monitoring probe to the next. */
  keepAlivesPerProbe: 9,
} as const;
