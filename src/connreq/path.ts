/** Rule: the path of the Connection Request URL. TR-069 3.2.2: random, so that it is unique per CPE. */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Chance } from "../ports/chance.ts";

/** 128 random bits. Made once for a device and kept: the ACS remembers the URL. */
export function randomPath(chance: Chance): string {
  return `/${bytesToHex(chance.bytes(16))}`;
}
