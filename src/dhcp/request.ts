/** Codec: a DHCP request of a device on the LAN, as far as it concerns Annex F. RFC 2131 2; TR-069 F.2.1. */
import { Malformed } from "../errors.ts";
import { type Identity, readDevice } from "./identity.ts";
import { noteTaker, readOptions, splitPacket } from "./options.ts";
import { readVendorSpecific } from "./suboptions.ts";

/** DHCP message types of RFC 2132 9.6 that R-F.2.1-02 names. */
const types = { discover: 1, request: 3, inform: 8 } as const;

export interface Request {
  readonly mac: string;
  /** The address that the device has already; "0.0.0.0" before it has one. */
  readonly address: string;
  readonly inform: boolean;
  readonly identity: Identity;
}

/** @returns undefined for another message, or one that names no device */
export function readRequest(bytes: Uint8Array): Request | undefined {
  const { note } = noteTaker();
  try {
    const bodies = readOptions(splitPacket(bytes), note);
    const type = bodies.get(53)?.[0];
    const wanted = type === types.discover || type === types.request || type === types.inform;
    const vendor = bodies.get(125);
    // A request of an Ethernet client: op 1, hardware type 1 of six octets.
    if (!wanted || vendor === undefined || bytes[0] !== 1 || bytes[1] !== 1 || bytes[2] !== 6)
      return undefined;
    const identity = readDevice(readVendorSpecific(vendor, note), note);
    if (identity === null) return undefined;
    const mac = [...bytes.subarray(28, 34)].map((octet) => octet.toString(16).padStart(2, "0")).join(":");
    return { mac, address: bytes.subarray(12, 16).join("."), inform: type === types.inform, identity };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
