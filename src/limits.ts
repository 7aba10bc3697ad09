/** Table: every number that bounds something, with its unit, its reason and its section.
 * One const a room; a number that belongs to no room does not belong here. */

/** SOAP envelopes from the peer. TR-069 3.5 asks for at least 32 KiB; the rest is our own caution. */
export const soapLimits = {
  /** Bytes of an envelope from the ACS that are read; past it the answer is 9004. Configurable: cwmp.cpe.envelope_bytes_max. */
  envelopeBytesMax: 1_048_576,
  /** Elements within elements. The deepest message of Annex A has 7; extensions are passed over. */
  depthMax: 32,
  /** Attributes of one element, declarations included. An Envelope has 5 to 10. */
  attributesMax: 64,
  /** Elements of an envelope, each some 200 bytes of memory: 20,000 parameters in one call. Past it 9004 (A.2.1). */
  elementsMax: 65_536,
  /** Characters of one element's text: the largest voucher (A.4.1.3) many times over. Past it 9004. */
  textCharsMax: 262_144,
  /** Characters given to the parser at once; its memory for unfinished markup is looked at in between. */
  chunkChars: 4096,
  /** Characters of the peer's own words in an error text. */
  quotedCharsMax: 64,
} as const;

/** The event queue. TR-069 A.3.3.1 Table 34. */
export const eventLimits = {
  /** Entries of one Inform, and so of the queue. */
  eventsMax: 64,
} as const;

/** Session retry. TR-069 3.2.1.1 Table 3. */
export const retryLimits = {
  /** Seconds: the shortest first wait; each row doubles it. */
  firstWaitSeconds: 5,
  /** Rows of the table; the last holds for all later attempts. */
  rowsMax: 10,
} as const;

/** One session. TR-069 3.7 sets no bounds; a server may loop for ever over the tree. */
export const sessionLimits = {
  /** Requests answered in one session before it is given up as a loop. */
  callsMax: 100_000,
  /** Milliseconds from the first POST to the last. */
  sessionMsMax: 6 * 60 * 60 * 1000,
  /** Milliseconds that a device may take to go down for a reboot before it counts as still up. */
  downMsMax: 10 * 60 * 1000,
  /** Times that one request is sent again for fault 8005 (3.7.1.6) before the session counts as failed. */
  resendsMax: 10,
} as const;

/** ScheduleInform and periodic Informs. TR-069 A.4.1.2 sets no bound on how many may wait. */
export const scheduleLimits = {
  /** Calls that wait at once; one more is denied. */
  waitingMax: 64,
  /** Milliseconds by which the wall clock has jumped, so that what hangs on it is reckoned anew; less is the drift of a
   * clock that is being steered. */
  jumpMs: 2000,
} as const;

/** Noticing changes made by others. TR-069 3.2.1, A.3.3.1. */
export const noticeLimits = {
  /** Milliseconds between looks at notified parameters that no file change announces (addresses, link state). */
  lookMs: 30_000,
  /** Sessions that value changes may start within `burstMs`; only a parameter that never rests exceeds it (3.2.1). */
  burstMax: 10,
  burstMs: 60_000,
} as const;

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
  /** Connections at once. Below the 1024 descriptors that a service usually gets, sessions and files included. */
  connectionsMax: 640,
  /** Connections at once from one source: the rest of the places stays for others. */
  connectionsPerSourceMax: 512,
  /** Milliseconds that a connection may say nothing. */
  idleMs: 15_000,
  /** Milliseconds from the first byte of a head to its last. */
  headMs: 10_000,
  /** Milliseconds for an answer to reach the socket. */
  writeMs: 5_000,
  /** Milliseconds that a connection lives in all, whatever it does. */
  totalMs: 60_000,
  /** Milliseconds, and bytes, that the peer may go on for after our last answer (RFC 9112 9.6: else it may lose it). */
  drainMs: 2_000,
  drainBytesMax: 1_048_576,
  /** Answers other than success on one connection; the last of them ends it. */
  refusalsMax: 8,
  /** Connection Requests accepted in any 60 s, in all and from one source. An ACS sends one, and repeats it after 30 s. */
  acceptedPerMinuteMax: 60,
  acceptedPerSourcePerMinuteMax: 30,
  /** Milliseconds that a nonce serves; the 401 and its answer are a round trip apart. RFC 2617 3.2.1. */
  nonceMs: 120_000,
  /** Nonces that have served and are remembered against replay; past it all older ones become stale. */
  noncesMax: 256,
  /** Sources whose refusals are told apart in the log, one line a minute each. */
  noticedSourcesMax: 64,
  /** Ports tried after a taken one where the next free one is asked for; then the system chooses. */
  portTriesMax: 16,
  /** Milliseconds until a taken port is asked for again where only that one will do: no wake more often than once in
   * 10 s at rest. */
  portRetryMs: 30_000,
} as const;

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
} as const;

