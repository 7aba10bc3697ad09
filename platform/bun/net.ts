/** Port: DNS and HTTP connections. One undici Client is one TCP connection, and it never repeats a POST. */
import dns from "node:dns/promises";
import net, { isIP, type Socket } from "node:net";
import tls from "node:tls";
// Under Bun the bare name is a stub of Bun's own, which has no Client.request.
import { Client } from "undici/index.js";
import { Lost } from "../../src/errors.ts";
import { linkLimits } from "../../src/limits.ts";
import type { Header, HttpRequest, HttpResponse, Line, Net, Target, TlsPolicy } from "../../src/ports.ts";
import { tlsOptions, verifyWithoutDates } from "./tls.ts";

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
  private socket: Socket | undefined;
  private readonly client: Client;
  private closed = false;
  private busy = false;
  private failure: Lost | undefined;

  constructor(
    private readonly target: Target,
    private readonly policy: TlsPolicy,
  ) {
    const host = target.host.includes(":") ? `[${target.host}]` : target.host;
    this.client = new Client(`${target.scheme}://${host}:${target.port}`, {
      pipelining: 1,
      // Time is the engine's: it closes what is too slow.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 86_400_000,
      keepAliveMaxTimeout: 86_400_000,
      keepAliveTimeoutThreshold: 0,
      maxHeaderSize: linkLimits.headerBytesMax,
      allowH2: false,
      connect: (_options: unknown, done: (error: Error | null, socket: Socket | null) => void) => {
        this.dial().then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
    } as ConstructorParameters<typeof Client>[1]);
  }

  get open(): boolean {
    const { socket } = this;
    return (
      !this.closed &&
      !this.busy &&
      socket !== undefined &&
      !socket.destroyed &&
      socket.writable &&
      socket.readable
    );
  }

  async exchange(request: HttpRequest, bodyBytesMax: number): Promise<HttpResponse> {
    if (this.closed) throw this.lost(new Error("closed"));
    this.busy = true;
    try {
      const response = await this.client.request({
        method: request.method,
        path: request.path,
        headers: request.headers.flatMap(([name, value]) => [name, value]),
        body: request.body as Buffer,
        responseHeaders: "raw",
      });
      const headers = pairs(response.headers as unknown as readonly (string | Buffer)[]);
      const { bytes, truncated } = await this.read(response.body, bodyBytesMax);
      return { status: response.statusCode, headers, body: bytes, truncated };
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

  /** Keeps as much as is wanted and drops the rest, so that the connection can be used again; but not without end. */
  private async read(
    body: AsyncIterable<Uint8Array>,
    max: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly truncated: boolean }> {
    const kept: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      if (size < max) kept.push(chunk.subarray(0, max - size));
      size += chunk.length;
      if (size > max + linkLimits.drainBytesMax) {
        throw new Lost(`the ACS sent more than ${max + linkLimits.drainBytesMax} bytes in one answer`);
      }
    }
    return { bytes: kept.length === 1 ? kept[0]! : Buffer.concat(kept), truncated: size > max };
  }

  private async dial(): Promise<Socket> {
    // A Client would dial again by itself; this line is one connection, and a request must not go out twice.
    if (this.socket !== undefined) throw new Error("the ACS closed the connection");
    const socket = this.target.scheme === "https" ? await this.dialTls() : await this.dialTcp();
    socket.setNoDelay(true);
    this.reached = true;
    return socket;
  }

  private dialTcp(): Promise<Socket> {
    const socket = net.connect({ host: this.target.address, port: this.target.port });
    this.socket = socket;
    return new Promise((resolve, reject) => {
      socket.once("connect", () => resolve(socket));
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("closed")));
    });
  }

  /** A handshake that fails is no reason to try another address: what answers there must be the ACS. */
  private dialTls(): Promise<Socket> {
    const socket = tls.connect(tlsOptions(this.target, this.policy));
    this.socket = socket;
    socket.once("connect", () => {
      this.reached = true;
    });
    return new Promise((resolve, reject) => {
      socket.once("secureConnect", () => {
        const error = this.policy.checkDates
          ? undefined
          : verifyWithoutDates(socket, this.target, this.policy);
        if (error === undefined) return resolve(socket);
        socket.destroy();
        reject(error);
      });
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("closed")));
    });
  }

  private lost(error: unknown): Lost {
    if (error instanceof Lost) this.failure ??= error;
    const where = `${this.target.host} (${this.target.address}) port ${this.target.port}`;
    this.failure ??= this.reached
      ? new Lost(`the line to ${where} broke: ${reason(error)}`)
      : new Lost(`${where} cannot be reached: ${reason(error)}`, undefined, true);
    this.close();
    return this.failure;
  }
}

function pairs(raw: readonly (string | Buffer)[]): Header[] {
  const texts = raw.map((part) => (typeof part === "string" ? part : part.toString("latin1")));
  return Array.from(
    { length: Math.floor(texts.length / 2) },
    (_, i) => [texts[2 * i]!, texts[2 * i + 1]!] as const,
  );
}

/** The innermost words: the library wraps what the system said. */
function reason(error: unknown): string {
  const { cause, code, message } = (error ?? {}) as { cause?: unknown; code?: string; message?: string };
  if (cause !== undefined) return reason(cause);
  return (
    [message, message?.includes(code ?? "") ? undefined : code].filter(Boolean).join(" ") || String(error)
  );
}
