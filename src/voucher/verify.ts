/** Rule: whether a trusted signer has signed the Options of a voucher. TR-069 C.2, XML-Signature 3.2.
 *
 * Only signed parts of a document are believed: the algorithms and the References are read from the canonical
 * form of SignedInfo, the Options from the canonical form of their Objects, whose digests are in it. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import type { Dsig } from "../ports/dsig.ts";
import type { Signatures } from "../ports/signatures.ts";
import { type Certificate, readCertificate } from "../trust/certificate.ts";
import { judgeSigner } from "../trust/chain.ts";
import { trustLimits } from "../trust/limits.ts";
import { type AlgorithmName, acceptsSha1, algorithms } from "./algorithms.ts";
import { type OptionSpec, readOption } from "./option.ts";
import { type Envelope, readEnvelope, readSignedInfo, type SignedInfo } from "./signature.ts";
import { VoucherRefused } from "./verdict.ts";
import { decodeUtf8, parseXml } from "./xml.ts";

/** Which vouchers are accepted. */
export interface Policy {
  /** Empty: none is. */
  readonly anchors: readonly Certificate[];
  readonly algorithms: ReadonlySet<AlgorithmName>;
  readonly bytesMax: number;
  /** UTC milliseconds, for the dates of certificates; undefined: the time is not known, dates are disregarded. */
  readonly at: number | undefined;
}

export interface Checks {
  readonly dsig: Dsig;
  readonly signatures: Signatures;
}

/** Only `verify` can make one. */
class Verified {
  /** Makes the class one of a kind to the compiler, so that nothing else passes for it. */
  readonly #proof = true;
  constructor(
    /** SHA-256 of its Options, in hex: the identity of a voucher, however often it is signed. */
    readonly digest: string,
    /** The trust anchor, by SHA-256 of its key, in hex. */
    readonly anchor: string,
    /** The subject of the signer's certificate. */
    readonly signer: string,
    readonly options: readonly OptionSpec[],
  ) {
    void this.#proof;
  }
}

export type VerifiedVoucher = Verified;

/** @throws VoucherRefused */
export function verify(bytes: Uint8Array, policy: Policy, checks: Checks): VerifiedVoucher {
  const text = decodeUtf8(bytes, policy.bytesMax);
  const envelope = readEnvelope(parseXml(text));
  const canonical = understood(() => checks.dsig.canonical(text));
  if (canonical.objects.length !== envelope.ids.length)
    throw new VoucherRefused("structure", "The voucher is refused: two parsers find different Objects in it");
  const signedInfo = readSignedInfo(parseXml(canonical.signedInfo));
  accepted(signedInfo, policy);
  const { anchor, signer } = signerOf(envelope, signedInfo, canonical.signedInfo, policy, checks);
  signedObjects(envelope, signedInfo, canonical.objects, checks.dsig);
  const options = canonical.objects.map((object, index) => optionOf(object, envelope.ids[index]!));
  const digest = bytesToHex(checks.dsig.digest("sha256", canonical.objects.join("\n")));
  return new Verified(digest, anchor.keyId, signer.subjectText, options);
}

function understood<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Malformed)
      throw new VoucherRefused("malformed", `Cannot parse voucher: ${error.message}`);
    throw error;
  }
}

function accepted({ algorithm, references }: SignedInfo, policy: Policy): void {
  if (!policy.algorithms.has(algorithm))
    throw new VoucherRefused(
      "algorithm",
      `The voucher is refused: it is signed with ${algorithm}, which is not accepted here`,
    );
  if (references.some(({ digest }) => digest === "sha1") && !acceptsSha1(policy.algorithms))
    throw new VoucherRefused(
      "algorithm",
      "The voucher is refused: it has SHA-1 digests, which are not accepted here",
    );
}

/** Every Object is named by exactly one Reference, and has the digested content. */
function signedObjects(
  envelope: Envelope,
  { references }: SignedInfo,
  objects: readonly string[],
  dsig: Dsig,
): void {
  const byId = new Map(references.map((reference) => [reference.id, reference]));
  if (byId.size !== references.length || references.length > objects.length)
    throw new VoucherRefused(
      "structure",
      "The voucher is refused: its References do not name each an Object of their own",
    );
  for (const [index, id] of envelope.ids.entries()) {
    const reference = byId.get(id);
    if (reference === undefined)
      throw new VoucherRefused(
        "structure",
        `The voucher is refused: no Reference covers the Object ${JSON.stringify(id)}`,
      );
    const digest = dsig.digest(reference.digest, objects[index]!);
    if (bytesToHex(digest) !== bytesToHex(reference.value))
      throw new VoucherRefused("digest", `The Object ${JSON.stringify(id)} is not the one that was signed`);
  }
}

function optionOf(canonical: string, id: string): OptionSpec {
  const object = parseXml(canonical);
  if (object.attributes.length !== 1 || object.attributes[0]!.value !== id)
    throw new VoucherRefused("structure", "The voucher is refused: two parsers find different Ids in it");
  return readOption(object);
}

/** The certificate that leads to a trusted one and whose key has signed. KeyInfo is only searched for it. */
function signerOf(
  envelope: Envelope,
  { algorithm }: SignedInfo,
  signed: string,
  policy: Policy,
  checks: Checks,
) {
  if (envelope.certificates.length > trustLimits.shownMax)
    throw new VoucherRefused(
      "oversize",
      `The voucher has ${envelope.certificates.length} certificates; ${trustLimits.shownMax} are the most`,
    );
  const shown = envelope.certificates.map((der) => understood(() => readCertificate(der)));
  const trust = { anchors: policy.anchors, sha1: acceptsSha1(policy.algorithms), at: policy.at };
  const scheme = algorithms[algorithm];
  let why: string | undefined;
  let trusted = false;
  for (const signer of shown) {
    const judged = judgeSigner(signer, shown, trust, checks.signatures);
    if (judged.is === "refused") {
      why ??= judged.why;
      continue;
    }
    trusted = true;
    if (signer.key.is === scheme.key && checks.dsig.verifies(signer.key.spki, scheme, signed, envelope.value))
      return { signer, anchor: judged.anchor };
  }
  if (trusted)
    throw new VoucherRefused(
      "signature",
      `The voucher is refused: its signature is not by ${shown.map((one) => one.subjectText).join(" or ")}`,
    );
  const first = shown[0]!.subjectText;
  const reason = policy.anchors.length === 0 ? "no certificate is trusted to sign vouchers" : why;
  throw new VoucherRefused(
    "untrusted",
    `The voucher is refused: the certificate ${first} is not trusted: ${reason}`,
  );
}
