/** Mutated STUN messages and UDP Connection Requests, by seed: each ends as a value or as Malformed, nothing is accepted
 * that was not rightly signed or asked for, and the binding machine that hears them all stays within its bounds.
 * TR-069 Annex G. */
import { Malformed } from "../../src/errors.ts";
import { judgeAnswer } from "../../src/nat/answer.ts";
import { showAttribute } from "../../src/nat/attributes.ts";
import { checkIntegrity } from "../../src/nat/integrity.ts";
import { firstRecord, judgeUdpRequest } from "../../src/nat/record.ts";
import { decode, encode, looksLikeStun } from "../../src/nat/stun.ts";
import { seeded } from "../connreq/desk.ts";
import {
  address,
  attribute,
  bindingError,
  bindingResponse,
  errorCode,
  id,
  mapped,
  message,
  signed,
} from "../nat/messages.ts";
import { credentials, request } from "../nat/udp-requests.ts";
import { lineSplices, mutate } from "./mutate.ts";

type Dice = ReturnType<typeof seeded>;

export interface NatOutcome {
  decoded: number;
  malformed: number;
  answers: number;
  accepted: number;
  rejected: number;
}

const server = { address: "203.0.113.10", port: 3478 };
const asked = {
  id,
  credentials: { username: "cpe", password: new TextEncoder().encode("secret") },
  source: { address: "192.168.1.2", port: 7547 },
  server,
};
const real = [
  mapped("203.0.113.1", 40_000),
  address(5, "203.0.113.11", 3479),
  attribute(0x8022, "Vovida.org 0.97 "),
];
const good = signed(bindingResponse, real, "secret");
const originals = [
  good,
  signed(bindingResponse, real, "secret", "modern"),
  message(bindingResponse, real),
  message(bindingError, [errorCode(401, "Unauthorized")]),
  message(bindingResponse, [attribute(0x0020, Buffer.alloc(8, 1)), attribute(0x000a, Buffer.alloc(6))]),
];
const splices = [
  ...lineSplices,
  "\0\x01\0\x08",
  "\0\x08\0\x14",
  "\x01\x01",
  "\xff\xff",
  "\xc0\x01",
  "!\x12\xa4B",
];
const httpSplices = [
  ...lineSplices,
  "%",
  "%4",
  "&",
  "=",
  "+",
  "?",
  "#",
  "ts=",
  "id=",
  "&sig=",
  "HTTP/1.1",
  "Host: a\r\n",
  "http://",
];

/** @throws Error with the seed and the case, when a bound or a promise does not hold */
export function fuzzNat(seed: number, count: number): NatOutcome {
  const dice = seeded(seed);
  const outcome: NatOutcome = { decoded: 0, malformed: 0, answers: 0, accepted: 0, rejected: 0 };
  for (let index = 0; index < count; index += 1) {
    try {
      if (index % 2 === 0) stun(dice, outcome);
      else udp(dice, outcome);
    } catch (problem) {
      throw new Error(`seed ${seed}, case ${index}: ${problem}`, { cause: problem });
    }
  }
  return outcome;
}

function stun(dice: Dice, outcome: NatOutcome): void {
  const original = originals[dice.below(originals.length)]!;
  const bytes = dice.below(10) === 0 ? original : mutate(original, splices, dice);
  const judged = judgeAnswer(bytes, server, { ...asked, signed: true });
  if (judged.action === "accept") {
    outcome.answers += 1;
    const signature = checkIntegrity(bytes, decode(bytes), asked.credentials.password);
    if (signature !== "good") throw new Error("accepted without a good MESSAGE-INTEGRITY");
    if (judged.mapped.address !== "203.0.113.1") throw new Error("accepted another address");
  }
  if (judged.action === "not-stun" && looksLikeStun(bytes)) throw new Error("not told for STUN");
  try {
    const read = decode(bytes);
    outcome.decoded += 1;
    for (const one of read.attributes) showAttribute(one, read.id);
    const again = decode(encode(read.type, read.id, read.attributes));
    const shown = (one: typeof read) => JSON.stringify(one.attributes.map((a) => showAttribute(a, one.id)));
    if (shown(again) !== shown(read)) throw new Error("encoding it anew gives another message");
  } catch (problem) {
    if (!(problem instanceof Malformed)) throw problem;
    outcome.malformed += 1;
  }
}

function udp(dice: Dice, outcome: NatOutcome): void {
  const right = dice.below(2) === 0;
  const said = {
    ts: String(1 + dice.below(1000)),
    id: String(dice.below(10)),
    ...(right ? {} : { key: "wrong" }),
  };
  const original = Buffer.from(request(said), "latin1");
  const bytes = dice.below(10) === 0 ? original : mutate(original, httpSplices, dice);
  const judged = judgeUdpRequest(bytes, credentials, firstRecord);
  if (judged.verdict === "reject") {
    outcome.rejected += 1;
    if (judged.record !== firstRecord) throw new Error("a rejected request moved the record");
    return;
  }
  outcome.accepted += 1;
  const { ts, id: number } = judged.request!;
  if (!right) throw new Error("accepted with a wrong password");
  // The two stand side by side in what is signed, so that a digit may change its place, and no other.
  if (ts + number !== said.ts + said.id)
    throw new Error(`accepted ts ${ts} id ${number}, which nobody signed`);
  const second = judgeUdpRequest(bytes, credentials, judged.record);
  if (second.verdict === "accept") throw new Error("a copy was accepted");
}
