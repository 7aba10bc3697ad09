/** Handler: the line to the ACS for one session. Authentication, cookies, redirects, reconnection and the choice of
 * address happen here; what a session sees is a POST and its answer. TR-069 3.1, 3.4. */
import { Lost } from "../errors.ts";
import { linkLimits } from "../limits.ts";
import type { Chance, Clock, Header, HttpResponse, Line, Log, Net, Target, TlsPolicy } from "../ports.ts";
import { type Affinity, chooseAddress } from "./affinity.ts";
import { type Answering, authorization, onNewConnection } from "./authorize.ts";
import { chooseChallenge } from "./challenge.ts";
import { cookieHeaders, emptyJar, type Jar, withCookies } from "./cookies.ts";
import { isRedirect, redirectTarget } from "./redirect.ts";

export interface LinkSettings {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly tls: { readonly ca?: string; readonly clientCert?: string; readonly clientKey?: string };
  readonly bodyBytesMax: number;
  readonly responseMsMax: number;
  readonly connectMsMax: number;
}

export interface LinkPorts {
  readonly net: Net;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export type Answer =
  | { readonly empty: true }
  | {
      readonly empty: false;
      readonly bytes: Uint8Array;
      readonly charset: string | undefined;
      readonly truncated: boolean;
    };

/** What a POST carries: a request of ours, an answer to the ACS, or nothing (3.4.1). */
export type PostKind = "call" | "reply" | "empty";

export interface Link {
  /** One round trip of the session. @throws Lost, with the reason in plain words */
  post(body: Uint8Array | undefined, kind: PostKind): Promise<Answer>;
  /** The address in use, to be kept when the session was good. */
  readonly affinity: Affinity | undefined;
  close(): void;
}

const nothing = new Uint8Array();

/** @param known the address that worked last */
export function openLink(settings: LinkSettings, ports: LinkPorts, known: Affinity | undefined): Link {
  return new AcsLink(settings, ports, known);
}

class AcsLink implements Link {
  affinity: Affinity | undefined;
  private url: URL;
  /** Redirects followed in this session. */
  private hop = 0;
  private jar: Jar = emptyJar;
  private line: Line | undefined;
  private answering: Answering | undefined;
  private over = false;

  constructor(
    private readonly settings: LinkSettings,
    private readonly ports: LinkPorts,
    known: Affinity | undefined,
  ) {
    this.url = new URL(settings.url);
    this.affinity = known;
  }

  close(): void {
    this.over = true;
    this.drop();
  }

  async post(body: Uint8Array | undefined, kind: PostKind): Promise<Answer> {
    let challenges = 0;
    let redirects = 0;
    for (;;) {
      const answered = challenges > 0;
      const response = await this.send(body ?? nothing, kind);
      this.jar = withCookies(this.jar, response.headers, this.place(), this.wall());
      if (closes(response)) this.drop();
      if (response.status === 401) {
        challenges += 1;
        this.challenged(response, answered, challenges);
      } else if (isRedirect(response.status)) {
        redirects += 1;
        this.redirected(response, redirects);
        challenges = 0;
      } else return answerOf(response);
    }
  }

  /** 3.7.1.4: another 401 in answer to credentials has failed; RFC 2617 3.3: not so if only the nonce was stale. */
  private challenged(response: HttpResponse, answered: boolean, count: number): void {
    const challenge = chooseChallenge(all(response.headers, "www-authenticate"));
    if (challenge === undefined) throw new Lost("the ACS asks for a login of a kind that CWMP does not know", 401);
    const again = challenge.scheme === "digest" && challenge.stale;
    if ((answered && !again) || count > linkLimits.challengesMax) {
      throw new Lost("the ACS does not accept the user name and password", 401);
    }
    if (challenge.scheme === "basic" && this.url.protocol === "http:" && !answered) {
      this.ports.log("warn", "The ACS has the password sent in clear text: basic authentication without TLS");
    }
    this.answering = { challenge, count: 0, cnonce: this.cnonce() };
  }

  /** 3.4.2: for the rest of this session, with the same POST; a body is ignored. */
  private redirected(response: HttpResponse, count: number): void {
    if (count > linkLimits.redirectsMax) {
      throw new Lost(`the ACS redirected ${count} times in a row`, response.status);
    }
    const target = new URL(redirectTarget(this.url.href, first(response.headers, "location")));
    const elsewhere = target.origin !== this.url.origin;
    this.url = target;
    this.hop += 1;
    if (!elsewhere) return;
    this.drop();
    this.answering = undefined;
  }

  /** One request on the connection there is, or on a new one where the server has closed the last (3.4.2). */
  private async send(body: Uint8Array, kind: PostKind): Promise<HttpResponse> {
    if (this.line?.open) return this.exchange(this.line, body, kind);
    const fresh = this.line !== undefined;
    this.drop();
    if (fresh && this.answering) this.answering = onNewConnection(this.answering, this.cnonce());
    return this.dial(body, kind);
  }

