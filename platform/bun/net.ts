/** Port: DNS and HTTP connections. A line is one TCP connection, and never repeats a POST. */
import net, { isIP, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { Lost } from "../../src/errors.ts";
import { linkLimits } from "../../src/http/limits.ts";
import { writeRequestHead } from "../../src/http/request.ts";
import { ResponseReader } from "../../src/http/response.ts";
import type {
  BodySource,
  HttpRequest,
  HttpResponse,
  Line,
  Net,
  Target,
  TlsPolicy,
} from "../../src/ports/net.ts";
import { handshakeFault, plainWords } from "./tls-words.ts";

export const systemNet: Net = {
  async resolve(host) {
    if (isIP(host)) return [host];
    try {
      const { lookup } = await import("node:dns/promises");
      const found = await lookup(host, { all: true });
      return [...new Set(found.map(({ address }) => address))];
    } catch (error) {
      throw new Lost(
        `the name ${host} cannot be resolved: ${reason(error)}${advice(error)}`,
        undefined,
        true,
      );
    }
  },
  line: (target, policy) => new SocketLine(target, policy),
};

/** dnsmasq withholds private addresses in answers from outside (rebind_protection, on unless switched off), and the
 * resolver then says that there is no such name. */
function advice(error: unknown): string {
  const none = ["ENOTFOUND", "ENODATA"].includes((error as NodeJS.ErrnoException).code ?? "");
  if (!none) return "";
  return "; if it has a private address, name its domain in `list rebind_domain` of section dnsmasq in /etc/config/dhcp";
}

/** Servers that have been seen to keep a connection from one round trip to the next, by address and port. */
const keeping = new Set<string>();

type Accept = NonNullable<Parameters<Line["exchange"]>[2]>;

/** A round trip under way. */
interface Round {
  readonly reader: ResponseReader;
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: unknown) => void;
}

class SocketLine implements Line {
  reached = false;
  received = 0;
  private socket: Socket | undefined;
  private round: Round | undefined;
  /** The last round trip, so that no second request is sent before its answer. */
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private answers = 0;
  private answeredMs = 0;
  /** Why it can carry nothing any more. */
  private failure: Lost | undefined;

  constructor(
    private readonly target: Target,
    private readonly policy: TlsPolicy,
  ) {}

  private get place(): string {
    return `${this.target.address} ${this.target.port}`;
  }

  get open(): boolean {
    return this.waiting === 0 && this.usable;
  }

  get traffic(): { readonly received: number; readonly sent: number } {
    return { received: this.socket?.bytesRead ?? 0, sent: this.socket?.bytesWritten ?? 0 };
  }

  private get usable(): boolean {
    const { socket } = this;
    if (this.failure !== undefined || socket === undefined) return false;
    return !socket.destroyed && socket.writable && socket.readable;
  }

  exchange(request: HttpRequest, bodyBytesMax: number, accept?: Accept): Promise<HttpResponse> {
    this.waiting += 1;
    const mine = this.last.then(() => this.roundTrip(request, new ResponseReader(bodyBytesMax, accept)));
    this.last = mine
      .catch(() => {})
      .finally(() => {
        this.waiting -= 1;
      });
    return mine;
  }

  close(): void {
    this.fail(closedByUs);
  }

  private async roundTrip(request: HttpRequest, reader: ResponseReader): Promise<HttpResponse> {
    try {
      if (this.failure !== undefined) throw this.failure;
      if (this.socket === undefined) await this.dial();
      else await this.settled();
      const response = await this.send(request, reader);
      this.answers += 1;
      this.answeredMs = performance.now();
      if (this.answers > 1) keeping.add(this.place);
      return response;
    } catch (error) {
      keeping.delete(this.place);
      throw this.fail(this.lost(error));
    }
  }

  /** 3.4.2: if the server closes the connection between two round trips, the next request is sent on a new one. A
   * close that has arrived is noticed within a turn of the event loop. A server that never keeps connections, and does
   * not say so, closes a moment after its answer, and a request sent in that moment would be lost. So the agent waits a
   * moment until the server has been seen to keep a connection; the wait costs as much as all the rest of a session.
   * Turns of the event loop are always waited: they cost little, and every server closes some connections. */
  private async settled(): Promise<void> {
    const known = keeping.has(this.place);
    if (!known) {
      const left = this.answeredMs + linkLimits.quietMs - performance.now();
      if (this.answers === 1 && left > 0) await new Promise((done) => setTimeout(done, left));
      if (keeping.size > linkLimits.serversRememberedMax) keeping.clear();
    }
    const turns = known ? 2 : linkLimits.quietTurns;
    for (let turn = 0; turn < turns && this.usable; turn++) await new Promise((done) => setImmediate(done));
    if (!this.usable) throw closedByServer;
  }

