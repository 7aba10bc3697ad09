/** Codec: writes and signs a voucher in the form of Figure 6. TR-069 C.3, XML-Signature 3.1. */
import { Malformed } from "../errors.ts";
import { fromLatin1 } from "../latin1.ts";
import type { Dsig } from "../ports/dsig.ts";
import { readCertificate } from "../trust/certificate.ts";
import { type AlgorithmName, algorithms, canonicalXml, digestUris, dsigNamespace } from "./algorithms.ts";
import { readOption } from "./option.ts";
import { parseXml } from "./xml.ts";

/** The elements of one Option, by the names of Table 67: texts, numbers, truths, or elements again. */
export interface OptionFields {
  readonly [name: string]: string | number | boolean | OptionFields;
}

/** @param json a list of Options, or one of them
 * @throws Malformed */
export function readOptionFields(json: string): readonly OptionFields[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Malformed("it is not JSON");
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new Malformed("there is no Option in it");
  for (const one of list) check(one);
  return list as OptionFields[];
}

function check(value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Malformed("expected a list of objects with the names of Table 67");
  for (const [name, member] of Object.entries(value)) {
    if (!/^[A-Za-z_][\w.-]{0,63}$/.test(name))
      throw new Malformed(`${JSON.stringify(name)} is no name of an element`);
    if (typeof member === "object") check(member);
    else if (!["string", "number", "boolean"].includes(typeof member))
      throw new Malformed(`${name} has no value`);
  }
}

const escaped = (text: string): string => text.replace(/[&<>\r"]/g, (char) => `&#${char.charCodeAt(0)};`);

function elements(fields: OptionFields, indent: string): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const inner =
        typeof value === "object" ? `\n${elements(value, `${indent}  `)}${indent}` : escaped(String(value));
      return `${indent}<${name}>${inner}</${name}>\n`;
    })
    .join("");
}

const objectXml = (fields: OptionFields, id: string): string =>
  `<dsig:Object xmlns="" xmlns:dsig="${dsigNamespace}" Id="${id}">\n  <Option>\n${elements(fields, "    ")}  </Option>\n</dsig:Object>`;

const base64 = (bytes: Uint8Array): string => btoa(fromLatin1(bytes));

export interface Signing {
  readonly algorithm: AlgorithmName;
  /** PEM. */
  readonly key: string;
  /** The signer's certificate first, then those between it and a trusted one. */
  readonly certificates: readonly Uint8Array[];
}

/** @returns a document whose root is a Signature
 * @throws Malformed for a key of another kind, or of another certificate
 * @throws VoucherRefused for an Option that no device would understand */
export function writeVoucher(options: readonly OptionFields[], signing: Signing, dsig: Dsig): string {
  const objects = options.map((fields, index) => objectXml(fields, `option${index}`));
  const scheme = algorithms[signing.algorithm];
  const document = (signedInfo: string, value: string): string =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<Signature xmlns="${dsigNamespace}">${signedInfo}`,
      `<SignatureValue>${value}</SignatureValue>`,
      `<KeyInfo><X509Data>${signing.certificates.map((der) => `<X509Certificate>${base64(der)}</X509Certificate>`).join("\n")}</X509Data></KeyInfo>`,
      ...objects,
      "</Signature>\n",
    ].join("\n");
  const digests = dsig.canonical(document("<SignedInfo/>", "")).objects.map((canonical) => {
    // A voucher that no device could read must not be signed.
    readOption(parseXml(canonical));
    return base64(dsig.digest(scheme.digest, canonical));
  });
  const signedInfo = signedInfoXml(signing.algorithm, digests);
  const signed = dsig.canonical(document(signedInfo, "")).signedInfo;
  const value = dsig.sign(signing.key, scheme, signed);
  const [signer] = signing.certificates;
  if (signer === undefined || !dsig.verifies(readCertificate(signer).key.spki, scheme, signed, value))
    throw new Malformed("the key is not the key of the certificate");
  return document(signedInfo, base64(value));
}

function signedInfoXml(algorithm: AlgorithmName, digests: readonly string[]): string {
  const { uri, digest } = algorithms[algorithm];
  const references = digests.map(
    (value, index) =>
      `<Reference URI="#option${index}"><Transforms><Transform Algorithm="${canonicalXml}"/></Transforms>` +
      `<DigestMethod Algorithm="${digestUris[digest]}"/><DigestValue>${value}</DigestValue></Reference>`,
  );
  return [
    "<SignedInfo>",
    `<CanonicalizationMethod Algorithm="${canonicalXml}"/>`,
    `<SignatureMethod Algorithm="${uri}"/>`,
    ...references,
    "</SignedInfo>",
  ].join("\n");
}
