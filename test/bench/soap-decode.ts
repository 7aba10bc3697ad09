/** Bench: reading envelopes against a bare sax pass over the same bytes. TR-069 3.5. */
import sax from "sax";
import { decode } from "../../src/rpc/decode.ts";
import { encodeCall, encodeReply } from "../../src/rpc/encode.ts";

const options = { version: "cwmp-1-1", id: "12" } as const;
const limit = 1.3;
const rounds = 41;
/** Bytes read in one round, so that short envelopes are timed by the hundred. */
const roundBytes = 200_000;

const nameOf = (index: number) => `InternetGatewayDevice.LANDevice.1.Hosts.Host.${index}.HostName`;

function setParameterValues(count: number): Uint8Array {
  const ParameterList = Array.from({ length: count }, (_, index) => ({
    Name: nameOf(index),
    Value: `value ${index}`,
    type: "string",
  }));
  return encodeCall("SetParameterValues", { ParameterList, ParameterKey: "key" }, options);
}

const envelopes: Readonly<Record<string, Uint8Array>> = {
  "SetParameterValues of 30": setParameterValues(30),
  "SetParameterValues of 1000": setParameterValues(1000),
  InformResponse: encodeReply("Inform", { MaxEnvelopes: 1 }, options),
  "GetParameterValues of 32": encodeCall(
    "GetParameterValues",
    { ParameterNames: Array.from({ length: 32 }, (_, index) => nameOf(index)) },
    options,
  ),
};

/** sax as we need it, strict and with namespaces, that nobody listens to. */
function pass(bytes: Uint8Array): void {
  sax.parser(true, { xmlns: true }).write(new TextDecoder().decode(bytes)).close();
}

function timed(times: number, run: () => void): number {
  const started = performance.now();
  for (let i = 0; i < times; i++) run();
  return (performance.now() - started) / times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

export interface Measured {
  readonly name: string;
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
  readonly limit: number;
  readonly unit: string;
}

export async function run(): Promise<Measured[]> {
  return Object.entries(envelopes).map(([name, bytes]) => {
    const times = Math.max(1, Math.round(roundBytes / bytes.length));
    const ours: number[] = [];
    const reference: number[] = [];
    // The first rounds warm both up; then they take turns, so that what else the machine does meets both.
    for (let round = -10; round < rounds; round++) {
      const own = timed(times, () => decode(bytes, { serves: () => true }));
      const bare = timed(times, () => pass(bytes));
      if (round < 0) continue;
      ours.push(own);
      reference.push(bare);
    }
    const [own, bare] = [median(ours), median(reference)];
    return { name: `soap-decode ${name}`, ours: own, reference: bare, ratio: own / bare, limit, unit: "ms" };
  });
}
