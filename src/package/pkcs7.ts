/** Codec: a PKCS #7 SignedData and the certificates in it, as facts. TR-069 E.5; RFC 2315 9, RFC 5652 5, RFC 5280 4.
 *
 * Read strictly, as DER: openssl, and every other tool that signs, writes it so. */
import { Malformed } from "../errors.ts";
import { context, type Der, oidOf, partsOf, readDer, Taking, tags, timeOf } from "./der.ts";
import { hex } from "./judge.ts";
import { packageLimits } from "./limits.ts";
import type { Block, Certificate, Signer } from "./signature.ts";

/** SHA-256, hexadecimal: the codec has no cryptography of its own. */
export type Fingerprint = (bytes: Uint8Array) => string;

/** Octets by which a certificate is checked. */
export interface CertificateOctets {
  /** The signed part. */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly key: Uint8Array;
}

/** Octets by which a signature is checked. */
export interface SignerOctets {
  /** The signed attributes as they are signed; undefined: there are none. */
  readonly attributes: Uint8Array | undefined;
  readonly signature: Uint8Array;
}

export interface ParsedBlock {
  readonly block: Block;
  readonly certificates: ReadonlyMap<Certificate, CertificateOctets>;
  readonly signers: ReadonlyMap<Signer, SignerOctets>;
}

const signedDataType = "1.2.840.113549.1.7.2";

/** E.5 speaks of a SignedData; tools wrap it into a ContentInfo, and either is read.
 * @throws Malformed */
export function parseBlock(bytes: Uint8Array, fingerprint: Fingerprint): ParsedBlock {
  const outer = readDer(bytes);
  if (outer.raw.length !== bytes.length) throw new Malformed("there are octets behind it");
  const parts = partsOf(outer, tags.sequence);
  if (parts[0]?.tag === tags.integer) return parseSignedData(parts, fingerprint);
  const info = new Taking(parts);
  const type = oidOf(info.next());
  if (type !== signedDataType) throw new Malformed(`it is a ${type}`);
  const [data, more] = partsOf(info.next(), context(0));
  info.end();
  if (data === undefined || more !== undefined) throw new Malformed("there is not exactly one SignedData");
  return parseSignedData(partsOf(data, tags.sequence), fingerprint);
}

function parseSignedData(parts: readonly Der[], fingerprint: Fingerprint): ParsedBlock {
  const data = new Taking(parts);
  data.next(tags.integer);
  data.next(tags.set);
  const content = new Taking(partsOf(data.next(), tags.sequence));
  const contentType = oidOf(content.next());
  const enclosed = content.maybe(context(0));
  content.end();
  const held = data.maybe(context(0));
  data.maybe(context(1));
  const infos = partsOf(data.next(), tags.set);
  data.end();
  const found = held === undefined ? [] : partsOf(held, context(0));
  if (infos.length > packageLimits.signersMax || found.length > packageLimits.certificatesMax) {
    throw new Malformed("there are too many signatures or certificates");
  }
  // Other kinds (attribute certificates, extended ones) have tags of their own, and serve for nothing here.
  const certificates = new Map(
    found.filter((one) => one.tag === tags.sequence).map((one) => parseCertificate(one, fingerprint)),
  );
  const signers = new Map(infos.map(parseSigner));
  return {
    block: {
      contentType,
      encloses: enclosed !== undefined && isEnclosed(enclosed),
      signers: [...signers.keys()],
      certificates: [...certificates.keys()],
    },
    certificates,
    signers,
  };
}

/** An empty OCTET STRING encloses nothing. */
function isEnclosed(enclosed: Der): boolean {
  const [octets, more] = partsOf(enclosed, context(0));
  return octets?.tag !== tags.octets || octets.content.length > 0 || more !== undefined;
}

// ---------------------------------------------------------------- signers

const digests: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
  "1.2.840.113549.2.5": "md5",
};

/** Signature algorithms: their kind, and their digest where they say it themselves. */
const algorithms: Readonly<Record<string, readonly [kind: string, digest?: string]>> = {
  "1.2.840.113549.1.1.1": ["rsa"],
  "1.2.840.113549.1.1.4": ["rsa", "md5"],
  "1.2.840.113549.1.1.5": ["rsa", "sha1"],
  "1.2.840.113549.1.1.11": ["rsa", "sha256"],
  "1.2.840.113549.1.1.12": ["rsa", "sha384"],
  "1.2.840.113549.1.1.13": ["rsa", "sha512"],
  "1.2.840.113549.1.1.10": ["rsassa-pss"],
  "1.2.840.10045.4.1": ["ecdsa", "sha1"],
  "1.2.840.10045.4.3.2": ["ecdsa", "sha256"],
  "1.2.840.10045.4.3.3": ["ecdsa", "sha384"],
  "1.2.840.10045.4.3.4": ["ecdsa", "sha512"],
  "1.2.840.10040.4.1": ["dsa"],
  "1.2.840.10040.4.3": ["dsa", "sha1"],
};

