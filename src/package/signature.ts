/** Table: a signature block and its certificates before they are judged. TR-069 E.5, PKCS #7. */

/** A digest by its usual name; anything else by its object identifier. */
export type Digest = "sha1" | "sha256" | "sha384" | "sha512" | (string & {});

export interface Certificate {
  /** SHA-256 of its DER, hexadecimal: two with the same are the same. */
  readonly id: string;
  /** Names for people, "O=Vendor, CN=Signer". */
  readonly subject: string;
  readonly issuer: string;
  /** The same as DER, hexadecimal, for comparison. */
  readonly subjectDer: string;
  readonly issuerDer: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** Subject key identifier, hexadecimal. */
  readonly keyId: string | undefined;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Basic constraints: whether it may issue certificates. */
  readonly authority: boolean;
  /** Certificates of authorities that may follow below it. */
  readonly pathLength: number | undefined;
  /** undefined: it has no such extension, and everything is allowed. */
  readonly usage: { readonly sign: boolean; readonly certificates: boolean } | undefined;
  /** Extended key usage, object identifiers; undefined as above. */
  readonly purposes: readonly string[] | undefined;
  /** Extensions that nobody here understands, yet must: object identifiers. */
  readonly strange: readonly string[];
  /** How it was signed itself. */
  readonly digest: Digest;
  readonly algorithm: "rsa" | "ecdsa" | (string & {});
  readonly key: { readonly kind: "rsa" | (string & {}); readonly bits: number };
}

/** SignerInfo. */
export interface Signer {
  readonly by:
    | { readonly is: "issuer"; readonly issuerDer: string; readonly issuer: string; readonly serial: string }
    | { readonly is: "keyId"; readonly keyId: string };
  readonly digest: Digest;
  readonly algorithm: "rsa" | (string & {});
  /** Signed attributes; undefined: the signature is over the content itself. */
  readonly attributes:
    | {
        /** The values of each attribute. There must be exactly one of each. */
        readonly contentTypes: readonly string[];
        readonly digests: readonly string[];
        readonly signingTimes: readonly number[];
      }
    | undefined;
}

export interface Block {
  /** Object identifier. */
  readonly contentType: string;
  /** E.5: the signed message is outside the block; content was enclosed all the same. */
  readonly encloses: boolean;
  readonly signers: readonly Signer[];
  readonly certificates: readonly Certificate[];
}

/** Public key operations on decoded keys, by the adapter that decoded them. Neither throws. */
export interface Proofs {
  /** Digest of header and command list, hexadecimal. */
  digest(of: Digest): string | undefined;
  /** The signer's value is that key's signature, over the attributes or the content. */
  signs(signer: Signer, certificate: Certificate): boolean;
  /** The certificate was signed with the issuer's key. */
  issued(certificate: Certificate, issuer: Certificate): boolean;
}

export interface Verdict {
  /** The signer for people: the subject of its certificate, or how the block names it. */
  readonly signer: string;
  readonly digest: Digest;
  readonly algorithm: string;
  /** undefined: it holds. Otherwise the fault, with the certificate that has it. */
  readonly problem: string | undefined;
  /** Subjects from the signer to its anchor. */
  readonly chain: readonly string[];
  /** Ids of the same. */
  readonly chainIds: readonly string[];
}
