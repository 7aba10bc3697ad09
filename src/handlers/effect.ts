/** Table: the effects of an RPC: work that remains after its response. TR-069 A.3, A.4. */
import type { Args, MethodName, Reply } from "../rpc/table.ts";
import type { Device } from "../voucher/plan.ts";
import type { VerifiedVoucher } from "../voucher/verify.ts";

/** Work that an RPC leaves for the end of the session, or for later. */
export type Effect =
  | { readonly is: "reboot"; readonly commandKey: string }
  | { readonly is: "factoryReset" }
  | { readonly is: "scheduleInform"; readonly commandKey: string; readonly delaySeconds: number }
  /** A transfer for the queue; it has been admitted. */
  | { readonly is: "download"; readonly args: Args<"Download"> }
  | { readonly is: "upload"; readonly args: Args<"Upload"> }
  /** `encoded`: the same vouchers in Base64, in case they have to wait. */
  | {
      readonly is: "vouchers";
      readonly list: readonly VerifiedVoucher[];
      readonly encoded: readonly string[];
      readonly device: Device;
    };

/** The answer to an RPC, and the work that it leaves for later. */
export interface Done<M extends MethodName> {
  readonly reply: Reply<M>;
  readonly effects?: readonly Effect[];
}
