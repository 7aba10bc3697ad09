/** Port: facts of the device: sysfs, procfs, ubus. */

export interface Netdev {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly mtu: number;
  /** Mbit/s; undefined where the link does not report it. */
  readonly speed: number | undefined;
  readonly duplex: "full" | "half" | undefined;
  /** Seconds since boot of the moment in which the agent saw its link change last, or saw it first. Absent: nobody
   * looks. */
  readonly changed?: number;
  /** A counter of /sys/class/net/X/statistics by its name there; 0 where there is none. One past 2^53 is a bigint, which
   * keeps every digit. */
  counter(name: string): number | bigint;
}

/** Lifetimes are seconds from now; undefined: no end. */
export interface Address6 {
  readonly address: string;
  readonly mask: number;
  readonly preferred: number | undefined;
  readonly valid: number | undefined;
}

export interface Prefix6 extends Address6 {
  /** The device's own address in it; a delegated prefix has none. */
  readonly local: string | undefined;
}

/** A route that is in the kernel. A lower metric is preferred. */
export interface Route6 {
  readonly target: string;
  readonly mask: number;
  readonly gateway: string;
  readonly metric: number;
  /** Seconds from now; undefined: no end. */
  readonly valid: number | undefined;
}

/** The state of a logical interface from netifd (`network.interface.X status`). */
export interface Interface {
  readonly name: string;
  readonly up: boolean;
  readonly pending: boolean;
  readonly device: string | undefined;
  /** Seconds that it has been up. */
  readonly uptime: number;
  readonly addresses: readonly { readonly address: string; readonly mask: number }[];
  readonly gateway: string | undefined;
  readonly dns: readonly string[];
  readonly errors: readonly string[];
  /** The other end of a point-to-point link. */
  readonly peer?: string | undefined;
  readonly proto?: string;
  readonly addresses6?: readonly Address6[];
  /** Delegated to the interface. */
  readonly prefixes6?: readonly Prefix6[];
  /** Given to the interface out of delegated ones and of the ULA prefix. */
  readonly assigned6?: readonly Prefix6[];
  readonly routes6?: readonly Route6[];
  /** The answer of the DHCP server: its address, and the seconds of the lease. */
  readonly dhcp?: { readonly server: string; readonly leaseSeconds: number | undefined };
}

/** The file in which a DHCP server keeps its leases. */
export interface LeaseFile {
  /** From the root of the device. */
  readonly path: string;
  readonly by: "dnsmasq" | "odhcpd";
}

export interface Lease {
  /** Unix seconds; 0 never ends. */
  readonly expires: number;
  readonly mac: string;
  readonly address: string;
  readonly hostname: string;
  readonly clientId: string;
}

/** A lease of DHCPv6, of a client whose identifier holds its hardware address (RFC 8415 11.2, 11.4). */
export interface Lease6 {
  readonly mac: string;
  readonly device: string;
  readonly addresses: readonly string[];
}

export interface Neighbour {
  readonly mac: string;
  readonly address: string;
  readonly device: string;
  readonly reachable: boolean;
}

/** A station on an access point. An unknown value is undefined. */
export interface Station {
  readonly mac: string;
  /** Let in by the access point, with all keys. */
  readonly authorized: boolean;
  /** dBm. */
  readonly signal: number | undefined;
  /** kbit/s of the last frames, to the station and from it. */
  readonly rateTo: number | undefined;
  readonly rateFrom: number | undefined;
  /** Seconds since it was associated. */
  readonly connected: number | undefined;
}

/** The answer of the driver about the radio of one wireless device. */
export interface RadioState {
  /** The channel in use. */
  readonly channel: number | undefined;
  /** Channels that the country lets be used. */
  readonly channels: readonly number[];
  /** dBm in use, and those that can be set. */
  readonly power: number | undefined;
  readonly powers: readonly number[];
}

/** An optical module, by the hwmon device of its driver. */
export interface Optics {
  readonly id: string;
  readonly name: string;
  /** Microwatts sent and received; undefined where the module does not report it. */
  transmitted(): number | undefined;
  received(): number | undefined;
}

export interface Process {
  readonly pid: number;
  /** With its arguments; in square brackets where the kernel runs it. */
  readonly command: string;
  /** The letter of /proc/PID/stat. */
  readonly state: string;
  /** Of processor time, 100 a second. */
  readonly ticks: number;
  /** -20 to 19. */
  readonly nice: number;
  /** 1 to 99; 0: no real-time process. */
  readonly realtime: number;
  readonly kilobytes: number;
}

