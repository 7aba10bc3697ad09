/** Port: DNS and HTTP connections. One undici Client is one TCP connection, and it never repeats a POST. */
import dns from "node:dns/promises";
import net, { isIP, type Socket } from "node:net";
import tls from "node:tls";
// Under Bun the bare name is a stub of Bun's own, which has no Client.dispatch.
import type { Dispatcher } from "undici";
import Client from "undici/lib/dispatcher/client.js";
import { Lost } from "../../src/errors.ts";
import { linkLimits } from "../../src/limits.ts";
import type { Header, HttpRequest, HttpResponse, Line, Net, Target, TlsPolicy } from "../../src/ports.ts";
import { passOverContinue } from "./net-interim.ts";
import { plainWords, tlsOptions, verifyPeer } from "./tls.ts";

export const systemNet: Net = {
  async resolve(host) {
    if (isIP(host)) return [host];
    try {
      const found = await dns.lookup(host, { all: true });
      return [...new Set(found.map(({ address }) => address))];
    } catch (error) {
      throw new Lost(`the name ${host} cannot be resolved: ${reason(error)}`, undefined, true);
    }
  },
  line: (target, policy) => new ClientLine(target, policy),
};

/** Servers that have been seen to keep a connection from one round trip to the next, by address and port. */
const keeping = new Set<string>();

class ClientLine implements Line {
  reached = false;
  received = 0;
  private socket: Socket | undefined;
  private readonly client: Client;
  private closed = false;
  private busy = false;
  private beforeRequest = () => {};
  private answers = 0;
  private answeredMs = 0;
  /** Why it can carry nothing any more. */
  private failure: Lost | undefined;

  constructor(
    private readonly target: Target,
    private readonly policy: TlsPolicy,
  ) {
    const host = target.host.includes(":") ? `[${target.host}]` : target.host;
    const connect = (_: unknown, done: (error: Error | null, socket: Socket | null) => void) => {
      this.dial().then(
        (socket) => done(null, socket),
        (error: Error) => done(error, null),
      );
    };
    this.client = new Client(`${target.scheme}://${host}:${target.port}`, {
      pipelining: 1,
      // Time is the engine's: it closes what is too slow.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      keepAliveTimeoutThreshold: 0,
      maxHeaderSize: linkLimits.headerBytesMax,
      allowH2: false,
      connect: connect as NonNullable<Client.Options["connect"]>,
    });
  }

  private get place(): string {
    return `${this.target.address} ${this.target.port}`;
  }

  get open(): boolean {
    return !this.busy && this.usable;
  }

  private get usable(): boolean {
    const { socket } = this;
    if (this.closed || socket === undefined) return false;
    return !socket.destroyed && socket.writable && socket.readable;
  }

