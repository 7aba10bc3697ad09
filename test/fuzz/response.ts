/** Fuzz: what an ACS may answer, broken by seed, through the whole link. Each session ends as an answer, as `Lost` or
 * as `Malformed`, within its bounds, and what goes out can stand on the wire. TR-069 3.4. */
import { Lost, Malformed } from "../../src/errors.ts";
import { cookieLimits, linkLimits } from "../../src/http/limits.ts";
import { openLink } from "../../src/http/link.ts";
import type { HttpRequest, HttpResponse, Line, Net, Target } from "../../src/ports/net.ts";
import { decode } from "../../src/rpc/decode.ts";
import { seeded } from "../connreq/desk.ts";
import { VirtualClock } from "../world/clock.ts";

type Dice = ReturnType<typeof seeded>;

export interface ResponseOutcome {
  answers: number;
  lost: number;
  malformed: number;
  challenges: number;
  redirects: number;
  cookies: number;
}

const secret = "kept-secret-7";
const bodyBytesMax = 4096;

/** Requests that one POST may lead to: redirects, and before and after each the challenges. */
const requestsMax = (linkLimits.redirectsMax + 1) * (linkLimits.challengesMax + 1);

/** Milliseconds for one session on a machine however slow; it takes less than one. */
const sessionMsMax = 10_000;

/** @throws Error with the seed and the case, when a bound or a promise does not hold */
export async function fuzzResponses(seed: number, count: number): Promise<ResponseOutcome> {
  const dice = seeded(seed);
  const outcome: ResponseOutcome = {
    answers: 0,
    lost: 0,
    malformed: 0,
    challenges: 0,
    redirects: 0,
    cookies: 0,
  };
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    try {
      await session(dice, outcome);
    } catch (problem) {
      throw new Error(`seed ${seed}, case ${index}: ${problem}`, { cause: problem });
    }
    const took = performance.now() - start;
    if (took > sessionMsMax) throw new Error(`seed ${seed}, case ${index}: took ${took} ms`);
  }
  return outcome;
}

async function session(dice: Dice, outcome: ResponseOutcome): Promise<void> {
  const net = new MutatingNet(dice, outcome);
  const clock = new VirtualClock();
  clock.time.known = dice.below(4) > 0;
  const told: string[] = [];
  const log = (_: unknown, what: string, fields?: object) =>
    void told.push(what + JSON.stringify(fields ?? {}));
  const settings = {
    url: `${dice.below(2) ? "http" : "https"}://acs.example/a/b?c=d`,
    username: "00D09E-Box-1",
    password: secret,
    tls: {},
    bodyBytesMax,
    responseMsMax: 60_000,
    connectMsMax: 30_000,
  };
  const link = openLink(settings, { net, clock, chance: dice, log }, undefined);
  for (let posts = 1 + dice.below(4); posts > 0; posts--) {
    net.sent = 0;
    const ending = await post(link, dice);
    outcome[ending.kind] += 1;
    told.push(ending.text);
    if (net.sent > requestsMax) throw new Error(`${net.sent} requests for one POST`);
    if (ending.kind === "lost") break;
  }
  link.close();
  if (net.open.size > 0) throw new Error(`${net.open.size} connections are left`);
  if (clock.next !== undefined) throw new Error("a wait is left");
  if (told.some((text) => text.includes(secret) || text.length > 1000))
    throw new Error("a log line tells too much");
}

interface Ending {
  readonly kind: "answers" | "lost" | "malformed";
  readonly text: string;
}

async function post(link: ReturnType<typeof openLink>, dice: Dice): Promise<Ending> {
  try {
    const empty = dice.below(3) === 0;
    const answer = await link.post(empty ? undefined : Uint8Array.of(60), empty ? "empty" : "call");
    if (!answer.empty) {
      if (answer.bytes.length > bodyBytesMax) throw new Error("a body past its bound");
      const { truncated, charset } = answer;
      decode(answer.bytes, { truncated, serves: () => true, ...(charset === undefined ? {} : { charset }) });
    }
    return { kind: "answers", text: "" };
  } catch (error) {
    if (error instanceof Lost) return { kind: "lost", text: error.message };
    if (error instanceof Malformed) return { kind: "malformed", text: "" };
    throw error;
  }
}

/** Every host is there, and answers with something broken. */
class MutatingNet implements Net {
  readonly open = new Set<Line>();
  sent = 0;

  constructor(
    private readonly dice: Dice,
    private readonly outcome: ResponseOutcome,
  ) {}

  async resolve(): Promise<readonly string[]> {
    return ["192.0.2.1", "192.0.2.2"].slice(this.dice.below(2));
  }

  line(target: Target): Line {
    if (target.host === "" || !Number.isInteger(target.port))
      throw new Error("a target without host or port");
    const { open } = this;
    if (open.size > 0) throw new Error("two connections at once");
    const line = {
      open: false,
      reached: false,
      exchange: async (request: HttpRequest) => {
        open.add(line);
        if (this.dice.below(60) === 0) throw new Lost("refused", undefined, true);
        line.reached = true;
        line.open = this.dice.below(5) > 0;
        return this.answer(request);
      },
      close: () => {
        line.open = false;
        open.delete(line);
      },
    };
    return line;
  }

