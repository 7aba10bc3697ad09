/** Table: every number that bounds something in this room, with its unit, its reason and its section. */

/** Bounds of the messages of a DHCP server or a device on the LAN. RFC 2131, RFC 2132, RFC 3396, RFC 3925. */
export const optionLimits = {
  /** Octets of a message that are read: the longest UDP datagram. */
  packetBytesMax: 65_535,
  /** Octets of one option after its pieces have been joined (RFC 3396). */
  optionBytesMax: 65_535,
  /** Octets that one instance of an option holds: its length is one octet (RFC 2132 2). */
  instanceBytesMax: 255,
  /** Octets of a sub-option of option 125: its element has a length of one octet too, and a sub-option
   * a head of two. */
  suboption125BytesMax: 253,
  /** Octets of a vendor option that dnsmasq sends, headers of the sub-options included; above it dnsmasq sends none. */
  dnsmasqBytesMax: 250,
  /** Notes on one message: a hostile one could earn thousands. */
  notesMax: 64,
  /** Characters of an ACS URL: ManagementServer.URL is string(256). */
  urlCharsMax: 256,
  /** Characters of a ProvisioningCode: DeviceInfo.ProvisioningCode is string(64). */
  provisioningCodeCharsMax: 64,
  /** Characters of a serial number or product class: ManageableDevice has string(64). */
  identityCharsMax: 64,
  /** Octets of the peer's own words in a note. */
  quotedBytesMax: 32,
} as const;

/** Finding the ACS by DHCP. TR-069 3.1. */
export const discoveryLimits = {
  /** Milliseconds without a TCP connection to any address of the ACS, after which it counts as unreachable. 3.1. */
  unreachableMs: 300_000,
  /** Seconds between the first DHCPINFORM and its repetition, doubled for each further one. RFC 2131 4.1. */
  firstWaitSeconds: 4,
  lastWaitSeconds: 64,
  /** Milliseconds by which each wait is longer or shorter, by chance. RFC 2131 4.1. */
  jitterMs: 1000,
  /** Milliseconds from the end of one exchange until the next one while the ACS still has to be found. */
  pauseMs: 300_000,
  /** Milliseconds until a DHCPINFORM that could not be sent is tried again: the interface may get its address. */
  unsentMs: 30_000,
  /** URLs that DHCP may change to within `changesMs`; each is a 0 BOOTSTRAP, and a server may offer another one at
   * every renewal. */
  changesMax: 3,
  changesMs: 3_600_000,
} as const;

/** Events that hooks hand over. Ours: the queue must not fill the memory while no agent takes from it. */
export const eventLimits = {
  /** Events that wait on disk; past it the oldest is discarded. */
  waitingMax: 1024,
  /** Characters of one value: option 125 joined of many instances, in hexadecimal. */
  valueCharsMax: 16_384,
} as const;

/** Devices on the LAN that name themselves, and the gateway of a device. TR-069 Annex F. */
export const associationLimits = {
  /** Devices that are remembered at once; a flood of made-up ones pushes out those seen longest ago. Four full /24. */
  devicesMax: 1024,
  /** Identities as they were received, kept until dnsmasq reports the lease: it cuts values at "=". */
  heardMax: 256,
  /** Milliseconds between two looks whether a device is still there. */
  probeMs: 60_000,
  /** Looks without an answer after which a device counts as away. */
  missesMax: 3,
  /** Milliseconds from the start until a device that had no lease from DHCP asks for its gateway by DHCPINFORM. */
  introduceMs: 30_000,
  /** Milliseconds between two log lines about identities that were refused or pushed out. */
  tellMs: 60_000,
  /** Milliseconds after a datagram until the kernel knows whether its receiver is there: 5 s until it asks, 3 tries. */
  answerMs: 12_000,
} as const;
