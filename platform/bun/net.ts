/** Port: DNS and HTTP connections. One undici Client is one TCP connection, and it never repeats a POST. */
import dns from "node:dns/promises";
import net, { isIP, type Socket } from "node:net";
import tls from "node:tls";
// Under Bun the bare name is a stub of Bun's own, which has no Client.dispatch.
import { Client, type Dispatcher } from "undici/index.js";
import { Lost } from "../../src/errors.ts";
import { linkLimits } from "../../src/limits.ts";
import type { Header, HttpRequest, HttpResponse, Line, Net, Target, TlsPolicy } from "../../src/ports.ts";
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

class ClientLine implements Line {
  reached = false;
  moved = 0;
  private socket: Socket | undefined;
  private readonly client: Client;
  private closed = false;
  private busy = false;
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

  get open(): boolean {
    const { socket } = this;
    if (this.closed || this.busy || socket === undefined) return false;
    return !socket.destroyed && socket.writable && socket.readable;
  }

  async exchange(request: HttpRequest, bodyBytesMax: number): Promise<HttpResponse> {
    if (this.failure !== undefined || this.closed) throw this.lost(new Error("closed"));
    this.busy = true;
    try {
      return await this.dispatch(request, bodyBytesMax);
    } catch (error) {
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

  private dispatch(
    { method, path, headers, body }: HttpRequest,
    bodyBytesMax: number,
  ): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const reading = new Reading(bodyBytesMax);
      const length = body.length;
      const long = length > linkLimits.pieceBytes;
      if (!long) this.moved += length + 1;
      this.client.dispatch(
        { method, path, headers: headers.flat(), body: (long ? this.pieces(body) : body) as Buffer },
        {
          onRequestStart() {},
          onResponseStart: (controller, status) => {
            this.moved += 1;
            if (status >= 200) reading.begin(status, controller.rawHeaders as readonly Buffer[]);
          },
          onResponseData: (_, chunk) => {
            this.moved += chunk.length;
            reading.take(chunk);
          },
          onResponseEnd: () => resolve(reading.whole()),
          onResponseError: (_, error) => reject(error),
        } satisfies Dispatcher.DispatchHandler,
      );
    });
  }

  /** A long body, so that its going out is seen: a slow line is not a silent one. */
  private *pieces(body: Uint8Array): Iterable<Uint8Array> {
    for (let at = 0; at < body.length; at += linkLimits.pieceBytes) {
      const piece = body.subarray(at, at + linkLimits.pieceBytes);
      this.moved += piece.length;
      yield piece;
    }
  }

  private async dial(): Promise<Socket> {
    // A Client would dial again by itself; this line is one connection, and here nothing of the request has gone out.
    if (this.socket !== undefined) throw new Lost("the ACS has closed the connection", undefined, true);
    const socket = this.target.scheme === "https" ? await this.dialTls() : await this.dialTcp();
    socket.setNoDelay(true);
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
  private readonly kept: Uint8Array[] = [];
  private size = 0;

  constructor(private readonly max: number) {}

  begin(status: number, raw: readonly Buffer[]): void {
    const texts = raw.map((part) => part.toString("latin1"));
    const count = Math.floor(texts.length / 2);
    this.status = status;
    this.headers = Array.from({ length: count }, (_, i) => [texts[2 * i]!, texts[2 * i + 1]!] as const);
  }

  take(chunk: Uint8Array): void {
    if (this.size < this.max) this.kept.push(chunk.subarray(0, this.max - this.size));
    this.size += chunk.length;
    const most = this.max + linkLimits.drainBytesMax;
    if (this.size > most) throw new Lost(`the ACS sent more than ${most} bytes in one answer`);
  }

  whole(): HttpResponse {
    const body = this.kept.length === 1 ? this.kept[0]! : Buffer.concat(this.kept);
    return { status: this.status, headers: this.headers, body, truncated: this.size > this.max };
  }
}

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
