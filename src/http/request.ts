/** Codec: the head of a request to the ACS, value to text of one character a byte. RFC 9112 3, 5; TR-069 3.4.1. */
import type { HttpRequest, Target } from "../ports/net.ts";
import { sendable } from "./head.ts";

/** @throws Error for characters that a head cannot hold: our own mistake, since everything from outside has been
 * checked */
export function writeRequestHead({ method, path, headers }: HttpRequest, target: Target): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${authority(target)}`,
    // HTTP 1.1 keeps a connection open by default; HTTP 1.0 must be asked.
    "Connection: keep-alive",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  if (/[^\x21-\x7e]/.test(path) || !lines.every((line) => sendable.test(line))) {
    throw new Error("a request that cannot stand on the wire");
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function authority({ scheme, host, port }: Target): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === (scheme === "https" ? 443 : 80) ? name : `${name}:${port}`;
}
