/** Handler: one file from or to an HTTP server. TR-069 3.4.3, A.3.2.8, A.4.1.5; RFC 9110 13.1.5, 14.
 *
 * The file server is not the ACS: it gets the credentials of the request and nothing else of the agent's, no cookie and
 * no client certificate. A download is one attempt; a download that loses its connection continues where it was, if
 * the server says that the file is still the same, else from the start. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { Lost, Malformed } from "../errors.ts";
import { headerValues } from "../http/answer.ts";
import { type Answering, authorization, onNewConnection } from "../http/authorize.ts";
import { chooseChallenge } from "../http/challenge.ts";
import { type LinePorts, type LineSettings, Lines } from "../http/lines.ts";
import { isRedirect, redirectTarget } from "../http/redirect.ts";
import type { Receiving, Sending } from "../ports/files.ts";
import type { Place, Progress, Told } from "../ports/installer.ts";
import type { BodySink, Header, HttpHead, HttpRequest, HttpResponse } from "../ports/net.ts";
import { sentText, TransferFailure } from "./failure.ts";
import { transferLimits } from "./limits.ts";
import { OtherFile, type Part, partOf, requestedPart, type Validator, validatorOf } from "./range.ts";

export interface HttpFilePorts extends LinePorts {
  readonly told: Told;
}

/** Receives the file of the URL. @throws TransferFailure */
export async function receiveHttp(
  place: Place,
  file: Receiving,
  tls: LineSettings["tls"],
  ports: HttpFilePorts,
): Promise<void> {
  const client = new FileClient(place, tls, ports);
  try {
    await new Download(client, file, ports).run();
  } finally {
    client.close();
  }
}

/** Sends the file to the URL with PUT. @throws TransferFailure */
export async function sendHttp(
  place: Place,
  file: Sending,
  tls: LineSettings["tls"],
  ports: HttpFilePorts,
): Promise<void> {
  const client = new FileClient(place, tls, ports);
  try {
    let bytes = 0;
    const pieces = async function* () {
      bytes = 0;
      for await (const piece of file.pieces()) {
        yield piece;
        bytes += piece.length;
        ports.told({ bytes, total: file.length });
      }
    };
    const response = await client.ask("PUT", [], { length: file.length, pieces }, undefined);
    if (response.status < 200 || response.status > 299) throw refused(response);
  } catch (error) {
    throw failureOf(error, client.answered, undefined);
  } finally {
    client.close();
  }
}

/** A download, over as many connections as it may use. */
class Download {
  private total: number | undefined;
  private validator: Validator | undefined;
  /** Why the file cannot be kept. */
  private broken: unknown;

  constructor(
    private readonly client: FileClient,
    private readonly file: Receiving,
    private readonly ports: HttpFilePorts,
  ) {}

  async run(): Promise<void> {
    for (let continued = 0; ; continued++) {
      try {
        await this.attempt();
        return;
      } catch (error) {
        const failure = failureOf(this.broken ?? error, this.client.answered, this.progress());
        if (failure instanceof OtherFile) this.validator = undefined;
        const goesOn = this.client.answered && failure.kind === "incomplete";
        if (!goesOn || continued >= transferLimits.continuedMax) throw failure;
        this.ports.log("info", "The connection to the file server was lost: the download continues", {
          reason: failure.message,
          bytes: this.file.bytes,
        });
        this.broken = undefined;
        await this.pause(transferLimits.continueWaitMs);
      }
    }
  }

  private progress(): Progress {
    return { bytes: this.file.bytes, total: this.total };
  }

  private async attempt(): Promise<void> {
    const asked = requestedPart(this.file.bytes, this.validator);
    if (asked.length === 0 && this.file.bytes > 0) await this.file.restart();
    const response = await this.client.ask("GET", asked, undefined, (head) => this.begin(head));
    if (response.status === 416 && this.file.bytes > 0) {
      this.validator = undefined;
      throw new TransferFailure("incomplete", "The file server does not have the rest of the file any more");
    }
    if (response.status !== 200 && response.status !== 206) throw refused(response);
    const { bytes } = this.file;
    if (this.total !== undefined && bytes < this.total) throw new Lost("the connection ended early");
  }

