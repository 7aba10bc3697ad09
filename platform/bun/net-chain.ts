/** Adapter: a certificate chain judged without its dates. TR-069 3.3, RFC 5280 6.1.
 *
 * The TLS library names one error at a time and an expired date can hide another, so that while dates are to be
 * disregarded the chain is walked here: signatures, issuers, the allowed uses of each certificate. */
import type { X509Certificate } from "node:crypto";
import { Malformed } from "../../src/errors.ts";
import { linkLimits } from "../../src/http/limits.ts";

/** How a chain is judged beside its signatures and uses. */
export interface ChainRules {
  /** Takes signatures over SHA-1 and short keys as well. */
  readonly weak?: boolean;
  /** UTC milliseconds surely passed: a certificate that ended before has expired, even while the clock is wrong. */
  readonly builtMs?: number;
}

/** @param shown the certificates that the peer sent beside its own, in any order
 * @param trusted certificates; the self-signed ones are roots
 * @returns the fault, in plain words; undefined when the chain is good but for its dates */
export function chainFault(
  leaf: X509Certificate,
  shown: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  rules: ChainRules = {},
): string | undefined {
  try {
    return serverFault(leaf, rules) ?? pathFault(leaf, shown, trusted, issuerFault, rules);
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}

/** Of a chain that the TLS library has taken: whether every path to a root has a signature that can be forged or a key
 * that is too short.
 * @returns the weakness, in plain words; undefined: none */
export function chainWeakness(
  leaf: X509Certificate,
  shown: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): string | undefined {
  try {
    return weakKey(leaf) ?? pathFault(leaf, shown, trusted, weakLink, {});
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}

/** @param below certificates between the subject and the leaf
 * @returns why this issuer does not do for that subject */
type Judge = (
  issuer: X509Certificate,
  subject: X509Certificate,
  below: number,
  rules: ChainRules,
) => string | undefined;

/** Looks for a path to a root on which the judge finds no fault. */
function pathFault(
  leaf: X509Certificate,
  shown: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  judge: Judge,
  rules: ChainRules,
): string | undefined {
  const roots = trusted.filter((root) => issued(root, root));
  const left = new Set(shown);
  let fault: string | undefined;
  const leads = (at: X509Certificate, below: number): boolean => {
    if (below > linkLimits.certificatesMax) return false;
    for (const issuer of [...roots, ...left]) {
      if (!issued(issuer, at)) continue;
      fault = judge(issuer, at, below, rules);
      if (fault !== undefined) continue;
      if (roots.includes(issuer)) return true;
      left.delete(issuer);
      if (leads(issuer, below + 1)) return true;
    }
    return false;
  };
  if (roots.some((root) => root.raw.equals(leaf.raw)) || leads(leaf, 0)) return undefined;
  return fault ?? "it does not lead to a trusted root";
}

const issued = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  subject.checkIssued(issuer) && subject.verify(issuer.publicKey);

function serverFault(leaf: X509Certificate, rules: ChainRules): string | undefined {
  const facts = read(leaf);
  if (!rules.weak) {
    const weak = weakKey(leaf);
    if (weak !== undefined) return weak;
  }
  if (ended(leaf, rules)) return "it has expired: it ended before this agent was built";
  if (!facts.forTls) return "it is not for TLS servers (key usage)";
  return commonFault(facts);
}

function weakLink(issuer: X509Certificate, subject: X509Certificate): string | undefined {
  return read(subject).digest === "strong" ? weakKey(issuer) : forgeable;
}

const forgeable = "it is signed with a digest that can be forged";

/** RFC 8301 3.2, NIST SP 800-131A: below 2048 bits RSA and DSA count as broken. */
function weakKey({ publicKey }: X509Certificate): string | undefined {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  if (bits === undefined || bits >= linkLimits.keyBitsMin) return undefined;
  return `it, or one that it rests on, has a key of ${bits} bits, fewer than ${linkLimits.keyBitsMin}`;
}

const ended = ({ validTo }: X509Certificate, { builtMs }: ChainRules): boolean =>
  builtMs !== undefined && Date.parse(validTo) < builtMs;

function issuerFault(
  issuer: X509Certificate,
  subject: X509Certificate,
  below: number,
  rules: ChainRules,
): string | undefined {
  const facts = read(issuer);
  // Roots of the first version have no extension that could say it.
  if (!facts.ca && facts.version > 1)
    return "it is signed by a certificate that may not sign others (CA flag)";
  if (!facts.signs) return "it is signed by a certificate that may not sign others (key usage)";
  if (facts.pathLength !== undefined && below > facts.pathLength)
    return "its chain is longer than an issuer allows";
  if (facts.constrained)
    return "an issuer limits the names, which cannot be judged while the time is unknown";
  const { digest } = read(subject);
  if (digest === "broken" || (digest === "weak" && !rules.weak)) return forgeable;
  const weak = rules.weak ? undefined : weakKey(issuer);
  if (weak !== undefined) return weak;
  if (ended(issuer, rules)) return "one that it rests on has expired: it ended before this agent was built";
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
  /** The strength of the digest in its signature: MD2, MD4 and MD5 are "broken", SHA-1 is "weak". */
  digest: "strong" | "weak" | "broken";
}

/** Object identifiers, in hex of their bytes. RFC 5280 4.2, RFC 8017 A.2.4. */
const oid = {
  keyUsage: "551d0f",
  alternativeName: "551d11",
  basicConstraints: "551d13",
  nameConstraints: "551d1e",
  extendedKeyUsage: "551d25",
  serverAuth: "2b06010505070301",
};

/** Known and without a bearing on the chain, or judged elsewhere: alternative name, key identifiers, policies. */
const passedOver = new Set(["551d11", "551d0e", "551d23", "551d20", "551d21", "551d24", "551d36"]);

/** RSA over MD2, MD4 and MD5. RFC 8017 A.2.4. */
const broken = new Set(["2a864886f70d010102", "2a864886f70d010103", "2a864886f70d010104"]);

/** RSA, its older OIW name, ECDSA and DSA over SHA-1. RFC 3279 2.2. */
const overSha1 = new Set(["2a864886f70d010105", "2b0e03021d", "2a8648ce3d0401", "2a8648ce380403"]);
const sha1 = "2b0e03021a";
const rsaPss = "2a864886f70d01010a";

/** @param algorithm signatureAlgorithm. RFC 4055 3.1: RSA-PSS names its digest in its parameters;
 * absent, it is SHA-1 */
function digestOf(algorithm: Part | undefined): Facts["digest"] {
  const [id, parameters] = parts(algorithm?.body);
  const name = hex(id?.body);
  if (broken.has(name)) return "broken";
  if (overSha1.has(name)) return "weak";
  if (name !== rsaPss) return "strong";
  const digest = parts(parameters?.body).find(({ tag }) => tag === 0xa0);
  const named = digest && parts(parts(digest.body)[0]?.body)[0];
  return named === undefined || hex(named.body) === sha1 ? "weak" : "strong";
}

/** The issuer's name as the certificate has it. RFC 5280 4.1.2.4. */
export function issuerName(certificate: X509Certificate): Uint8Array {
  const fields = parts(parts(parts(certificate.raw)[0]?.body)[0]?.body);
  return fields[fields[0]?.tag === 0xa0 ? 3 : 2]?.body ?? new Uint8Array();
}

/** Whether the certificate has the extension, with names of any kind. RFC 5280 4.2.1.6. */
export const hasAlternativeNames = (certificate: X509Certificate): boolean =>
  extensionsOf(certificate).some(([id]) => hex(id?.body) === oid.alternativeName);

/** The parts of each extension. */
function extensionsOf(certificate: X509Certificate): Part[][] {
  const fields = parts(parts(parts(certificate.raw)[0]?.body)[0]?.body);
  const extensions = fields.find(({ tag }) => tag === 0xa3);
  return parts(parts(extensions?.body)[0]?.body).map((extension) => parts(extension.body));
}

/** The facts of a certificate that node:crypto does not offer. @throws Malformed */
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
    digest: digestOf(algorithm),
  };
  for (const [id, ...rest] of extensionsOf(certificate)) {
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
    // The first byte is the number of unused bits in the last; the next bits are digitalSignature and those after it.
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

/** The DER elements of a sequence of octets, one after the other. X.690 8.1. */
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
