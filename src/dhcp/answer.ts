/** Rule: whether a datagram answers our DHCPINFORM. RFC 2131 4.3.5, 4.4.3. Anybody on the link may send one. */
import { Malformed } from "../errors.ts";
import { type Note, type OptionBodies, readOptions, splitPacket } from "./options.ts";

/** DHCP message types of RFC 2132 9.6 that a server sends. */
const ack = 5;
const nak = 6;

/** The facts of the question that an answer must agree with. */
export interface Asked {
  readonly xid: number;
  /** The address that sent the question. */
  readonly own: string;
  /** The server that gave the interface its lease; undefined: not known, then any server will do. */
  readonly server: string | undefined;
}

/** @returns the options of the DHCPACK, or why the datagram is none to this question, in plain words */
export function readAnswer(bytes: Uint8Array, asked: Asked, note: Note): OptionBodies | string {
  let bodies: OptionBodies;
  try {
    bodies = readOptions(splitPacket(bytes), note);
  } catch (error) {
    if (error instanceof Malformed) return "no DHCP message";
    throw error;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes[0] !== 2) return "not from a server";
  if (view.getUint32(4) !== asked.xid) return "of another exchange";
  if (address(bytes, 12) !== asked.own) return "for another address";
  const type = bodies.get(53)?.[0];
  if (type === nak) return "a DHCPNAK";
  if (type !== ack) return "no DHCPACK";
  const by = bodies.get(54);
  const server = by?.length === 4 ? address(by, 0) : "";
  if (asked.server !== undefined && server !== asked.server) return "from another server than the lease's";
  return bodies;
}

const address = (bytes: Uint8Array, at: number): string => bytes.subarray(at, at + 4).join(".");
