/** Table: every number that bounds something in this room, with its unit, its reason and its section. */

/** What a DHCP server or a device on the LAN may say. RFC 2131, RFC 2132, RFC 3396, RFC 3925. */
export const optionLimits = {
  /** Octets of a message that are read: the longest UDP datagram. */
  packetBytesMax: 65_535,
  /** Octets of one option after its pieces have been joined (RFC 3396). */
  optionBytesMax: 65_535,
  /** Octets that one instance of an option holds: its length is one octet (RFC 2132 2). */
  instanceBytesMax: 255,
  /** Octets of a sub-option of option 125: its element has a length of one octet too, and a sub-option a head of two. */
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
