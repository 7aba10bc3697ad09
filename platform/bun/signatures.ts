/** Adapter: digital signatures by the crypto library of the runtime, and those of DSA, which it lacks. */
import { createHash, createPublicKey, createVerify } from "node:crypto";
import type { SignatureScheme, Signatures } from "../../src/ports/signatures.ts";
import { dsaSignatureFromDer, dsaVerifies } from "../../src/trust/dsa.ts";
import { readPublicKey } from "../../src/trust/key.ts";

function verifies(
  spki: Uint8Array,
  { key, digest }: SignatureScheme,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key === "dsa") {
    const found = readPublicKey(spki);
    if (found.is !== "dsa") return false;
    const hash = createHash(digest).update(signed).digest();
    return dsaVerifies(found, hash, dsaSignatureFromDer(signature, found.q));
  }
  const found = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  if (found.asymmetricKeyType !== key) return false;
  return createVerify(digest).update(signed).verify(found, signature);
}

export const systemSignatures: Signatures = {
  verifies(...call) {
    try {
      return verifies(...call);
    } catch {
      // A key or a signature that the library cannot read proves nothing.
      return false;
    }
  },
};
