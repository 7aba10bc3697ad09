/** Port: network devices as sysfs shows them. */
import type { Netdev } from "../../src/ports/facts.ts";
import { factsLimits } from "./limits.ts";
import type { Files } from "./read.ts";

const IFF_UP = 1;

/** A name as the kernel allows it: never a way out of the directory. */
const isDeviceName = (name: string): boolean => /^[^\s/]{1,15}$/.test(name) && name !== "." && name !== "..";

export function netdevOf(files: Files, name: string): Netdev | undefined {
  if (!isDeviceName(name)) return undefined;
  const directory = `sys/class/net/${name}`;
  const mtu = files.number(`${directory}/mtu`);
  if (mtu === undefined) return undefined;
  // A file is read when its fact is asked for: an Inform asks for few.
  return {
    name,
    mtu,
    get mac() {
      const mac = files.line(`${directory}/address`).toUpperCase();
      return /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac) ? mac : "";
    },
    get up() {
      return (Number.parseInt(files.line(`${directory}/flags`), 16) & IFF_UP) !== 0;
    },
    // Reading it fails while the device is down.
    get carrier() {
      return files.number(`${directory}/carrier`) === 1;
    },
    // EINVAL or -1 while there is no link.
    get speed() {
      const speed = files.number(`${directory}/speed`);
      return speed !== undefined && speed > 0 ? speed : undefined;
    },
    get duplex() {
      const told = files.line(`${directory}/duplex`);
      return told === "full" || told === "half" ? told : undefined;
    },
    counter: (file) => (/^\w+$/.test(file) ? (files.number(`${directory}/statistics/${file}`) ?? 0) : 0),
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
