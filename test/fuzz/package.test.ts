import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeCertificates } from "../../platform/package/pkcs7.ts";
import { makeKeys } from "../package/workshop.ts";
import { fuzzPackages } from "./package.ts";

const total = (ends: Record<string, number>) => Object.values(ends).reduce((sum, one) => sum + one, 0);

test.each([1, 2, 3])("Annex E packages that mean harm end in a plan or a refusal, seed %i", async (seed) => {
  const ends = await fuzzPackages(seed, 1000);
  expect(total(ends)).toBe(1000);
  // The mutations reach every room.
  for (const end of ["plan", "command", "path", "link", "conflict", "signature-block"]) {
    expect([end, ends[end] ?? 0]).not.toEqual([end, 0]);
  }
});

const without = spawnSync("openssl", ["version"]).status !== 0;

test.skipIf(without)("E.5 packages that were signed again after they were broken end so too", async () => {
  const keys = makeKeys();
  try {
    const pem = (name: string) => join(keys, name);
    const anchors = decodeCertificates(readFileSync(pem("root.pem"), "latin1"));
    const ends = await fuzzPackages(1, 300, {
      certificate: pem("signer.chain.pem"),
      key: pem("signer.key"),
      anchors,
    });
    expect(total(ends)).toBe(300);
    // Behind the signature the other judgements are reached.
    for (const end of ["plan", "path", "link"]) expect([end, ends[end] ?? 0]).not.toEqual([end, 0]);
    expect(ends).not.toHaveProperty("unsigned");
    expect(ends).not.toHaveProperty("untrusted");
  } finally {
    rmSync(keys, { recursive: true, force: true });
  }
});