/** Readings of a sensor, with the seconds since boot of each. */
export interface Extremes {
  readonly min: { readonly milli: number; readonly at: number };
  readonly max: { readonly milli: number; readonly at: number };
}

export interface Sensor {
  /** Of sysfs; the same until the next boot. */
  readonly id: string;
  readonly name: string;
  /** Thousandths of a degree Celsius; undefined where it has no reading now. */
  milli(): number | undefined;
  /** Between which bounds the agent has seen it, this reading included; undefined: it has seen none. */
  extremes(): Extremes | undefined;
}

/** An account that can log in. */
export interface Account {
  readonly name: string;
  /** Whether a password lets them in. */
  readonly enabled: boolean;
  /** Whether the account has a password, which it keeps while it is locked. */
  readonly hasPassword: boolean;
}

/** Facts of the device by name; an absent one is the empty string. */
export type BoardFact =
  | "manufacturer"
  | "oui"
  | "productClass"
  | "serialNumber"
  | "modelName"
  | "description"
  | "hardwareVersion"
  | "softwareVersion"
  | "kernelVersion";

/** Facts as they are at one moment. Reads files when asked; nothing waits.
 * @throws Unread for facts outside its extent */
export interface Sheet {
  board(fact: BoardFact): string;
  /** Seconds since boot. */
  uptime(): number;
  /** Kilobytes. */
  memory(): { readonly total: number; readonly free: number };
  /** Percent busy since the last sheet. */
  cpuUsage(): number;
  /** Numbers of those that run. */
  processes(): readonly number[];
  /** undefined: it has ended. */
  process(pid: number): Process | undefined;
  sensors(): readonly Sensor[];
  optics(): readonly Optics[];
  accounts(): readonly Account[];
  /** When the package of that name was last written, UTC milliseconds. */
  written(name: string): number | undefined;
  /** Whether the service of that name starts at boot. */
  startsAtBoot(service: string): boolean;
  netdev(name: string): Netdev | undefined;
  /** Names of network devices of that side: LAN ports in the bridge's order, or the WAN device. */
  ports(side: "lan" | "wan"): readonly string[];
  /** The port of a bridge behind which the station was last heard; undefined where nobody knows. */
  bridgePort(bridge: string, mac: string): string | undefined;
  /** The state of a port of a bridge, as the kernel numbers them; undefined where it is none. */
  bridgeState(bridge: string, port: string): number | undefined;
  interface(name: string): Interface | undefined;
  /** The global IPv6 address at which the device is reached by a logical interface: its own, else that of another one
   * over the same network device (`wan6` over `wan`). Absent: nobody knows. */
  address6?(name: string): string | undefined;
  /** The number of the PPPoE session on a device; undefined where there is none. */
  pppoeSession(device: string): number | undefined;
  /** The network device of a `wifi-iface` section, where the radio is up. */
  wifiDevice(section: string): string | undefined;
  /** The stations on a network device of an access point. */
  stations(device: string): readonly Station[];
  /** undefined where the driver does not report it. */
  radio(device: string): RadioState | undefined;
  /** @param files those that the DHCP servers are configured to write */
  leases(files: readonly LeaseFile[]): readonly Lease[];
  neighbours(): readonly Neighbour[];
  /** @param path of odhcpd's lease file, from the root of the device */
  leases6(path: string): readonly Lease6[];
  /** The kernel has IPv6. */
  hasIpv6(): boolean;
  /** The last lines of the system log, oldest first. */
  logTail(bytesMax: number): string;
}

/** How much a sheet holds. `files`: facts read from files when asked. `live`: also the answers of netifd and the
 * radios, which have been asked. `whole`: also the system log. `brief`: as `live`, with an empty log, for callers that
 * do not read it. `wired`: as `brief`, without the radios. */
export type Extent = "files" | "wired" | "brief" | "live" | "whole";

/** A sheet is asked for a fact that it does not hold: take one of that extent. */
export class Unread extends Error {
  constructor(readonly extent: Extent) {
    super(`This sheet does not hold that; it takes one that is ${extent}`);
  }
}

export interface Facts {
  /** A fresh sheet; asks netifd once. */
  sheet(extent?: Extent): Promise<Sheet>;
  /** Complaints, for people, about facts that could not be read at the last try. Their last known values are used until
   * they can be read. */
  troubles(): readonly string[];
}
