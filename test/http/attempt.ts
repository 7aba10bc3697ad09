/** One round trip over TLS, told in a line; the same under Node and in the runtime that ships. */
import { systemNet } from "../../platform/bun/net.ts";
import type { TlsPolicy } from "../../src/ports/net.ts";

export interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly checkDates: boolean;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly minVersion?: TlsPolicy["minVersion"] & string;
  readonly weak?: boolean;
}

/** @returns the status that came, or why none did */
export async function attempt({ host, port, ...policy }: Attempt): Promise<string> {
  const target = { scheme: "https", host, port, address: "127.0.0.1" } as const;
  const line = systemNet.line(target, { clientCert: undefined, clientKey: undefined, ...policy });
  try {
    const headers = [["Content-Length", "0"]] as const;
    const response = await line.exchange(
      { method: "POST", path: "/", headers, body: new Uint8Array() },
      1000,
    );
    return String(response.status);
  } catch (error) {
    return (error as Error).message;
  } finally {
    line.close();
  }
}