const algorithmOf = (der: Der): string => oidOf(new Taking(partsOf(der, tags.sequence)).next());

function parseSigner(der: Der): readonly [Signer, SignerOctets] {
  const info = new Taking(partsOf(der, tags.sequence));
  info.next(tags.integer);
  const by = parseIdentity(info.next());
  const digestOid = algorithmOf(info.next());
  const attributes = info.maybe(context(0));
  const oid = algorithmOf(info.next());
  const signature = info.next(tags.octets).content;
  info.maybe(context(1));
  info.end();
  const digest = digests[digestOid] ?? digestOid;
  const [kind, own] = algorithms[oid] ?? [oid];
  // The signature covers the attributes as a SET; the block stores them under another tag.
  const signed = attributes && Uint8Array.from(attributes.raw);
  if (signed !== undefined) signed[0] = tags.set;
  const signer: Signer = {
    by,
    digest,
    algorithm: own === undefined || own === digest ? kind : `${kind} with ${own}`,
    attributes: attributes && parseAttributes(attributes),
  };
  return [signer, { attributes: signed, signature }];
}

function parseIdentity(der: Der): Signer["by"] {
  if (der.tag === 0x80) return { is: "keyId", keyId: hex(der.content) };
  const identity = new Taking(partsOf(der, tags.sequence));
  const issuer = identity.next(tags.sequence);
  const serial = identity.next(tags.integer);
  identity.end();
  return { is: "issuer", issuerDer: hex(issuer.raw), issuer: nameOf(issuer), serial: hex(serial.content) };
}

function parseAttributes(der: Der): NonNullable<Signer["attributes"]> {
  const found = partsOf(der, context(0)).map((one) => {
    const attribute = new Taking(partsOf(one, tags.sequence));
    const type = oidOf(attribute.next());
    const values = attribute.next(tags.set);
    attribute.end();
    return { type, values };
  });
  const values = (type: string) =>
    found.filter((one) => one.type === type).flatMap((one) => partsOf(one.values, tags.set));
  return {
    contentTypes: values("1.2.840.113549.1.9.3").map(oidOf),
    digests: values("1.2.840.113549.1.9.4").map((one) => hex(one.content)),
    signingTimes: values("1.2.840.113549.1.9.5").map(timeOf),
  };
}

// ---------------------------------------------------------------- certificates

const attributeNames: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "1.2.840.113549.1.9.1": "emailAddress",
};

/** A Name for people. */
function nameOf(der: Der): string {
  return partsOf(der, tags.sequence)
    .flatMap((set) => partsOf(set, tags.set))
    .map((one) => {
      const pair = new Taking(partsOf(one, tags.sequence));
      const type = oidOf(pair.next());
      const value = pair.next();
      const text = new TextDecoder(value.tag === tags.bmpString ? "utf-16be" : "utf-8").decode(value.content);
      return `${attributeNames[type] ?? type}=${text}`;
    })
    .join(", ");
}

/** @param der the whole certificate
 * @throws Malformed */
export function parseCertificate(
  der: Der,
  fingerprint: Fingerprint,
): readonly [Certificate, CertificateOctets] {
  const whole = new Taking(partsOf(der, tags.sequence));
  const tbs = whole.next(tags.sequence);
  const outerAlgorithm = whole.next(tags.sequence);
  const signature = bitsOf(whole.next());
  whole.end();
  const of = new Taking(partsOf(tbs, tags.sequence));
  of.maybe(context(0));
  const serial = of.next(tags.integer);
  const algorithm = of.next(tags.sequence);
  const issuer = of.next(tags.sequence);
  const validity = new Taking(partsOf(of.next(), tags.sequence));
  const subject = of.next(tags.sequence);
  const key = of.next(tags.sequence);
  // Identifiers that nobody uses any more.
  of.maybe(0x81, context(1));
  of.maybe(0x82, context(2));
  const extensions = extensionsOf(of.maybe(context(3)));
  of.end();
  const [kind, digest] = algorithms[algorithmOf(algorithm)] ?? [algorithmOf(algorithm)];
  const differ = hex(algorithm.raw) !== hex(outerAlgorithm.raw) ? ["signature"] : [];
  const certificate: Certificate = {
    id: fingerprint(der.raw),
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    subjectDer: hex(subject.raw),
    issuerDer: hex(issuer.raw),
    serial: hex(serial.content),
    // A date that is none is never valid.
    notBefore: finite(timeOf(validity.next()), Number.POSITIVE_INFINITY),
    notAfter: finite(timeOf(validity.next()), Number.NEGATIVE_INFINITY),
    ...extensions,
    strange: [...extensions.strange, ...differ],
    digest: digest ?? "none",
    algorithm: kind,
    key: keyOf(key),
  };
  return [certificate, { tbs: tbs.raw, signature, key: key.raw }];
}