  async exchange(request: HttpRequest, bodyBytesMax: number): Promise<HttpResponse> {
    this.busy = true;
    try {
      if (this.socket !== undefined) await this.settled();
      if (this.failure !== undefined || this.closed) throw this.failure ?? new Error("closed");
      const response = await this.dispatch(request, bodyBytesMax);
      this.answers += 1;
      this.answeredMs = performance.now();
      if (this.answers > 1) keeping.add(this.place);
      return response;
    } catch (error) {
      keeping.delete(this.place);
      throw this.lost(error);
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.socket?.destroy();
    void this.client.destroy().catch(() => {});
  }

  /** 3.4.2: a server that closes the connection between two round trips has the next request on a new one. What has
   * arrived is seen within a turn of the event loop; but the close of a server that never keeps connections, and does
   * not say so, comes a moment behind its answer, and a request that crosses it would be lost. So a moment is waited,
   * until the server has been seen to keep a connection: waiting costs as much as all the rest of a session. */
  private async settled(): Promise<void> {
    if (!keeping.has(this.place)) {
      const left = this.answeredMs + linkLimits.quietMs - performance.now();
      if (this.answers === 1 && left > 0) await new Promise((done) => setTimeout(done, left));
      for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done));
      if (keeping.size > linkLimits.serversRememberedMax) keeping.clear();
    }
    if (!this.usable) throw new Lost("the ACS has closed the connection", undefined, true);
    this.beforeRequest();
  }

  private dispatch(
    { method, path, headers, body }: HttpRequest,
    bodyBytesMax: number,
  ): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const reading = new Reading(bodyBytesMax);
      // The older of the library's two interfaces: it hands over the headers as they came, and costs less.
      const handler: Dispatcher.DispatchHandler = {
        onConnect: () => {},
        onHeaders: (status, raw) => {
          if (status >= 200) reading.begin(status, raw);
          return true;
        },
        onData: (chunk) => {
          this.received += chunk.length;
          reading.take(chunk);
          return true;
        },
        onComplete: () => resolve(reading.whole()),
        onError: reject,
      };
      this.client.dispatch({ method, path, headers: headers.flat(), body: body as Buffer }, handler);
    });
  }

  private async dial(): Promise<Socket> {
    // A Client would dial again by itself; this line is one connection, and here nothing of the request has gone out.
    if (this.socket !== undefined) throw new Lost("the ACS has closed the connection", undefined, true);
    const socket = this.target.scheme === "https" ? await this.dialTls() : await this.dialTcp();
    socket.setNoDelay(true);
    this.beforeRequest = passOverContinue(socket, linkLimits.headerBytesMax);
    this.beforeRequest();
    return socket;
  }

  private dialTcp(): Promise<Socket> {
    const socket = net.connect({ host: this.target.address, port: this.target.port });
    return this.established(socket, "connect", () => {});
  }

  private dialTls(): Promise<Socket> {
    const socket = tls.connect(tlsOptions(this.target, this.policy));
    return this.established(socket, "secureConnect", () => verifyPeer(socket, this.target, this.policy));
  }

  /** @param verify throws when what answered is not the ACS: then nothing is sent */
  private established(socket: Socket, event: string, verify: () => void): Promise<Socket> {
    this.socket = socket;
    // A handshake that fails is no reason to try another address: what answers there must be the ACS.
    socket.once("connect", () => {
      this.reached = true;
    });
    return new Promise((resolve, reject) => {
      socket.once(event, () => {
        try {
          verify();
          resolve(socket);
        } catch (error) {
          socket.destroy();
          reject(error);
        }
      });
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the connection was closed")));
    });
  }

  private lost(error: unknown): Lost {
    const where = `${this.target.host} (${this.target.address}) port ${this.target.port}`;
    if (error instanceof Lost) this.failure ??= error;
    this.failure ??= this.reached
      ? new Lost(`the line to ${where} broke: ${reason(error)}`)
      : new Lost(`${where} cannot be reached: ${reason(error)}`, undefined, true);
    this.close();
    return this.failure;
  }
}

/** Milliseconds after which the library closes an idle connection by itself: longer than any session. */
const keepAliveMs = 86_400_000;

/** A response as it comes in. Of the body as much is kept as is wanted; the rest is dropped, so that the connection
 * can be used again; but not without end. */
class Reading {
  private status = 0;
  private headers: Header[] = [];
  private held: Uint8Array = nothing;
  /** Bytes of `held` that count. */
  private kept = 0;
  private size = 0;

  constructor(private readonly max: number) {}

  begin(status: number, raw: readonly Buffer[]): void {
    this.status = status;
    for (let at = 0; at + 1 < raw.length; at += 2)
      this.headers.push([raw[at]!.toString("latin1"), raw[at + 1]!.toString("latin1")]);
  }

  take(chunk: Uint8Array): void {
    if (this.size < this.max) this.keep(chunk.subarray(0, this.max - this.size));
    this.size += chunk.length;
    const most = this.max + linkLimits.drainBytesMax;
    if (this.size > most) throw new Lost(`the ACS sent more than ${most} bytes in one answer`);
  }

  whole(): HttpResponse {
    const { status, headers } = this;
    return { status, headers, body: this.held.subarray(0, this.kept), truncated: this.size > this.max };
  }

  /** Into one buffer that doubles: an answer in pieces of a byte each costs no more than another. */
  private keep(piece: Uint8Array): void {
    const needed = this.kept + piece.length;
    if (this.kept === 0) this.held = piece;
    else if (needed > this.held.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.max, 2 * needed));
      larger.set(this.held.subarray(0, this.kept));
      this.held = larger;
    }
    if (this.kept > 0) this.held.set(piece, this.kept);
    this.kept = needed;
  }
}

const nothing = Buffer.alloc(0);

/** The innermost words: the library wraps what the system said. */
function reason(error: unknown): string {
  const {
    cause,
    code = "",
    message = "",
  } = (error ?? {}) as {
    cause?: unknown;
    code?: string;
    message?: string;
  };
  if (cause !== undefined) return reason(cause);
  const certificate = plainWords(code);
  if (certificate !== undefined) return `the certificate of the ACS is not accepted: ${certificate}`;
  const said = message.trim().slice(0, linkLimits.quotedCharsMax);
  return said.includes(code) ? said || String(error) : `${said} (${code})`;
}
