/** Mutated Connection Requests, by seed: every one ends as a head, as "more" or as Malformed, and the server that
 * gets them in pieces stays within its bounds and accepts nothing but what is rightly signed. TR-069 3.2.2. */
import { connectionRequestLimits as limits } from "../../src/connreq/limits.ts";
import { readHead } from "../../src/connreq/request.ts";
import { Malformed } from "../../src/errors.ts";
import { challengeIn, get, path, sign } from "../connreq/answering.ts";
import { Desk, encode, seeded, status } from "../connreq/desk.ts";
import { lineSplices, mutate } from "./mutate.ts";

type Dice = ReturnType<typeof seeded>;

export interface FuzzOutcome {
  heads: number;
  more: number;
  malformed: number;
  answers: number;
  accepted: number;
}

/** @throws Error with the seed and the case, when a bound or a promise does not hold */
export function fuzzConnectionRequests(seed: number, count: number): FuzzOutcome {
  const dice = seeded(seed);
  const outcome: FuzzOutcome = { heads: 0, more: 0, malformed: 0, answers: 0, accepted: 0 };
  let desk = new Desk();
  for (let index = 0; index < count; index += 1) {
    // A server of its own for each few hundred, so that the limits of a minute do not refuse all that follows.
    if (index % 200 === 0) desk = new Desk({ chance: dice });
    const wrap = (problem: unknown) =>
      new Error(`seed ${seed}, case ${index}: ${problem}`, { cause: problem });
    try {
      one(desk, dice, outcome);
    } catch (problem) {
      throw wrap(problem);
    }
  }
  return outcome;
}

function one(desk: Desk, dice: Dice, outcome: FuzzOutcome): void {
  const id = desk.open(`192.0.2.${dice.below(8)}`);
  const challenge = challengeIn(desk.say(id, get()));
  const right = dice.below(2) === 0;
  const request = get(
    path,
    sign(challenge, right ? {} : { password: "wrong" }),
    extras[dice.below(extras.length)]!,
  );
  const bytes = dice.below(20) === 0 ? encode(request) : mutate(encode(request), splices, dice);
  judge(bytes, dice, outcome);
  const before = desk.accepted;
  let answers = "";
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + dice.below(dice.below(4) === 0 ? 8 : bytes.length);
    answers += desk.say(id, bytes.subarray(at, at + size));
    at += size;
    check(desk, id);
    if (dice.below(50) === 0) desk.pass(dice.below(5000));
  }
  const successes = answers.split("HTTP/1.1 ").filter((text) => status(`HTTP/1.1 ${text}`) === 200).length;
  const accepted = desk.accepted - before;
  if (accepted !== successes) throw new Error(`${successes} successes but ${accepted} accepted`);
  if (accepted > 0 && !right) throw new Error("accepted with a wrong password");
  if (accepted > 1) throw new Error("accepted twice with one nonce count");
  outcome.answers += answers.split("HTTP/1.1 ").length - 1;
  outcome.accepted += accepted;
  if (dice.below(3) > 0) desk.feed({ on: dice.below(2) ? "closed" : "ended", id });
}

function judge(bytes: Uint8Array, dice: Dice, outcome: FuzzOutcome): void {
  try {
    const read = readHead(bytes);
    if (read === "more") {
      outcome.more += 1;
      if (bytes.length >= limits.headBytesMax) throw new Error("waits for more than a head");
      return;
    }
    outcome.heads += 1;
    if (read.end > Math.min(bytes.length, limits.headBytesMax)) throw new Error("ends past its bytes");
    // What comes behind a head does not change it.
    const cut = readHead(bytes.subarray(0, read.end + dice.below(bytes.length - read.end + 1)));
    if (shown(cut) !== shown(read)) throw new Error("its tail changes it");
  } catch (problem) {
    if (!(problem instanceof Malformed)) throw problem;
    outcome.malformed += 1;
  }
}

function shown(read: ReturnType<typeof readHead>): string {
  return read === "more" ? read : JSON.stringify([read.end, read.head, ...read.head.headers]);
}

function check(desk: Desk, id: number): void {
  const { connections, ledger, wakeAt } = desk.state;
  const held = connections.get(id)?.held.length ?? 0;
  if (held > limits.headBytesMax) throw new Error(`holds ${held} bytes`);
  if (connections.size > limits.connectionsMax) throw new Error(`${connections.size} connections`);
  if (ledger.guard.nonces.served.size > limits.noncesMax) throw new Error("remembers too many nonces");
  if (connections.size > 0 && wakeAt === undefined) throw new Error("nothing will end these connections");
}

const extras = [
  "Accept: */*",
  "Connection: close",
  "Connection: keep-alive",
  "Content-Length: 5",
  "Content-Length: 99999999999999",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "X: \u00e9\u4e2d",
];

const splices = [...lineSplices, ",", '"', "\\", "=", "%", "\r\n\r\n", "\r\n ", "HTTP/1.0"].concat(extras, [
  "GET / HTTP/1.1\r\n\r\n",
  "nc=00000002",
  "qop=auth-int",
  "algorithm=MD5-sess",
  "a".repeat(5000),
  "A: b\r\n".repeat(70),
]);
