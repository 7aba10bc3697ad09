/** Rule: whether a signature holds: by itself, through a chain to a trusted certificate, for this purpose and time.
 * TR-069 E.5; RFC 5280 6.1 for chains, without names constraints, policies and revocation. */
import { packageLimits } from "./limits.ts";
import type { Policy } from "./policy.ts";
import type { Block, Certificate, Proofs, Signer, Verdict } from "./signature.ts";

type TrustPolicy = Pick<Policy, "allowSha1" | "now" | "signatureTime">;

const dataType = "1.2.840.113549.1.7.1";

/** Extended key usages that make a certificate fit to sign packages: code signing, mail (`openssl cms` asks for it),
 * any. */
const fitPurposes = ["1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.4", "2.5.29.37.0"];

/** @param anchors the trust store
 * @returns one verdict a signature, in the block's order */
export function judgeSignatures(
  block: Block,
  anchors: readonly Certificate[],
  policy: TrustPolicy,
  proofs: Proofs,
): Verdict[] {
  return block.signers.map((signer) => new Judging(block, anchors, policy, proofs, signer).verdict());
}

/** A signature on its way to a verdict. */
class Judging {
  private readonly trusted: ReadonlySet<string>;
  private checks = 0;

  constructor(
    private readonly block: Block,
    private readonly anchors: readonly Certificate[],
    private readonly policy: TrustPolicy,
    private readonly proofs: Proofs,
    private readonly signer: Signer,
  ) {
    this.trusted = new Set(anchors.map((anchor) => anchor.id));
  }

  verdict(): Verdict {
    const { signer } = this;
    const candidates = this.certificatesOf(signer);
    const base = {
      signer: candidates[0]?.subject ?? signerName(signer),
      digest: signer.digest,
      algorithm: signer.algorithm,
    };
    const refused = (problem: string): Verdict => ({ ...base, problem, chain: [], chainIds: [] });
    if (candidates.length === 0)
      return refused("its certificate is neither in the package nor in the trust store");
    const formal = this.formalProblem();
    if (formal !== undefined) return refused(formal);
    const certificate = candidates.find((one) => this.spend() && this.proofs.signs(signer, one));
    if (certificate === undefined) return refused("it does not match the header and the command list");
    const { chain, problem } = this.bestChain(certificate);
    return {
      ...base,
      signer: certificate.subject,
      problem,
      chain: chain.map((one) => one.subject),
      chainIds: chain.map((one) => one.id),
    };
  }

  /** Counts the costly steps. */
  private spend(): boolean {
    this.checks += 1;
    return this.checks <= packageLimits.checksMax;
  }

  private certificatesOf({ by }: Signer): Certificate[] {
    return unique([...this.block.certificates, ...this.anchors]).filter((one) =>
      by.is === "issuer"
        ? one.issuerDer === by.issuerDer && one.serial === by.serial
        : one.keyId === by.keyId,
    );
  }

  /** The complaint that needs no key to be found. */
  private formalProblem(): string | undefined {
    const { digest, algorithm, attributes } = this.signer;
    if (algorithm !== "rsa") return `its algorithm is ${algorithm}; E.5 asks for RSA`;
    const digestProblem = this.digestProblem(digest, ["sha1", "sha256"]);
    if (digestProblem !== undefined) return `its digest ${digestProblem}`;
    if (attributes === undefined) return undefined;
    if (attributes.contentTypes.length !== 1 || attributes.contentTypes[0] !== dataType) {
      return "its signed attributes do not say once that the content is data";
    }
    if (attributes.digests.length !== 1 || attributes.signingTimes.length > 1) {
      return "its signed attributes hold a digest or a time more than once, or no digest";
    }
    return attributes.digests[0] === this.proofs.digest(digest)
      ? undefined
      : "its digest is not that of the header and the command list";
  }

  private digestProblem(digest: string, known: readonly string[]): string | undefined {
    if (!known.includes(digest)) return `is ${digest}, which is not trusted`;
    return digest === "sha1" && !this.policy.allowSha1 ? "is SHA-1, which is not allowed here" : undefined;
  }

  /** The first chain that holds; otherwise the problem of the first that reached an anchor, or of the longest. */
  private bestChain(leaf: Certificate): { chain: Certificate[]; problem: string | undefined } {
    let failed: { chain: Certificate[]; problem: string } | undefined;
    let longest = [leaf];
    for (const chain of this.chainsFrom([leaf])) {
      if (!this.trusted.has(chain.at(-1)!.id)) {
        if (chain.length > longest.length) longest = chain;
        continue;
      }
      const problem = this.chainProblem(chain);
      if (problem === undefined) return { chain, problem };
      failed ??= { chain, problem };
    }
    if (failed !== undefined) return failed;
    const last = longest.at(-1)!;
    const missing =
      last.issuerDer === last.subjectDer
        ? `the chain ends with "${last.subject}", which is not in the trust store`
        : `no certificate of "${last.issuer}", which issued "${last.subject}", is in the package or the trust store`;
    return { chain: longest, problem: missing };
  }

