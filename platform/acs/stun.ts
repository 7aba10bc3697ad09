/** Adapter: the STUN responder of the built-in ACS, and UDP Connection Requests from its port. TR-069 G.2.2. */
import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { Credentials } from "../../src/acs/state.ts";
import { Refused } from "../../src/errors.ts";
import { headerText } from "../../src/http/digest.ts";
import { familyOf, sameEndpoint, writeEndpoint } from "../../src/nat/endpoint.ts";
import { respond } from "../../src/nat/respond.ts";
import { writeUdpRequest } from "../../src/nat/udp.ts";
import type { Endpoint } from "../../src/ports/udp.ts";
import { openUdp, type UdpSocket } from "../bun/udp.ts";

export interface StunResponder {
  readonly at: Endpoint;
  /** Sends three copies of a UDP Connection Request to the last device that reported its address.
   * @returns the outcome, in plain words */
  request(credentials: Credentials | undefined): Promise<string>;
  close(): void;
}

const copies = 3;
const stunPort = 3478;

/** @param host where to listen; port 3478, or a free one where that is taken
 * @param told receives the address at which a device takes UDP Connection Requests, when that is new
 * @returns undefined: the host is a name, or no port can be had */
export async function serveStun(
  host: string,
  told: (device: Endpoint) => void,
): Promise<StunResponder | undefined> {
  if (isIP(host) === 0) return undefined;
  let device: Endpoint | undefined;
  let socket: UdpSocket | undefined;
  const heard = (bytes: Uint8Array, from: Endpoint) => {
    const answer = socket && respond(bytes, from, { address: host, port: socket.local.port });
    if (answer === undefined) return;
    socket!.send(answer.bytes, answer.to);
    if (!answer.isBinding || (device !== undefined && sameEndpoint(device, from))) return;
    device = from;
    told(from);
  };
  const open = (port: number) => openUdp({ address: host, family: familyOf(host), port, heard });
  try {
    socket = await open(stunPort).catch(() => open(0));
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
  const own = socket;
  return {
    at: { address: host, port: own.local.port },
    async request(credentials) {
      if (device === undefined) return "no device has asked the STUN responder yet: see stun";
      if (credentials === undefined) return "no credentials for it yet: they are set in its next session";
      const ts = String(Math.floor(Date.now() / 1000));
      const id = String(randomBytes(4).readUInt32BE());
      const fields = { ts, id, un: headerText(credentials.username), cn: randomBytes(8).toString("hex") };
      const bytes = writeUdpRequest(fields, new TextEncoder().encode(credentials.password), device);
      for (let copy = 0; copy < copies; copy += 1) await own.sent(bytes, device);
      return `${copies} copies of a UDP Connection Request sent to ${writeEndpoint(device)}`;
    },
    close: () => own.close(),
  };
}
