/** Handler: a VoucherList verified as the device's settings want it. TR-069 A.4.1.3. */
import type { Now } from "../ports/clock.ts";
import type { VoucherTools } from "../ports/vouchers.ts";
import { readCertificate } from "../trust/certificate.ts";
import { fromBase64 } from "../trust/key.ts";
import type { VoucherSettings } from "./settings.ts";
import { VoucherRefused } from "./verdict.ts";
import { type VerifiedVoucher, verify } from "./verify.ts";

/** @param list vouchers, or their Base64
 * @param now dates are judged only where the clock is known to be right (C.2)
 * @throws Refused the trusted certificates cannot be read
 * @throws Malformed one of them is none */
export async function verifyAll(
  list: readonly (Uint8Array | string)[],
  settings: VoucherSettings,
  now: Now,
  tools: VoucherTools,
): Promise<readonly (VerifiedVoucher | VoucherRefused)[]> {
  const checks = await tools.checks();
  const policy = {
    anchors: tools.certificates(settings.trust).map(readCertificate),
    algorithms: new Set(settings.algorithms),
    bytesMax: settings.bytesMax,
    at: now.known ? now.wall : undefined,
  };
  return list.map((one) => {
    try {
      return verify(typeof one === "string" ? fromBase64(one) : one, policy, checks);
    } catch (error) {
      if (error instanceof VoucherRefused) return error;
      throw error;
    }
  });
}
