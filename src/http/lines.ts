/** Handler: the connections of one session, one at a time. Which address, when a new one, how long to wait.
 * TR-069 3.1, 3.4.2. */
import { Lost } from "../errors.ts";
import type { Chance } from "../ports/chance.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { HttpRequest, HttpResponse, Line, Net, Peer, Target, TlsPolicy } from "../ports/net.ts";
import { type Affinity, chooseAddress } from "./affinity.ts";
import { linkLimits } from "./limits.ts";

/** Files by which the two sides know each other, and how old a protection may be. 3.3. */
export type TlsSettings = Partial<Omit<TlsPolicy, "checkDates">>;

export interface LineSettings {
  readonly peer: Peer;
  readonly tls: TlsSettings;
  /** Bytes of a body that are kept. */
  readonly bodyBytesMax: number;
  /** Milliseconds for a round trip, apart from the time that `bytesPerSecondMin` allows for its bytes. */
  readonly responseMsMax: number;
  readonly connectMsMax: number;
}

export interface LinePorts {
  readonly net: Net;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

type Accept = NonNullable<Parameters<Line["exchange"]>[2]>;

export class Lines {
  /** Connections that were established. */
  opened = 0;
  private line: Line | undefined;
  /** The host has answered in this session: its address holds the session's state. */
  private heard = false;
  private over = false;

  /** @param chosen the address in use, or the one that worked last */
  constructor(
    private readonly settings: LineSettings,
    private readonly ports: LinePorts,
    public chosen: Affinity | undefined,
  ) {}

  /** Makes a round trip on the open connection, or on a new one if that has been closed (3.4.2).
   * @param request makes the request; `fresh`: the connection is new */
  async exchange(url: URL, request: (fresh: boolean) => HttpRequest, accept?: Accept): Promise<HttpResponse> {
    const { line } = this;
    if (line?.open) {
      try {
        return await this.round(line, request(false), accept);
      } catch (error) {
        // The ACS has just closed the connection cleanly. Retrying is safe only if none of this request was sent.
        if (!unreached(error)) throw error;
      }
    }
    this.drop();
    return this.dial(url, request, accept);
  }

  /** Ends the connection; the next round trip has a new one. */
  drop(): void {
    this.line?.close();
    this.line = undefined;
  }

  /** The session continues at another host. */
  leave(): void {
    this.drop();
    this.heard = false;
  }

  close(): void {
    this.over = true;
    this.drop();
  }

  /** 3.1: as long as the host has not been heard in this session, another of its addresses will do. */
  private async dial(
    url: URL,
    request: (fresh: boolean) => HttpRequest,
    accept: Accept | undefined,
  ): Promise<HttpResponse> {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = await this.resolve(host);
    const failed = new Set<string>();
    let last: Lost | undefined;
    for (;;) {
      if (this.over) throw new Lost("the session has been ended");
      const address = this.choose(host, addresses, failed);
      if (address === undefined) throw unreachable(host, failed.size, last);
      try {
        const response = await this.first(targetOf(url, host, address, this.settings.peer), request, accept);
        this.chosen = { host, addresses, chosen: address };
        this.heard = true;
        return response;
      } catch (error) {
        this.drop();
        if (!unreached(error) && !this.over) this.avoid(host, addresses, address);
        if (!unreached(error) || this.heard) throw error;
        this.ports.log("info", `The ${this.settings.peer} cannot be reached at this address`, {
          host,
          address,
        });
        failed.add(address);
        last = error;
      }
    }
  }

  /** 3.1: an address that takes connections and then does not answer does not work either. The request must not be sent
   * again in this session; the next one begins at another address. */
  private avoid(host: string, addresses: readonly string[], failed: string): void {
    const next = chooseAddress(host, addresses, undefined, new Set([failed]), this.ports.chance.roll());
    if (next !== undefined) this.chosen = { host, addresses, chosen: next };
  }

