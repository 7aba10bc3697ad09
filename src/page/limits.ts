/** Table: every number that bounds the LAN page, with its unit, its reason and its section. TR-069 Annex D, A.4.2.1. */

export const pageLimits = {
  /** The TCP port where the settings do not say: beside 7547, which Connection Requests have, and
   * registered to nobody. */
  portInitial: 7580,
  /** Kicks in any hour, in all and of one client, where the settings do not say (D.4: limited to a defined maximum). A
   * person makes a few of them in an hour, a household some dozens. */
  kicksPerHour: 60,
  kicksPerClient: 20,
  /** The most that the settings can say for either. */
  kicksPerHourSettable: 3600,
  /** Browsers that are held at once until the ACS has answered, in all and of one client: each has a connection. */
  held: 16,
  heldPerClient: 4,
  heldSettable: 64,
  /** Seconds that a browser is held: a person waits so long for a page, and proxies do not give up before. */
  holdSeconds: 30,
  holdSecondsSettable: 120,
  /** Characters of the arguments (Tables 60 and 69), and of NextURL (Table 61). */
  commandCharsMax: 32,
  refererCharsMax: 64,
  argCharsMax: 256,
  urlCharsMax: 1024,
  /** Characters of SuccessURL and FailureURL (A.3.2.8 Table 30). */
  downloadUrlCharsMax: 256,
  /** Bytes of a request head and of one line of it: the longest arguments in percent-encoding, and the
   * usual headers. */
  headBytesMax: 16_384,
  lineBytesMax: 12_288,
  /** Header lines: browsers send about 20. */
  headersMax: 64,
  /** Bytes of a form: the longest arguments in percent-encoding. */
  bodyBytesMax: 16_384,
  /** Characters of a browser's name that count when two requests are compared. */
  browserCharsMax: 200,
  /** Languages of Accept-Language that are looked at. */
  languagesMax: 16,
  /** Connections at once, in all and from one client: 16 browsers are held, the rest asks for pages. */
  connectionsMax: 64,
  connectionsPerClientMax: 16,
  /** Milliseconds from the opening of a connection to the end of its request: slow clients are cut off. */
  requestMs: 10_000,
  /** Milliseconds that an answer may take to reach the client. */
  answerMs: 10_000,
  /** Milliseconds until a port that another program has is asked for again. */
  portRetryMs: 30_000,
  /** Milliseconds that a status page is served again without being made anew. */
  freshMs: 1000,
  /** Seconds until a waiting page, and one with the progress of a download, asks again by itself. */
  waitSeconds: 2,
  progressSeconds: 5,
  /** Bytes of a file of web content that is served, and characters of one text of it. */
  contentBytesMax: 262_144,
  textCharsMax: 500,
  /** Bytes of a file of texts. */
  textsBytesMax: 65_536,
  /** Milliseconds that texts which have been read are taken to be as they are. */
  textsMs: 5000,
} as const;