const finite = (value: number, otherwise: number): number => (Number.isNaN(value) ? otherwise : value);

/** A BIT STRING of whole octets. */
function bitsOf(der: Der): Uint8Array {
  if (der.tag !== tags.bits || der.content[0] !== 0)
    throw new Malformed("a bit string of octets is expected");
  return der.content.subarray(1);
}

/** Extensions that are judged, or that say nothing about signing packages (alternative names, policies). */
const understood = [
  "2.5.29.14",
  "2.5.29.15",
  "2.5.29.17",
  "2.5.29.18",
  "2.5.29.19",
  "2.5.29.32",
  "2.5.29.37",
];
const nameConstraints = "2.5.29.30";

type Extensions = Pick<Certificate, "authority" | "pathLength" | "usage" | "purposes" | "keyId" | "strange">;

function extensionsOf(held: Der | undefined): Extensions {
  const values = new Map<string, Der>();
  const strange: string[] = [];
  const [list] = held === undefined ? [] : partsOf(held, context(3));
  for (const one of list === undefined ? [] : partsOf(list, tags.sequence)) {
    const extension = new Taking(partsOf(one, tags.sequence));
    const oid = oidOf(extension.next());
    const critical = extension.maybe(tags.boolean)?.content[0];
    const value = extension.next(tags.octets);
    extension.end();
    const unknown = Boolean(critical) && !understood.includes(oid);
    // Two of a kind could be read in two ways; constraints on names are never left aside.
    if (values.has(oid) || unknown || oid === nameConstraints) strange.push(oid);
    values.set(oid, value);
  }
  const inner = (oid: string): Der | undefined => {
    const value = values.get(oid);
    if (value === undefined) return undefined;
    const der = readDer(value.content);
    if (der.raw.length !== value.content.length)
      throw new Malformed(`extension ${oid} does not fit its length`);
    return der;
  };
  const keyId = inner("2.5.29.14");
  return {
    ...constraintsOf(inner("2.5.29.19")),
    usage: usageOf(inner("2.5.29.15")),
    purposes: purposesOf(inner("2.5.29.37")),
    keyId: keyId && hex(keyId.content),
    strange,
  };
}

function constraintsOf(der: Der | undefined): Pick<Certificate, "authority" | "pathLength"> {
  if (der === undefined) return { authority: false, pathLength: undefined };
  const constraints = new Taking(partsOf(der, tags.sequence));
  const authority = Boolean(constraints.maybe(tags.boolean)?.content[0]);
  const length = constraints.maybe(tags.integer);
  constraints.end();
  return { authority, pathLength: length && lengthOf(length) };
}

/** A number of more than four octets, or a negative one, lets nothing pass. */
function lengthOf({ content }: Der): number {
  if (content.length === 0 || content.length > 4 || content[0]! >= 0x80) return 0;
  return content.reduce((sum, octet) => sum * 256 + octet, 0);
}

function usageOf(der: Der | undefined): Certificate["usage"] {
  if (der === undefined) return undefined;
  if (der.tag !== tags.bits) throw new Malformed("keyUsage is no bit string");
  const bits = der.content[1] ?? 0;
  // digitalSignature or nonRepudiation; keyCertSign.
  return { sign: (bits & 0xc0) !== 0, certificates: (bits & 0x04) !== 0 };
}

const purposesOf = (der: Der | undefined): readonly string[] | undefined =>
  der && partsOf(der, tags.sequence).map(oidOf);

function keyOf(der: Der): Certificate["key"] {
  const info = new Taking(partsOf(der, tags.sequence));
  if (algorithmOf(info.next()) !== "1.2.840.113549.1.1.1") return { kind: "other", bits: 0 };
  const modulus = new Taking(partsOf(readDer(bitsOf(info.next())), tags.sequence)).next(tags.integer).content;
  const first = modulus.findIndex((octet) => octet !== 0);
  if (first < 0) return { kind: "rsa", bits: 0 };
  return { kind: "rsa", bits: (modulus.length - first - 1) * 8 + (32 - Math.clz32(modulus[first]!)) };
}
