/** Adapter: the check of a voucher: its library, loaded with the first voucher, and the trusted certificates. */
import { readFileSync } from "node:fs";
import { Malformed, Refused } from "../../src/errors.ts";
import type { VoucherTools } from "../../src/ports/vouchers.ts";
import { pemCertificates } from "../../src/trust/key.ts";

function certificatesOf(file: string): readonly Uint8Array[] {
  try {
    const found = pemCertificates(readFileSync(file, "latin1"));
    if (found.length > 0) return found;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Refused(`Cannot read ${file}: ${error.message}`);
  }
  throw new Refused(`There is no certificate in ${file}: it must hold one in PEM.`);
}

export const voucherTools: VoucherTools = {
  async checks() {
    const [{ systemDsig }, { systemSignatures }] = await Promise.all([
      import("./dsig.ts"),
      import("./signatures.ts"),
    ]);
    return { dsig: systemDsig, signatures: systemSignatures };
  },
  certificates: (files) => files.flatMap(certificatesOf),
};
