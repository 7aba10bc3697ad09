/** Adapter: a PKCS #7 SignedData over header and command list, with keys from PEM files. TR-069 E.5; RFC 2315 9. */
import { createHash, createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { Refused } from "../../src/errors.ts";
import type { Certificate } from "../../src/package/signature.ts";
import { decodeCertificates } from "./pkcs7.ts";

export interface SigningKey {
  /** PEM: the signer's certificate, then those of its chain. */
  readonly certificate: string;
  readonly key: string;
}

/** A DER value. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const octets = Buffer.from(body.length.toString(16).padStart(8, "0"), "hex");
  const length = octets.subarray(octets.findIndex((octet) => octet !== 0));
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]) => der(0x31, ...parts.toSorted(Buffer.compare));
const octets = (bytes: Uint8Array) => der(0x04, bytes);
const integer = (bytes: Uint8Array) => der(0x02, bytes);
const none = der(0x05);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));

const oids = {
  signedData: oid("2a864886f70d010702"),
  data: oid("2a864886f70d010701"),
  contentType: oid("2a864886f70d010903"),
  messageDigest: oid("2a864886f70d010904"),
  signingTime: oid("2a864886f70d010905"),
  rsa: oid("2a864886f70d010101"),
  sha1: oid("2b0e03021a"),
  sha256: oid("608648016503040201"),
} as const;

const algorithmOf = (digest: "sha1" | "sha256") => sequence(oids[digest], none);

/** @param signed the octets that are signed; they stay outside of the block
 * @param signers none: the block that means no signature
 * @param now milliseconds since 1970, signed along
 * @throws Refused for files that do not serve */
export async function signBlock(
  signed: Uint8Array,
  signers: readonly SigningKey[],
  digest: "sha1" | "sha256",
  now: number,
): Promise<Uint8Array> {
  const certificates = new Map<string, Buffer>();
  const infos: Buffer[] = [];
  for (const signer of signers) {
    const pem = textOf(signer.certificate);
    const [own] = decodeCertificates(pem);
    if (own === undefined) throw new Refused(`There is no certificate in ${signer.certificate}.`);
    for (const one of rawCertificates(pem)) certificates.set(one.toString("hex"), one);
    infos.push(signerInfo(signed, own, signer.key, digest, now));
  }
  const algorithms = signers.length === 0 ? set() : set(algorithmOf(digest));
  const held = certificates.size === 0 ? [] : [der(0xa0, ...certificates.values())];
  const data = sequence(integer(Buffer.of(1)), algorithms, sequence(oids.data), ...held, set(...infos));
  return sequence(oids.signedData, der(0xa0, data));
}

function rawCertificates(pem: string): Buffer[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+/g) ?? [];
  return blocks.map((block) => Buffer.from(block.replace(/-----BEGIN CERTIFICATE-----/, ""), "base64"));
}

function signerInfo(
  signed: Uint8Array,
  own: Certificate,
  keyPath: string,
  digest: "sha1" | "sha256",
  now: number,
): Buffer {
  const attributes = [
    sequence(oids.contentType, set(oids.data)),
    sequence(oids.messageDigest, set(octets(createHash(digest).update(signed).digest()))),
    sequence(oids.signingTime, set(timeOf(now))),
  ];
  let value: Buffer;
  try {
    const key = createPrivateKey(textOf(keyPath));
    if (key.asymmetricKeyType !== "rsa") throw new Error("it is no RSA key");
    // The signature covers the attributes as a SET; the block stores them under another tag.
    value = sign(digest, set(...attributes), key);
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(
      `The key in ${keyPath} cannot sign: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  return sequence(
    integer(Buffer.of(1)),
    sequence(Buffer.from(own.issuerDer, "hex"), integer(Buffer.from(own.serial, "hex"))),
    algorithmOf(digest),
    der(0xa0, ...attributes.toSorted(Buffer.compare)),
    sequence(oids.rsa, none),
    octets(value),
  );
}

/** UTCTime up to 2049, GeneralizedTime from then on. */
function timeOf(ms: number): Buffer {
  const digits = new Date(ms).toISOString().slice(0, 19).replace(/\D/g, "");
  const short = digits < "20500101";
  return der(short ? 0x17 : 0x18, Buffer.from(`${short ? digits.slice(2) : digits}Z`, "latin1"));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    throw new Refused(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
