/** Rule: whether a UDP Connection Request is believed, given the last request that was. TR-069 G.2.1.4.
 *
 * Only a request that passes every check moves the record, so that nobody without the password can move it. Copies of
 * one request fail on `ts`, so that they start one session. */

import { sameText } from "../connreq/nonce.ts";
import { Malformed } from "../errors.ts";
import { headerText } from "../http/digest.ts";
import type { HmacSha1 } from "../ports/udp.ts";
import { parseUdpRequest, signature, type UdpRequest } from "./udp.ts";

/** The last request that was valid and authentic. Kept over a restart of the agent and of the device. */
export interface UdpRecord {
  readonly ts: number;
  /** As `plainId` has it; empty: none yet. */
  readonly id: string;
}

export const firstRecord: UdpRecord = { ts: 0, id: "" };

export interface UdpCredentials {
  readonly username: string;
  /** Bytes of ConnectionRequestPassword. */
  readonly password: Uint8Array;
}

export interface UdpVerdict {
  readonly verdict: "accept" | "reject";
  /** Why it is rejected; empty for one that is accepted. */
  readonly why: string;
  /** The request; undefined: the datagram could not be read. */
  readonly request: UdpRequest | undefined;
  /** From now on. */
  readonly record: UdpRecord;
}

/** An unsigned integer without leading zeros, so that two spellings of one number are one. */
export const plainId = (id: string): string => id.replace(/^0+(?=\d)/, "");

export function judgeUdpRequest(
  bytes: Uint8Array,
  credentials: UdpCredentials,
  record: UdpRecord,
  mac?: HmacSha1,
): UdpVerdict {
  let request: UdpRequest | undefined;
  const reject = (why: string): UdpVerdict => ({ verdict: "reject", why, request, record });
  // Without a password everybody could sign.
  if (credentials.username === "" || credentials.password.length === 0) {
    return reject("ConnectionRequestUsername and ConnectionRequestPassword are not both set");
  }
  try {
    request = parseUdpRequest(bytes);
  } catch (error) {
    if (error instanceof Malformed) return reject(error.message);
    throw error;
  }
  const why = objection(request, credentials, record, mac);
  if (why !== undefined) return reject(why);
  return { verdict: "accept", why: "", request, record: { ts: Number(request.ts), id: plainId(request.id) } };
}

/** The signature is checked last: it costs most, and a flood of requests that fail before it is to cost little. */
function objection(
  request: UdpRequest,
  credentials: UdpCredentials,
  record: UdpRecord,
  mac: HmacSha1 | undefined,
): string | undefined {
  if (!sameText(request.un, headerText(credentials.username))) return "un is not ConnectionRequestUsername";
  if (Number(request.ts) <= record.ts) return `ts is not newer than ${record.ts}, that of the last request`;
  if (plainId(request.id) === record.id) return "id is that of the last request";
  if (!sameText(request.sig, signature(request, credentials.password, mac))) return "sig is wrong";
  return undefined;
}
