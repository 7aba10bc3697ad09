/** Port: network devices as sysfs shows them, their counters as /proc/net/dev does. */
import type { Netdev } from "../../src/ports/facts.ts";
import { factsLimits } from "./limits.ts";
import type { Files } from "./read.ts";

const IFF_UP = 1;

/** A name as the kernel allows it: never a way out of the directory. */
const isDeviceName = (name: string): boolean => /^[^\s/]{1,15}$/.test(name) && name !== "." && name !== "..";

/** Counters of all devices, by their names in /sys/class/net/X/statistics. */
export type Counters = ReadonlyMap<string, Readonly<Record<string, number | bigint>>>;

/** Columns of /proc/net/dev behind the name. The received drops include packets that the device itself has missed. */
const columns = [
  ["rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "rx_fifo_errors", "rx_frame_errors"],
  ["rx_compressed", "multicast"],
  ["tx_bytes", "tx_packets", "tx_errors", "tx_dropped", "tx_fifo_errors", "collisions"],
  ["tx_carrier_errors", "tx_compressed"],
].flat();

/** A count as exact as the kernel has it: 64 bits. */
function counted(digits: string): number | bigint {
  const plain = Number(digits);
  return Number.isSafeInteger(plain) || !/^\d{16,20}$/.test(digits) ? plain : BigInt(digits);
}

/** @returns undefined where there is no such table */
export function parseCounters(text: string | undefined): Counters | undefined {
  if (text === undefined) return undefined;
  const found = new Map<string, Record<string, number | bigint>>();
  for (const line of text.split("\n", factsLimits.tableRowsMax)) {
    const [, name, rest] = /^\s*([^\s:]+):\s*([\d ]+)$/.exec(line) ?? [];
    const numbers = rest?.trim().split(/ +/).map(counted) ?? [];
    if (name !== undefined && numbers.length === columns.length)
      found.set(name, Object.fromEntries(columns.map((column, i) => [column, numbers[i]!])));
  }
  return found.size === 0 ? undefined : found;
}

/** @param counters of the same moment, where the kernel has them in one table
 * @param since the time at which the link was first seen in this state */
export function netdevOf(
  files: Files,
  name: string,
  counters?: Counters,
  since?: (state: string) => number,
): Netdev | undefined {
  if (!isDeviceName(name)) return undefined;
  const directory = `sys/class/net/${name}`;
  const known = new Map<string, string>();
  const line = (file: string): string => {
    const text = known.get(file) ?? files.line(`${directory}/${file}`);
    known.set(file, text);
    return text;
  };
  const number = (file: string): number | undefined => {
    const text = line(file);
    return /^-?\d{1,20}$/.test(text) ? Number(text) : undefined;
  };
  const row = counters?.get(name);
  if (row === undefined && number("mtu") === undefined) return undefined;
  // A file is read when its fact is asked for, and once in a moment: an Inform asks for few.
  return {
    name,
    get mtu() {
      return number("mtu") ?? 0;
    },
    get mac() {
      const mac = line("address").toUpperCase();
      return /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac) ? mac : "";
    },
    get up() {
      return (Number.parseInt(line("flags"), 16) & IFF_UP) !== 0;
    },
    // The kernel counts how often the carrier changed, and keeps no time of it.
    get changed() {
      return since?.(`${line("ifindex")} ${line("operstate")} ${line("carrier_changes")}`) ?? 0;
    },
    // Reading it fails while the device is down.
    get carrier() {
      return number("carrier") === 1;
    },
    // EINVAL or -1 while there is no link.
    get speed() {
      const speed = number("speed");
      return speed !== undefined && speed > 0 ? speed : undefined;
    },
    get duplex() {
      const told = line("duplex");
      return told === "full" || told === "half" ? told : undefined;
    },
    counter: (file) => {
      if (row !== undefined && Object.hasOwn(row, file)) return row[file]!;
      const told = /^\w+$/.test(file) ? line(`statistics/${file}`) : "";
      return /^-?\d{1,20}$/.test(told) ? counted(told) : 0;
    },
  };
}

/** Bytes of an entry of a bridge's forwarding table. Linux include/uapi/linux/if_bridge.h: struct __fdb_entry. */
const entryBytes = 16;

/** The port of a bridge for each MAC address that was heard behind it. */
export function heardBehind(files: Files, bridge: string): ReadonlyMap<string, string> {
  const heard = new Map<string, string>();
  if (!isDeviceName(bridge)) return heard;
  const directory = `sys/class/net/${bridge}`;
  const ports = new Map(
    files
      .names(`${directory}/brif`)
      .map((port) => [Number(files.line(`${directory}/brif/${port}/port_no`)), port]),
  );
  const table = files.bytes(`${directory}/brforward`, factsLimits.tableBytesMax) ?? Buffer.alloc(0);
  for (let at = 0; at + entryBytes <= table.length; at += entryBytes) {
    const port = ports.get(table[at + 6]! + (table[at + 12]! << 8));
    const isLocal = table[at + 7] !== 0;
    if (port === undefined || isLocal) continue;
    const mac = table
      .toString("hex", at, at + 6)
      .toUpperCase()
      .match(/../g)!
      .join(":");
    heard.set(mac, port);
  }
  return heard;
}

/** The state of a port of a bridge; undefined where it is none of its ports. */
export function bridgeStateOf(files: Files, bridge: string, port: string): number | undefined {
  if (!isDeviceName(bridge) || !isDeviceName(port)) return undefined;
  return files.number(`sys/class/net/${bridge}/brif/${port}/state`);
}
