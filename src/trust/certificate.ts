/** Codec: an X.509 certificate, as far as a chain is judged by it. RFC 5280 4.1, 4.2. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import type { SignatureScheme } from "../ports/signatures.ts";
import { type Der, derBits, derOf, derOid, derOne, derParts, derTag } from "./der.ts";
import { type PublicKey, readPublicKey } from "./key.ts";
import { trustLimits } from "./limits.ts";
import { nameText } from "./name.ts";

export interface Certificate {
  /** Octets of the whole certificate. */
  readonly der: Uint8Array;
  /** The octets that the issuer has signed. */
  readonly tbs: Uint8Array;
  /** 1 to 3. */
  readonly version: number;
  /** Names as they are encoded: they are compared octet for octet. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The subject for people, as RFC 4514 writes it. */
  readonly subjectText: string;
  /** UTC milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: PublicKey;
  /** SHA-256 of the SubjectPublicKeyInfo, in hex. */
  readonly keyId: string;
  /** undefined: an algorithm that is not known here. */
  readonly scheme: SignatureScheme | undefined;
  readonly signature: Uint8Array;
  /** May sign certificates (basicConstraints). */
  readonly ca: boolean;
  /** Certificates that may be between it and the signer's. */
  readonly pathLength: number | undefined;
  /** Bits of keyUsage, the first is digitalSignature; undefined: nothing is ruled out. */
  readonly keyUsage: number | undefined;
  /** Identifiers; undefined: nothing is ruled out. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** Critical extensions that are not judged here; a certificate with one must be refused. */
  readonly unknownCritical: readonly string[];
}

const schemes: Readonly<Record<string, SignatureScheme>> = {
  "1.2.840.113549.1.1.5": { key: "rsa", digest: "sha1" },
  "1.2.840.113549.1.1.11": { key: "rsa", digest: "sha256" },
  "1.2.840.113549.1.1.12": { key: "rsa", digest: "sha384" },
  "1.2.840.113549.1.1.13": { key: "rsa", digest: "sha512" },
  "1.2.840.10045.4.1": { key: "ec", digest: "sha1" },
  "1.2.840.10045.4.3.2": { key: "ec", digest: "sha256" },
  "1.2.840.10045.4.3.3": { key: "ec", digest: "sha384" },
  "1.2.840.10045.4.3.4": { key: "ec", digest: "sha512" },
  "1.2.840.10040.4.3": { key: "dsa", digest: "sha1" },
  "2.16.840.1.101.3.4.3.2": { key: "dsa", digest: "sha256" },
};

const extension = {
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** Known, and no part of the right to sign: identifiers of keys, alternative names, policies, where to ask. */
const passedOver = new Set(["2.5.29.14", "2.5.29.35", "2.5.29.17", "2.5.29.18", "2.5.29.32", "2.5.29.31"]);

/** @throws Malformed */
export function readCertificate(der: Uint8Array): Certificate {
  if (der.length > trustLimits.certificateBytesMax)
    throw new Malformed("Cannot parse certificate: it is too long");
  const [tbs, algorithm, signature] = derParts(derOne(der, derTag.sequence, "the certificate").body);
  const fields = derParts(derOf(tbs, derTag.sequence, "the signed part of the certificate").body);
  const version = fields[0]?.tag === 0xa0 ? versionOf(fields.shift()!) : 1;
  const [, inner, issuer, validity, subject, spki, ...rest] = fields;
  const outer = derOf(algorithm, derTag.sequence, "the signature algorithm");
  // RFC 5280 4.1.1.2: both say the same.
  if (inner === undefined || bytesToHex(inner.whole) !== bytesToHex(outer.whole))
    throw new Malformed("Cannot parse certificate: it names two signature algorithms");
  const [notBefore, notAfter] = derParts(derOf(validity, derTag.sequence, "the validity").body);
  const keyInfo = derOf(spki, derTag.sequence, "the public key").whole;
  const extensions = rest.find(({ tag }) => tag === 0xa3);
  return {
    der,
    tbs: tbs!.whole,
    version,
    issuer: derOf(issuer, derTag.sequence, "the issuer").whole,
    subject: derOf(subject, derTag.sequence, "the subject").whole,
    subjectText: nameText(subject!),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    key: readPublicKey(keyInfo),
    keyId: bytesToHex(sha256(keyInfo)),
    scheme: schemes[derOid(derParts(outer.body)[0], "the signature algorithm")],
    signature: derBits(signature, "the signature"),
    ...usage(extensions),
  };
}

function versionOf(element: Der): number {
  const { body } = derOne(element.body, derTag.integer, "the version");
  if (body.length !== 1 || body[0]! > 2) throw new Malformed("Cannot parse certificate: an unknown version");
  return body[0]! + 1;
}

/** RFC 5280 4.1.2.5: two digits of a year mean 1950 to 2049. */
function timeOf(element: Der | undefined): number {
  const text = String.fromCharCode(...(element?.body ?? []));
  const long = element?.tag === derTag.generalizedTime;
  const found = (
    long ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(text);
  if (!found || (!long && element?.tag !== derTag.utcTime))
    throw new Malformed("Cannot parse certificate: a date that cannot be");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  const full = long ? year : year + (year < 50 ? 2000 : 1900);
  return new Date(Date.UTC(2000, month - 1, day, hour, minute, second)).setUTCFullYear(full);
}

type Usage = Pick<Certificate, "ca" | "pathLength" | "keyUsage" | "extendedKeyUsage" | "unknownCritical">;

function usage(extensions: Der | undefined): Usage {
  const list =
    extensions === undefined ? [] : derParts(derOne(extensions.body, derTag.sequence, "the extensions").body);
  const seen = new Set<string>();
  const told = { ca: false, pathLength: undefined, keyUsage: undefined, extendedKeyUsage: undefined } as {
    -readonly [K in keyof Omit<Usage, "unknownCritical">]: Usage[K];
  };
  const unknownCritical: string[] = [];
  for (const one of list) {
    const [id, ...rest] = derParts(derOf(one, derTag.sequence, "an extension").body);
    const name = derOid(id, "an extension's name");
    if (seen.has(name)) throw new Malformed("Cannot parse certificate: an extension occurs twice");
    seen.add(name);
    const critical = rest[0]?.tag === derTag.boolean && rest[0].body[0] !== 0;
    const value = derOf(rest.at(-1), derTag.octetString, "an extension's value").body;
    if (name === extension.basicConstraints) Object.assign(told, constraints(value));
    else if (name === extension.keyUsage) told.keyUsage = keyUsage(value);
    else if (name === extension.extendedKeyUsage)
      told.extendedKeyUsage = derParts(derOne(value, derTag.sequence, "extended key usage").body).map(
        (purpose) => derOid(purpose, "a purpose"),
      );
    else if (critical && !passedOver.has(name)) unknownCritical.push(name);
  }
  return { ...told, unknownCritical };
}

function constraints(value: Uint8Array): Pick<Usage, "ca" | "pathLength"> {
  const [first, ...rest] = derParts(derOne(value, derTag.sequence, "basic constraints").body);
  const ca = first?.tag === derTag.boolean && first.body[0] !== 0;
  const length = [first, ...rest].find((part) => part?.tag === derTag.integer);
  return { ca, pathLength: length === undefined ? undefined : (length.body.at(-1) ?? 0) };
}

/** RFC 5280 4.2.1.3; the first octet is the number of idle bits in the last. */
function keyUsage(value: Uint8Array): number {
  const { body } = derOne(value, derTag.bitString, "key usage");
  return body[1] ?? 0;
}
