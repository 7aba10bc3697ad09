/** Adapter: whom a TLS connection may lead to. TR-069 3.3.
 *
 * The chain has to end in a trusted root. The name of the URL has to stand in the certificate: as a subject
 * alternative name, as today's certificates have it, or as the Subject's CN to the letter, as the specification has
 * it. The resolved address is never compared. While absolute time is not known the dates alone are disregarded; the
 * library reports one error at a time and a date can hide another, so that the chain is walked here then. */
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import tls, { type ConnectionOptions, type TLSSocket } from "node:tls";
import { Lost } from "../../src/errors.ts";
import type { Target, TlsPolicy } from "../../src/ports.ts";

const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Certificates of a PEM file, or of all files of a directory. @throws Lost there is none */
export function trustStore(path: string): string[] {
  try {
    const files = statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path];
    const found = files
      .filter((file) => statSync(file).isFile())
      .flatMap((file) => readFileSync(file, "latin1").match(pem) ?? []);
    if (found.length > 0) return found;
  } catch (error) {
    throw new Lost(`the trusted certificates in ${path} cannot be read: ${code(error)}`);
  }
  throw new Lost(`there is no certificate in ${path}`);
}

/** Options for a connection to the target. @throws Lost a file cannot be used */
export function tlsOptions(target: Target, policy: TlsPolicy): ConnectionOptions {
  const { clientCert, clientKey } = policy;
  if ((clientCert === undefined) !== (clientKey === undefined)) {
    throw new Lost("client_cert and client_key go together: one of them is not configured");
  }
  return {
    host: target.address,
    port: target.port,
    // RFC 6066 3: a server name is never an address literal.
    ...(isIP(target.host) ? {} : { servername: target.host }),
    ...(policy.ca === undefined ? {} : { ca: trustStore(policy.ca) }),
    ...(clientCert === undefined ? {} : { cert: file(clientCert, "client_cert") }),
    ...(clientKey === undefined ? {} : { key: file(clientKey, "client_key") }),
    minVersion: "TLSv1",
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: policy.checkDates,
    checkServerIdentity: (_, certificate) => nameError(target.host, new X509Certificate(certificate.raw)),
  };
}

function file(path: string, option: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Lost(`${option} ${path} cannot be read: ${code(error)}`);
  }
}

/** What the library did not judge: everything but dates, while they are disregarded. */
export function verifyWithoutDates(socket: TLSSocket, target: Target, policy: TlsPolicy): Error | undefined {
  const chain = peerChain(socket);
  const leaf = chain[0];
  if (leaf === undefined) return new Error("the ACS showed no certificate");
  const roots = (policy.ca === undefined ? [...tls.rootCertificates] : trustStore(policy.ca)).map(
    (text) => new X509Certificate(text),
  );
  return chainError(leaf, chain.slice(1), roots) ?? nameError(target.host, leaf);
}

function peerChain(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let at = socket.getPeerCertificate(true);
  while (at?.raw && chain.length < depthMax) {
    chain.push(new X509Certificate(at.raw));
    if (at.issuerCertificate === undefined || at.issuerCertificate === at) break;
    at = at.issuerCertificate;
  }
  return chain;
}

/** Certificates of one chain; more is no chain of an ACS. */
const depthMax = 10;

/** Walks from the leaf to a trusted root; every step is a signature that verifies under a certificate that may issue. */
function chainError(
  leaf: X509Certificate,
  shown: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): Error | undefined {
  let at = leaf;
  for (let depth = 0; depth < depthMax; depth++) {
    const trusted = roots.some((root) => root.raw.equals(at.raw) || (depth >= 0 && issued(root, at)));
    if (trusted) return undefined;
    const next = shown.find((candidate) => !candidate.raw.equals(at.raw) && issued(candidate, at));
    if (next === undefined) break;
    at = next;
  }
  return new Error("the certificate of the ACS does not lead to a trusted root");
}

const issued = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey);

/** undefined: the certificate is the host's. */
export function nameError(host: string, certificate: X509Certificate): Error | undefined {
  const names = alternativeNames(certificate.subjectAltName);
  const cn = /^CN=(.*)$/m.exec(certificate.subject)?.[1];
  if (cn === host) return undefined;
  const found = isIP(host)
    ? names.addresses.some((address) => sameAddress(address, host))
    : names.hosts.some((pattern) => hostMatches(pattern, host));
  return found
    ? undefined
    : new Error(`the certificate of the ACS is for ${cn ?? names.hosts[0] ?? "nobody"}, not for ${host}`);
}

function alternativeNames(text: string | undefined): { hosts: string[]; addresses: string[] } {
  // A name with a comma in it comes quoted and is no name that a URL can have.
  const entries = (text ?? "").split(", ").filter((entry) => !entry.includes('"'));
  const of = (kind: string) => entries.filter((e) => e.startsWith(kind)).map((e) => e.slice(kind.length));
  return { hosts: of("DNS:"), addresses: of("IP Address:") };
}

/** RFC 6125 6.4: case does not count, a star stands for the whole left-most label. */
function hostMatches(pattern: string, host: string): boolean {
  const [star, ...rest] = pattern.toLowerCase().split(".");
  const [label, ...domain] = host.toLowerCase().replace(/\.$/, "").split(".");
  const same = rest.join(".") === domain.join(".");
  if (star !== "*") return same && star === label;
  return same && domain.length >= 2 && label !== "";
}

function sameAddress(one: string, other: string): boolean {
  const form = (text: string) => (isIP(text) === 6 ? new URL(`http://[${text}]/`).hostname : text);
  return form(one) === form(other);
}

const code = (error: unknown): string => String((error as { code?: string } | null)?.code ?? error);
