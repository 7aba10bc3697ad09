/** Table: the verdicts on a voucher, and the fault for each refusal. TR-069 A.4.1.3, Annex C.
 *
 * Annex C fixes one code only: 9001 where the DeviceId does not match. 9001 (Request denied) also answers a voucher
 * that is not proven to be a trusted signer's, 9003 (Invalid arguments) a voucher that cannot be understood, 9004
 * one too large. */
import type { FaultCode } from "../errors.ts";

export const refusals = {
  malformed: { code: 9003, tells: "it is no well-formed voucher" },
  oversize: { code: 9004, tells: "it exceeds a bound: bytes, elements, depth" },
  unsigned: { code: 9001, tells: "it is no XML-Signature around Option objects" },
  structure: { code: 9001, tells: "parts of it are signed in a way that a voucher must not be" },
  algorithm: { code: 9001, tells: "it uses an algorithm or a transform that is not accepted" },
  digest: { code: 9001, tells: "an Option object is not the one that was signed" },
  signature: { code: 9001, tells: "the signature is not by the certificate that it shows" },
  untrusted: { code: 9001, tells: "the signer's certificate does not chain to a trusted one" },
  device: { code: 9001, tells: "it is for another device" },
  serial: { code: 9001, tells: "another voucher of this trust anchor has the same serial number" },
  option: { code: 9003, tells: "the device has no such Option" },
  full: { code: 9004, tells: "the device remembers as many vouchers as it can" },
} as const satisfies Record<string, { readonly code: FaultCode; readonly tells: string }>;

export type Refusal = keyof typeof refusals;

/** `valid`: nothing speaks against it. `repeated`: it has been applied before, and has no effect. */
export type Verdict = "valid" | "repeated" | Refusal;

/** A voucher is refused. The message names the fault, for people. */
export class VoucherRefused extends Error {
  override readonly name = "VoucherRefused";
  constructor(
    readonly verdict: Refusal,
    message: string,
  ) {
    super(message);
  }
}
