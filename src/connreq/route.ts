/** Rule: which answer a request gets. TR-069 3.2.2. */
import type { Chance } from "../ports/chance.ts";
import type { Answer } from "./answer.ts";
import { type Credentials, challenge, type Guard, guard, judge } from "./digest.ts";
import { type Guesses, paused, wasRight, wasWrong } from "./guesses.ts";
import type { Standing } from "./places.ts";
import { type Accepted, admit, type Notices, notice, type RateLimits } from "./rate.ts";
import { originForm, type RequestHead } from "./request.ts";

export interface RouteOptions {
  /** Of the URL, as randomPath makes it. */
  readonly path: string;
  readonly chance: Chance;
  /** Asked for each request, so that a change holds at once. Without a password every request gets 401. */
  readonly credentials: () => Credentials;
  /** Asked for each authenticated request: "busy" refuses it because of a session (3.2.2). */
  readonly verdict: () => "accept" | "busy";
  /** A request that was accepted waits for its session: another one starts the same session, and does not count. */
  readonly pending?: () => boolean;
  /** Asked for each request: the settings of `acceptedPerMinuteMax` and of that of one source. */
  readonly rates?: () => Partial<RateLimits>;
}

/** The memory from one request to the next. Changed in place. */
export interface Ledger {
  readonly guard: Guard;
  readonly notices: Notices;
  readonly guesses: Guesses;
  accepted: Accepted;
}

export interface Routed {
  /** 200 and nothing else accepts the Connection Request. */
  readonly answer: Answer;
  readonly standing: Standing;
  /** To be logged: why, and how many of this kind since the last such line. */
  readonly refusal?: { readonly reason: string; readonly count: number };
}

export function ledger(chance: Chance): Ledger {
  return { guard: guard(chance), notices: new Map(), guesses: new Map(), accepted: [] };
}

/** @param now monotonic milliseconds
 * @param sources as sourcesOf returns them */
export function route(
  own: Ledger,
  options: RouteOptions,
  limits: RateLimits,
  now: number,
  sources: readonly [string, ...string[]],
  head: RequestHead,
): Routed {
  const [source] = sources;
  // Data in the query is ignored, as in the body (3.2.2).
  const path = originForm(head.target).split("?", 1)[0];
  if (path !== options.path) return { answer: { status: 404 }, standing: 0 };
  if (head.method !== "GET") return { answer: { status: 405, allow: "GET" }, standing: 0 };
  if (head.headers.has("authorization") && paused(own.guesses, now, sources))
    return {
      answer: { status: 503 },
      standing: 0,
      ...refusal(own, now, source, "too many wrong credentials"),
    };
  const credentials = options.credentials();
  const judgement = judge(own.guard, now, head, credentials);
  if (judgement !== "right") {
    const text = challenge(own.guard, now, options.chance, judgement === "stale");
    const answer = { status: 401, challenge: text } as const;
    if (judgement !== "wrong") return { answer, standing: 1 };
    wasWrong(own.guesses, now, sources);
    const reason = credentials.password === "" ? "no password is configured" : "wrong credentials";
    return { answer, standing: 1, ...refusal(own, now, source, reason) };
  }
  wasRight(own.guesses, sources);
  const unavailable = (reason: string): Routed => {
    return { answer: { status: 503 }, standing: 2, ...refusal(own, now, source, reason) };
  };
  if (options.verdict() === "busy") return unavailable("in a session");
  if (options.pending?.()) return { answer: { status: 200 }, standing: 2 };
  const { accepted, admitted } = admit(own.accepted, now, source, { ...limits, ...options.rates?.() });
  own.accepted = accepted;
  return admitted ? { answer: { status: 200 }, standing: 2 } : unavailable("too many in a minute");
}

function refusal(own: Ledger, now: number, source: string, reason: string): Pick<Routed, "refusal"> {
  const count = notice(own.notices, now, reason, source);
  return count === undefined ? {} : { refusal: { reason, count } };
}
