/** Rule: the Binding Requests of each port, and their attributes. TR-069 G.2.1.1, G.2.1.2, G.2.1.3. */
import type { Endpoint, Source } from "../ports/udp.ts";
import { messageTypes, typeOf, writeAddress } from "./attributes.ts";
import { encodeSigned } from "./integrity.ts";
import { natLimits as limits } from "./limits.ts";
import { type Attribute, encode } from "./stun.ts";

/** Why a request is sent. `changed` reports a new binding to the ACS, `probe` asks whether the binding is still
 * alive. */
export type Reason = "discovery" | "keepalive" | "changed" | "probe";

export interface StunCredentials {
  /** As in STUNUsername; empty: not set. */
  readonly username: string;
  /** Bytes of STUNPassword; none: not set. */
  readonly password: Uint8Array;
}

export interface Ask {
  readonly source: Source;
  readonly reason: Reason;
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly credentials: StunCredentials;
  /** The server has asked for MESSAGE-INTEGRITY with 401. */
  readonly afterChallenge: boolean;
  /** The public address of the primary port, for a probe. */
  readonly mapped: Endpoint | undefined;
}

/** G.2.1.3 Table 84: twenty bytes with a space at the end. */
const bindingMark = "dslforum.org/TR-111 ";

const utf8 = new TextEncoder();

/** RFC 3489 11.2.6 wants a multiple of four bytes; G.2.1.3 fills with spaces. */
function paddedUsername(username: string): Uint8Array {
  const bytes = utf8.encode(username);
  const padded = new Uint8Array((bytes.length + 3) & ~3).fill(0x20);
  padded.set(bytes);
  return padded;
}

export const hasCredentials = ({ username, password }: StunCredentials): boolean =>
  username !== "" && password.length > 0;

/** The request as it is sent; undefined where MESSAGE-INTEGRITY is asked for and user name or password is not set. */
export function writeAsk(ask: Ask): Uint8Array | undefined {
  if (ask.afterChallenge && !hasCredentials(ask.credentials)) return undefined;
  const attributes = attributesOf(ask);
  const { bindingRequest } = messageTypes;
  if (!ask.afterChallenge) return encode(bindingRequest, ask.id, attributes);
  return encodeSigned(bindingRequest, ask.id, attributes, ask.credentials.password);
}

function attributesOf({ source, reason, credentials, afterChallenge, mapped }: Ask): Attribute[] {
  const isPrimary = source === "primary";
  const attributes: Attribute[] = [];
  const add = (name: Parameters<typeof typeOf>[0], value: Uint8Array) =>
    attributes.push({ type: typeOf(name), value });
  if (!isPrimary && reason === "probe" && mapped !== undefined) add("responseAddress", writeAddress(mapped));
  if (isPrimary) add("connectionRequestBinding", utf8.encode(bindingMark));
  if (isPrimary && reason === "changed") add("bindingChange", new Uint8Array(0));
  if (credentials.username !== "" && (isPrimary || afterChallenge)) {
    add("username", paddedUsername(credentials.username));
  }
  return attributes;
}

/** RFC 3489 9.3: how long a request waits after so many sends. */
export const resendMs = (sends: number): number =>
  Math.min(limits.resendMs * 2 ** (sends - 1), limits.resendMsMax);
