/** Table: the algorithms that a voucher may be signed with. XML-Signature 6, RFC 4051; Figure 6 uses dsa-sha1. */
import type { SignatureScheme } from "../ports/signatures.ts";

export interface Algorithm extends SignatureScheme {
  readonly digest: "sha1" | "sha256";
  readonly uri: string;
}

export const algorithms = {
  "dsa-sha1": { uri: "http://www.w3.org/2000/09/xmldsig#dsa-sha1", key: "dsa", digest: "sha1" },
  "rsa-sha1": { uri: "http://www.w3.org/2000/09/xmldsig#rsa-sha1", key: "rsa", digest: "sha1" },
  "rsa-sha256": { uri: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", key: "rsa", digest: "sha256" },
  "ecdsa-sha256": { uri: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", key: "ec", digest: "sha256" },
} as const satisfies Readonly<Record<string, Algorithm>>;

export type AlgorithmName = keyof typeof algorithms;

export const algorithmNames = Object.keys(algorithms) as AlgorithmName[];

export const isAlgorithm = (name: string): name is AlgorithmName => Object.hasOwn(algorithms, name);

export const digestUris = {
  sha1: "http://www.w3.org/2000/09/xmldsig#sha1",
  sha256: "http://www.w3.org/2001/04/xmlenc#sha256",
} as const;

/** Canonical XML 1.0, inclusive, without comments: the one that Figure 6 uses. */
export const canonicalXml = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

export const dsigNamespace = "http://www.w3.org/2000/09/xmldsig#";

/** SHA-1 is accepted, in digests and in certificates, only where an accepted algorithm has it. */
export const acceptsSha1 = (accepted: ReadonlySet<AlgorithmName>): boolean =>
  [...accepted].some((name) => algorithms[name].digest === "sha1");
