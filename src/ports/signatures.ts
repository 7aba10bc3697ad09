/** Port: the check of one digital signature, of a certificate or of a document. RFC 5280 4.1.1.3. */

/** How a signature is made: the key's kind and the digest. */
export interface SignatureScheme {
  readonly key: "rsa" | "ec" | "dsa";
  readonly digest: "sha1" | "sha256" | "sha384" | "sha512";
}

export interface Signatures {
  /** @param spki the key, as a DER SubjectPublicKeyInfo
   * @param signature for ECDSA and DSA a DER sequence of r and s
   * @returns false also for a key or a signature that makes no sense */
  verifies(spki: Uint8Array, scheme: SignatureScheme, signed: Uint8Array, signature: Uint8Array): boolean;
}