  private answer({ path, headers }: HttpRequest): HttpResponse {
    this.sent += 1;
    if (!path.startsWith("/") || /[^\x21-\x7e]/.test(path)) throw new Error(`path ${path}`);
    for (const [name, value] of headers) {
      // RFC 9110 5.5: anything else would end the header, or could not be sent at all.
      if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new Error(`header ${name} cannot be sent`);
      if (name === "Cookie" && value.length > 2 * cookieLimits.bytesMax) throw new Error("too long a Cookie");
      if (name === "Cookie") this.outcome.cookies += 1;
    }
    return response(this.dice, this.outcome);
  }
}

const pick = <T>(dice: Dice, from: readonly T[]): T => from[dice.below(from.length)]!;

function response(dice: Dice, outcome: ResponseOutcome): HttpResponse {
  const status =
    dice.below(20) === 0 ? dice.below(1000) : pick(dice, [200, 200, 204, 401, 401, 302, 307, 301, 503]);
  const headers: [string, string][] = [["Content-Type", mutate(dice, 'text/xml; charset="utf-8"')]];
  const add = (name: string, values: readonly string[]) =>
    headers.push([mutate(dice, name, 40), mutate(dice, pick(dice, values))]);
  for (let cookies = dice.below(3); cookies > 0; cookies--)
    add(pick(dice, ["Set-Cookie", "Set-Cookie2"]), cookieTexts);
  if (status === 401) {
    outcome.challenges += 1;
    for (let offers = 1 + dice.below(2); offers > 0; offers--) add("WWW-Authenticate", challengeTexts);
  }
  if (status >= 300 && status < 400) {
    outcome.redirects += 1;
    add("Location", locationTexts);
  }
  if (dice.below(10) === 0)
    add(pick(dice, ["Connection", "Content-Encoding", "Retry-After"]), ["close", "gzip", "120"]);
  if (dice.below(10) === 0)
    add("Authentication-Info", [
      'nextnonce="m"',
      'rspauth="0", nextnonce=',
      `nextnonce="${"\u00fc".repeat(9)}"`,
    ]);
  const body = new TextEncoder().encode(status === 200 ? mutate(dice, pick(dice, bodies), 3) : "");
  return { status, headers, body: body.subarray(0, bodyBytesMax), truncated: body.length > bodyBytesMax };
}

const cookieTexts = [
  "session=abc",
  "session=abc; Path=/; HttpOnly",
  "a=1; expires=Wed, 09-Nov-1999 23:12:40 GMT; secure",
  'b="x, y"; Version="1"; Path="/a"; Discard, c="z"; Version=1; Max-Age=0',
  'd="\\"q\\""; Version=1; Port="80,7547"; Domain=".example"',
  `big=${"x".repeat(cookieLimits.bytesMax)}`,
];

const challengeTexts = [
  'Digest realm="r", nonce="n", qop="auth,auth-int", opaque="o", algorithm=MD5',
  'Digest realm="r", nonce="n", algorithm=MD5-sess, stale=true',
  'Basic realm="b", Digest realm="d, Basic", nonce="n=\\"1\\""',
  'Negotiate, NTLM, Basic realm="\u00fc"',
  `Digest realm="${'\\"'.repeat(500)}", nonce="n"`,
];

const locationTexts = [
  "/a/b",
  "?x",
  "//other.example/",
  "http://acs.example/a/b",
  "https://other.example:7547/x y/%zz#f",
  "http://[2001:db8::1]:0/",
  "http://user:pw@evil.example/",
  "ftp://x/",
  "javascript:1",
  "http://\u00fc.example/\u00fc",
];

const bodies = [
  "",
  " \r\n",
  "<html><body>Hello</body></html>",
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="urn:dslforum-org:cwmp-1-1"><e:Body><c:GetRPCMethods/></e:Body></e:Envelope>',
  `<a>${"x".repeat(bodyBytesMax)}</a>`,
];

const splices = [
  '"',
  "\\",
  ",",
  ";",
  "=",
  " ",
  "\t",
  "/",
  "%",
  "$",
  ":",
  "?",
  "#",
  "\0",
  "\r\n",
  "\n",
  "\u0080",
  "\u00ff",
  "\u4e2d",
  "; Path=",
  "; Secure",
  ", a=b",
  'x="',
  "Digest ",
  "nonce=",
  "qop=",
  "stale=true",
  "..",
  "//",
  "http:",
  "[",
  "]",
  "a".repeat(3000),
  '\\"'.repeat(1000),
  ",;=".repeat(700),
  " ".repeat(3000),
  "<!DOCTYPE a>",
  "<a>".repeat(50),
] as const;

/** Leaves it as it is `whole` times in ten more or less, else breaks it in one to four places. */
function mutate(dice: Dice, original: string, whole = 10): string {
  if (dice.below(whole + 4) < whole) return original;
  let text = original;
  for (let changes = 1 + dice.below(4); changes > 0; changes--) {
    const at = dice.below(text.length + 1);
    const length = dice.below(dice.below(2) ? 3 : 30);
    const kind = dice.below(5);
    const [before, piece, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
    if (kind === 0) text = before + after;
    else if (kind === 1) text = before + piece + piece + after;
    else if (kind === 2) text = before + String.fromCharCode(dice.below(256)) + after;
    else if (kind === 3) text = before + pick(dice, splices) + piece + after;
    else text = before;
  }
  return text;
}
