/** Table: the devices on the LANs that have named themselves, and the gateway behind which this device is. TR-069
 * Annex F. Both are read from DHCP messages of other devices; the values here have been checked (src/dhcp). */
import type { At, Binding, Env, OwnDevice, Rows } from "../../../src/model/define.ts";
import { fact, named, number } from "./bind.ts";
import { allHosts } from "./host.ts";
import { sidePackages } from "./network.ts";

const cpe = named("cwmp", "cpe", "cpe");

const keyOf = ({ oui, serial, productClass }: OwnDevice): string => `${oui} ${serial} ${productClass}`;

const devicesOf = (env: Env): readonly OwnDevice[] => env.own.devices?.() ?? [];

/** The devices, a row for each identity: a second hardware address makes no second row (R-F.2.1-05). */
export const devices: Rows = {
  packages: [],
  rows: (_at, env) => devicesOf(env).map((one) => ({ key: keyOf(one), at: { device: keyOf(one) } })),
};

const of = (read: (device: OwnDevice, env: Env) => string, packages: readonly string[] = []): Binding =>
  fact((_sheet, at: At, env) => {
    const device = devicesOf(env).find((one) => keyOf(one) === at.device);
    return device === undefined ? "" : read(device, env);
  }, packages);

export const manufacturerOui = of((one) => one.oui);
export const serialNumber = of((one) => one.serial);
export const productClass = of((one) => one.productClass);

/** The hosts of its hardware addresses, as a list. */
export const hosts = of(
  ({ macs }, env) =>
    allHosts
      .rows({}, env)
      .filter((row) => macs.includes(row.at.host ?? ""))
      .map((row) => env.refer("host", row.at))
      .filter((path) => path !== "")
      .join(","),
  sidePackages,
);

/** Seconds between two active notifications of the number of devices (R-F.2.1-12). */
export const notificationLimit = number(cpe, "device_notification_limit", 0, 0, 4_294_967_295);

export const numberOfDevices: Binding = {
  packages: ["cwmp"],
  fresh: true,
  read: (_at, env) => String(devicesOf(env).length),
  spacingSeconds: (env) => Number(notificationLimit.read({}, env)),
};

export const gatewayOui = fact((_sheet, _at, env) => env.own.read("gatewayOui"));
export const gatewaySerialNumber = fact((_sheet, _at, env) => env.own.read("gatewaySerial"));
export const gatewayProductClass = fact((_sheet, _at, env) => env.own.read("gatewayProductClass"));
