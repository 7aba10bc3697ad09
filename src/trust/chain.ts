/** Rule: whether a certificate that signs documents chains to a trusted one. RFC 5280 6.1.
 *
 * Trust is a set of certificates: a chain ends in one of them, or the signer is one of them itself. The other
 * certificates that the signer shows are only used to build the chain. Revocation is not checked: no service is there
 * to ask. */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Signatures } from "../ports/signatures.ts";
import type { Certificate } from "./certificate.ts";
import { isDsaDomain } from "./dsa.ts";
import { trustLimits } from "./limits.ts";

export interface Trust {
  readonly anchors: readonly Certificate[];
  /** SHA-1 is allowed in signatures of certificates. A trusted certificate's own signature is never looked at. */
  readonly sha1: boolean;
  /** UTC milliseconds for the dates; undefined: the time is not known, dates are disregarded. */
  readonly at: number | undefined;
}

export type Judgement =
  | { readonly is: "trusted"; readonly anchor: Certificate }
  /** `why`: in plain words, of the certificate that was nearest to a trusted one. */
  | { readonly is: "refused"; readonly why: string };

const usageBit = { digitalSignature: 0x80, nonRepudiation: 0x40, keyCertSign: 0x04 } as const;

/** Extended key usages with which documents are signed: any, code signing, e-mail protection, document signing. */
const signing = new Set(["2.5.29.37.0", "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36"]);

const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((octet, index) => octet === other[index]);

/** @param shown certificates that the signer sent along, in any order
 * @param signatures checks one signature */
export function judgeSigner(
  signer: Certificate,
  shown: readonly Certificate[],
  trust: Trust,
  signatures: Signatures,
): Judgement {
  const unfit = usableFault(signer, trust) ?? signerFault(signer);
  if (unfit !== undefined) return { is: "refused", why: unfit };
  let checks = 0;
  let why = "it does not lead to a trusted certificate";

  /** @param below certificates between this one and the signer, itself counted */
  const lead = (at: Certificate, below: number, way: ReadonlySet<string>): Certificate | undefined => {
    const pinned = trust.anchors.find((anchor) => same(anchor.der, at.der));
    if (pinned !== undefined) return pinned;
    if (below + 1 >= trustLimits.chainMax) return undefined;
    for (const issuer of [...trust.anchors, ...shown.slice(0, trustLimits.shownMax)]) {
      if (!same(issuer.subject, at.issuer) || way.has(bytesToHex(issuer.der))) continue;
      const fault = issuerFault(issuer, at, below, trust) ?? unsigned(issuer, at);
      if (fault !== undefined) {
        why = fault;
        continue;
      }
      const found = lead(issuer, below + 1, new Set([...way, bytesToHex(issuer.der)]));
      if (found !== undefined) return found;
    }
    return undefined;
  };

  const unsigned = (issuer: Certificate, subject: Certificate): string | undefined => {
    if (++checks > trustLimits.checksMax) return "its chain has too many turns";
    const { scheme, tbs, signature } = subject;
    if (
      scheme !== undefined &&
      scheme.key === issuer.key.is &&
      signatures.verifies(issuer.key.spki, scheme, tbs, signature)
    )
      return undefined;
    return `the signature of ${subject.subjectText} is not by ${issuer.subjectText}`;
  };

  const anchor = lead(signer, 0, new Set([bytesToHex(signer.der)]));
  return anchor === undefined ? { is: "refused", why } : { is: "trusted", anchor };
}

function signerFault({ keyUsage, extendedKeyUsage }: Certificate): string | undefined {
  if (keyUsage !== undefined && (keyUsage & (usageBit.digitalSignature | usageBit.nonRepudiation)) === 0)
    return "it may not sign documents (key usage)";
  if (extendedKeyUsage !== undefined && !extendedKeyUsage.some((purpose) => signing.has(purpose)))
    return "it may not sign documents (extended key usage)";
  return undefined;
}

function issuerFault(
  issuer: Certificate,
  subject: Certificate,
  below: number,
  trust: Trust,
): string | undefined {
  // A trusted certificate of the first version has no extension that could say it.
  if (!issuer.ca && !(issuer.version === 1 && trust.anchors.includes(issuer)))
    return `${issuer.subjectText} may not sign certificates (CA flag)`;
  if (issuer.keyUsage !== undefined && (issuer.keyUsage & usageBit.keyCertSign) === 0)
    return `${issuer.subjectText} may not sign certificates (key usage)`;
  if (issuer.pathLength !== undefined && below > issuer.pathLength)
    return `its chain is longer than ${issuer.subjectText} allows`;
  if (subject.scheme === undefined)
    return `${subject.subjectText} is signed with an algorithm that is not accepted`;
  if (subject.scheme.digest === "sha1" && !trust.sha1)
    return `${subject.subjectText} is signed with SHA-1, which is not accepted`;
  return usableFault(issuer, trust);
}

/** The complaint about a certificate at any place of a chain. */
function usableFault(certificate: Certificate, { at }: Trust): string | undefined {
  const { subjectText: name, key, unknownCritical } = certificate;
  if (unknownCritical.length > 0)
    return `${name} has a critical extension that is not known here (${unknownCritical[0]})`;
  if (at !== undefined && at < certificate.notBefore) return `${name} is not valid yet`;
  if (at !== undefined && at > certificate.notAfter) return `${name} has expired`;
  if (key.is === "rsa" && (key.bits < trustLimits.modulusBitsMin || key.bits > trustLimits.rsaBitsMax))
    return `the key of ${name} has ${key.bits} bits, which is not accepted`;
  if (key.is === "dsa" && !isDsaDomain(key)) return `the key of ${name} is not accepted`;
  return undefined;
}