  private send(request: HttpRequest, reader: ResponseReader): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) throw this.failure;
      this.round = { reader, resolve, reject };
      const head = Buffer.from(writeRequestHead(request, this.target), "latin1");
      const { body, source } = request;
      // A short one in one piece, so that it is one packet; a long one is not copied for that.
      if (source === undefined && body.length <= linkLimits.packedBytesMax)
        this.socket!.write(Buffer.concat([head, body]));
      else if (source === undefined) {
        this.socket!.write(head);
        this.socket!.write(body);
      } else void this.stream(head, source, this.round).catch((error) => this.fail(this.lost(error)));
    });
  }

  /** Sends a large body piece by piece, as fast as the peer takes it, until it answers. */
  private async stream(head: Buffer, body: BodySource, round: Round): Promise<void> {
    const socket = this.socket!;
    socket.write(head);
    for await (const piece of body.pieces()) {
      if (this.round !== round) return;
      if (!socket.write(piece)) await drained(socket);
    }
  }

  /** The sink has more than it can keep at once: no more is read before it has kept that. */
  private hold(backlog: Promise<void>): void {
    const socket = this.socket!;
    socket.pause();
    backlog.then(
      () => socket.resume(),
      (error) => this.fail(this.lost(error)),
    );
  }

  /** @param read gives the response when it is whole by now */
  private read(read: (reader: ResponseReader) => HttpResponse | undefined): void {
    const { round } = this;
    if (round === undefined) return;
    const before = round.reader.size;
    try {
      const response = read(round.reader);
      this.received += round.reader.size - before;
      const backlog = pour(round.reader);
      if (response === undefined) {
        if (backlog !== undefined) this.hold(backlog);
        return;
      }
      this.round = undefined;
      if (!round.reader.keepsAlive || this.socket!.writableLength > 0) this.fail(closedByServer);
      if (backlog === undefined) round.resolve(response);
      else backlog.then(() => round.resolve(response), round.reject);
    } catch (error) {
      this.fail(this.lost(error));
    }
  }

  private async dial(): Promise<void> {
    // TLS is loaded with the first connection that needs it; the line may be closed meanwhile.
    const secure = this.target.scheme === "https" ? await import("./tls.ts") : undefined;
    if (this.failure !== undefined) throw this.failure;
    const socket: Socket =
      secure === undefined
        ? net.connect({ host: this.target.address, port: this.target.port, ...from(this.target) })
        : secure.connectTls(this.target, this.policy, from(this.target));
    this.socket = socket;
    // A handshake that fails is no reason to try another address: the server there must be the ACS.
    socket.once("connect", () => {
      this.reached = true;
      this.target.opened?.();
    });
    socket.on("data", (bytes: Buffer) => {
      // No request is under way: these bytes would be taken for the answer to the next one.
      if (this.round === undefined) this.fail(closedByServer);
      this.read((reader) => reader.take(bytes));
    });
    socket.once("end", () => this.read((reader) => reader.end()));
    const gone = (error: Error) => this.fail(this.round || !this.answers ? this.lost(error) : closedByServer);
    socket.on("error", gone);
    socket.once("close", () => gone(new Error("the connection was closed")));
    await new Promise<void>((resolve, reject) => {
      socket.once(secure === undefined ? "connect" : "secureConnect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the connection was closed")));
    });
    secure?.verifyPeer(socket as TLSSocket, this.target, this.policy);
    socket.setNoDelay(true);
  }

  /** Ends the line, and the round trip on it; the first reason is the one that counts. */
  private fail(reason: Lost): Lost {
    this.failure ??= reason;
    this.socket?.destroy();
    this.round?.reject(this.failure);
    this.round = undefined;
    return this.failure;
  }

  private lost(error: unknown): Lost {
    if (error instanceof Lost) return error;
    const where = `${this.target.host} (${this.target.address}) port ${this.target.port}`;
    const certificate = plainWords(codeOf(error), messageOf(error));
    if (certificate !== undefined) {
      const { peer = "ACS" } = this.target;
      const what = `the certificate of the ${peer} is not accepted: ${certificate}`;
      return new Lost(`the line to ${where} broke: ${what}`, undefined, false, true);
    }
    return this.reached
      ? new Lost(`the line to ${where} broke: ${reason(error)}`)
      : new Lost(`${where} cannot be reached: ${reason(error)}`, undefined, true);
  }
}

const from = ({ from }: Target): { readonly localAddress?: string } =>
  from === undefined ? {} : { localAddress: from };

/** Gives the sink the received pieces. @returns settles when the sink has kept them; undefined: it already has */
function pour(reader: ResponseReader): Promise<void> | undefined {
  const { given, sink } = reader;
  if (sink === undefined || given.length === 0) return undefined;
  reader.given = [];
  let backlog: Promise<void> | undefined;
  for (const piece of given) {
    if (backlog === undefined) backlog = sink.take(piece) ?? undefined;
    else backlog = backlog.then(() => sink.take(piece));
  }
  return backlog;
}

/** The next piece may be sent: the buffers have room, or the connection is over. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      socket.off("drain", go).off("close", go);
      resolve();
    };
    socket.once("drain", go).once("close", go);
  });

const closedByUs = new Lost("the connection has been closed");
const closedByServer = new Lost("the server has closed the connection", undefined, true);

const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? "";
const messageOf = (error: unknown): string => (error as { message?: string } | null)?.message ?? "";

/** The error message of the system; words of our own where the system has only a code. */
function reason(error: unknown): string {
  const code = codeOf(error);
  const message = messageOf(error);
  const handshake = handshakeFault(code, message);
  if (handshake !== undefined) return handshake;
  const said = message.trim().slice(0, linkLimits.quotedCharsMax);
  return said.includes(code) ? said || String(error) : `${said} (${code})`;
}
