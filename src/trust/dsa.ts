/** Rule: the Digital Signature Algorithm over big integers. FIPS 186-4 4.
 *
 * The TLS library of the runtime has no DSA, and Figure 6 of Annex C signs with it. A signature is r and s, each as
 * long as q, one after the other (XML-Signature 6.4.1), or a DER sequence of both (X.509). */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { bitLength, derInteger, derOne, derParts, derTag, fromBigInt, toBigInt } from "./der.ts";
import type { DsaKey } from "./key.ts";
import { trustLimits } from "./limits.ts";

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** q is prime, so the inverse is a power (Fermat). */
const inverse = (value: bigint, q: bigint): bigint => power(value, q - 2n, q);

/** FIPS 186-4 4.6: the leftmost bits of the digest, as many as q has. */
function truncated(digest: Uint8Array, q: bigint): bigint {
  const excess = digest.length * 8 - bitLength(q);
  const value = toBigInt(digest);
  return excess > 0 ? value >> BigInt(excess) : value;
}

/** False for a domain that no DSA key has: its numbers are taken from a certificate. */
export function isDsaDomain({ p, q, g, y }: DsaKey): boolean {
  const [pBits, qBits] = [bitLength(p), bitLength(q)];
  if (pBits < trustLimits.modulusBitsMin || pBits > trustLimits.dsaBitsMax) return false;
  if (qBits < trustLimits.dsaOrderBitsMin || qBits > trustLimits.dsaOrderBitsMax) return false;
  return (p - 1n) % q === 0n && g > 1n && g < p && y > 1n && y < p;
}

/** @param signature r and s, each in as many octets as q has */
export function dsaVerifies(key: DsaKey, digest: Uint8Array, signature: Uint8Array): boolean {
  const { p, q, g, y } = key;
  if (!isDsaDomain(key)) return false;
  const octets = Math.ceil(bitLength(q) / 8);
  if (signature.length !== 2 * octets) return false;
  const r = toBigInt(signature.subarray(0, octets));
  const s = toBigInt(signature.subarray(octets));
  if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
  const w = inverse(s, q);
  const u1 = (truncated(digest, q) * w) % q;
  const u2 = (r * w) % q;
  return ((power(g, u1, p) * power(y, u2, p)) % p) % q === r;
}

/** The DER form of a signature as r and s. @throws Malformed */
export function dsaSignatureFromDer(der: Uint8Array, q: bigint): Uint8Array {
  const [r, s] = derParts(derOne(der, derTag.sequence, "the signature").body);
  const octets = Math.ceil(bitLength(q) / 8);
  return concatBytes(fromBigInt(derInteger(r, "r"), octets), fromBigInt(derInteger(s, "s"), octets));
}

/** RFC 6979 3.2, with HMAC-SHA256: the secret number follows from key and digest, so that no chance can spoil it. */
function* nonces(x: bigint, q: bigint, digest: Uint8Array): Generator<bigint> {
  const octets = Math.ceil(bitLength(q) / 8);
  const seed = concatBytes(fromBigInt(x, octets), fromBigInt(truncated(digest, q) % q, octets));
  let v: Uint8Array = new Uint8Array(32).fill(1);
  let k: Uint8Array = new Uint8Array(32);
  const stir = (octet: number, more: Uint8Array) => {
    k = hmac(sha256, k, concatBytes(v, Uint8Array.of(octet), more));
    v = hmac(sha256, k, v);
  };
  stir(0, seed);
  stir(1, seed);
  for (;;) {
    let bits: Uint8Array = new Uint8Array();
    while (bits.length < octets) {
      v = hmac(sha256, k, v);
      bits = concatBytes(bits, v);
    }
    yield truncated(bits.subarray(0, octets), q);
    stir(0, new Uint8Array());
  }
}

/** @returns r and s, each in as many octets as q has */
export function dsaSign(
  key: { readonly p: bigint; readonly q: bigint; readonly g: bigint; readonly x: bigint },
  digest: Uint8Array,
): Uint8Array {
  const { p, q, g, x } = key;
  const octets = Math.ceil(bitLength(q) / 8);
  for (const k of nonces(x, q, digest)) {
    if (k <= 0n || k >= q) continue;
    const r = power(g, k, p) % q;
    const s = (inverse(k, q) * (truncated(digest, q) + x * r)) % q;
    if (r !== 0n && s !== 0n) return concatBytes(fromBigInt(r, octets), fromBigInt(s, octets));
  }
  throw new Error("unreachable: there is always another number");
}