  /** Every chain that signatures make, to its end; a chain that reaches an anchor ends there. */
  private *chainsFrom(chain: Certificate[]): Generator<Certificate[]> {
    const last = chain.at(-1)!;
    yield chain;
    if (this.trusted.has(last.id) || chain.length >= packageLimits.chainMax) return;
    for (const issuer of unique([...this.anchors, ...this.block.certificates])) {
      if (issuer.subjectDer !== last.issuerDer || chain.some((one) => one.id === issuer.id)) continue;
      if (!this.spend()) return;
      if (this.proofs.issued(last, issuer)) yield* this.chainsFrom([...chain, issuer]);
    }
  }

  private chainProblem(chain: readonly Certificate[]): string | undefined {
    for (const [depth, certificate] of chain.entries()) {
      const anchor = depth === chain.length - 1;
      const problem =
        this.timeProblem(certificate) ??
        (depth === 0 ? usageOfSigner(certificate) : usageOfIssuer(certificate, chain, depth)) ??
        (anchor && depth > 0 ? undefined : purposeProblem(certificate)) ??
        this.soundProblem(certificate, anchor);
      if (problem !== undefined) return `the certificate "${certificate.subject}" ${problem}`;
    }
    return undefined;
  }

  private timeProblem({ notBefore, notAfter }: Certificate): string | undefined {
    const { now, signatureTime } = this.policy;
    const signed = this.signer.attributes?.signingTimes[0];
    const at = signatureTime === "signing" && signed !== undefined ? signed : now;
    if (at === undefined) return undefined;
    if (now !== undefined && at > now) return "belongs to a signature that was made in the future";
    if (at < notBefore) return `is not valid before ${stamp(notBefore)}`;
    return at > notAfter ? `has expired ${stamp(notAfter)}` : undefined;
  }

  /** The complaint about a certificate at any place of a chain. An anchor is trusted as it is: its own signature does
   * not count. */
  private soundProblem(certificate: Certificate, anchor: boolean): string | undefined {
    const { key, strange, digest, algorithm } = certificate;
    if (strange.length > 0) return `has an extension that is not understood: ${strange.join(", ")}`;
    if (key.kind === "rsa" && key.bits < packageLimits.rsaBitsMin) {
      return `has a key of ${key.bits} bits; ${packageLimits.rsaBitsMin} are the least`;
    }
    if (anchor) return undefined;
    const digestProblem = this.digestProblem(digest, ["sha1", "sha256", "sha384", "sha512"]);
    if (digestProblem !== undefined) return `was signed with a digest that ${digestProblem}`;
    return algorithm === "rsa" || algorithm === "ecdsa"
      ? undefined
      : `was signed with ${algorithm}, which is not trusted`;
  }
}

function usageOfSigner({ usage }: Certificate): string | undefined {
  return usage === undefined || usage.sign ? undefined : "may not sign: keyUsage has no digitalSignature";
}

function usageOfIssuer(
  certificate: Certificate,
  chain: readonly Certificate[],
  depth: number,
): string | undefined {
  if (!certificate.authority) return "may not issue certificates: basicConstraints has no CA";
  if (certificate.usage !== undefined && !certificate.usage.certificates) {
    return "may not issue certificates: keyUsage has no keyCertSign";
  }
  // RFC 5280 4.2.1.9: authorities between it and the signer, those issued by themselves not counted.
  const below = chain.slice(1, depth).filter((one) => one.subjectDer !== one.issuerDer).length;
  return certificate.pathLength !== undefined && below > certificate.pathLength
    ? `allows ${certificate.pathLength} authorities below it, and there are ${below}`
    : undefined;
}

function purposeProblem({ purposes }: Certificate): string | undefined {
  if (purposes === undefined || purposes.some((one) => fitPurposes.includes(one))) return undefined;
  return "is for another purpose: extendedKeyUsage has neither codeSigning nor emailProtection";
}

function signerName({ by }: Signer): string {
  return by.is === "issuer" ? `serial ${by.serial} of ${by.issuer}` : `key ${by.keyId}`;
}

function unique(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((one) => [one.id, one])).values()];
}

function stamp(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().replace(".000Z", "Z") : "at no time";
}
