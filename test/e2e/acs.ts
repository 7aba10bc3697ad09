/** Helper: an ACS double on a bare socket, independent of the project's own ACS and codec: it does what the test says and
 * nothing besides, writes every message in another handwriting, and keeps all that it hears. TR-069 3.4, 3.7. */
import { createHash, randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { type Heard, Wire } from "./wire.ts";
import {
  type Call,
  call,
  type Element,
  handwritings,
  type Letter,
  readLetter,
  textOf,
  valuesIn,
  within,
} from "./writing.ts";

/** Every envelope that an agent has sent to any of these in this test file. */
export const letters: Buffer[] = [];

export interface Login {
  readonly scheme: "digest" | "basic";
  readonly password: string;
  readonly algorithm?: "MD5" | "MD5-sess";
  readonly qop?: boolean;
}

export interface Fault {
  readonly code: number;
  readonly source: string;
  readonly parameters: readonly { readonly name: string; readonly code: number }[];
}

export interface Answer extends Letter {
  readonly heard: Heard;
  /** What the answer says, unless it is a fault. */
  readonly fault: Fault | undefined;
}

export interface Informed {
  readonly events: readonly (readonly [code: string, commandKey: string])[];
  readonly codes: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly device: Readonly<Record<"Manufacturer" | "OUI" | "ProductClass" | "SerialNumber", string>>;
  readonly retryCount: number;
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

let turn = 0;

export class Acs {
  readonly wire: Wire;
  /** Everything heard, in order. */
  readonly heard: Heard[] = [];
  login: Login | undefined;
  /** Names that have logged in. */
  readonly users = new Set<string>();
  /** Header lines of every answer. */
  extra: readonly string[] = [];
  private readonly nonces = new Map<string, number>();

  private constructor(
    wire: Wire,
    private readonly host: string,
  ) {
    this.wire = wire;
  }

  /** @param address to listen at */
  static async open(address = "127.0.0.1"): Promise<Acs> {
    const acs = new Acs(await Wire.open(address), address.includes(":") ? `[${address}]` : address);
    onTestFinished(() => acs.wire.close());
    return acs;
  }

  get url(): string {
    return `http://${this.host}:${this.wire.port}/acs?from=cpe`;
  }

  /** The next request, whatever it is. */
  async next(what = "the agent's next POST"): Promise<Heard> {
    const heard = await this.wire.requests.next(what);
    this.heard.push(heard);
    if (heard.body.length > 0) letters.push(heard.body);
    return heard;
  }

  /** The next POST whose login is good: others are challenged. */
  async admitted(what?: string): Promise<Heard> {
    for (;;) {
      const heard = await this.next(what);
      if (this.login === undefined || this.knows(heard, this.login)) return heard;
      heard.answer(
        `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${this.challenge(this.login)}\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<h1>401</h1>`,
      );
    }
  }

  private challenge({ scheme, algorithm, qop = true }: Login): string {
    if (scheme === "basic") return 'Basic realm="double"';
    const nonce = randomBytes(12).toString("base64");
    this.nonces.set(nonce, 0);
    const parts = [`nonce="${nonce}"`, 'realm="an \\"ACS\\" double"', 'opaque="kept, as is"'];
    if (qop) parts.push('qop="auth-int, auth"');
    if (algorithm) parts.push(`algorithm=${algorithm}`);
    return `Digest ${parts.join(" , ")}`;
  }

  private knows(heard: Heard, login: Login): boolean {
    const [, scheme, rest = ""] = /^(\w+)\s+(.*)$/.exec(heard.header("authorization") ?? "") ?? [];
    if (scheme?.toLowerCase() !== login.scheme) return false;
    if (login.scheme === "basic") return this.knowsBasic(rest, login);
    const found = new Map(
      [...rest.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)].map((m) => [m[1]!, m[2] ?? m[3]!]),
    );
    const of = (name: string) => found.get(name) ?? "";
    const count = Number.parseInt(of("nc") || "1", 16);
    const last = this.nonces.get(of("nonce"));
    const fresh = last !== undefined && (count === last + 1 || login.qop === false);
    const secret = md5(`${of("username")}:an "ACS" double:${login.password}`);
    const first = login.algorithm === "MD5-sess" ? md5(`${secret}:${of("nonce")}:${of("cnonce")}`) : secret;
    const second = md5(`${heard.method}:${heard.path}`);
    const middle = login.qop === false ? of("nonce") : `${of("nonce")}:${of("nc")}:${of("cnonce")}:auth`;
    const good = of("response") === md5(`${first}:${middle}:${second}`);
    if (!fresh || !good || of("uri") !== heard.path || of("opaque") !== "kept, as is") return false;
    this.nonces.set(of("nonce"), count);
    this.users.add(of("username"));
    return true;
  }

  private knowsBasic(credentials: string, login: Login): boolean {
    const [user = "", ...password] = Buffer.from(credentials, "base64").toString().split(":");
    if (password.join(":") !== login.password) return false;
    this.users.add(user);
    return true;
  }

  /** The next session: its Inform is confirmed and its first POST after that is there. */
  async session(what = "an Inform", options: { hold?: boolean } = {}): Promise<Session> {
    const heard = await this.admitted(what);
    const { id, body } = readLetter(heard.body);
    if (body.name !== "Inform") throw new Error(`${what} was due, and ${body.name} came`);
    heard.answer(this.letter("InformResponse", "<MaxEnvelopes>1</MaxEnvelopes>", id, options.hold ?? false));
    return new Session(
      this,
      heard,
      readInform(body),
      await this.admitted("the POST after the InformResponse"),
    );
  }

  /** The next session, with nothing in it, when it reports these events. */
  async pass(...codes: string[]): Promise<Informed> {
    const session = await this.session(`an Inform with ${codes.join(", ")}`);
    for (const code of codes)
      if (!session.inform.codes.includes(code))
        throw new Error(`${code} is missing: ${session.inform.codes}`);
    await session.end();
    return session.inform;
  }

  /** A whole HTTP response in the handwriting whose turn it is. */
  letter(element: string, inner: string | Call["args"], id: string | undefined, hold = false): Buffer {
    const style = handwritings[turn++ % handwritings.length]!;
    const content = typeof inner === "string" ? inner : inner(style.hand);
    return style.http(Buffer.from(style.envelope(element, content, { id, hold })), this.extra);
  }
}

export function readInform(body: Element): Informed {
  const device = within(body, "DeviceId");
  const events = within(body, "Event")!.children.map(
    (one) => [textOf(one, "EventCode"), textOf(one, "CommandKey")] as const,
  );
  return {
    events,
    codes: events.map(([code]) => code),
    values: valuesIn(body),
    device: {
      Manufacturer: textOf(device, "Manufacturer"),
      OUI: textOf(device, "OUI"),
      ProductClass: textOf(device, "ProductClass"),
      SerialNumber: textOf(device, "SerialNumber"),
    },
    retryCount: Number(textOf(body, "RetryCount")),
  };
}

function readFault(body: Element): Fault | undefined {
  if (body.name !== "Fault") return undefined;
  const detail = within(body, "detail", "Fault");
  const entries = detail?.children.filter((one) => one.name === "SetParameterValuesFault") ?? [];
  return {
    code: Number(textOf(detail, "FaultCode")),
    source: textOf(body, "faultcode").replace(/^.*:/, ""),
    parameters: entries.map((one) => ({
      name: textOf(one, "ParameterName"),
      code: Number(textOf(one, "FaultCode")),
    })),
  };
}

export class Session {
  private calls = 0;

  constructor(
    private readonly acs: Acs,
    /** The POST with the Inform that was let in. */
    readonly opening: Heard,
    readonly inform: Informed,
    /** The POST that waits for our answer. */
    public pending: Heard,
  ) {}

  /** Puts a request and waits for its answer, whose ID has to be ours. */
  async call(what: Call, options: { hold?: boolean } = {}): Promise<Answer> {
    const id = ` call ${++this.calls}: a "quoted" & <marked> 'ID' ü😀 `;
    this.pending.answer(this.acs.letter(what.method, what.args, id, options.hold));
    const answer = await this.answered();
    if (answer.id !== id) throw new Error(`the ID of ${what.method} came back as ${answer.id}`);
    if (answer.fault === undefined && answer.body.name !== `${what.method}Response`)
      throw new Error(`${what.method} is answered with ${answer.body.name}`);
    return answer;
  }

  /** The same, and a fault is none of the answers. */
  async done(what: Call): Promise<Element> {
    const { fault, body } = await this.call(what);
    if (fault)
      throw new Error(
        `${what.method} is answered with ${JSON.stringify(fault)}: ${textOf(body, "detail", "Fault", "FaultString")}`,
      );
    return body;
  }

  async values(...names: string[]): Promise<Map<string, string>> {
    return valuesIn(await this.done(call.get(...names)));
  }

  /** Answers with bytes of the test's own and reads what comes. */
  async raw(bytes: string | Buffer): Promise<Answer> {
    this.pending.answer(bytes);
    return this.answered();
  }

  /** Answers with nothing and waits for the next POST. */
  async nothing(): Promise<Heard> {
    this.pending.answer("HTTP/1.1 204 No Content\r\n\r\n");
    this.pending = await this.acs.admitted();
    return this.pending;
  }

  private async answered(): Promise<Answer> {
    this.pending = await this.acs.admitted();
    if (this.pending.body.length === 0) throw new Error("an empty POST came where an answer was due");
    const letter = readLetter(this.pending.body);
    return { ...letter, heard: this.pending, fault: readFault(letter.body) };
  }

  /** Lets the session end: nothing more from us. Returns when the agent has closed the connection, which has to be
   * its own deed (3.7.1.4: its empty POST went out after the Inform already). */
  async end(): Promise<void> {
    this.pending.answer("HTTP/1.1 204 No Content\r\nDate: Mon, 23 Nov 2026 20:00:00 GMT\r\n\r\n");
    await this.pending.connection.closed;
  }
}
