/** Codec: MESSAGE-INTEGRITY. RFC 3489 11.2.8, RFC 5389 15.4.
 *
 * The code is HMAC-SHA1 over the message up to the attribute, with a length in the header that counts it. RFC 3489
 * fills this text with zeros to a multiple of 64 bytes, RFC 5389 does not, and leaves out a FINGERPRINT behind it. We
 * sign as RFC 3489 has it, since Annex G builds on that, and take either from a server. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sameText } from "../connreq/nonce.ts";
import { fromLatin1 } from "../latin1.ts";
import { typeOf } from "./attributes.ts";
import { type Attribute, encode, headerBytes, type PlacedAttribute, type StunMessage } from "./stun.ts";

const codeBytes = 20;
const blockBytes = 64;
/** Of the whole attribute. */
const attributeBytes = 4 + codeBytes;

/** The message with MESSAGE-INTEGRITY as its last attribute. */
export function encodeSigned(
  type: number,
  id: string,
  attributes: readonly Attribute[],
  password: Uint8Array,
): Uint8Array {
  const blank = { type: typeOf("messageIntegrity"), value: new Uint8Array(codeBytes) };
  const bytes = encode(type, id, [...attributes, blank]);
  const end = bytes.length - attributeBytes;
  bytes.set(hmac(sha1, password, filled(bytes.subarray(0, end))), end + 4);
  return bytes;
}

/** @param bytes of the message that was decoded */
export function checkIntegrity(
  bytes: Uint8Array,
  message: StunMessage,
  password: Uint8Array,
): "good" | "bad" | "none" {
  const attribute = integrityOf(message);
  if (attribute === undefined) return "none";
  const text = Uint8Array.from(bytes.subarray(0, attribute.at));
  const isLast = attribute === message.attributes.at(-1);
  const classic = isLast && same(attribute.value, hmac(sha1, password, filled(text)));
  new DataView(text.buffer).setUint16(2, attribute.at + attributeBytes - headerBytes);
  const modern = same(attribute.value, hmac(sha1, password, text));
  return classic || modern ? "good" : "bad";
}

const same = (one: Uint8Array, other: Uint8Array): boolean => sameText(fromLatin1(one), fromLatin1(other));

const integrityOf = (message: StunMessage): PlacedAttribute | undefined =>
  message.attributes.find((attribute) => attribute.type === typeOf("messageIntegrity"));

/** The message without the attributes behind MESSAGE-INTEGRITY: nobody has signed them. RFC 5389 15.4. */
export function signedPart(message: StunMessage): StunMessage {
  const attribute = integrityOf(message);
  if (attribute === undefined) return message;
  return { ...message, attributes: message.attributes.filter((one) => one.at <= attribute.at) };
}

function filled(text: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(text.length / blockBytes) * blockBytes);
  whole.set(text);
  return whole;
}
