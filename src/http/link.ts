/** Handler: the line to the ACS for one session. Authentication, cookies and redirects happen here; a session
 * sees only a POST and its answer. TR-069 3.4. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { Lost } from "../errors.ts";
import type { Header, HttpRequest, HttpResponse } from "../ports/net.ts";
import type { Affinity } from "./affinity.ts";
import { type Answer, headerValues, readAnswer } from "./answer.ts";
import { type Answering, authorization, onAnswer, onNewConnection } from "./authorize.ts";
import { type Challenge, chooseChallenge } from "./challenge.ts";
import { cookieHeaders, emptyJar, type Jar, type Place, withCookies } from "./cookies.ts";
import { linkLimits } from "./limits.ts";
import { type LinePorts, type LineSettings, Lines } from "./lines.ts";
import { isRedirect, redirectTarget } from "./redirect.ts";

export type { Answer } from "./answer.ts";

export interface LinkSettings extends Omit<LineSettings, "peer"> {
  /** Absolute, http or https. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Whether basic authentication, which sends the password itself, is used only over TLS and only with the origin of
   * `url`, or wherever it is asked for; absent: "tls". */
  readonly basic?: "tls" | "always";
}

export type LinkPorts = LinePorts;

/** The content of a POST: a request of ours, an answer to the ACS, or nothing (3.4.1). */
export type PostKind = "call" | "reply" | "empty";

export interface Link {
  /** Makes a round trip of the session. @throws Lost, with the reason in plain words */
  post(body: Uint8Array | undefined, kind: PostKind): Promise<Answer>;
  /** The address in use, to be kept whether the session was good or not: after a failure of the line it is where the
   * next one begins (3.1). */
  readonly affinity: Affinity | undefined;
  /** TCP connections so far. */
  readonly connectionsOpened: number;
  /** Ends the session's connection, also in the middle of a round trip (3.4.2). */
  close(): void;
}

/** @param known the address that worked last */
export function openLink(settings: LinkSettings, ports: LinkPorts, known: Affinity | undefined): Link {
  return new AcsLink(settings, ports, known);
}

class AcsLink implements Link {
  affinity: Affinity | undefined;
  private readonly lines: Lines;
  private url: URL;
  /** Redirects followed in this session. */
  private hop = 0;
  private jar: Jar = emptyJar;
  private answering: Answering | undefined;

  constructor(
    private readonly settings: LinkSettings,
    private readonly ports: LinkPorts,
    known: Affinity | undefined,
  ) {
    this.url = new URL(settings.url);
    this.affinity = known;
    // Member by member: the user name is worked out when it is asked for.
    const { tls, bodyBytesMax, responseMsMax, connectMsMax } = settings;
    this.lines = new Lines({ peer: "ACS", tls, bodyBytesMax, responseMsMax, connectMsMax }, ports, known);
  }

  get connectionsOpened(): number {
    return this.lines.opened;
  }

  close(): void {
    this.lines.close();
  }

  async post(body: Uint8Array | undefined, kind: PostKind): Promise<Answer> {
    let challenges = 0;
    let redirects = 0;
    for (;;) {
      const response = await this.send(body ?? nothing, kind);
      if (response.status === 401) {
        challenges += 1;
        this.challenged(response, challenges);
      } else if (isRedirect(response.status)) {
        redirects += 1;
        this.redirected(response, redirects);
        challenges = 0;
      } else return this.read(response);
    }
  }

  private read(response: HttpResponse): Answer {
    // 3.7.1.4: a login that was answered and then forbidden has failed as one that is asked for again.
    if (response.status === 403 && this.answering !== undefined) throw refusedLogin(403);
    const answer = readAnswer(response);
    if (!answer.empty && answer.mislabelled !== undefined)
      this.ports.log("debug", "The ACS sends an envelope that is not text/xml", { type: answer.mislabelled });
    return answer;
  }

  private async send(body: Uint8Array, kind: PostKind): Promise<HttpResponse> {
    const { answering } = this;
    const round = this.lines.exchange(this.url, (fresh) => {
      this.answering = answering && fresh ? onNewConnection(answering, this.cnonce()) : answering;
      return this.request(body, kind);
    });
    const response = await round.finally(() => {
      if (this.hop === 0) this.affinity = this.lines.chosen;
    });
    this.jar = withCookies(this.jar, response.headers, this.place());
    this.answering &&= onAnswer(this.answering, headerValues(response.headers, "authentication-info"));
    if (closes(response)) this.lines.drop();
    return response;
  }

