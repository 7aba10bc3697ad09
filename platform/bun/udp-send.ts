/** Adapter: `cwmpd udp-request send`. TR-069 G.2.2.3. */
import { readFileSync } from "node:fs";
import type { Outcome } from "../../src/cli/command.ts";
import { endpointOption, jsonLine, passwordOf } from "../../src/cli/datagram.ts";
import type { Arguments } from "../../src/cli/table.ts";
import { Malformed, Refused } from "../../src/errors.ts";
import { headerText } from "../../src/http/digest.ts";
import { familyOf, writeEndpoint } from "../../src/nat/endpoint.ts";
import { natLimits } from "../../src/nat/limits.ts";
import { writeUdpRequest } from "../../src/nat/udp.ts";
import { resolveEndpoint } from "./endpoint.ts";
import { openUdp } from "./udp.ts";

const random = (count: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(count)));

export async function sendUdpRequest(
  target: string,
  options: Arguments<"udp-request send">,
): Promise<Outcome> {
  const { username = "", ts = String(Math.floor(Date.now() / 1000)) } = options;
  const { id = String(random(4).readUInt32BE()), cn = random(8).toString("hex").toUpperCase() } = options;
  const copies = number("copies", options.copies, 1, 100);
  number("ts", ts, 0, natLimits.timestampMax);
  if (!/^\d{1,64}$/.test(id)) throw new Malformed(`Option --id is an unsigned number, not "${id}".`);
  const from = options.from === undefined ? undefined : endpointOption("from", options.from);
  const password = await passwordOf(options["password-file"], { octets: async (path) => readFileSync(path) });
  if (username === "" || password.length === 0) {
    throw new Refused("A device takes only signed requests: give --username and --password-file.");
  }
  const to = await resolveEndpoint(target);
  const bytes = writeUdpRequest({ ts, id, un: headerText(username), cn: headerText(cn) }, password, to);
  const family = familyOf(to.address);
  const socket = await openUdp({ family, port: 0, ...from, heard: () => {} });
  for (let copy = 0; copy < copies; copy += 1) await socket.sent(bytes, to);
  const source = from === undefined ? `port ${socket.local.port}` : writeEndpoint(from);
  socket.close();
  const hex = Buffer.from(bytes).toString("hex");
  const told = { to: writeEndpoint(to), from: source, copies, ts: Number(ts), id, hex };
  const text = `Sent to ${told.to} from ${source}: ${copies} ${copies === 1 ? "copy" : "copies"} of ts ${ts} id ${id}\n`;
  return { exit: 0, out: options.json ? jsonLine(told) : text };
}

function number(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (value >= min && value <= max) return value;
  throw new Malformed(`Option --${name} is a whole number from ${min} to ${max}, not "${text}".`);
}
