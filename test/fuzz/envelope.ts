/** Fuzz: envelopes, broken by seed. Each ends as a message or as `Malformed`, soon; what is read can be written and
 * read again as the same. TR-069 3.5. */
import { Fault, Malformed } from "../../src/errors.ts";
import { decode, type Message } from "../../src/rpc/decode.ts";
import { encodeCall, encodeFault, encodeReply, encodeSoapFault } from "../../src/rpc/encode.ts";
import type { MethodName } from "../../src/rpc/table.ts";
import { samples } from "../rpc/samples.ts";
import { bytes, envelope, idHeader } from "../soap/envelopes.ts";

/** Milliseconds for one envelope on a machine however slow; the largest takes some hundred. */
const decodeMsMax = 10_000;

type Dice = (below: number) => number;

/** Mulberry32: the same numbers for the same seed everywhere. */
function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function corpus(): Uint8Array[] {
  const options = { version: "cwmp-1-1", id: "12" } as const;
  const faults = [{ name: "A.b", code: 9007, text: "bad" }] as const;
  return [
    ...(Object.keys(samples) as MethodName[]).flatMap((name) => [
      encodeCall(name, samples[name].args as never, options),
      encodeReply(name, samples[name].reply as never, options),
    ]),
    encodeFault(new Fault(9003, "bad", faults), options),
    encodeSoapFault("MustUnderstand", options),
    bytes(
      envelope("\n <cwmp:Reboot>\n  <CommandKey><![CDATA[k]]></CommandKey>\n </cwmp:Reboot>\n", idHeader),
    ),
  ];
}

const tokens = [
  "<!DOCTYPE a [<!ENTITY x 'y'>]>",
  "<![CDATA[",
  "]]>",
  "<!--",
  "-->",
  "<?xml version='1.0' encoding='UTF-16'?>",
  "<?xml version='1.0' encoding='ISO-8859-1'?>",
  "&amp;",
  "&x;",
  "&",
  "&#0;",
  "&#x110000;",
  "<a/>",
  "</a>",
  "<a>",
  "/>",
  ' xmlns=""',
  ' xmlns:cwmp="urn:dslforum-org:cwmp-1-9"',
  ' xmlns:soap-env="urn:x"',
  ' hasOwnProperty="1"',
  ' soap-env:mustUnderstand="1"',
  "<__proto__>",
  "<cwmp:ID>",
  "-1",
  "99999999999999999999",
  "\0",
  "\ufeff",
  "\ud800",
  "Response",
];

function splice(input: Uint8Array, at: number, drop: number, insert: Uint8Array): Uint8Array {
  const out = new Uint8Array(input.length - drop + insert.length);
  out.set(input.subarray(0, at));
  out.set(insert, at);
  out.set(input.subarray(at + drop), at + insert.length);
  return out;
}

function utf16(input: Uint8Array, little: boolean): Uint8Array {
  const out = new Uint8Array(2 + input.length * 2);
  const view = new DataView(out.buffer);
  view.setUint16(0, 0xfeff, little);
  for (const [index, byte] of input.entries()) view.setUint16(2 + index * 2, byte, little);
  return out;
}

type Mutation = (input: Uint8Array, roll: Dice, seeds: readonly Uint8Array[]) => Uint8Array;

const any = (list: readonly Uint8Array[], roll: Dice) => list[roll(list.length)] ?? new Uint8Array();
/** A place just before or after a tag, where it hurts more than elsewhere. */
function tagAt(input: Uint8Array, roll: Dice): number {
  const at = input.indexOf(roll(2) === 0 ? 0x3c : 0x3e, roll(input.length + 1));
  return at < 0 ? roll(input.length + 1) : at + roll(2);
}

/** From a tag to its end tag; both places are 0 where there is none. */
function elementAt(input: Uint8Array, roll: Dice): [from: number, to: number] {
  const text = new TextDecoder("latin1").decode(input);
  const found = /<([\w:-]+)[^<>]*>/g;
  found.lastIndex = roll(input.length + 1);
  const open = found.exec(text);
  const end = open ? text.indexOf(`</${open[1]}>`, found.lastIndex) : -1;
  return open && end >= 0 ? [open.index, end + (open[1]?.length ?? 0) + 3] : [0, 0];
}

const none = new Uint8Array();
const texts = [
  "",
  " ",
  "0",
  "1",
  "-1",
  "true",
  "4294967296",
  "9e9",
  "A.",
  "k".repeat(33),
  "&amp;",
  "ü",
  "AAEC",
  "]]&gt;",
];

