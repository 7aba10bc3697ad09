/** Table: the bounds of the data models, each number with its unit, its reason and its section. */

export const gatewayLimits = {
  /** Characters of DeviceLog. TR-098: 32 KiB. */
  deviceLogCharsMax: 32_768,
  /** Hosts of one LAN that are shown: four full /24 networks; neighbours are made up easily. */
  hostsMax: 1024,
  /** Characters of a host's name. TR-098 string(64). */
  hostNameCharsMax: 64,
  /** Characters of a process' command. TR-098 and TR-181: string(256). */
  commandCharsMax: 256,
  /** Characters of a sensor's name. TR-098 and TR-181: string(256). */
  sensorNameCharsMax: 256,
  /** Characters of the name of a log, and of a user. TR-098 and TR-181: string(64). */
  logNameCharsMax: 64,
  userNameCharsMax: 64,
  /** KiB of the system's log that does not say: logd's own buffer. */
  logKibInitial: 128,
  /** Parameters that an ACS adds to Informs: each is read for every one of them. */
  informParametersMax: 32,
  /** Rows that an ACS has given names; the file is read with every change of it. */
  aliasesMax: 1024,
  /** Static routes that AddObject makes, of each family. */
  routesMax: 1024,
  /** Addresses in ReservedAddresses: 256 characters of TR-098. */
  reservedShownMax: 16,
  /** PortMapping instances that AddObject makes; the bench has 100,000 parameters, 8 for each instance. */
  portMappingsMax: 16_384,
  /** DHCP options of one list that AddObject makes: an offer has room for some dozen. */
  ownOptionsMax: 64,
  /** Addresses kept for clients of one LAN that AddObject makes: more than a /22 has hosts. */
  reservationsMax: 1024,
  /** Lease time of a pool that does not say, and the shortest in seconds that dnsmasq gives. */
  leaseTimeInitial: "12h",
  leaseSecondsMin: 120,
  /** Octets of a packet: the size every IPv4 host accepts (RFC 791), Ethernet's, and the largest of its drivers. */
  mtuMin: 576,
  mtuInitial: 1500,
  mtuMax: 9000,
  /** Octets of a PPP packet: the size every IPv4 host accepts (RFC 791); an Ethernet packet less PPPoE's (RFC 2516). */
  mruMin: 576,
  mruMax: 1492,
  /** Seconds without traffic after which a session on demand ends where none are configured: five minutes. */
  pppIdleSecondsInitial: 300,
  /** The most idle seconds that pppd accepts: it keeps them in an int, and a greater number would end no session. */
  pppIdleSecondsMax: 2_147_483_647,
  /** Router advertisements: seconds between two, the shortest time between them and the lifetime of a router (RFC 4861
   * 6.2.1, odhcpd's own where none is configured); octets of an IPv6 link (RFC 8200 5) and of Ethernet's drivers;
   * milliseconds of TR-181. */
  advertisement: {
    intervalMin: 4,
    intervalMax: 1800,
    intervalInitial: 600,
    shortestInitial: 200,
    lifetimeMax: 9000,
    mtuMin: 1280,
    mtuMax: 65_535,
    reachableMsMax: 3_600_000,
    retransMsMax: 4_294_967_295,
  },
  /** Offset and number of addresses of a DHCP pool that configures neither. */
  poolStartInitial: 100,
  poolCountInitial: 150,
  /** Milliseconds by which the end of an IPv6 lifetime may differ when a server sends back the end that it has read. */
  lifetimeSlackMs: 60_000,
  /** Milliseconds that one answer is waited for in a diagnostic: longer ones are of no use. TR-098
   * IPPingDiagnostics. */
  timeoutMsMax: 60_000,
  /** Requests of one ping, a second apart: five minutes. */
  repetitionsMax: 300,
  /** Bytes of data in one packet of ping: all that a packet of IPv4 has room for. */
  pingBytesMax: 65_507,
  /** Bytes of data in one packet of traceroute: the most that busybox sends, without the headers. */
  routeBytesMax: 32_740,
  /** Bytes of one upload that measures: a minute of a gigabit. */
  uploadBytesMax: 4_294_967_295,
} as const;
