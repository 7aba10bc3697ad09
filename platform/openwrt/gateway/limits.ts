/** Table: the bounds of what the data models show, each number with its unit, its reason and its section. */

export const gatewayLimits = {
  /** Characters of DeviceLog. TR-098: 32 KiB. */
  deviceLogCharsMax: 32_768,
  /** Hosts of one LAN that are shown: four full /24 networks; neighbours are made up easily. */
  hostsMax: 1024,
  /** Characters of a host's name. TR-098 string(64). */
  hostNameCharsMax: 64,
  /** PortMapping instances that AddObject makes; the bench goes to 100,000 parameters of 8 each. */
  portMappingsMax: 16_384,
  /** Addresses kept for clients of one LAN that AddObject makes: more than a /22 has hosts. */
  reservationsMax: 1024,
  /** Lease time of a pool that does not say, and the shortest in seconds that dnsmasq gives. */
  leaseTimeInitial: "12h",
  leaseSecondsMin: 120,
  /** Octets of a packet: what every IPv4 host takes (RFC 791), what Ethernet has, and what its drivers reach. */
  mtuMin: 576,
  mtuInitial: 1500,
  mtuMax: 9000,
  /** Offset and number of a DHCP pool that says neither. */
  poolStartInitial: 100,
  poolCountInitial: 150,
} as const;
