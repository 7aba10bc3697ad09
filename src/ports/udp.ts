/** Port: UDP datagrams of the agent. TR-069 Annex G. */

/** An IP address with a port. */
export interface Endpoint {
  /** IPv4 in four decimal numbers; IPv6 in the short form of RFC 5952, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** Primary: the port on which UDP Connection Requests are taken; secondary: another one, for finding the timeout. */
export type Source = "primary" | "secondary";

/** HMAC-SHA1 in hexadecimal digits. The text has one character a byte. */
export type HmacSha1 = (key: Uint8Array, text: string) => string;

export interface Udp {
  /** Sends from that port; the secondary one is opened for it where it is not open. A datagram that cannot
   * be sent is lost. */
  send(at: Source, to: Endpoint, bytes: Uint8Array): void;
  /** Closes the secondary port. */
  release(): void;
  /** Our source address for datagrams to that host; undefined: there is no route. No datagram is sent. */
  source(to: Endpoint): Promise<string | undefined>;
  /** The system computes it many times faster than code of ours, and a flood of requests needs it for each. */
  readonly hmacSha1: HmacSha1;
}
