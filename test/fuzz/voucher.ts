/** Fuzz: signed vouchers, broken by seed. Each ends in the Options that were signed or in a refusal, soon; never in
 * others. TR-069 Annex C. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemDsig } from "../../platform/bun/dsig.ts";
import { systemSignatures } from "../../platform/bun/signatures.ts";
import { readCertificate } from "../../src/trust/certificate.ts";
import { pemCertificates } from "../../src/trust/key.ts";
import { algorithmNames } from "../../src/voucher/algorithms.ts";
import { voucherLimits } from "../../src/voucher/limits.ts";
import { VoucherRefused } from "../../src/voucher/verdict.ts";
import { type Policy, verify } from "../../src/voucher/verify.ts";
import { seeded } from "../connreq/desk.ts";
import { mutate } from "./mutate.ts";

const fixtures = join(import.meta.dirname, "../fixtures/voucher");

/** Milliseconds for one voucher on a machine however slow; a good one takes some ten. */
const verifyMsMax = 10_000;

const splices = [
  "<!DOCTYPE a [<!ENTITY x 'y'>]>",
  "<![CDATA[",
  "]]>",
  "<!--",
  "-->",
  "<?x?>",
  "&amp;",
  "&x;",
  "&#65;",
  "<a/>",
  "</a>",
  "<a>",
  "/>",
  ' xmlns=""',
  ' xmlns:dsig="urn:x"',
  ' Id="option0"',
  ' Id="option1"',
  'URI=""',
  "#option1",
  "<dsig:Object>",
  "</dsig:Object>",
  "<Option>",
  "</Option>",
  "<Mode>Disable</Mode>",
  "<Reference URI='#option0'>",
  "</Reference>",
  "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'>",
  "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
  "http://www.w3.org/2000/09/xmldsig#sha1",
  "http://www.w3.org/2001/04/xmlenc#sha256",
  "AAAA",
  "\0",
  "\r\n",
  "\u2028",
  "é",
];

export interface VoucherCounts {
  readonly accepted: number;
  readonly refused: number;
}

/** @throws Error that names seed and number of the first voucher that ends otherwise */
export function fuzzVouchers(seed: number, count: number): VoucherCounts {
  const dice = seeded(seed);
  const anchors = pemCertificates(readFileSync(join(fixtures, "root.pem"), "latin1")).map(readCertificate);
  const policy: Policy = {
    anchors,
    algorithms: new Set(algorithmNames),
    bytesMax: voucherLimits.bytesMax,
    at: undefined,
  };
  const checks = { dsig: systemDsig, signatures: systemSignatures };
  const files = readdirSync(fixtures).filter((name) => name.endsWith(".xml"));
  const originals = files.map((name) => new Uint8Array(readFileSync(join(fixtures, name))));
  const signed = new Set(originals.map((bytes) => JSON.stringify(verify(bytes, policy, checks).options)));
  let accepted = 0;
  for (let number = 0; number < count; number++) {
    const input = mutate(originals[dice.below(originals.length)]!, splices, dice);
    const where = `seed ${seed}, voucher ${number}`;
    const started = performance.now();
    try {
      const { options } = verify(input, policy, checks);
      accepted++;
      if (!signed.has(JSON.stringify(options))) throw new Error(`${where}: Options that nobody has signed`);
    } catch (error) {
      if (!(error instanceof VoucherRefused)) throw new Error(`${where}: ${error}`, { cause: error });
    }
    if (performance.now() - started > verifyMsMax) throw new Error(`${where}: too slow`);
  }
  return { accepted, refused: count - accepted };
}
