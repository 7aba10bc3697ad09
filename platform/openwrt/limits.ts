/** Table: the bounds of reading and changing the system, each number with its unit, its reason and its section. */

/** Reading the system: sysfs, procfs, ubus. Its files are small; hostile ones must not fill memory. */
export const factsLimits = {
  /** Bytes read of one file of /proc, /sys or /etc. */
  fileBytesMax: 262_144,
  /** Bytes read of the lease file and of the ARP table. */
  tableBytesMax: 1_048_576,
  /** Bytes of the buffer that small files are read into. */
  sharedBytes: 65_536,
  /** Milliseconds: a file changed more recently may change again under the same time; JFFS2 keeps whole seconds. */
  racyMs: 2000,
  /** Bytes of a file up to which the last reading is kept for the case that the next one fails. */
  keptBytesMax: 65_536,
  /** Files whose trouble is reported at once. */
  troublesMax: 8,
  /** Lines of them that count. */
  tableRowsMax: 4096,
  /** Processes that are shown: a router runs a hundred or two. */
  processesMax: 1024,
  /** Bytes read of a command line. The model shows 256 characters. */
  commandBytesMax: 1024,
  /** Temperature sensors that are shown; switches with many ports have some dozen. */
  sensorsMax: 64,
  /** Wireless devices that are asked, and stations of one that are shown: 802.11 numbers 2007. */
  accessPointsMax: 32,
  stationsMax: 2007,
  /** Accounts that are shown. */
  accountsMax: 64,
  /** Milliseconds that a question to ubus may take before the fallback answers. */
  askMsMax: 3000,
  /** Times that the boot loader's variables are asked for when the answer is late. */
  serialTriesMax: 3,
  /** Bytes of a program's answer: `network.interface dump` of a large router is some 60 KB. */
  outputBytesMax: 1_048_576,
  /** Lines of the system log that are asked for. DeviceLog holds 32 KiB. */
  logLinesMax: 400,
} as const;

/** Programs that change the system. */
export const serviceLimits = {
  /** Milliseconds for reload_config: it hashes each package and sends its events, then returns. */
  reloadMsMax: 30_000,
  /** Milliseconds for ubus and reboot to accept the order. */
  orderMsMax: 15_000,
  /** Milliseconds for firstboot to erase the overlay, which takes minutes on slow flash; then it is left to itself. */
  eraseMsMax: 600_000,
} as const;
