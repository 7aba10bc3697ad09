import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { derParts, derTag, toBigInt } from "../../src/trust/der.ts";
import { dsaSign, dsaSignatureFromDer, dsaVerifies } from "../../src/trust/dsa.ts";
import { fromBase64, readDsaPrivateKey } from "../../src/trust/key.ts";
import { hasOpenssl, Pki } from "./pki.ts";

const sizes = [1024, 2048] as const;

describe.skipIf(!hasOpenssl)("DSA over big integers, against openssl's", () => {
  let pki: Pki;
  beforeAll(() => {
    pki = new Pki();
    for (const bits of sizes) pki.make(`dsa${bits}`, { key: "dsa", bits });
    writeFileSync(pki.file("text"), "what is signed");
  }, 120_000);
  afterAll(() => pki.remove());

  const publicKey = (name: string) => {
    const { key } = pki.certificate(name);
    if (key.is !== "dsa") throw new Error(`${name} has no DSA key`);
    return key;
  };
  const privateKey = (name: string) => {
    const text = pki.read(`${name}.key`);
    return readDsaPrivateKey(fromBase64(text.replace(/-----[^-]+-----/g, "")))!;
  };
  const digest = (text: string) => createHash("sha1").update(text).digest();
  /** r and s as DER has them. */
  const toDer = (signature: Uint8Array): Uint8Array => {
    const part = (bytes: Uint8Array) => {
      const value = toBigInt(bytes).toString(16);
      const hex = value.length % 2 === 0 ? value : `0${value}`;
      const body = Buffer.from(/^[89a-f]/.test(hex) ? `00${hex}` : hex, "hex");
      return [derTag.integer, body.length, ...body];
    };
    const half = signature.length / 2;
    const both = [...part(signature.subarray(0, half)), ...part(signature.subarray(half))];
    return Uint8Array.of(derTag.sequence, both.length, ...both);
  };

  test.each(sizes)("%i bits: accepts a signature of openssl, and none that differs in a bit", (bits) => {
    pki.openssl("dgst", "-sha1", "-sign", `dsa${bits}.key`, "-out", "signature", "text");
    const key = publicKey(`dsa${bits}`);
    const signature = dsaSignatureFromDer(readFileSync(pki.file("signature")), key.q);
    expect(dsaVerifies(key, digest("what is signed"), signature)).toBe(true);
    expect(dsaVerifies(key, digest("what is signed."), signature)).toBe(false);
    for (const at of [0, 19, 20, signature.length - 1]) {
      const other = signature.slice();
      other[at]! ^= 1;
      expect(dsaVerifies(key, digest("what is signed"), other)).toBe(false);
    }
    const other = sizes.find((one) => one !== bits)!;
    expect(dsaVerifies(publicKey(`dsa${other}`), digest("what is signed"), signature)).toBe(false);
  });

  test.each(sizes)("%i bits: openssl accepts our signature", (bits) => {
    const signature = dsaSign(privateKey(`dsa${bits}`), digest("what is signed"));
    writeFileSync(pki.file("signature"), toDer(signature));
    writeFileSync(pki.file("public"), pki.openssl("x509", "-in", `dsa${bits}.pem`, "-pubkey", "-noout"));
    const told = pki.openssl("dgst", "-sha1", "-verify", "public", "-signature", "signature", "text");
    expect(told).toBe("Verified OK\n");
  });

  test("signatures that any key would accept are refused: r and s of 0, or not below q", () => {
    const key = publicKey("dsa1024");
    const zero = new Uint8Array(40);
    const large = new Uint8Array(40).fill(0xff);
    expect(dsaVerifies(key, digest("x"), zero)).toBe(false);
    expect(dsaVerifies(key, digest("x"), large)).toBe(false);
    expect(dsaVerifies(key, digest("x"), new Uint8Array(39))).toBe(false);
    // With g and y of 1 every signature with r of 1 would be good.
    const one = new Uint8Array(40);
    one[19] = 1;
    one[39] = 1;
    expect(dsaVerifies({ ...key, g: 1n, y: 1n }, digest("x"), one)).toBe(false);
  });

  test("ambiguous DER is malformed", () => {
    const bad = ["3003020100ff", "30800201000000", "3081030201 00", "300302010", "3004020200 01", "1f0100"];
    for (const hex of bad) {
      const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
      const read = () => dsaSignatureFromDer(bytes, 1n << 159n);
      expect(read, hex).toThrow(/Cannot parse DER/);
    }
    expect(derParts(Buffer.from("020100", "hex"))).toHaveLength(1);
  });
});
