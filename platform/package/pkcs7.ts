/** Adapter: signature blocks and certificates, with the runtime's cryptography to check them by. The verdict is made
 * in src/package/trust.ts. */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { Malformed } from "../../src/errors.ts";
import { readDer } from "../../src/package/der.ts";
import {
  type CertificateOctets,
  type ParsedBlock,
  parseBlock,
  parseCertificate,
} from "../../src/package/pkcs7.ts";
import { PackageRefused } from "../../src/package/reason.ts";
import type { Block, Certificate, Proofs } from "../../src/package/signature.ts";

/** The content of a signature block, and the check of its signatures. */
export interface DecodedBlock {
  readonly block: Block;
  proofs(signed: Uint8Array): Proofs;
}

/** Octets of decoded certificates, also of the trust store: the rules see facts only. */
const octetsOf = new WeakMap<Certificate, CertificateOctets>();
const keys = new WeakMap<Certificate, KeyObject>();

const fingerprint = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** @param bytes DER
 * @throws PackageRefused "signature-block" */
export function decodeBlock(bytes: Uint8Array): DecodedBlock {
  let parsed: ParsedBlock;
  try {
    parsed = parseBlock(bytes, fingerprint);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new PackageRefused(
      "signature-block",
      `The signature block is no PKCS #7 SignedData in DER: ${error.message}.`,
    );
  }
  for (const [certificate, octets] of parsed.certificates) octetsOf.set(certificate, octets);
  return { block: parsed.block, proofs: (signed) => proofsOf(parsed, signed) };
}

/** Every certificate of a PEM text, in its order.
 * @throws Malformed where one does not parse */
export function decodeCertificates(pem: string): Certificate[] {
  const blocks = pem.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END/g) ?? [];
  return blocks.map((block) => {
    const base64 = block.replace(/-----[^-]+-----|-----END/g, "");
    const [certificate, octets] = parseCertificate(readDer(Buffer.from(base64, "base64")), fingerprint);
    octetsOf.set(certificate, octets);
    return certificate;
  });
}

const known: readonly string[] = ["sha1", "sha256", "sha384", "sha512"];

function proofsOf({ signers }: ParsedBlock, signed: Uint8Array): Proofs {
  return {
    digest: (of) => (known.includes(of) ? createHash(of).update(signed).digest("hex") : undefined),
    signs(signer, certificate) {
      const octets = signers.get(signer);
      if (octets === undefined || certificate.key.kind !== "rsa") return false;
      return proves(signer.digest, octets.attributes ?? signed, certificate, octets.signature);
    },
    issued(certificate, issuer) {
      const { tbs, signature } = octetsOf.get(certificate)!;
      return proves(certificate.digest, tbs, issuer, signature);
    },
  };
}

function proves(digest: string, data: Uint8Array, by: Certificate, signature: Uint8Array): boolean {
  try {
    let key = keys.get(by);
    if (key === undefined) {
      key = createPublicKey({ key: Buffer.from(octetsOf.get(by)!.key), format: "der", type: "spki" });
      keys.set(by, key);
    }
    return verify(digest, data, key, signature);
  } catch {
    // A key or a signature that makes no sense proves nothing.
    return false;
  }
}
