/** Port: network devices as sysfs shows them. openwrt.md 6.4. */
import type { Netdev } from "../../src/ports.ts";
import type { Files } from "./read.ts";

const IFF_UP = 1;

/** A name as the kernel allows it: never a way out of the directory. */
export const isDeviceName = (name: string): boolean =>
  /^[^\s/]{1,15}$/.test(name) && name !== "." && name !== "..";

export function netdevOf(files: Files, name: string): Netdev | undefined {
  if (!isDeviceName(name)) return undefined;
  const directory = `sys/class/net/${name}`;
  const mtu = files.number(`${directory}/mtu`);
  if (mtu === undefined) return undefined;
  const speed = files.number(`${directory}/speed`);
  const duplex = files.line(`${directory}/duplex`);
  const mac = files.line(`${directory}/address`).toUpperCase();
  return {
    name,
    mac: /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac) ? mac : "",
    up: (Number.parseInt(files.line(`${directory}/flags`), 16) & IFF_UP) !== 0,
    // Reading it fails while the device is down.
    carrier: files.number(`${directory}/carrier`) === 1,
    mtu,
    // EINVAL or -1 while there is no link.
    speed: speed !== undefined && speed > 0 ? speed : undefined,
    duplex: duplex === "full" || duplex === "half" ? duplex : undefined,
    counter: (file) => (/^\w+$/.test(file) ? (files.number(`${directory}/statistics/${file}`) ?? 0) : 0),
  };
}
