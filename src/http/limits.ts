/** Table: the bounds of the line to the ACS, each number with its unit, its reason and its section. */

/** Cookies of one session. TR-069 3.4.2 asks for 512 bytes; more than servers use, and bounded. */
export const cookieLimits = {
  cookiesMax: 50,
  bytesMax: 16_384,
} as const;

/** The line to the ACS. TR-069 3.4.2. */
export const linkLimits = {
  /** Milliseconds before a TCP connection counts as failed; 3.4.2 asks for 30 s at least. */
  connectMsMax: 30_000,
  /** Milliseconds before a response counts as not received; 3.4.2 asks for 30 s at least, also after a connection that
   * took `connectMsMax`. Some servers think long. */
  responseMsMax: 60_000,
  /** Bytes a second, either way, for which a round trip may take longer: half the rate of the slowest lines. */
  bytesPerSecondMin: 4096,
  /** Milliseconds after the first answer of a connection before it is used again: some servers then
   * close it (3.4.2). */
  quietMs: 5,
  /** Turns of the event loop after that: on a loaded machine the time may pass in a single turn, and a close that has
   * arrived meanwhile is seen in a later one. Some microseconds each. */
  quietTurns: 16,
  /** Servers that are remembered to keep connections; a redirect may lead to any number. */
  serversRememberedMax: 64,
  /** Redirects in a row that are followed; 3.4.2 asks for 5. */
  redirectsMax: 5,
  /** Characters of a host's name that a redirect leads to. RFC 1035 2.3.4. */
  hostCharsMax: 253,
  /** Challenges answered for one POST: the first, and those that say only that the nonce was stale. */
  challengesMax: 3,
  /** Bytes of a body that are read and dropped past the longest envelope before the line is given up. */
  drainBytesMax: 16_777_216,
  /** Bytes of a body that is sent in one piece with its head. */
  packedBytesMax: 16_384,
  /** Bytes of response headers. */
  headerBytesMax: 65_536,
  /** Bytes of a body in which the tag of an envelope begins: room for an XML declaration. */
  envelopeHeadBytes: 512,
  /** Characters of the peer's own words in an error text. */
  quotedCharsMax: 80,
  /** Certificates between an ACS and a trusted root. Public ones have one or two. */
  certificatesMax: 10,
  /** Bits of an RSA key, unless weak ones are configured to do. NIST SP 800-131A. */
  keyBitsMin: 2048,
} as const;
