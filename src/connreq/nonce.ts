/** Rule: nonces that need no memory until they have served. RFC 2617 3.2.1.
 *
 * A nonce holds the time of its making, and a code proves that we made it: any number of challenges costs nothing, so
 * no flood of them can push out the one that a good client is about to answer. Only nonces that were returned with
 * right credentials are remembered, each with the highest count seen. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Chance } from "../ports/chance.ts";
import { connectionRequestLimits as limits } from "./limits.ts";

export interface Nonces {
  readonly secret: Uint8Array;
  /** Nonce to the highest count that it served. */
  readonly served: Map<string, number>;
  /** Nonces made up to then are stale: monotonic milliseconds. */
  staleTo: number;
}

const madeAtDigits = 12;
const randomBytes = 8;
const stampDigits = madeAtDigits + 2 * randomBytes;
/** Half of the code is more than enough against guessing within a nonce's life. */
const codeBytes = 16;

export function nonces(chance: Chance): Nonces {
  return { secret: chance.bytes(32), served: new Map(), staleTo: -1 };
}

/** @param now monotonic milliseconds */
export function mint(state: Nonces, now: number, chance: Chance): string {
  const madeAt = Math.max(Math.floor(now), state.staleTo + 1);
  const stamp = madeAt.toString(16).padStart(madeAtDigits, "0") + bytesToHex(chance.bytes(randomBytes));
  return stamp + code(state, stamp);
}

/** Judges the nonce of an answer whose credentials are right, and remembers it.
 * @param count `nc`; undefined in answers of RFC 2069, which has none: the nonce then serves once
 * @returns whether it serves; if not, it is not ours, too old, or was used before */
export function serve(state: Nonces, now: number, nonce: string, count: number | undefined): boolean {
  const stamp = nonce.slice(0, stampDigits);
  if (!sameText(nonce, stamp + code(state, stamp))) return false;
  const madeAt = Number.parseInt(nonce.slice(0, madeAtDigits), 16);
  if (madeAt <= state.staleTo || now - madeAt >= limits.nonceMs) return false;
  const highest = state.served.get(nonce);
  if (count === undefined ? highest !== undefined : count <= (highest ?? 0)) return false;
  if (highest === undefined) makeRoom(state, now);
  state.served.set(nonce, count ?? Number.POSITIVE_INFINITY);
  return true;
}

/** Compares in a time that does not depend on the place of the difference. */
export function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at += 1) difference |= one.charCodeAt(at) ^ (other.charCodeAt(at) || 0);
  return difference === 0;
}

function code(state: Nonces, stamp: string): string {
  return bytesToHex(hmac(sha256, state.secret, utf8ToBytes(stamp)).subarray(0, codeBytes));
}

/** Forgets nonces that are too old. If that does not make enough room, every nonce made until now becomes stale:
 * forgetting the count of a valid nonce would allow replays. */
function makeRoom(state: Nonces, now: number): void {
  if (state.served.size < limits.noncesMax) return;
  for (const nonce of state.served.keys()) {
    if (now - Number.parseInt(nonce.slice(0, madeAtDigits), 16) >= limits.nonceMs) state.served.delete(nonce);
  }
  if (state.served.size < limits.noncesMax) return;
  state.served.clear();
  // No nonce is dated later than that: see mint.
  state.staleTo = Math.max(Math.floor(now), state.staleTo + 1);
}
