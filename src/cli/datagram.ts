/** Handler: the arguments of commands on datagrams: hexadecimal digits, addresses, ids, passwords. */

import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { Malformed } from "../errors.ts";
import { parseEndpoint } from "../nat/endpoint.ts";
import type { Endpoint } from "../ports/udp.ts";
import { jsonText } from "../terminal.ts";

/** The input, the files and the chance that these commands need. */
export interface DatagramWorld {
  /** All of standard input. */
  input(): Promise<string>;
  /** All bytes of a file. */
  octets(path: string): Promise<Uint8Array>;
  chance(count: number): Uint8Array;
}

/** Digits in either case, with or without blanks between them.
 * @throws Malformed */
function readHex(text: string, where: string): Uint8Array {
  const digits = text.replace(/\s/g, "");
  if (digits.length % 2 === 0 && /^[0-9A-Fa-f]*$/.test(digits)) return hexToBytes(digits);
  throw new Malformed(`${where} is not an even number of hexadecimal digits.`);
}

/** The datagrams of the command line; "-" means the lines of standard input.
 * @throws Malformed and nothing has been judged yet */
export async function readDatagrams(
  operands: readonly string[],
  input: () => Promise<string>,
): Promise<readonly Uint8Array[]> {
  const all: Uint8Array[] = [];
  for (const [at, operand] of operands.entries()) {
    if (operand !== "-") all.push(readHex(operand, operands.length > 1 ? `HEX ${at + 1}` : "HEX"));
    else
      all.push(...linesOf(await input()).map((line, n) => readHex(line, `Line ${n + 1} of standard input`)));
  }
  return all;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** @throws Malformed */
export function endpointOption(name: string, value: string | undefined): Endpoint {
  if (value === undefined) throw new Malformed(`Option --${name} is needed: --${name} A:P.`);
  const endpoint = parseEndpoint(value);
  if (endpoint !== undefined) return endpoint;
  throw new Malformed(`Option --${name} is an address with its port, as 192.0.2.1:3478, not "${value}".`);
}

/** A transaction id, lower case.
 * @throws Malformed */
export function idOption(value: string | undefined): string {
  if (value === undefined) throw new Malformed("Option --id is needed: 32 hexadecimal digits.");
  if (!/^[0-9A-Fa-f]{32}$/.test(value)) {
    throw new Malformed(`Option --id is 32 hexadecimal digits, not "${value}".`);
  }
  return value.toLowerCase();
}

/** RFC 5389 6: with the cookie in front, newer servers answer as well; the rest is chance. */
export const newId = (chance: (count: number) => Uint8Array): string => `2112a442${bytesToHex(chance(12))}`;

/** The bytes of a password's file, without one line end. */
export async function passwordOf(
  path: string | undefined,
  world: Pick<DatagramWorld, "octets">,
): Promise<Uint8Array> {
  if (path === undefined) return new Uint8Array(0);
  const bytes = await world.octets(path);
  const [CR, LF] = [13, 10];
  if (bytes.at(-1) !== LF) return bytes;
  return bytes.subarray(0, bytes.at(-2) === CR ? -2 : -1);
}

/** A JSON object on a line. */
export const jsonLine = (value: unknown): string => jsonText(value);
