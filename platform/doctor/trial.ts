/** Adapter: dials the ACS as a session would, and sends it nothing. TR-069 3.1, 3.3. */
import net, { type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { doctorLimits } from "../../src/doctor/limits.ts";
import type { AcsTrial } from "../../src/doctor/observed.ts";
import type { Target, TlsPolicy } from "../../src/ports/net.ts";
import { systemNet } from "../bun/net.ts";
import { connectTls, verifyPeer } from "../bun/tls.ts";
import { handshakeFault, plainWords } from "../bun/tls-words.ts";

/** Tries to connect. Never rejects: the failure is part of the answer.
 * @param url a checked one of http or https */
export async function tryAcs(url: string, policy: TlsPolicy): Promise<AcsTrial> {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === "https:" ? "https" : "http";
  const host = hostname.replace(/^\[|\]$/g, "");
  let addresses: readonly string[] = [];
  let certificate: AcsTrial["certificate"];
  try {
    addresses = await systemNet.resolve(host);
    const target: Target = {
      scheme,
      host,
      port: Number(port) || (scheme === "https" ? 443 : 80),
      address: addresses[0] ?? host,
    };
    await dial(target, policy, (shown) => {
      certificate = shown;
    });
    return { addresses, failure: undefined, certificate };
  } catch (error) {
    return { addresses, failure: wordsOf(error as NodeJS.ErrnoException), certificate };
  }
}

function wordsOf({ code = "", message }: NodeJS.ErrnoException): string {
  const certificate = plainWords(code, message);
  if (certificate !== undefined) return `the certificate is not accepted: ${certificate}`;
  return handshakeFault(code, message) ?? message;
}

type Shown = AcsTrial["certificate"];

/** @param seen receives the certificate before it is judged */
async function dial(target: Target, policy: TlsPolicy, seen: (shown: Shown) => void): Promise<void> {
  const secure = target.scheme === "https";
  const socket: Socket = secure
    ? connectTls(target, policy)
    : net.connect({ host: target.address, port: target.port });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(secure ? "secureConnect" : "connect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("it closed the connection at once")));
      socket.setTimeout(doctorLimits.connectMsMax, () => reject(new Error("it does not answer")));
    });
    if (!secure) return;
    seen(shownBy(socket as TLSSocket));
    verifyPeer(socket as TLSSocket, target, policy);
  } finally {
    socket.destroy();
  }
}

function shownBy(socket: TLSSocket): Shown {
  const shown = socket.getPeerCertificate();
  if (shown?.raw === undefined) return undefined;
  return {
    names: shown.subjectaltname ?? String(shown.subject?.CN ?? "nobody"),
    issuer: String(shown.issuer?.CN ?? shown.issuer?.O ?? "an unnamed issuer"),
    begins: Date.parse(shown.valid_from),
    ends: Date.parse(shown.valid_to),
  };
}