  /** 3.7.1.4: another 401 in answer to a challenge has failed; RFC 2617 3.3: not so if only the nonce was stale.
   * A 401 to credentials of an earlier challenge is a new one (3.4.4).
   * @param count challenges of this POST, this one included */
  private challenged(response: HttpResponse, count: number): void {
    const challenge = this.chosen(headerValues(response.headers, "www-authenticate"));
    const again = challenge.scheme === "digest" && challenge.stale;
    if (count > (again ? linkLimits.challengesMax : 1)) {
      throw again
        ? new Lost(`the ACS called ${linkLimits.challengesMax} nonces stale that it had just made`, 401)
        : refusedLogin(401);
    }
    if (challenge.scheme === "basic") this.checkBasic();
    this.answering = { challenge, count: 0, cnonce: this.cnonce() };
  }

  /** @param offers values of WWW-Authenticate
   * @throws Lost a login that was sent and is asked for in no way that can be answered has been refused, too */
  private chosen(offers: readonly string[]): Challenge {
    try {
      return chooseChallenge(offers);
    } catch (error) {
      throw this.answering === undefined ? error : refusedLogin(401);
    }
  }

  /** Basic authentication sends the password itself: a reader of the line, or the target of a redirect, then has it.
   * RFC 7617 4; 3.4.4 asks for basic authentication, not for showing the password to others than the ACS. */
  private checkBasic(): void {
    const safe = this.url.protocol === "https:" && this.url.origin === new URL(this.settings.url).origin;
    if (safe) return;
    if (this.settings.basic !== "always") {
      const where = this.url.protocol === "https:" ? "of another server than that of its URL" : "without TLS";
      throw new Lost(
        `the ACS asks for basic authentication ${where}, which would give the password away: it was not sent ` +
          "(use https or digest, or set cwmp.acs.basic_auth to always)",
        401,
      );
    }
    this.ports.log(
      "warn",
      "The ACS asks for basic authentication without TLS: the password is sent in clear text",
      {
        to: this.url.origin,
      },
    );
  }

  /** 3.4.2: for the rest of this session, with the same POST; a body is ignored.
   * @param count redirects of this POST, this one included */
  private redirected(response: HttpResponse, count: number): void {
    if (count > linkLimits.redirectsMax) throw new Lost(`the ACS redirected ${count} times in a row`);
    const target = redirectTarget(this.url, headerValues(response.headers, "location")[0]);
    const left = this.url;
    this.url = target;
    this.hop += 1;
    this.ports.log("info", "The ACS redirects this session", { to: target.origin });
    if (target.origin === left.origin) return;
    if (left.protocol === "https:" && target.protocol === "http:")
      this.ports.log("warn", "The ACS redirects to http: the rest of this session has no TLS");
    this.lines.leave();
    this.answering = undefined;
  }

  /** 3.4.1: the headers of SOAP on a POST with an envelope, and none of them on an empty one. */
  private request(body: Uint8Array, kind: PostKind): HttpRequest {
    const path = this.url.pathname + this.url.search;
    const headers = [
      ["User-Agent", "cwmpd"],
      ...(kind === "empty" ? [] : soapHeaders),
      ["Content-Length", `${body.length}`],
      ...cookieHeaders(this.jar, this.place()),
      ...this.authorization(path),
    ] as const satisfies readonly Header[];
    return { method: "POST", path, headers, body };
  }

  /** 3.4.4: after a challenge every request carries it. */
  private authorization(path: string): readonly Header[] {
    if (this.answering === undefined) return [];
    const { header, next } = authorization(this.answering, this.settings, "POST", path);
    this.answering = next;
    return [["Authorization", header]];
  }

  private place(): Place {
    return { url: this.url, hop: this.hop, now: this.ports.clock.now() };
  }

  private cnonce(): string {
    return bytesToHex(this.ports.chance.bytes(8));
  }
}

const nothing = new Uint8Array();

const refusedLogin = (status: number): Lost =>
  new Lost("the ACS does not accept the user name and password", status);

/** An empty SOAPAction says nothing of the intent: 3.4.1 wants that of answers, servers take it for requests. */
const soapHeaders: readonly Header[] = [
  ["Content-Type", 'text/xml; charset="utf-8"'],
  ["SOAPAction", ""],
];

const closes = ({ headers }: HttpResponse): boolean =>
  headerValues(headers, "connection").some((value) => /\bclose\b/i.test(value));
