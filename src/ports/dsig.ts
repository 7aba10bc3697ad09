/** Port: the functions of a library that XML-Signature needs: canonical forms, digests and the value of a signature.
 * XML-Signature Syntax and Processing (RFC 3275), Canonical XML 1.0. */
import type { SignatureScheme } from "./signatures.ts";

/** Canonical forms, as text that represents its UTF-8 octets. */
export interface CanonicalForms {
  readonly signedInfo: string;
  /** The texts of the Objects that are children of the Signature, in their order. */
  readonly objects: readonly string[];
}

export interface Dsig {
  /** Inclusive, without comments.
   * @param text a document whose root is a Signature
   * @throws Malformed */
  canonical(text: string): CanonicalForms;
  digest(name: "sha1" | "sha256", canonical: string): Uint8Array;
  /** @param spki the key, as a DER SubjectPublicKeyInfo
   * @param value as XML-Signature has it: for ECDSA and DSA r and s one after the other
   * @returns false also for a key or a value that makes no sense */
  verifies(spki: Uint8Array, scheme: SignatureScheme, canonical: string, value: Uint8Array): boolean;
  /** @param key a private key in PEM, without a passphrase
   * @returns as `verifies` takes it
   * @throws Malformed the key cannot be read, or is none for that algorithm */
  sign(key: string, scheme: SignatureScheme, canonical: string): Uint8Array;
}