  /** An answer begins. */
  private begin(head: HttpHead): BodySink | undefined {
    let part: Part | undefined;
    try {
      part = partOf(head, this.file.bytes, this.validator, this.total);
      if (part !== undefined) this.ports.told({ bytes: part.from, total: part.total });
    } catch (error) {
      this.broken ??= error;
      throw error;
    }
    if (part === undefined) return undefined;
    this.total = part.total;
    this.validator = validatorOf(head);
    return this.sink(part, part.from === 0 && this.file.bytes > 0);
  }

  /** Takes the bytes of one answer. An error here is the device's own, not the connection's. */
  private sink(part: Part, restart: boolean): BodySink {
    let ready = restart ? this.file.restart() : undefined;
    const keep = (piece: Uint8Array): void | Promise<void> => {
      if (ready === undefined) return this.take(piece, part);
      const first = ready;
      ready = undefined;
      return first.then(() => this.take(piece, part));
    };
    const broken = (error: unknown) => {
      this.broken ??= error;
      throw error;
    };
    return {
      take: (piece) => {
        try {
          return keep(piece)?.catch(broken);
        } catch (error) {
          return broken(error);
        }
      },
    };
  }

  private take(piece: Uint8Array, part: Part): void | Promise<void> {
    const taken = this.file.take(piece);
    this.ports.told({ bytes: this.file.bytes, total: part.total });
    return taken;
  }

  private pause(ms: number): Promise<void> {
    const { clock } = this.ports;
    return new Promise((resolve) => void clock.wake(clock.now().mono + ms, resolve));
  }
}

const nothing = new Uint8Array();

const lineSettings = {
  peer: "file server",
  bodyBytesMax: transferLimits.pageBytesMax,
  responseMsMax: transferLimits.answerMsMax,
  connectMsMax: transferLimits.answerMsMax,
} as const;

const refusals: Readonly<Record<number, string>> = {
  403: "it does not allow it",
  404: "it does not have the file",
  410: "it does not have the file any more",
};

/** An answer that is no file. */
function refused({ status }: HttpResponse): TransferFailure {
  const why = refusals[status];
  const text = why === undefined ? "" : `: ${why}`;
  return new TransferFailure("access", `The file server answers with HTTP status ${status}${text}`);
}

/** The failure of an attempt, as the queue takes it.
 * @param answered a server had answered: the attempt counts */
function failureOf(error: unknown, answered: boolean, progress: Progress | undefined): TransferFailure {
  if (error instanceof TransferFailure) return error;
  const text = wordsOf(error);
  if (error instanceof Lost && error.untrusted) return new TransferFailure("untrusted", sentence(text));
  if (!answered) {
    const unreached = error instanceof Lost && error.unreached;
    return new TransferFailure("unreached", sentence(text), !unreached);
  }
  if (!(error instanceof Lost) && !(error instanceof Malformed)) {
    return new TransferFailure("internal", sentence(text));
  }
  if (progress === undefined) return new TransferFailure("incomplete", sentence(text));
  return new TransferFailure("incomplete", `${sentText(progress.bytes, progress.total)}: ${text}`);
}

/** Lines are also those to the ACS, and some of their errors name it. */
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^the ACS\b/, "the file server");

/** An answer that the agent cannot follow: no other attempt would be answered otherwise. */
function followed<T>(kind: "login" | "access", work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new TransferFailure(kind, sentence(wordsOf(error)));
  }
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Requests to one file server, with redirects and logins. */
class FileClient {
  /** A server has answered: the attempt has begun. */
  answered = false;
  private url: URL;
  /** The request was redirected to another origin, for which its credentials are not meant. */
  private abroad = false;
  private answering: Answering | undefined;
  private readonly lines: Lines;