  /** Tries the addresses of the host, one after the other, until one can be reached (3.1). */
  private async dial(body: Uint8Array, kind: PostKind): Promise<HttpResponse> {
    const host = this.url.hostname.replace(/^\[|\]$/g, "");
    const addresses = await this.within(this.ports.net.resolve(host), this.settings.connectMsMax, () => {});
    const failed = new Set<string>();
    let last = new Lost(`there is no address for ${host}`, undefined, true);
    for (;;) {
      const address = chooseAddress(host, addresses, this.affinity, failed, this.ports.chance.roll());
      if (address === undefined) throw last;
      const line = this.ports.net.line(this.target(host, address), this.policy());
      this.line = line;
      try {
        const response = await this.exchange(line, body, kind);
        if (this.hop === 0) this.affinity = { host, addresses, chosen: address };
        return response;
      } catch (error) {
        if (!(error instanceof Lost) || !error.unreached || this.over) throw error;
        this.drop();
        failed.add(address);
        last = error;
      }
    }
  }

  private async exchange(line: Line, body: Uint8Array, kind: PostKind): Promise<HttpResponse> {
    const { connectMsMax, responseMsMax, bodyBytesMax } = this.settings;
    const request = { method: "POST", path: this.url.pathname + this.url.search, headers: this.headers(body, kind), body } as const;
    const round = line.exchange(request, bodyBytesMax);
    const give = (ms: number, unless: () => boolean) =>
      this.ports.clock.wake(this.ports.clock.now().mono + ms, () => {
        if (!unless()) line.close();
      });
    const timers = [give(connectMsMax, () => line.reached), give(connectMsMax + responseMsMax, () => false)];
    try {
      return await round;
    } finally {
      for (const cancel of timers) cancel();
    }
  }

  /** Waits for something that cannot be closed, but not for ever. */
  private within<T>(work: Promise<T>, ms: number, late: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.ports.clock.wake(this.ports.clock.now().mono + ms, () => {
        late();
        reject(new Lost(`DNS has said nothing for ${ms / 1000} s`, undefined, true));
      });
      work.finally(cancel).then(resolve, reject);
    });
  }

  /** 3.4.1: what SOAP needs on a POST with an envelope, and none of it on an empty one. */
  private headers(body: Uint8Array, kind: PostKind): readonly Header[] {
    const soap: readonly Header[] =
      kind === "empty"
        ? []
        : [
            ["Content-Type", 'text/xml; charset="utf-8"'],
            ["SOAPAction", ""],
          ];
    return [
      ["User-Agent", "cwmpd"],
      ...soap,
      ["Content-Length", `${body.length}`],
      ...cookieHeaders(this.jar, this.place()),
      ...this.authorization(),
    ];
  }

  /** 3.4.4: after a challenge every request carries it. */
  private authorization(): readonly Header[] {
    if (this.answering === undefined) return [];
    const uri = this.url.pathname + this.url.search;
    const { header, next } = authorization(this.answering, this.settings, "POST", uri);
    this.answering = next;
    return [["Authorization", header]];
  }

  private target(host: string, address: string): Target {
    const scheme = this.url.protocol === "https:" ? "https" : "http";
    const port = this.url.port === "" ? (scheme === "https" ? 443 : 80) : Number(this.url.port);
    return { scheme, host, port, address };
  }

  /** 3.3: without absolute time the dates of a certificate say nothing. */
  private policy(): TlsPolicy {
    const { ca, clientCert, clientKey } = this.settings.tls;
    return { ca, clientCert, clientKey, checkDates: this.ports.clock.now().known };
  }

  private place() {
    return { url: this.url, hop: this.hop };
  }

  private wall(): number | undefined {
    const now = this.ports.clock.now();
    return now.known ? now.wall : undefined;
  }

  private cnonce(): string {
    return Array.from(this.ports.chance.bytes(8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  private drop(): void {
    this.line?.close();
    if (this.over) this.line = undefined;
  }
}

const all = (headers: readonly Header[], wanted: string): readonly string[] =>
  headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);

const first = (headers: readonly Header[], wanted: string): string | undefined => all(headers, wanted)[0];

const closes = (response: HttpResponse): boolean =>
  all(response.headers, "connection").some((value) => /\bclose\b/i.test(value));

/** 3.4.6, and what servers do besides: an empty body says "nothing" with any 2xx. */
function answerOf(response: HttpResponse): Answer {
  const { status, body, truncated } = response;
  if (status < 200 || status > 299) {
    const later = first(response.headers, "retry-after");
    const hint = later === undefined ? "" : `, Retry-After ${later.slice(0, 40)}`;
    throw new Lost(`the ACS answered with HTTP status ${status}${hint}`, status);
  }
  if (!truncated && isBlank(body)) return { empty: true };
  const type = first(response.headers, "content-type") ?? "";
  const xml = type === "" ? looksLikeXml(body) : /^\s*(text|application)\/(\w+\+)?xml\s*(;|$)/i.test(type);
  if (!xml) throw new Lost(`the ACS answered with ${type === "" ? "no XML" : type.slice(0, 80)} where SOAP was due`);
  const charset = /;\s*charset\s*=\s*"?([A-Za-z0-9_.:-]+)"?/i.exec(type)?.[1];
  return { empty: false, bytes: body, charset, truncated };
}

const isBlank = (body: Uint8Array): boolean => body.every((byte) => byte === 32 || (byte >= 9 && byte <= 13));

/** A byte order mark or `<`, after blanks. */
function looksLikeXml(body: Uint8Array): boolean {
  const start = body.find((byte) => byte !== 32 && !(byte >= 9 && byte <= 13));
  return start === 0x3c || start === 0xef || start === 0xfe || start === 0xff;
}
