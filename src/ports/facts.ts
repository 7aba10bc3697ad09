/** Port: facts of the device: sysfs, procfs, ubus. */

export interface Netdev {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly mtu: number;
  /** Mbit/s; undefined where the link does not tell. */
  readonly speed: number | undefined;
  readonly duplex: "full" | "half" | undefined;
  /** A counter of /sys/class/net/X/statistics by its name there; 0 where there is none. */
  counter(name: string): number;
}

/** What netifd says of a logical interface (`network.interface.X status`). */
export interface Interface {
  readonly name: string;
  readonly up: boolean;
  readonly pending: boolean;
  readonly device: string | undefined;
  /** Seconds since it came up. */
  readonly uptime: number;
  readonly addresses: readonly { readonly address: string; readonly mask: number }[];
  readonly gateway: string | undefined;
  readonly dns: readonly string[];
  readonly errors: readonly string[];
}

export interface Lease {
  /** Unix seconds; 0 never ends. */
  readonly expires: number;
  readonly mac: string;
  readonly address: string;
  readonly hostname: string;
  readonly clientId: string;
}

export interface Neighbour {
  readonly mac: string;
  readonly address: string;
  readonly device: string;
  readonly reachable: boolean;
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

/** Facts as they are at one moment. Reads files when asked; nothing waits. */
export interface Sheet {
  board(fact: BoardFact): string;
  /** Seconds since boot. */
  uptime(): number;
  /** Kilobytes. */
  memory(): { readonly total: number; readonly free: number };
  /** Percent busy since the last sheet. */
  cpuUsage(): number;
  netdev(name: string): Netdev | undefined;
  /** Names of network devices of that side: LAN ports in the bridge's order, or the WAN device. */
  ports(side: "lan" | "wan"): readonly string[];
  /** The port of a bridge behind which the station was last heard; undefined where nobody knows. */
  bridgePort(bridge: string, mac: string): string | undefined;
  interface(name: string): Interface | undefined;
  /** The network device of a `wifi-iface` section, where the radio is up. */
  wifiDevice(section: string): string | undefined;
  leases(): readonly Lease[];
  neighbours(): readonly Neighbour[];
  /** The last lines of the system log, oldest first. */
  logTail(bytesMax: number): string;
}

export interface Facts {
  /** A fresh sheet; asks netifd once. A brief one has no log: that costs another program, and nobody is told of a
   * change in it. */
  sheet(extent?: "whole" | "brief"): Promise<Sheet>;
}
