/** Codec: public keys, and the private keys of DSA. RFC 5280 4.1.2.7, RFC 3279 2.3, RFC 5958 2. */
import { Malformed } from "../errors.ts";
import { bitLength, derBits, derInteger, derOf, derOid, derOne, derParts, derTag } from "./der.ts";

/** FIPS 186-4 4.1: the domain and the public value. */
export interface DsaKey {
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly y: bigint;
}

/** `spki`: the octets of the SubjectPublicKeyInfo. */
export type PublicKey = { readonly spki: Uint8Array } & (
  | { readonly is: "rsa"; readonly bits: number }
  | { readonly is: "ec" }
  | ({ readonly is: "dsa" } & DsaKey)
  /** A kind that no signature here can be made with. */
  | { readonly is: "other" }
);

const kinds: Readonly<Record<string, "rsa" | "ec" | "dsa">> = {
  "1.2.840.113549.1.1.1": "rsa",
  "1.2.840.10045.2.1": "ec",
  "1.2.840.10040.4.1": "dsa",
};

/** @throws Malformed */
export function readPublicKey(spki: Uint8Array): PublicKey {
  const [algorithm, bits] = derParts(derOne(spki, derTag.sequence, "the public key").body);
  const [id, parameters] = derParts(derOf(algorithm, derTag.sequence, "the key's algorithm").body);
  const kind = kinds[derOid(id, "the key's algorithm")];
  const key = derBits(bits, "the public key");
  if (kind === "rsa") {
    const [modulus] = derParts(derOne(key, derTag.sequence, "the RSA key").body);
    return { spki, is: "rsa", bits: bitLength(derInteger(modulus, "the modulus")) };
  }
  if (kind === "ec") return { spki, is: "ec" };
  if (kind !== "dsa") return { spki, is: "other" };
  const [p, q, g] = derParts(derOf(parameters, derTag.sequence, "the DSA domain").body);
  return {
    spki,
    is: "dsa",
    p: derInteger(p, "p"),
    q: derInteger(q, "q"),
    g: derInteger(g, "g"),
    y: derInteger(derOne(key, derTag.integer, "y"), "y"),
  };
}

/** A private key of DSA, in PKCS#8 or in the form that OpenSSL had before.
 * @returns undefined: a key of another kind
 * @throws Malformed */
export function readDsaPrivateKey(
  der: Uint8Array,
): { readonly p: bigint; readonly q: bigint; readonly g: bigint; readonly x: bigint } | undefined {
  const parts = derParts(derOne(der, derTag.sequence, "the private key").body);
  if (parts[1]?.tag === derTag.sequence) {
    const [id, domain] = derParts(parts[1].body);
    if (kinds[derOid(id, "the key's algorithm")] !== "dsa") return undefined;
    const [p, q, g] = derParts(derOf(domain, derTag.sequence, "the DSA domain").body);
    const x = derOne(derOf(parts[2], derTag.octetString, "the private key").body, derTag.integer, "x");
    return { p: derInteger(p, "p"), q: derInteger(q, "q"), g: derInteger(g, "g"), x: derInteger(x, "x") };
  }
  // OpenSSL's own: version, p, q, g, y, x.
  if (parts.length !== 6) return undefined;
  const [, p, q, g, , x] = parts;
  return { p: derInteger(p, "p"), q: derInteger(q, "q"), g: derInteger(g, "g"), x: derInteger(x, "x") };
}

const pem =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The certificates that a text in PEM holds, in their order; other text is passed over. RFC 7468 5.
 * @throws Malformed for one that is not base64 */
export function pemCertificates(text: string): Uint8Array[] {
  return [...text.matchAll(pem)].map(([, body]) => fromBase64(body!));
}

/** @throws Malformed */
export function fromBase64(text: string): Uint8Array {
  const dense = text.replace(/[ \t\r\n]+/g, "");
  if (dense.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(dense))
    throw new Malformed("Cannot decode base64");
  return Uint8Array.from(atob(dense), (char) => char.charCodeAt(0));
}
