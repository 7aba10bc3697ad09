/** Handler: the methods that concern Options. TR-069 A.4.1.3, A.4.1.4, Annex C. */
import { Fault } from "../errors.ts";
import { fromLatin1 } from "../latin1.ts";
import type { Now } from "../ports/clock.ts";
import type { VoucherTools } from "../ports/vouchers.ts";
import type { Args } from "../rpc/table.ts";
import { type Device, plan, type VoucherState } from "../voucher/plan.ts";
import type { VoucherSettings } from "../voucher/settings.ts";
import type { OptionStruct } from "../voucher/struct.ts";
import { VoucherRefused } from "../voucher/verdict.ts";
import type { VerifiedVoucher } from "../voucher/verify.ts";
import type { Served } from "./dispatch.ts";
import type { Done } from "./effect.ts";

/** The device as the handlers of vouchers see it. */
export interface VoucherDesk {
  readonly tools: VoucherTools;
  readonly policy: () => VoucherSettings;
  readonly device: () => Device;
  readonly now: () => Now;
  readonly state: () => Pick<VoucherState, "options" | "seen">;
  /** @returns whether another list may wait for the clock */
  readonly mayWait: () => boolean;
  /** Every Option that the device has. */
  readonly options: () => readonly OptionStruct[];
}

/** A.4.1.3: all vouchers or none. They take effect in the turn in which this is answered, before the answer is sent.
 * @throws Fault 9001, 9003, 9004 (voucher/verdict.ts has the rule) */
async function setVouchers(desk: VoucherDesk, args: Args<"SetVouchers">): Promise<Done<"SetVouchers">> {
  const now = desk.now();
  if (args.VoucherList.length === 0) return { reply: {} };
  const device = desk.device();
  const { verifyAll } = await import("../voucher/list.ts");
  const list = await verifyAll(args.VoucherList, desk.policy(), now, desk.tools);
  const { fault } = plan({ ...desk.state(), told: new Set() }, list, device, now.wall);
  if (fault !== undefined) throw new Fault(fault.code, fault.text);
  if (!now.known && !desk.mayWait())
    throw new Fault(9004, "Too many vouchers wait until the clock is known to be right");
  const verified = list.filter((one): one is VerifiedVoucher => !(one instanceof VoucherRefused));
  const encoded = args.VoucherList.map((bytes) => btoa(fromLatin1(bytes)));
  return { reply: {}, effects: [{ is: "vouchers", list: verified, encoded, device }] };
}

/** A.4.1.4. @throws Fault 9003 for a name that no Option has */
function getOptions(desk: VoucherDesk, args: Args<"GetOptions">): Done<"GetOptions"> {
  const all = desk.options();
  if (args.OptionName === "") return { reply: { OptionList: all } };
  const one = all.find(({ OptionName }) => OptionName === args.OptionName);
  if (one === undefined) throw new Fault(9003, `There is no Option ${JSON.stringify(args.OptionName)}`);
  return { reply: { OptionList: [one] } };
}

/** Both methods, or neither: they belong together (C.2). */
export const voucherMethods = (desk: VoucherDesk): Served => ({
  SetVouchers: (args) => setVouchers(desk, args),
  GetOptions: async (args) => getOptions(desk, args),
});
