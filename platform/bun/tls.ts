/** Adapter: whom a TLS connection may lead to. TR-069 3.3.
 *
 * The chain has to end in a trusted root; the TLS library judges that, and `net-chain.ts` while dates are to be
 * disregarded. The name of the URL has to stand in the certificate: as a subject alternative name, as today's
 * certificates have it (RFC 6125), or as the Subject's one CN, to the letter, as 3.3 has it. An address literal is
 * compared with addresses and with the CN's text; what a name resolves to is never compared. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import tls, { type ConnectionOptions, type TLSSocket } from "node:tls";
import { Lost, Malformed } from "../../src/errors.ts";
import { linkLimits } from "../../src/http/limits.ts";
import type { Target, TlsPolicy } from "../../src/ports/net.ts";
import { chainFault } from "./net-chain.ts";

const pem =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** Certificates of a PEM file, or of all files of a directory. @throws Lost there is none */
function trustStore(path: string): string[] {
  const found = attempt(`the trusted certificates in ${path} cannot be read`, () => {
    const inside = statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path];
    const files = inside.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
    return files.flatMap((file) => readFileSync(file, "latin1").match(pem) ?? []);
  });
  if (found.length === 0) throw new Lost(`there is no certificate in ${path}`);
  return found;
}

/** Options for a connection to the target. @throws Lost a file cannot be used */
export function tlsOptions(target: Target, policy: TlsPolicy): ConnectionOptions {
  return {
    host: target.address,
    port: target.port,
    // RFC 6066 3: a server name is never an address literal.
    ...(isIP(target.host) ? {} : { servername: target.host }),
    ...(policy.ca === undefined ? {} : { ca: trustStore(policy.ca) }),
    ...clientIdentity(policy),
    // 3.3 asks for TLS 1.0; the library takes the highest that both sides know.
    minVersion: "TLSv1",
    rejectUnauthorized: policy.checkDates,
    checkServerIdentity: () => undefined,
  };
}

/** The client certificate with the chain behind it in its file, and its key; none is no fault. */
function clientIdentity({ clientCert, clientKey }: TlsPolicy): { cert?: Buffer; key?: Buffer } {
  if (clientCert === undefined && clientKey === undefined) return {};
  if (clientCert === undefined || clientKey === undefined) {
    throw new Lost("client_cert and client_key go together: one of them is not configured");
  }
  const cert = attempt(`client_cert ${clientCert} cannot be read`, () => readFileSync(clientCert));
  const key = attempt(`client_key ${clientKey} cannot be read`, () => readFileSync(clientKey));
  const parsed = attempt(
    `client_cert ${clientCert} is no certificate in PEM`,
    () => new X509Certificate(cert),
  );
  const secret = attempt(`client_key ${clientKey} is no key in PEM without a passphrase`, () =>
    createPrivateKey(key),
  );
  if (!parsed.checkPrivateKey(secret)) throw new Lost("client_key is not the key of client_cert");
  return { cert, key };
}

/** Says what was attempted; of the failure only its code, so that no key gets into a message. */
function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as { code?: string } | null)?.code;
    throw new Lost(code === undefined ? what : `${what} (${code})`);
  }
}

/** Judges what answered the handshake. @throws Lost when it is not the ACS */
export function verifyPeer(socket: TLSSocket, target: Target, policy: TlsPolicy): void {
  const [leaf, ...shown] = peerChain(socket);
  if (leaf === undefined) throw new Lost("the ACS has shown no certificate");
  const fault = policy.checkDates ? libraryFault(socket) : faultWithoutDates(leaf, shown, policy);
  if (fault !== undefined) throw new Lost(`the certificate of the ACS is not accepted: ${fault}`);
  if (!isFor(target.host, leaf)) {
    throw new Lost(`the certificate of the ACS is not for ${target.host}, but for ${namesOf(leaf)}`);
  }
}

function libraryFault(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  const error = String(socket.authorizationError ?? "");
  return plainWords(error) ?? (error || "the TLS library does not say why");
}

function faultWithoutDates(
  leaf: X509Certificate,
  shown: X509Certificate[],
  policy: TlsPolicy,
): string | undefined {
  const texts = policy.ca === undefined ? tls.rootCertificates : trustStore(policy.ca);
  const roots = attempt(`the trusted certificates in ${policy.ca} cannot be parsed`, () =>
    texts.map((text) => new X509Certificate(text)),
  );
  try {
    return chainFault(leaf, shown, roots);
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}

/** What the peer has shown, its own certificate first. */
function peerChain(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let at = socket.getPeerCertificate(true);
  while (at?.raw && chain.length < linkLimits.certificatesMax) {
    chain.push(new X509Certificate(at.raw));
    if (at.issuerCertificate === undefined || at.issuerCertificate === at) break;
    at = at.issuerCertificate;
  }
  return chain;
}

/** True when the certificate is the host's. */
function isFor(host: string, certificate: X509Certificate): boolean {
  const names = commonNames(certificate);
  if (names.length === 1 && names[0] === host) return true;
  if (isIP(host)) return certificate.checkIP(host) !== undefined;
  const strict = { subject: "never", partialWildcards: false } as const;
  return certificate.checkHost(host.replace(/\.$/, ""), strict) !== undefined;
}

/** The library writes an attribute a line and escapes what could look like one. */
const commonNames = ({ subject }: X509Certificate): string[] =>
  (subject ?? "")
    .split("\n")
    .filter((line) => line.startsWith("CN="))
    .map((line) => line.slice(3));

const namesOf = (certificate: X509Certificate): string =>
  [
    ...commonNames(certificate).map((name) => `CN ${name}`),
    ...(certificate.subjectAltName?.split(", ") ?? []),
  ]
    .join(", ")
    .slice(0, linkLimits.quotedCharsMax) || "nobody";

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
  PERMITTED_VIOLATION: "an issuer does not allow its name",
  EXCLUDED_VIOLATION: "an issuer does not allow its name",
};

/** What the TLS library says of a handshake that failed for another reason than a certificate; undefined where it was
 * none. Both runtimes say `error:NUMBER:SSL routines:WHERE:WHAT`, with more or less behind it. */
export function handshakeFault(code: string, message: string): string | undefined {
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return "it does not speak TLS on this port";
  const what = /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1];
  return what === undefined
    ? undefined
    : `the TLS handshake failed: ${what.toLowerCase().replaceAll("_", " ")}`;
}

/** What a code of the TLS library says of the peer's certificate; undefined for any other code. */
export const plainWords = (code: string | undefined): string | undefined => words[code ?? ""];