/** The first of them mostly keep the text well-formed, and are taken more often. */
const gentle = 5;
const mutations: readonly Mutation[] = [
  function dropElement(input, roll) {
    const [from, to] = elementAt(input, roll);
    return splice(input, from, to - from, none);
  },
  function doubleElement(input, roll) {
    const [from, to] = elementAt(input, roll);
    return splice(input, to, 0, input.subarray(from, to));
  },
  function moveElement(input, roll) {
    const [from, to] = elementAt(input, roll);
    const [, place] = elementAt(input, roll);
    return splice(input, place, 0, input.subarray(from, to));
  },
  function otherElement(input, roll, seeds) {
    const other = any(seeds, roll);
    const [start, end] = elementAt(other, roll);
    const [from, to] = elementAt(input, roll);
    return splice(input, from, to - from, other.subarray(start, end));
  },
  function text(input, roll) {
    const from = input.indexOf(0x3e, roll(input.length + 1)) + 1;
    const to = input.indexOf(0x3c, from);
    return splice(input, from, Math.max(0, to - from), bytes(texts[roll(texts.length)] ?? ""));
  },
  function flip(input, roll) {
    const out = input.slice();
    for (let i = 1 + roll(4); i > 0 && out.length > 0; i--) out[roll(out.length)] = roll(256);
    return out;
  },
  function cut(input, roll) {
    return input.subarray(0, roll(input.length + 1));
  },
  function drop(input, roll) {
    const at = roll(input.length + 1);
    return splice(input, at, Math.min(roll(60), input.length - at), new Uint8Array());
  },
  function double(input, roll) {
    const at = tagAt(input, roll);
    return splice(input, at, 0, input.subarray(at, at + roll(300)));
  },
  function cross(input, roll, seeds) {
    const other = any(seeds, roll);
    const at = roll(other.length + 1);
    return splice(input, tagAt(input, roll), 0, other.subarray(at, at + roll(300)));
  },
  function token(input, roll) {
    return splice(input, tagAt(input, roll), 0, bytes(tokens[roll(tokens.length)] ?? ""));
  },
  function nest(input, roll) {
    const depth = roll(100);
    return splice(input, tagAt(input, roll), 0, bytes("<a>".repeat(depth) + "</a>".repeat(roll(2) * depth)));
  },
  function attributes(input, roll) {
    const text = Array.from({ length: roll(100) }, (_, i) => ` a${i}="${i}"`).join("");
    return splice(input, tagAt(input, roll), 0, bytes(text));
  },
  function hugeAttribute(input, roll) {
    return splice(input, tagAt(input, roll), 0, bytes(` a="${"x".repeat(roll(100_000))}"`));
  },
  function hugeText(input, roll) {
    const piece = tokens[roll(tokens.length)] ?? "";
    return splice(input, tagAt(input, roll), 0, bytes(piece.repeat(roll(2000))));
  },
  function encoding(input, roll) {
    if (roll(3) === 0) return splice(input, 0, 0, Uint8Array.of(0xef, 0xbb, 0xbf));
    return utf16(input, roll(2) === 0);
  },
];

const charsets = ["utf-8", "iso-8859-1", "us-ascii", "utf-16", "nonsense"];

/** Types that are no names are written as string; they cannot come back. */
function hasOddType(message: Message): boolean {
  return /"type":"(?![A-Za-z0-9]+")/.test(JSON.stringify(message));
}

/** What was understood can be said, and means the same. */
function checkAgain(message: Message): void {
  if ((message.is !== "call" && message.is !== "reply") || hasOddType(message)) return;
  const { is, method, args, id } = message;
  const options = { version: "cwmp-1-1", id } as const;
  const written =
    is === "call" ? encodeCall(method, args as never, options) : encodeReply(method, args as never, options);
  const again = decode(written, { serves: () => true });
  if (!("args" in again) || again.method !== method || JSON.stringify(again.args) !== JSON.stringify(args)) {
    throw new Error(`${method} does not come back as it was`);
  }
}

export interface FuzzCounts {
  readonly messages: number;
  readonly malformed: number;
}

/** @throws Error that names seed, number and input of the first envelope that ends otherwise */
export function fuzzEnvelopes(seed: number, count: number): FuzzCounts {
  const roll = dice(seed);
  const seeds = corpus();
  let messages = 0;
  for (let number = 0; number < count; number++) {
    let input = any(seeds, roll);
    for (let i = 1 + (roll(3) === 0 ? roll(4) : 0); i > 0; i--) {
      const among = roll(2) === 0 ? gentle : mutations.length;
      input = mutations[roll(among)]?.(input, roll, seeds) ?? input;
    }
    const charset = roll(8) === 0 ? charsets[roll(charsets.length)] : undefined;
    const truncated = roll(16) === 0;
    const started = performance.now();
    try {
      checkAgain(decode(input, { charset, truncated, serves: () => true }));
      messages++;
    } catch (error) {
      if (error instanceof Malformed) continue;
      const shown = Buffer.from(input.subarray(0, 3000)).toString("base64");
      const what = `seed ${seed}, envelope ${number}, charset ${charset}, truncated ${truncated}`;
      throw new Error(`${what}: ${error}\n${shown}`, { cause: error });
    }
    if (performance.now() - started > decodeMsMax)
      throw new Error(`seed ${seed}, envelope ${number}: too slow`);
  }
  return { messages, malformed: count - messages };
}
