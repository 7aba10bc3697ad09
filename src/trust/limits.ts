/** Table: every number that bounds the judging of certificates, with its unit, its reason and its section. RFC 5280. */

export const trustLimits = {
  /** Bytes of one certificate. A certificate with a 4096-bit RSA key and many extensions has some 3,000. */
  certificateBytesMax: 16_384,
  /** Certificates that a signer may show beside its own. Real chains have one to three. */
  shownMax: 8,
  /** Certificates in a chain, signer and root included. */
  chainMax: 8,
  /** Signatures of certificates that are checked for one chain: crossed issuers may not cost more. */
  checksMax: 32,
  /** Bits of an RSA or DSA modulus that is still taken. The specification's example has a DSA key of 1024 bits. */
  modulusBitsMin: 1024,
  /** Bits of an RSA modulus past which a check costs more than any real signer needs. */
  rsaBitsMax: 8192,
  /** Bits of a DSA modulus and of its subgroup. FIPS 186-4 4.2 ends there. */
  dsaBitsMax: 3072,
  dsaOrderBitsMin: 160,
  dsaOrderBitsMax: 256,
} as const;
