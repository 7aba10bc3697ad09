/** Table: the stored rows of devices on the LAN, and of the gateway in front of this device. TR-069 Annex F. */
import type { Store, Write } from "../ports/store.ts";
import type { Identity } from "./identity.ts";

/** A device on the LAN that has named itself. */
export interface Device extends Identity {
  readonly address: string;
  /** UTC ms at which the lease ends; null: never, or there is none. */
  readonly expires: number | null;
}

export interface AssociationKept {
  /** By hardware address, those seen last at the end. */
  readonly devices: ReadonlyMap<string, Device>;
  /** F.2.2: empty strings where nothing is known. */
  readonly gateway: Identity;
  /** The lease of the management interface. */
  readonly lease: { readonly server: string; readonly ends: number | null } | undefined;
}

export const nobody: Identity = { oui: "", serial: "", productClass: "" };

/** The devices with a row for each identity: a device may have several hardware addresses (R-F.2.1-05). */
export function ownAssociation({ devices, gateway }: AssociationKept) {
  const rows = new Map<string, Identity & { readonly macs: string[] }>();
  for (const [mac, { oui, serial, productClass }] of devices) {
    const key = JSON.stringify([oui, serial, productClass]);
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { oui, serial, productClass, macs: [mac.toUpperCase()] });
    else row.macs.push(mac.toUpperCase());
  }
  return { gateway, devices: [...rows.values()] };
}

const gatewayKey = "gateway";
const leaseKey = "lease";
const devicePrefix = "device ";

export function loadAssociation(store: Pick<Store<"src/dhcp">, "all">): AssociationKept {
  const rows = store.all("association");
  const devices = [...rows].filter(([key]) => key.startsWith(devicePrefix));
  return {
    devices: new Map(devices.map(([key, value]) => [key.slice(devicePrefix.length), value as Device])),
    gateway: (rows.get(gatewayKey) ?? nobody) as Identity,
    lease: rows.get(leaseKey) as AssociationKept["lease"],
  };
}

/** A row for each device, so that a new device writes one row. */
export function associationRows(
  before: AssociationKept,
  after: AssociationKept,
): readonly Write<"src/dhcp">[] {
  const rows: Write<"src/dhcp">[] = [];
  const row = (key: string, value: unknown) => rows.push({ shelf: "association", key, value: value ?? null });
  if (before.gateway !== after.gateway) row(gatewayKey, after.gateway);
  if (before.lease !== after.lease) row(leaseKey, after.lease);
  if (before.devices === after.devices) return rows;
  for (const mac of before.devices.keys()) if (!after.devices.has(mac)) row(devicePrefix + mac, null);
  for (const [mac, device] of after.devices)
    if (before.devices.get(mac) !== device) row(devicePrefix + mac, device);
  return rows;
}