  constructor(
    private readonly place: Place,
    tls: LineSettings["tls"],
    private readonly ports: LinePorts,
  ) {
    this.url = new URL(place.url);
    this.url.hash = "";
    this.lines = new Lines({ ...lineSettings, tls }, ports, undefined);
  }

  close(): void {
    this.lines.close();
  }

  /** Sends a request, and sends it again after a challenge or a redirect. */
  async ask(
    method: "GET" | "PUT",
    headers: readonly Header[],
    source: HttpRequest["source"],
    accept: ((head: HttpHead) => BodySink | undefined) | undefined,
  ): Promise<HttpResponse> {
    let challenges = 0;
    let redirects = 0;
    for (;;) {
      const response = await this.once(method, headers, source, accept);
      this.answered = true;
      if (response.status === 401) this.challenged(response, ++challenges);
      else if (isRedirect(response.status)) this.redirected(response, ++redirects);
      else return response;
      if (isRedirect(response.status)) challenges = 0;
    }
  }

  private once(
    method: "GET" | "PUT",
    headers: readonly Header[],
    source: HttpRequest["source"],
    accept: ((head: HttpHead) => BodySink | undefined) | undefined,
  ): Promise<HttpResponse> {
    const path = this.url.pathname + this.url.search;
    const onHead = (head: HttpHead) => {
      this.answered = true;
      return head.status === 200 || head.status === 206 ? accept?.(head) : undefined;
    };
    return this.lines.exchange(
      this.url,
      (fresh) => {
        if (this.answering !== undefined && fresh)
          this.answering = onNewConnection(this.answering, this.cnonce());
        const all = this.headersOf(method, path, headers, source?.length);
        return { method, path, headers: all, body: nothing, ...(source && { source }) };
      },
      onHead,
    );
  }

  private headersOf(method: string, path: string, more: readonly Header[], length = 0): Header[] {
    const login: Header[] = [];
    if (this.answering !== undefined) {
      const { header, next } = authorization(this.answering, this.place, method, path);
      this.answering = next;
      login.push(["Authorization", header]);
    }
    const sized: Header[] = method === "PUT" ? [["Content-Length", `${length}`]] : [];
    // A coding would make the file another one.
    return [["User-Agent", "cwmpd"], ["Accept-Encoding", "identity"], ...sized, ...more, ...login];
  }

  /** 3.4.3, R-A.3.2.8-31: without user name and password nobody logs in. */
  private challenged(response: HttpResponse, count: number): void {
    const { username, password } = this.place;
    if (username === "" && password === "") {
      throw new TransferFailure("login", "The file server asks for a login, and the request has none");
    }
    if (this.abroad) {
      const host = this.url.host;
      throw new TransferFailure("login", `The file server redirects to ${host}, which asks for a login`);
    }
    const offers = headerValues(response.headers, "www-authenticate");
    const challenge = followed("login", () => chooseChallenge(offers));
    const again = challenge.scheme === "digest" && challenge.stale;
    if (count > (again ? transferLimits.challengesMax : 1)) {
      throw new TransferFailure("login", "The file server refuses the user name and the password");
    }
    this.answering = { challenge, count: 0, cnonce: this.cnonce() };
  }

  /** The credentials are for the server of the URL: they are sent to no other origin. */
  private redirected(response: HttpResponse, count: number): void {
    if (count > transferLimits.redirectsMax) {
      throw new TransferFailure("access", `The file server redirects ${count} times in a row`);
    }
    const left = this.url;
    const location = headerValues(response.headers, "location")[0];
    const target = followed("access", () => redirectTarget(left, location));
    if (left.protocol === "https:" && target.protocol === "http:") {
      throw new TransferFailure(
        "access",
        "The file server redirects from https to http, which is not followed",
      );
    }
    this.url = target;
    if (target.origin === left.origin) return;
    this.lines.leave();
    this.answering = undefined;
    this.abroad = true;
  }

  private cnonce(): string {
    return bytesToHex(this.ports.chance.bytes(8));
  }
}
