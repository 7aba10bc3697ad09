/** Bench: what a DHCP message says of the ACS and of the other end, against a bare walk over the same bytes.
 * TR-069 3.1, RFC 2132. */
import { readOffer } from "../../src/dhcp/offer.ts";
import { noteTaker, readOptions, splitPacket } from "../../src/dhcp/options.ts";
import { message, option, sub, text, vendor } from "../dhcp/octets.ts";
import { quantile, type Row, row } from "./measure.ts";

const limit = 3;
const rounds = 41;
const repeats = 2000;

const url = "https://acs.example.net:7547/cwmp";
const gateway = vendor([3561, [...sub(4, "00256D"), ...sub(5, "GW-SERIAL-1"), ...sub(6, "HomeGateway")]]);

/** An ACK as real servers send it: their usual options, then those of TR-069. */
const ack = message({
  options: [
    ...option(53, [5]),
    ...[1, 3, 6, 28, 51, 54, 58, 59].flatMap((code) => option(code, [192, 168, 77, 1])),
    ...option(12, [...text("gateway")]),
    ...option(15, [...text("lan.example.net")]),
    ...option(43, [...sub(2, "PROV-42"), ...sub(1, url), 255]),
    ...option(125, gateway),
    255,
    ...Array.from({ length: 60 }, () => 0),
  ],
});

function decode(): number {
  const { note } = noteTaker();
  const bodies = readOptions(splitPacket(ack), note);
  const { acs, gateway: found } = readOffer(bodies, note);
  return (acs.option ?? 0) + (found?.serial.length ?? 0);
}

/** Every option and sub-option of the message found and its octets made text, with no check of anything. */
function walk(): number {
  const decoder = new TextDecoder();
  let seen = 0;
  for (let at = 240; at < ack.length && ack[at] !== 255; ) {
    if (ack[at] === 0) {
      at += 1;
      continue;
    }
    const body = ack.subarray(at + 2, at + 2 + ack[at + 1]!);
    if (ack[at] === 43 || ack[at] === 125) {
      for (let inner = ack[at] === 125 ? 5 : 0; inner < body.length && body[inner] !== 255; ) {
        seen += decoder.decode(body.subarray(inner + 2, inner + 2 + body[inner + 1]!)).length;
        inner += 2 + body[inner + 1]!;
      }
    }
    at += 2 + body.length;
  }
  return seen;
}

function timed(work: () => number): number {
  const began = performance.now();
  for (let n = 0; n < repeats; n++) work();
  return ((performance.now() - began) / repeats) * 1000;
}

export async function run(): Promise<Row[]> {
  const times = { ours: [] as number[], reference: [] as number[] };
  // Both take turns: what else the machine does meets both sides.
  for (let round = -5; round < rounds; round++) {
    const [ours, reference] = [timed(decode), timed(walk)];
    if (round < 0) continue;
    times.ours.push(ours);
    times.reference.push(reference);
  }
  // Rounds of a few microseconds each: what else the machine does shows in the slower ones.
  const [ours, reference] = [quantile(times.ours, 0.1), quantile(times.reference, 0.1)];
  return [row("dhcp-decode", ours, reference, limit, "us")];
}
