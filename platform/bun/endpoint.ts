/** Adapter: HOST[:PORT] of a command line, to an address with its port. */

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Malformed, Refused } from "../../src/errors.ts";
import type { Endpoint } from "../../src/ports/udp.ts";

/** @param port where the text has none; undefined: it has to have one
 * @throws Malformed it is no HOST[:PORT]
 * @throws Refused the name has no address */
export async function resolveEndpoint(text: string, port?: number): Promise<Endpoint> {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s/]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const at = digits === undefined ? port : Number(digits);
  if (host === undefined || at === undefined || at < 1 || at > 65_535) {
    throw new Malformed(
      `"${text}" is not HOST${port === undefined ? ":PORT" : "[:PORT]"}, as 192.0.2.1:3478 or [2001:db8::1]:3478.`,
    );
  }
  if (isIP(host) !== 0) return { address: host, port: at };
  try {
    // Devices behind a NAT have IPv4.
    const found = await lookup(host, { all: true });
    const first = found.find(({ family }) => family === 4) ?? found[0]!;
    return { address: first.address, port: at };
  } catch {
    throw new Refused(`There is no address for ${host}. Check the name and the device's DNS.`);
  }
}
