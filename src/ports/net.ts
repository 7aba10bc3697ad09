/** Port: TCP and TLS connections to the ACS and to file servers, and DNS. TR-069 3.3. */

export type Header = readonly [name: string, value: string];

/** The far end of a TCP connection: the address to dial and, for https, the name to expect in its certificate. */
export interface Target {
  readonly scheme: "http" | "https";
  /** As in the URL: name or address literal, no brackets. 3.3 checks certificates against it. */
  readonly host: string;
  readonly port: number;
  /** The address chosen from DNS (3.1); the host itself where it is a literal. */
  readonly address: string;
  /** Whom messages speak of; absent: the ACS. */
  readonly peer?: Peer;
  /** Address of ours that the connection begins at; absent: as the routes say. */
  readonly from?: string;
  /** Called when the connection is established. */
  readonly opened?: () => void;
}

export type Peer = "ACS" | "file server";

export type TlsVersion = "1.0" | "1.1" | "1.2" | "1.3";

/** How a certificate is judged. 3.3. */
export interface TlsPolicy {
  /** A PEM file or a directory of them; undefined: the system's own roots. */
  readonly ca: string | undefined;
  readonly clientCert: string | undefined;
  readonly clientKey: string | undefined;
  /** False while absolute time is not known: of the validity dates only those before the build of this
   * program count. */
  readonly checkDates: boolean;
  /** The lowest version of TLS that is spoken; absent: 1.2. */
  readonly minVersion?: TlsVersion;
  /** Takes signatures over SHA-1 and RSA keys below 2048 bits as well. */
  readonly weak?: boolean;
}

export interface HttpRequest {
  /** POST to the ACS; the others are for files (3.4.3). */
  readonly method: "POST" | "GET" | "PUT";
  /** Path and query. */
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** Sent in the place of `body`. */
  readonly source?: BodySource;
}

/** A body that is too large for memory. */
export interface BodySource {
  readonly length: number;
  /** Its bytes from the beginning, `length` of them, as often as it is called. */
  pieces(): AsyncIterable<Uint8Array>;
}

/** Takes a body piece by piece. */
export interface BodySink {
  /** A promise asks to be waited for before more is read.
   * @throws anything; it ends the round trip, and the exchange throws it */
  take(piece: Uint8Array): void | Promise<void>;
}

/** The head of a final response. */
export interface HttpHead {
  readonly status: number;
  readonly headers: readonly Header[];
}

export interface HttpResponse extends HttpHead {
  /** At most `bodyBytesMax` of it. */
  readonly body: Uint8Array;
  /** The body was longer; the rest was read and dropped. */
  readonly truncated: boolean;
}

/** At most one TCP connection, dialled with the first request. */
export interface Line {
  /** Makes a round trip, which the adapter never repeats.
   * @param accept asked when the head is there: the sink that takes the body; undefined: it is kept in memory
   * @throws Lost, `unreached` where nothing was sent: no connection was established, or the last one has been closed */
  exchange(
    request: HttpRequest,
    bodyBytesMax: number,
    accept?: (head: HttpHead) => BodySink | undefined,
  ): Promise<HttpResponse>;
  /** True when a request can be sent on the connection that carried the last one. */
  readonly open: boolean;
  /** True once the connection was established. */
  readonly reached: boolean;
  /** Bytes of body received so far, of all its responses, without framing; absent where nobody counts
   * them. A long one may take its time. */
  readonly received?: number;
  /** Bytes of its connection so far, heads and framing included; absent where nobody counts them. */
  readonly traffic?: { readonly received: number; readonly sent: number };
  /** Ends it, also in the middle of a round trip, which then is Lost. */
  close(): void;
}

export interface Net {
  /** Every address that DNS gives, in its order. @throws Lost */
  resolve(host: string): Promise<readonly string[]>;
  line(target: Target, policy: TlsPolicy): Line;
}