  /** The round trip with which a connection begins. */
  private async first(
    target: Target,
    request: (fresh: boolean) => HttpRequest,
    accept: Accept | undefined,
  ): Promise<HttpResponse> {
    const { ca, clientCert, clientKey, ...protection } = this.settings.tls;
    // 3.3: without absolute time the dates of a certificate say nothing.
    const checkDates = this.ports.clock.now().known;
    const line = this.ports.net.line(target, { ca, clientCert, clientKey, ...protection, checkDates });
    this.line = line;
    try {
      return await this.round(line, request(true), accept);
    } finally {
      if (line.reached) this.opened += 1;
    }
  }

  private choose(host: string, addresses: readonly string[], failed: ReadonlySet<string>) {
    const chosen = this.chosen?.chosen;
    if (this.heard && chosen !== undefined && addresses.includes(chosen)) return chosen;
    return chooseAddress(host, addresses, this.chosen, failed, this.ports.chance.roll());
  }

  private round(line: Line, request: HttpRequest, accept: Accept | undefined): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const work = line.exchange(request, this.settings.bodyBytesMax, accept);
      const sent = request.source?.length ?? request.body.length;
      const kept = accept === undefined ? this.settings.bodyBytesMax : Number.POSITIVE_INFINITY;
      const stop = this.watch(line, sent, kept, (lost) => {
        reject(lost);
        line.close();
      });
      void work.then(resolve, reject).finally(stop);
    });
  }

  /** Gives the line up when it is not established, or the round trip takes too long for its bytes: else a
   * server could hold the session with a byte a minute.
   * @param sent bytes of the request's body
   * @param keptMax bytes of the answer's body that are kept */
  private watch(line: Line, sent: number, keptMax: number, give: (lost: Lost) => void): () => void {
    const { connectMsMax, responseMsMax } = this.settings;
    const begun = this.ports.clock.now().mono;
    // Bytes received in earlier round trips do not extend this one's deadline, nor do bytes that are dropped: a body
    // without end would hold the session for ever.
    const before = line.received ?? 0;
    const received = () => Math.min((line.received ?? 0) - before, keptMax);
    const allowedMs = () => responseMsMax + (1000 * (sent + received())) / linkLimits.bytesPerSecondMin;
    let cancel: () => void;
    const wait = (ms: number, late: () => void) => {
      cancel = this.after(ms, late);
    };
    const watchAnswer = () => {
      const left = begun + allowedMs() - this.ports.clock.now().mono;
      if (left > 0) wait(Math.ceil(left), watchAnswer);
      else
        give(
          new Lost(`the ${this.settings.peer} has not answered within ${Math.round(allowedMs() / 1000)} s`),
        );
    };
    if (line.reached) watchAnswer();
    else
      wait(connectMsMax, () => {
        // A late connection leaves the answer the time of 3.4.2: 60 s less 30.
        if (line.reached) watchAnswer();
        else
          give(
            new Lost(
              `the ${this.settings.peer} took no connection within ${connectMsMax / 1000} s`,
              undefined,
              true,
            ),
          );
      });
    return () => cancel();
  }

  /** Every address of the host; DNS is asked each time (3.1), but not for ever. */
  private resolve(host: string): Promise<readonly string[]> {
    const ms = this.settings.connectMsMax;
    return new Promise((resolve, reject) => {
      const cancel = this.after(ms, () =>
        reject(new Lost(`DNS has not answered for ${host} in ${ms / 1000} s`, undefined, true)),
      );
      void this.ports.net.resolve(host).then(resolve, reject).finally(cancel);
    });
  }

  private after(ms: number, fire: () => void): () => void {
    return this.ports.clock.wake(this.ports.clock.now().mono + ms, fire);
  }
}

const unreached = (error: unknown): error is Lost => error instanceof Lost && error.unreached;

function unreachable(host: string, tried: number, last: Lost | undefined): Lost {
  if (last === undefined) return new Lost(`there is no address for ${host}`, undefined, true);
  if (tried < 2) return last;
  return new Lost(
    `none of the ${tried} addresses of ${host} can be reached; the last: ${last.message}`,
    undefined,
    true,
  );
}

function targetOf(url: URL, host: string, address: string, peer: Peer): Target {
  const scheme = url.protocol === "https:" ? "https" : "http";
  const port = url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port);
  return { scheme, host, port, address, peer };
}
