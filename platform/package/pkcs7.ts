/** Adapter: PKCS #7 signature blocks and certificates, decoded by pkijs and checked by the runtime's cryptography.
 * Neither judges: that is src/package/trust.ts. */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import type * as Pkijs from "pkijs";
import { packageLimits } from "../../src/package/limits.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Block, Certificate, Proofs, Signer } from "../../src/package/signature.ts";

/** What a block holds, and how its signatures are checked. */
export interface DecodedBlock {
  readonly block: Block;
  proofs(signed: Uint8Array): Proofs;
}

/** The libraries take 8 ms and 10 MB: whoever has no package to judge does without. */
async function libraries() {
  const [asn1, pkijs] = await Promise.all([import("asn1js"), import("pkijs")]);
  return { asn1, pkijs };
}

type Libraries = Awaited<ReturnType<typeof libraries>>;

/** Keys and octets of what was decoded: the rules see facts only. */
const certificateParts = new WeakMap<
  Certificate,
  { spki: Uint8Array; tbs: Uint8Array; signature: Uint8Array; key?: KeyObject | null }
>();

/** @param bytes DER
 * @throws PackageRefused "signature-block" */
export async function decodeBlock(bytes: Uint8Array): Promise<DecodedBlock> {
  const library = await libraries();
  try {
    return decode(library, bytes);
  } catch (error) {
    if (error instanceof PackageRefused) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new PackageRefused(
      "signature-block",
      `The signature block is no PKCS #7 SignedData: ${why.slice(0, 200)}`,
    );
  }
}

function decode({ asn1, pkijs }: Libraries, bytes: Uint8Array): DecodedBlock {
  const { asn1DepthMax: maxDepth, asn1ValuesMax: maxNodes } = packageLimits;
  const { result, offset } = asn1.fromBER(bytes, { maxDepth, maxNodes });
  if (offset !== bytes.length) throw new Error(result.error || "its length does not fit");
  const data = signedData(pkijs, result);
  const found = data.certificates ?? [];
  if (data.signerInfos.length > packageLimits.signersMax || found.length > packageLimits.certificatesMax) {
    throw new PackageRefused("signature-block", "There are too many signatures or certificates.");
  }
  const certificates = found
    .filter((one): one is Pkijs.Certificate => one instanceof pkijs.Certificate)
    .map(certificateOf);
  const infos = new Map(data.signerInfos.map((info) => [signerOf(pkijs, info), info] as const));
  const block: Block = {
    contentType: data.encapContentInfo.eContentType,
    encloses: (data.encapContentInfo.eContent?.getValue().byteLength ?? 0) > 0,
    signers: [...infos.keys()],
    certificates,
  };
  return { block, proofs: (signed) => proofsOf(infos, signed) };
}

/** E.5 speaks of a SignedData; tools wrap it into a ContentInfo, and either is read. */
function signedData(pkijs: Libraries["pkijs"], result: Pkijs.ContentInfo["content"]): Pkijs.SignedData {
  // A ContentInfo begins with its type, a SignedData with its version: an INTEGER.
  const first = result.valueBlock.value?.[0];
  if (first?.idBlock?.tagClass === 1 && first.idBlock.tagNumber === 2) {
    return new pkijs.SignedData({ schema: result });
  }
  const info = new pkijs.ContentInfo({ schema: result });
  if (info.contentType !== "1.2.840.113549.1.7.2") throw new Error(`it is a ${info.contentType}`);
  return new pkijs.SignedData({ schema: info.content });
}

const digests: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
  "1.2.840.113549.2.5": "md5",
};

/** Signature algorithms: of what kind, and with which digest where they say it themselves. */
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

function signerOf(pkijs: Libraries["pkijs"], info: Pkijs.SignerInfo): Signer {
  const digest = digests[info.digestAlgorithm.algorithmId] ?? info.digestAlgorithm.algorithmId;
  const oid = info.signatureAlgorithm.algorithmId;
  const [kind, own] = algorithms[oid] ?? [oid];
  return {
    by: identityOf(pkijs, info.sid),
    digest,
    algorithm: own === undefined || own === digest ? kind : `${kind} with ${own}`,
    attributes: info.signedAttrs === undefined ? undefined : attributesOf(info.signedAttrs.attributes),
  };
}

