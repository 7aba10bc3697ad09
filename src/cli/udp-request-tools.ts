/** Handler: `cwmpd udp-request check`. TR-069 G.2.1.4. */
import { Malformed } from "../errors.ts";
import { natLimits } from "../nat/limits.ts";
import { firstRecord, judgeUdpRequest, plainId, type UdpRecord } from "../nat/record.ts";
import { escapeText } from "../terminal.ts";
import type { Outcome } from "./command.ts";
import { type DatagramWorld, jsonLine, passwordOf, readDatagrams } from "./datagram.ts";
import type { Arguments } from "./table.ts";

interface ToldVerdict {
  readonly verdict: "accept" | "reject";
  readonly why: string;
  readonly ts: number | null;
  readonly id: string | null;
}

export async function udpRequestCheck(
  operands: readonly string[],
  options: Arguments<"udp-request check">,
  world: DatagramWorld,
): Promise<Outcome> {
  let record = recordOf(options);
  const credentials = {
    username: options.username ?? "",
    password: await passwordOf(options["password-file"], world),
  };
  const told: ToldVerdict[] = [];
  for (const bytes of await readDatagrams(operands, world.input)) {
    const judged = judgeUdpRequest(bytes, credentials, record);
    record = judged.record;
    const { verdict, why, request } = judged;
    told.push({
      verdict,
      why,
      ts: request === undefined ? null : Number(request.ts),
      id: request?.id ?? null,
    });
  }
  return { exit: 0, out: told.map(options.json ? jsonLine : verdictText).join("") };
}

/** @throws Malformed */
function recordOf(options: Arguments<"udp-request check">): UdpRecord {
  const { "last-ts": ts, "last-id": id = firstRecord.id } = options;
  if (!/^\d{1,16}$/.test(ts) || Number(ts) > natLimits.timestampMax) {
    throw new Malformed(`Option --last-ts is a whole number up to ${natLimits.timestampMax}, not "${ts}".`);
  }
  if (!/^\d*$/.test(id)) throw new Malformed(`Option --last-id is an unsigned number, not "${id}".`);
  return { ts: Number(ts), id: plainId(id) };
}

function verdictText({ verdict, why, ts, id }: ToldVerdict): string {
  const named = ts === null ? "" : ` ts ${ts} id ${id}`;
  return `${verdict}${named}${why === "" ? "" : `: ${escapeText(why)}`}\n`;
}
