/** Table: network devices of the sample gateway, as /sys/class/net shows them. MAC addresses are those that RFC 7042
 * sets aside for documents. */

export interface SampleDevice {
  readonly name: string;
  /** Last octet of 00:00:5E:00:53:xx; undefined: the loopback. */
  readonly octet?: string;
  readonly mtu?: number;
  /** Mbit/s of the link; 0: no cable. Undefined: a device without one (bridge, radio). */
  readonly speed?: number;
  /** Ports of a bridge. */
  readonly ports?: readonly string[];
  /** Last octets of stations, to the port behind which the bridge has heard them. */
  readonly heard?: Readonly<Record<string, string>>;
  readonly rx: readonly [bytes: number, packets: number];
  readonly tx: readonly [bytes: number, packets: number];
}

export const sampleDevices: readonly SampleDevice[] = [
  { name: "lo", mtu: 65536, rx: [918_273, 8_211], tx: [918_273, 8_211] },
  {
    name: "eth0",
    octet: "01",
    mtu: 1504,
    speed: 2500,
    rx: [48_211_093_114, 41_209_881],
    tx: [9_120_331_552, 19_220_551],
  },
  {
    name: "br-lan",
    octet: "01",
    ports: ["lan1", "lan2", "lan3", "lan4", "phy0-ap0", "phy1-ap0"],
    heard: { "51": "lan2", "60": "lan1", "61": "phy1-ap0" },
    rx: [5_120_334_812, 14_093_112],
    tx: [46_902_113_009, 38_110_224],
  },
  { name: "br-guest", octet: "05", ports: [], rx: [0, 0], tx: [12_880, 96] },
  {
    name: "lan1",
    octet: "01",
    speed: 1000,
    rx: [3_011_772_190, 9_001_230],
    tx: [31_220_981_771, 26_771_090],
  },
  { name: "lan2", octet: "01", speed: 100, rx: [88_120_034, 301_889], tx: [1_220_009_112, 1_001_234] },
  { name: "lan3", octet: "01", speed: 0, rx: [0, 0], tx: [0, 0] },
  { name: "lan4", octet: "01", speed: 0, rx: [0, 0], tx: [0, 0] },
  {
    name: "wan",
    octet: "02",
    speed: 1000,
    rx: [47_001_220_118, 39_991_002],
    tx: [8_120_118_330, 18_220_114],
  },
  { name: "phy0-ap0", octet: "03", rx: [401_220_991, 1_201_330], tx: [3_991_002_118, 3_300_119] },
  { name: "phy1-ap0", octet: "04", rx: [1_602_110_881, 3_590_001], tx: [10_440_221_002, 7_110_220] },
];

export const macOf = (octet: string): string => `00:00:5e:00:53:${octet}`;

/** The counters of the kernel, by the names of /sys/class/net/NAME/statistics. */
function countersOf({ rx, tx }: SampleDevice): Readonly<Record<string, number>> {
  const zero = ["rx_errors", "tx_errors", "rx_dropped", "tx_dropped", "collisions", "rx_nohandler"];
  return {
    ...Object.fromEntries(zero.map((name) => [name, 0])),
    rx_bytes: rx[0],
    rx_packets: rx[1],
    tx_bytes: tx[0],
    tx_packets: tx[1],
    multicast: Math.floor(rx[1] / 50),
    // A few losses and errors, as every network has.
    rx_dropped: Math.floor(rx[1] / 400_000),
    tx_errors: Math.floor(tx[1] / 9_000_000),
  };
}

/** /proc/net/dev: the same counters in one table. */
export function deviceTable(devices: readonly SampleDevice[]): string {
  const rows = devices.map((device) => {
    const of = countersOf(device);
    const received = ["rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "", "", "", "multicast"];
    const sent = ["tx_bytes", "tx_packets", "tx_errors", "tx_dropped", "", "collisions", "", ""];
    const numbers = [...received, ...sent].map((name) => String(of[name] ?? 0).padStart(8));
    return `${device.name.padStart(6)}: ${numbers.join(" ")}\n`;
  });
  const heads = [
    "Inter-|   Receive                                                |  Transmit",
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
  ];
  return `${heads.join("\n")}\n${rows.join("")}`;
}

/** Files of one device, below /sys/class/net/NAME/. */
export function deviceFiles(device: SampleDevice, index: number): Readonly<Record<string, string>> {
  const { octet, mtu = 1500, speed } = device;
  const linked = speed !== 0;
  const counters = countersOf(device);
  const files: Record<string, string> = {
    address: octet === undefined ? "00:00:00:00:00:00" : macOf(octet),
    mtu: String(mtu),
    flags: octet === undefined ? "0x9" : "0x1003",
    type: octet === undefined ? "772" : "1",
    ifindex: String(index + 1),
    carrier: linked ? "1" : "0",
    carrier_changes: linked ? "2" : "1",
    operstate: octet === undefined ? "unknown" : linked ? "up" : "lowerlayerdown",
    ...(speed !== undefined && { speed: linked ? String(speed) : "-1", duplex: linked ? "full" : "unknown" }),
  };
  for (const [name, value] of Object.entries(counters)) files[`statistics/${name}`] = String(value);
  for (const [index, port] of (device.ports ?? []).entries()) {
    files[`brif/${port}/state`] = "3";
    files[`brif/${port}/port_no`] = `0x${(index + 1).toString(16)}`;
  }
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, `${text}\n`]));
}

/** brforward of a bridge: struct __fdb_entry for each station, and one for its own address. */
export function forwardingTable({ octet = "00", ports = [], heard = {} }: SampleDevice): Uint8Array {
  const entry = (last: string, port: number, isLocal: boolean) => {
    const mac = macOf(last)
      .split(":")
      .map((byte) => Number.parseInt(byte, 16));
    return [...mac, port, isLocal ? 1 : 0, ...Array<number>(8).fill(0)];
  };
  const stations = Object.entries(heard).map(([last, port]) => entry(last, ports.indexOf(port) + 1, false));
  return Uint8Array.from([...entry(octet, 1, true), ...stations.flat()]);
}
