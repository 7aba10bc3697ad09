/** Rule: the responses of a small STUN server, for the built-in ACS. TR-069 G.2.2.1, RFC 3489 8.1. It never asks for
 * MESSAGE-INTEGRITY. */
import { Malformed } from "../errors.ts";
import type { Endpoint } from "../ports/udp.ts";
import { disguise, find, messageTypes, readAddress, typeOf, writeAddress } from "./attributes.ts";
import { decode, encode } from "./stun.ts";

export interface Responded {
  readonly bytes: Uint8Array;
  readonly to: Endpoint;
  /** The sender takes UDP Connection Requests there (CONNECTION-REQUEST-BINDING). */
  readonly isBinding: boolean;
  /** And says that this has changed (BINDING-CHANGE). */
  readonly changed: boolean;
}

/** @param own where the server is
 * @returns undefined: there is nothing to answer */
export function respond(bytes: Uint8Array, from: Endpoint, own: Endpoint): Responded | undefined {
  try {
    const message = decode(bytes);
    if (message.type !== messageTypes.bindingRequest) return undefined;
    const wanted = find(message, "responseAddress");
    const to = wanted === undefined ? from : readAddress(wanted.value);
    // A sender must not be able to direct answers to another host.
    if (to.address !== from.address) return undefined;
    const value = writeAddress(from);
    const attributes = [
      { type: typeOf("mappedAddress"), value },
      { type: typeOf("sourceAddress"), value: writeAddress(own) },
      { type: typeOf("changedAddress"), value: writeAddress(own) },
    ];
    // Servers of RFC 5389 hide the address from NATs that would change it; so does this one where it is
    // asked by theirs.
    if (message.id.startsWith("2112a442")) {
      attributes.push({ type: typeOf("xorMappedAddress"), value: disguise(value, message.id) });
    }
    return {
      bytes: encode(messageTypes.bindingResponse, message.id, attributes),
      to,
      isBinding: find(message, "connectionRequestBinding") !== undefined,
      changed: find(message, "bindingChange") !== undefined,
    };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
