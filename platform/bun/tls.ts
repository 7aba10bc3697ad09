/** Adapter: the servers that a TLS connection may reach. TR-069 3.3.
 *
 * The chain has to end in a trusted root; the TLS library judges that, and `net-chain.ts` while dates are to be
 * disregarded. The name of the URL has to stand in the certificate: as a subject alternative name (RFC 6125), or, where
 * the certificate has no alternative name of any kind, as the Subject's one CN, to the letter, as 3.3 has it. A CN
 * beside alternative names does not count (RFC 6125 6.4.4): name constraints of an issuer do not bind it. An address
 * literal is compared with alternative addresses only; the address that a name resolves to is never compared. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import tls, { type ConnectionOptions, type TLSSocket } from "node:tls";
import { Lost } from "../../src/errors.ts";
import { linkLimits } from "../../src/http/limits.ts";
import type { Target, TlsPolicy, TlsVersion } from "../../src/ports/net.ts";
import { builtMs } from "../built.ts";
import { chainFault, chainWeakness, hasAlternativeNames, issuerName } from "./net-chain.ts";
import { plainWords } from "./tls-words.ts";

const pem =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** Certificates of a PEM file, or of all files of a directory. @throws the errors of node:fs */
export function certificatesAt(path: string): string[] {
  const inside = statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .map((name) => join(path, name))
    : [path];
  const files = inside.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  return files.flatMap((file) => readFileSync(file, "latin1").match(pem) ?? []);
}

/** @throws Lost there is no certificate */
function trustStore(path: string): string[] {
  const found = attempt(`the trusted certificates in ${path} cannot be read`, () => certificatesAt(path));
  if (found.length === 0) throw new Lost(`there is no certificate in ${path}`);
  return found;
}

/** @param from the address to dial from, if not every one will do
 * @throws Lost a file cannot be used */
export const connectTls = (
  target: Target,
  policy: TlsPolicy,
  from: { readonly localAddress?: string } = {},
): TLSSocket => tls.connect({ ...tlsOptions(target, policy), ...from });

function tlsOptions(target: Target, policy: TlsPolicy): ConnectionOptions {
  return {
    host: target.address,
    port: target.port,
    // RFC 6066 3: a server name is never an address literal.
    ...(isIP(target.host) ? {} : { servername: target.host }),
    ...(policy.ca === undefined ? {} : { ca: trustStore(policy.ca) }),
    ...clientIdentity(policy),
    // The library takes the highest that both sides know. 3.3 asks for TLS 1.0, which RFC 8996 forbids.
    minVersion: versions[policy.minVersion ?? "1.2"],
    rejectUnauthorized: policy.checkDates,
    checkServerIdentity: () => undefined,
  };
}

const versions = {
  "1.0": "TLSv1",
  "1.1": "TLSv1.1",
  "1.2": "TLSv1.2",
  "1.3": "TLSv1.3",
} as const satisfies Record<TlsVersion, ConnectionOptions["minVersion"]>;

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

/** Names the attempt in the error, and of the cause only its code, so that no key gets into a message. */
function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as { code?: string } | null)?.code;
    throw new Lost(code === undefined ? what : `${what} (${code})`);
  }
}

/** Judges the peer of the handshake. @throws Lost when the peer is not the host that the target names */
export function verifyPeer(socket: TLSSocket, target: Target, policy: TlsPolicy): void {
  const [leaf, ...shown] = peerChain(socket);
  const { peer = "ACS" } = target;
  const untrusted = (what: string) => new Lost(what, undefined, false, true);
  if (leaf === undefined) throw untrusted(`the ${peer} has shown no certificate`);
  const fault = policy.checkDates
    ? (libraryFault(socket) ?? weakness(leaf, shown, policy))
    : chainFault(leaf, shown, rootsFor(policy, [leaf, ...shown]), { ...policy, builtMs });
  if (fault !== undefined) throw untrusted(`the certificate of the ${peer} is not accepted: ${fault}`);
  if (!isFor(target.host, leaf)) {
    throw untrusted(`the certificate of the ${peer} is not for ${target.host}, but for ${namesOf(leaf)}`);
  }
}

function libraryFault(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  const error = String(socket.authorizationError ?? "");
  return plainWords(error) ?? (error || "the TLS library does not say why");
}

/** The library does not mind SHA-1 and short keys; of a chain that it takes they are looked for here. */
const weakness = (leaf: X509Certificate, shown: X509Certificate[], policy: TlsPolicy): string | undefined =>
  policy.weak === true ? undefined : chainWeakness(leaf, shown, rootsFor(policy, [leaf, ...shown]));

/** Trusted certificates that one of these may be issued by; parsing all others takes longer than the handshake. */
function rootsFor(policy: TlsPolicy, shown: readonly X509Certificate[]): X509Certificate[] {
  const texts = policy.ca === undefined ? tls.rootCertificates : trustStore(policy.ca);
  const issuers = shown.map(issuerName);
  const mayIssue = (text: string) => {
    const bytes = Buffer.from(text.replace(/-----[^-]+-----/g, ""), "base64");
    return issuers.some((name) => bytes.includes(Buffer.from(name)));
  };
  return attempt(`the trusted certificates in ${policy.ca} cannot be parsed`, () =>
    texts.filter(mayIssue).map((text) => new X509Certificate(text)),
  );
}

/** The certificates that the peer has shown, its own first. */
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
  if (isIP(host)) return certificate.checkIP(host) !== undefined;
  const names = commonNames(certificate);
  if (!hasAlternativeNames(certificate)) return names.length === 1 && names[0] === host;
  const strict = { subject: "never", partialWildcards: false } as const;
  return certificate.checkHost(host.replace(/\.$/, ""), strict) !== undefined;
}

/** The library writes one attribute a line and escapes text that could look like an attribute. */
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