function identityOf(pkijs: Libraries["pkijs"], sid: unknown): Signer["by"] {
  if (sid instanceof pkijs.IssuerAndSerialNumber) {
    return {
      is: "issuer",
      issuerDer: hex(sid.issuer.valueBeforeDecode),
      issuer: nameOf(sid.issuer),
      serial: hex(sid.serialNumber.valueBlock.valueHexView),
    };
  }
  const value = (sid as { valueBlock?: { valueHexView?: Uint8Array } }).valueBlock?.valueHexView;
  return { is: "keyId", keyId: hex(value ?? new Uint8Array()) };
}

function attributesOf(attributes: readonly Pkijs.Attribute[]): NonNullable<Signer["attributes"]> {
  const values = (type: string) =>
    attributes.filter((one) => one.type === type).flatMap((one) => one.values as unknown[]);
  return {
    contentTypes: values("1.2.840.113549.1.9.3").map((value) =>
      String((value as { getValue?: () => unknown }).getValue?.()),
    ),
    digests: values("1.2.840.113549.1.9.4").map((value) =>
      hex(
        (value as { valueBlock: { valueHexView?: Uint8Array } }).valueBlock.valueHexView ?? new Uint8Array(),
      ),
    ),
    signingTimes: values("1.2.840.113549.1.9.5").map((value) => {
      const date = (value as { toDate?: () => Date }).toDate?.();
      return date?.getTime() ?? Number.NaN;
    }),
  };
}

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

function nameOf(name: Pkijs.RelativeDistinguishedNames): string {
  return name.typesAndValues
    .map(({ type, value }) => `${attributeNames[type] ?? type}=${String(value.valueBlock.value)}`)
    .join(", ");
}

/** Extensions that are judged, or that say nothing about signing packages (alternative names, policies). */
const understood = ["2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.32", "2.5.29.37"];
const nameConstraints = "2.5.29.30";

function certificateOf(one: Pkijs.Certificate): Certificate {
  const extension = (oid: string) => one.extensions?.find((e) => e.extnID === oid)?.parsedValue;
  const tbs = one.tbsView;
  const signature = one.signatureValue.valueBlock.valueHexView;
  const spki = new Uint8Array(one.subjectPublicKeyInfo.toSchema().toBER());
  const [algorithm, digest] = algorithms[one.signatureAlgorithm.algorithmId] ?? [
    one.signatureAlgorithm.algorithmId,
  ];
  const constraints = extension("2.5.29.19") as Pkijs.BasicConstraints | undefined;
  const purposes = extension("2.5.29.37") as Pkijs.ExtKeyUsage | undefined;
  const keyId = extension("2.5.29.14") as { valueBlock?: { valueHexView?: Uint8Array } } | undefined;
  const certificate: Certificate = {
    id: createHash("sha256").update(tbs).update(signature).digest("hex"),
    subject: nameOf(one.subject),
    issuer: nameOf(one.issuer),
    subjectDer: hex(one.subject.valueBeforeDecode),
    issuerDer: hex(one.issuer.valueBeforeDecode),
    serial: hex(one.serialNumber.valueBlock.valueHexView),
    keyId: keyId?.valueBlock?.valueHexView && hex(keyId.valueBlock.valueHexView),
    notBefore: timeOf(one.notBefore.value, Number.POSITIVE_INFINITY),
    notAfter: timeOf(one.notAfter.value, Number.NEGATIVE_INFINITY),
    authority: constraints?.cA === true,
    pathLength: pathLengthOf(constraints),
    usage: usageOf(extension("2.5.29.15")),
    purposes: purposes && [...(purposes.keyPurposes ?? [])],
    strange: strangeOf(one),
    digest: digest ?? "none",
    algorithm,
    key: keyOf(one),
  };
  certificateParts.set(certificate, { spki, tbs, signature });
  return certificate;
}