/** The built-in ACS: for trials and tests, so that none of them fills the memory. TR-069 3.7.2 sets no bounds. */
export const acsLimits = {
  /** Bytes of an envelope from a CPE: a tree of some 100,000 parameters. */
  envelopeBytesMax: 67_108_864,
  /** Devices and sessions that are remembered; the oldest goes. */
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

/** What the data model shows of the device. TR-098. */
export const igdLimits = {
  /** Characters of DeviceLog. TR-098: 32 KiB. */
  deviceLogCharsMax: 32_768,
  /** Hosts of one LAN that are shown: four full /24 networks; neighbours are made up easily. */
  hostsMax: 1024,
  /** Characters of a host's name. TR-098 string(64). */
  hostNameCharsMax: 64,
  /** PortMapping instances that AddObject makes; the bench goes to 100,000 parameters of 8 each. */
  portMappingsMax: 16_384,
  /** Offset and number of a DHCP pool that says neither. */
  poolStartInitial: 100,
  poolCountInitial: 150,
  /** Seconds between periodic Informs where cwmp.acs does not say: a day. */
  periodicInformSecondsInitial: 86_400,
} as const;

/** Reading the system: sysfs, procfs, ubus. Its files are small; hostile ones must not fill memory. */
export const factsLimits = {
  /** Bytes read of one file of /proc, /sys or /etc. */
  fileBytesMax: 262_144,
  /** Bytes read of the lease file and of the ARP table. */
  tableBytesMax: 1_048_576,
  /** Lines of them that count. */
  tableRowsMax: 4096,
  /** Milliseconds that a question to ubus may take before the fallback answers. */
  askMsMax: 3000,
  /** Bytes of a program's answer: `network.interface dump` of a large router is some 60 KB. */
  outputBytesMax: 1_048_576,
  /** Lines of the system log that are asked for. DeviceLog holds 32 KiB. */
  logLinesMax: 400,
} as const;

/** Programs that change the system. */
export const serviceLimits = {
  /** Milliseconds for reload_config: it hashes each package and sends its events, then returns. */
  reloadMsMax: 30_000,
  /** Milliseconds for reboot and firstboot to accept the order. */
  orderMsMax: 15_000,
} as const;

/** The file of the agent's own state. */
export const storeLimits = {
  /** Pages of 4 KiB in the log beside it before they are put into the file. SQLite's own 1000 may fill the overlay of a
   * device with 16 MiB of flash. */
  logPagesMax: 64,
} as const;

/** UCI packages on flash. OpenWrt's own bounds are time and memory tells the races. */
export const uciLimits = {
  /** Bytes of one package or delta file that are read; the largest real ones are a few hundred kilobytes. */
  fileBytesMax: 16_777_216,
  /** Milliseconds to wait for a package that others keep locked; uci itself holds it for a few. */
  lockWaitMsMax: 10_000,
  /** Milliseconds between two tries for a lock. */
  lockRetryMs: 2,
  /** Milliseconds after which a `.NAME.uci-XXXXXX` is what a crash left, not a commit under way. */
  inFlightMsMax: 10_000,
  /** Milliseconds in which LuCI may still copy its snapshot back over /etc/config: rpcd's 60 s, doubled. */
  snapshotMsMax: 120_000,
  /** Milliseconds: a file changed more recently than this may change again under the same time stamp. */
  racyMs: 50,
  /** Times that a file which changes while it is read is read again. */
  rereadsMax: 5,
  /** Milliseconds that a replaced file stays open at least, for who waited for its lock and gets it in a few. */
  replacedMs: 1000,
  /** Replaced files that stay open at once. */
  replacedMax: 64,
  /** Milliseconds after the last file event until one more look: events can be lost in a burst, the last state not. */
  settleMs: 100,
} as const;

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
  /** Bytes a second, either way, for which a round trip may take longer: half of what the slowest lines give. */
  bytesPerSecondMin: 4096,
  /** Milliseconds after the first answer of a connection before it is used again: some servers then close it (3.4.2). */
  quietMs: 5,
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
  /** Bytes of response headers. */
  headerBytesMax: 65_536,
  /** Bytes of a body in which the tag of an envelope begins: room for an XML declaration. */
  envelopeHeadBytes: 512,
  /** Characters of the peer's own words in an error text. */
  quotedCharsMax: 80,
  /** Certificates between an ACS and a trusted root. Public ones have one or two. */
  certificatesMax: 10,
} as const;
