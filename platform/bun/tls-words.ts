/** Table: errors of the TLS library in plain words. TR-069 3.3. */

const untrusted = "it does not lead to a trusted root";

const words: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "it, or one that it rests on, has expired",
  CERT_NOT_YET_VALID: "it, or one that it rests on, is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is signed by itself and not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "it leads to a root that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_SIGNATURE_FAILURE: "a signature on its way to the root does not verify",
  INVALID_CA: "it is signed by a certificate that may not sign others",
  INVALID_PURPOSE: "it is not for TLS servers",
  PATH_LENGTH_EXCEEDED: "its chain is longer than an issuer allows",
};

/** Failures for which the TLS library has no code, recognized by their message. */
const unspecified: readonly (readonly [said: RegExp, meaning: string])[] = [
  [/subtree violation|name constraints/i, "an issuer does not allow its name"],
  [/digest algorithm too weak/i, "it is signed with a digest that can be forged"],
  [/key too (?:small|weak)/i, "it, or one that it rests on, has a key that is too short"],
];

/** The message of the TLS library for a handshake that failed, unless a certificate was the reason; undefined: the
 * error is no handshake failure. Both runtimes write `error:NUMBER:SSL routines:WHERE:WHAT`, with more or
 * less behind it. */
export function handshakeFault(code: string, message: string): string | undefined {
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return "it does not speak TLS on this port";
  const what = /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1];
  return what === undefined
    ? undefined
    : `the TLS handshake failed: ${what.toLowerCase().replaceAll("_", " ")}`;
}

/** The complaint about the peer's certificate, from the code or the message of the TLS library; undefined for any other
 * error. */
export const plainWords = (code: string, message = ""): string | undefined =>
  code === "UNSPECIFIED" ? unspecified.find(([said]) => said.test(message))?.[1] : words[code];