/** A date that is none is never valid. */
const timeOf = (date: Date, otherwise: number): number =>
  Number.isNaN(date.getTime()) ? otherwise : date.getTime();

function pathLengthOf(constraints: Pkijs.BasicConstraints | undefined): number | undefined {
  const value = constraints?.pathLenConstraint;
  if (value === undefined || typeof value === "number") return value;
  // A number of more than 32 bits.
  return value.valueBlock.isHexOnly ? 0 : value.valueBlock.valueDec;
}

function usageOf(value: unknown): Certificate["usage"] {
  if (value === undefined) return undefined;
  const bits = (value as { valueBlock?: { valueHexView?: Uint8Array } }).valueBlock?.valueHexView?.[0] ?? 0;
  return { sign: (bits & 0xc0) !== 0, certificates: (bits & 0x04) !== 0 };
}

function strangeOf(one: Pkijs.Certificate): string[] {
  const extensions = one.extensions ?? [];
  const seen = new Set<string>();
  const strange = extensions.filter(({ extnID, critical, parsedValue }) => {
    const repeated = seen.has(extnID);
    seen.add(extnID);
    const broken =
      understood.includes(extnID) && (parsedValue === undefined || "parsingError" in parsedValue);
    return repeated || broken || extnID === nameConstraints || (critical && !understood.includes(extnID));
  });
  const oids = strange.map(({ extnID }) => extnID);
  return one.signature.algorithmId === one.signatureAlgorithm.algorithmId ? oids : [...oids, "signature"];
}

function keyOf(one: Pkijs.Certificate): Certificate["key"] {
  if (one.subjectPublicKeyInfo.algorithm.algorithmId !== "1.2.840.113549.1.1.1")
    return { kind: "other", bits: 0 };
  const key = one.subjectPublicKeyInfo.parsedKey as Pkijs.RSAPublicKey | undefined;
  const modulus = key?.modulus?.valueBlock.valueHexView ?? new Uint8Array();
  const first = modulus.findIndex((octet) => octet !== 0);
  if (first < 0) return { kind: "rsa", bits: 0 };
  return { kind: "rsa", bits: (modulus.length - first - 1) * 8 + (32 - Math.clz32(modulus[first]!)) };
}

function proofsOf(infos: ReadonlyMap<Signer, Pkijs.SignerInfo>, signed: Uint8Array): Proofs {
  return {
    digest: (of) =>
      Object.values(digests).includes(of) ? createHash(of).update(signed).digest("hex") : undefined,
    signs(signer, certificate) {
      const info = infos.get(signer);
      if (info === undefined || certificate.key.kind !== "rsa") return false;
      const attributes = info.signedAttrs?.encodedValue;
      const data = info.signedAttrs === undefined ? signed : new Uint8Array(attributes!);
      return proves(signer.digest, data, certificate, info.signature.valueBlock.valueHexView);
    },
    issued(certificate, issuer) {
      const { tbs, signature } = certificateParts.get(certificate)!;
      return proves(certificate.digest, tbs, issuer, signature);
    },
  };
}

function proves(digest: string, data: Uint8Array, by: Certificate, signature: Uint8Array): boolean {
  const parts = certificateParts.get(by)!;
  try {
    parts.key ??= createPublicKey({ key: Buffer.from(parts.spki), format: "der", type: "spki" });
    return verify(digest, data, parts.key, signature);
  } catch {
    // A key or a signature that makes no sense proves nothing.
    return false;
  }
}

/** Every certificate of a PEM text, in its order.
 * @throws Error where one does not parse */
export async function decodeCertificates(pem: string): Promise<Certificate[]> {
  const { pkijs } = await libraries();
  const blocks = pem.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END/g) ?? [];
  return blocks.map((block) => {
    const base64 = block.replace(/-----[^-]+-----|-----END/g, "");
    return certificateOf(pkijs.Certificate.fromBER(new Uint8Array(Buffer.from(base64, "base64"))));
  });
}

const hex = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(bytes as Uint8Array).toString("hex");
