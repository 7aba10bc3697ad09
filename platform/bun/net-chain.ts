/** Adapter: a certificate chain judged without its dates. TR-069 3.3, RFC 5280 6.1.
 *
 * The TLS library names one error at a time and an expired date can hide another, so that while dates are to be
 * disregarded the chain is walked here: signatures, issuers, what each certificate may be used for. */
import type { X509Certificate } from "node:crypto";
import { Malformed } from "../../src/errors.ts";
import { linkLimits } from "../../src/http/limits.ts";

/** @param shown what the peer sent beside its own certificate, in any order
 * @param trusted those that are signed by themselves are roots
 * @returns what is wrong, in plain words; undefined when the chain is good but for its dates */
export function chainFault(
  leaf: X509Certificate,
  shown: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): string | undefined {
  const roots = trusted.filter((root) => issued(root, root));
  const left = new Set(shown);
  let fault: string | undefined;

  /** @param below certificates between this one and the leaf */
  const leads = (at: X509Certificate, below: number): boolean => {
    if (below > linkLimits.certificatesMax) return false;
    for (const issuer of [...roots, ...left]) {
      if (!issued(issuer, at)) continue;
      fault = issuerFault(issuer, at, below);
      if (fault !== undefined) continue;
      if (roots.includes(issuer)) return true;
      left.delete(issuer);
      if (leads(issuer, below + 1)) return true;
    }
    return false;
  };

  const used = serverFault(leaf);
  if (used !== undefined) return used;
  if (roots.some((root) => root.raw.equals(leaf.raw)) || leads(leaf, 0)) return undefined;
  return fault ?? "it does not lead to a trusted root";
}

const issued = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  subject.checkIssued(issuer) && subject.verify(issuer.publicKey);

function serverFault(leaf: X509Certificate): string | undefined {
  const facts = read(leaf);
  if (!facts.forTls) return "it is not for TLS servers (key usage)";
  return commonFault(facts);
}

function issuerFault(issuer: X509Certificate, subject: X509Certificate, below: number): string | undefined {
  const facts = read(issuer);
  // Roots of the first version have no extension that could say it.
  if (!facts.ca && facts.version > 1)
    return "it is signed by a certificate that may not sign others (CA flag)";
  if (!facts.signs) return "it is signed by a certificate that may not sign others (key usage)";
  if (facts.pathLength !== undefined && below > facts.pathLength)
    return "its chain is longer than an issuer allows";
  if (facts.constrained)
    return "an issuer limits the names, which cannot be judged while the time is unknown";
  if (read(subject).weak) return "it is signed with a digest that can be forged";
  return commonFault(facts);
}

function commonFault(facts: Facts): string | undefined {
  if (!facts.serverAuth) return "it is not for TLS servers (extended key usage)";
  return facts.unknown ? "it has a critical extension that is not known here" : undefined;
}

interface Facts {
  version: number;
  ca: boolean;
  pathLength: number | undefined;
  /** keyCertSign, or no key usage at all. */
  signs: boolean;
  /** A key usage that TLS servers need, or none at all. */
  forTls: boolean;
  /** Server authentication among the extended key usages, or none at all. */
  serverAuth: boolean;
  constrained: boolean;
  /** A critical extension that nothing here knows. */
  unknown: boolean;
  /** Its signature rests on MD2, MD4 or MD5. */
  weak: boolean;
}

/** Object identifiers, in hex of their bytes. RFC 5280 4.2, RFC 8017 A.2.4. */
const oid = {
  keyUsage: "551d0f",
  basicConstraints: "551d13",
  nameConstraints: "551d1e",
  extendedKeyUsage: "551d25",
  serverAuth: "2b06010505070301",
};

/** Known and without a bearing on the chain, or judged elsewhere: alternative name, key identifiers, policies. */
const passedOver = new Set(["551d11", "551d0e", "551d23", "551d20", "551d21", "551d24", "551d36"]);

const weakSignatures = new Set(["2a864886f70d010102", "2a864886f70d010103", "2a864886f70d010104"]);

/** What node:crypto does not tell of a certificate. @throws Malformed */
function read(certificate: X509Certificate): Facts {
  const [tbs, algorithm] = parts(parts(certificate.raw)[0]?.body);
  const fields = parts(tbs?.body);
  const version = fields[0]?.tag === 0xa0 ? (parts(fields[0].body)[0]?.body[0] ?? 0) + 1 : 1;
  const facts: Facts = {
    version,
    ca: false,
    pathLength: undefined,
    signs: true,
    forTls: true,
    serverAuth: true,
    constrained: false,
    unknown: false,
    weak: weakSignatures.has(hex(parts(algorithm?.body)[0]?.body)),
  };
  const extensions = fields.find(({ tag }) => tag === 0xa3);
  for (const extension of parts(parts(extensions?.body)[0]?.body)) {
    const [id, ...rest] = parts(extension.body);
    const critical = rest[0]?.tag === 0x01 && rest[0].body[0] !== 0;
    note(facts, hex(id?.body), parts(rest.at(-1)?.body)[0], critical);
  }
  return facts;
}

function note(facts: Facts, id: string, value: Part | undefined, critical: boolean): void {
  if (id === oid.basicConstraints) {
    const [first, second] = parts(value?.body);
    facts.ca = first?.tag === 0x01 && first.body[0] !== 0;
    if (second?.tag === 0x02) facts.pathLength = second.body.length === 1 ? second.body[0] : 0;
  } else if (id === oid.keyUsage) {
    // The first byte tells how many bits of the last are unused; then come digitalSignature and those after it.
    const bits = value?.body[1] ?? 0;
    facts.signs = (bits & 0x04) !== 0;
    facts.forTls = (bits & 0xa8) !== 0;
  } else if (id === oid.extendedKeyUsage) {
    facts.serverAuth = parts(value?.body).some(({ body }) => hex(body) === oid.serverAuth);
  } else if (id === oid.nameConstraints) facts.constrained = true;
  else if (critical && !passedOver.has(id)) facts.unknown = true;
}

interface Part {
  readonly tag: number;
  readonly body: Uint8Array;
}

/** The DER elements that stand one after the other. X.690 8.1. */
function parts(bytes: Uint8Array | undefined): Part[] {
  const found: Part[] = [];
  for (let at = 0; bytes !== undefined && at < bytes.length; ) {
    const tag = bytes[at]!;
    const first = bytes[at + 1] ?? 0;
    const extra = first < 0x80 ? 0 : first & 0x7f;
    let length = first < 0x80 ? first : 0;
    for (const byte of bytes.subarray(at + 2, at + 2 + extra)) length = length * 256 + byte;
    const start = at + 2 + extra;
    if (extra > 4 || start + length > bytes.length)
      throw new Malformed("Cannot parse certificate: element past its end");
    found.push({ tag, body: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");
