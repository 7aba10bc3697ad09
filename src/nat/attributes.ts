/** Table: the attributes of STUN messages: types, names, values. RFC 3489 11; RFC 5389 15; TR-069 G.2.1.3 Table 84. */

import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import type { Endpoint } from "../ports/udp.ts";
import { addressBytes, addressText, writeEndpoint } from "./endpoint.ts";
import type { Attribute, StunMessage } from "./stun.ts";

export const messageTypes = {
  bindingRequest: 0x0001,
  bindingResponse: 0x0101,
  bindingError: 0x0111,
} as const;

const messageNames: Readonly<Record<number, string>> = {
  [messageTypes.bindingRequest]: "Binding Request",
  [messageTypes.bindingResponse]: "Binding Response",
  [messageTypes.bindingError]: "Binding Error Response",
  2: "Shared Secret Request",
  258: "Shared Secret Response",
  274: "Shared Secret Error Response",
};

type Kind = "address" | "xor" | "text" | "error" | "types" | "bytes" | "empty";

/** Every attribute that has a name here. */
const rows = {
  mappedAddress: [0x0001, "MAPPED-ADDRESS", "address"],
  responseAddress: [0x0002, "RESPONSE-ADDRESS", "address"],
  changeRequest: [0x0003, "CHANGE-REQUEST", "bytes"],
  sourceAddress: [0x0004, "SOURCE-ADDRESS", "address"],
  changedAddress: [0x0005, "CHANGED-ADDRESS", "address"],
  username: [0x0006, "USERNAME", "text"],
  password: [0x0007, "PASSWORD", "bytes"],
  messageIntegrity: [0x0008, "MESSAGE-INTEGRITY", "bytes"],
  errorCode: [0x0009, "ERROR-CODE", "error"],
  unknownAttributes: [0x000a, "UNKNOWN-ATTRIBUTES", "types"],
  reflectedFrom: [0x000b, "REFLECTED-FROM", "address"],
  realm: [0x0014, "REALM", "text"],
  nonce: [0x0015, "NONCE", "text"],
  xorMappedAddress: [0x0020, "XOR-MAPPED-ADDRESS", "xor"],
  // The number that drafts of RFC 5389 had for it.
  xorMappedAddressDraft: [0x8020, "XOR-MAPPED-ADDRESS", "xor"],
  software: [0x8022, "SOFTWARE", "text"],
  alternateServer: [0x8023, "ALTERNATE-SERVER", "address"],
  fingerprint: [0x8028, "FINGERPRINT", "bytes"],
  responseOrigin: [0x802b, "RESPONSE-ORIGIN", "address"],
  otherAddress: [0x802c, "OTHER-ADDRESS", "address"],
  connectionRequestBinding: [0xc001, "CONNECTION-REQUEST-BINDING", "text"],
  bindingChange: [0xc002, "BINDING-CHANGE", "empty"],
} as const satisfies Readonly<Record<string, readonly [type: number, name: string, kind: Kind]>>;

type AttributeName = keyof typeof rows;

export const typeOf = (name: AttributeName): number => rows[name][0];

const byType = new Map<number, { readonly name: string; readonly kind: Kind }>(
  Object.values(rows).map(([type, name, kind]) => [type, { name, kind }]),
);

/** RFC 3489 11.2: a message with one of these that is not understood cannot be understood as a whole. */
export const isUnknownMandatory = ({ type }: Attribute): boolean => type <= 0x7fff && !byType.has(type);

/** The first of that type: any later one is ignored (RFC 5389 15). */
export const find = (message: StunMessage, name: AttributeName): Attribute | undefined =>
  message.attributes.find((attribute) => attribute.type === typeOf(name));

// ---------------------------------------------------------------- values

const families = { 1: 4, 2: 16 } as const;
const cookie = hexToBytes("2112a442");
const malformed = (what: string): Malformed => new Malformed(`Cannot parse STUN attribute: ${what}`);

/** The value of an attribute such as MAPPED-ADDRESS.
 * @throws Malformed */
export function readAddress(value: Uint8Array): Endpoint {
  const size = families[value[1] as 1 | 2] as number | undefined;
  if (size === undefined || value.length !== 4 + size) throw malformed("expected an IPv4 or IPv6 address");
  return { address: addressText(value.subarray(4))!, port: (value[2]! << 8) | value[3]! };
}

export function writeAddress({ address, port }: Endpoint): Uint8Array {
  const bytes = addressBytes(address)!;
  return Uint8Array.from([0, bytes.length === 4 ? 1 : 2, port >> 8, port & 255, ...bytes]);
}

/** Undoes or makes the disguise of XOR-MAPPED-ADDRESS: port and IPv4 address with the cookie, IPv6 with cookie and the
 * rest of the id. RFC 5389 15.2. */
export function disguise(value: Uint8Array, id: string): Uint8Array {
  const mask = [...cookie, ...hexToBytes(id).subarray(4)];
  return value.map((byte, at) => (at < 2 ? byte : byte ^ mask[at < 4 ? at - 2 : at - 4]!));
}

/** @returns code 0 to 699, and the reason that the server gives
 * @throws Malformed */
export function readError(value: Uint8Array): { readonly code: number; readonly reason: string } {
  if (value.length < 4) throw malformed("expected four bytes of ERROR-CODE");
  if (value[3]! > 99) throw malformed("expected a number of two digits in ERROR-CODE");
  const code = (value[2]! & 7) * 100 + value[3]!;
  return { code, reason: (readText(value.subarray(4)) ?? "").replace(/[\0 ]+$/, "") };
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readText(value: Uint8Array): string | undefined {
  try {
    return strict.decode(value);
  } catch {
    return undefined;
  }
}

function readTypes(value: Uint8Array): string {
  const types: string[] = [];
  for (let at = 0; at + 1 < value.length; at += 2) types.push(hexType((value[at]! << 8) | value[at + 1]!));
  return types.join(" ");
}

export const hexType = (type: number): string => `0x${type.toString(16).padStart(4, "0")}`;

const shown: Readonly<Record<Kind, (value: Uint8Array, id: string) => string>> = {
  address: (value) => writeEndpoint(readAddress(value)),
  xor: (value, id) => writeEndpoint(readAddress(disguise(value, id))),
  text: (value) => readText(value) ?? bytesToHex(value),
  error: (value) => {
    const { code, reason } = readError(value);
    return `${code} ${reason}`.trim();
  },
  types: readTypes,
  bytes: bytesToHex,
  empty: bytesToHex,
};

export const messageName = (type: number): string => messageNames[type] ?? hexType(type);

/** An attribute for people: addresses as A:P, texts as they are, an error as `401 Unauthorized`, all else in
 * hexadecimal digits; so also a value that does not fit its type. */
export function showAttribute({ type, value }: Attribute, id: string): { type: string; value: string } {
  const row = byType.get(type);
  if (row === undefined) return { type: hexType(type), value: bytesToHex(value) };
  try {
    return { type: row.name, value: shown[row.kind](value, id) };
  } catch (error) {
    if (error instanceof Malformed) return { type: row.name, value: bytesToHex(value) };
    throw error;
  }
}
