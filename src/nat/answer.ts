/** Rule: the meaning of a datagram that may be the response to a Binding Request. TR-069 G.2.1.1, RFC 3489 9.4. */

import { Malformed } from "../errors.ts";
import type { Endpoint } from "../ports/udp.ts";
import { hasCredentials, type StunCredentials } from "./ask.ts";
import {
  disguise,
  find,
  hexType,
  isUnknownMandatory,
  messageName,
  messageTypes,
  readAddress,
  readError,
} from "./attributes.ts";
import { familyOf, sameEndpoint, writeEndpoint } from "./endpoint.ts";
import { checkIntegrity, signedPart } from "./integrity.ts";
import { decode, looksLikeStun, type StunMessage } from "./stun.ts";

/** The request that waits for its answer. */
export interface Asked {
  readonly id: string;
  /** Whether the request carried MESSAGE-INTEGRITY. */
  readonly signed: boolean;
  readonly credentials: StunCredentials;
  /** Our address and port from which it was sent. */
  readonly source: Endpoint;
  /** The server that the request was sent to. */
  readonly server: Endpoint;
}

/**
 * - `accept` a Binding Response that can be believed
 * - `discard` not the answer, or not to be believed; the request still waits
 * - `retry-integrity` 401: to be sent once more with USERNAME and MESSAGE-INTEGRITY
 * - `fail` the server has refused; the request is over
 * - `not-stun` something else */
export type Judged =
  | { readonly action: "accept"; readonly mapped: Endpoint }
  | { readonly action: "discard" | "retry-integrity" | "fail" | "not-stun"; readonly why: string };

const discard = (why: string): Judged => ({ action: "discard", why });

/** @param from the source of the datagram */
export function judgeAnswer(bytes: Uint8Array, from: Endpoint, asked: Asked): Judged {
  if (!looksLikeStun(bytes)) return { action: "not-stun", why: "its first byte is neither 0 nor 1" };
  if (!sameEndpoint(from, asked.server)) return discard(`it is not from ${writeEndpoint(asked.server)}`);
  try {
    const message = decode(bytes);
    if (message.id !== asked.id) return discard("it has another transaction id");
    if (message.type === messageTypes.bindingError) return refused(message, asked);
    if (message.type !== messageTypes.bindingResponse) {
      return discard(`it is a ${messageName(message.type)}, not a Binding Response`);
    }
    return responded(bytes, message, asked);
  } catch (error) {
    if (error instanceof Malformed) return discard(error.message);
    throw error;
  }
}

/** @throws Malformed */
function responded(bytes: Uint8Array, message: StunMessage, asked: Asked): Judged {
  if (asked.signed) {
    const integrity = checkIntegrity(bytes, message, asked.credentials.password);
    if (integrity === "none") return discard("MESSAGE-INTEGRITY is missing, and the request had it");
    if (integrity === "bad") return discard("MESSAGE-INTEGRITY is wrong");
  }
  const signed = asked.signed ? signedPart(message) : message;
  const unknown = signed.attributes.find(isUnknownMandatory);
  if (unknown !== undefined) return discard(`${hexType(unknown.type)} is mandatory and not known`);
  const mapped = mappedIn(signed);
  if (mapped === undefined) return discard("MAPPED-ADDRESS is missing");
  if (familyOf(mapped.address) !== familyOf(asked.source.address)) {
    return discard(`${writeEndpoint(mapped)} is of another family than ${writeEndpoint(asked.source)}`);
  }
  if (!canBeCalled(mapped)) return discard(`${writeEndpoint(mapped)} is no address of a host`);
  return { action: "accept", mapped };
}

/** MAPPED-ADDRESS is the one that Annex G compares; a server that sends only the newer one is understood, too. */
function mappedIn(message: StunMessage): Endpoint | undefined {
  const plain = find(message, "mappedAddress");
  if (plain !== undefined) return readAddress(plain.value);
  const hidden = find(message, "xorMappedAddress") ?? find(message, "xorMappedAddressDraft");
  return hidden === undefined ? undefined : readAddress(disguise(hidden.value, message.id));
}

/** Neither "any" nor many hosts, and a port. */
function canBeCalled({ address, port }: Endpoint): boolean {
  if (port === 0 || address === "::" || /^ff/.test(address)) return false;
  const [first = "", ...rest] = address.split(".");
  return rest.length === 0 || (Number(first) > 0 && Number(first) < 224);
}

/** @throws Malformed */
function refused(message: StunMessage, asked: Asked): Judged {
  const attribute = find(message, "errorCode");
  if (attribute === undefined) return discard("ERROR-CODE is missing");
  const { code, reason } = readError(attribute.value);
  const text = `the server answers ${code}${reason === "" ? "" : ` ${reason}`}`;
  if (code !== 401) return { action: "fail", why: text };
  if (asked.signed) return { action: "fail", why: `${text} although the request was signed` };
  if (hasCredentials(asked.credentials)) return { action: "retry-integrity", why: text };
  return { action: "fail", why: `${text}, and STUNUsername or STUNPassword is not set` };
}
