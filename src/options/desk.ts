/** Handler: SetVouchers and GetOptions. TR-069 A.4.1.3, A.4.1.4. */
import type { VoucherDesk } from "../handlers/vouchers.ts";
import type { Clock } from "../ports/clock.ts";
import type { Config } from "../ports/config.ts";
import type { VoucherTools } from "../ports/vouchers.ts";
import type { DeviceIdStruct } from "../rpc/messages.ts";
import type { Settings } from "../settings.ts";
import { optionLimits } from "./limits.ts";
import { optionStructs } from "./report.ts";
import type { OptionsState } from "./state.ts";

interface DeskPorts {
  readonly clock: Clock;
  readonly config: Config;
  readonly vouchers: VoucherTools;
}

/** @param state of the machine, as it is when it is asked for */
export function voucherDesk(
  { clock, config, vouchers }: DeskPorts,
  settings: () => Settings,
  deviceId: () => DeviceIdStruct,
  state: () => OptionsState,
): VoucherDesk {
  return {
    tools: vouchers,
    policy: () => settings().vouchers,
    device() {
      const { OUI: oui, ProductClass: productClass, SerialNumber: serialNumber } = deviceId();
      const { options = [], provisioningCode = "" } = settings();
      return {
        identity: { oui, productClass, serialNumber },
        options: new Set(options.map(({ name }) => name)),
        provider: provisioningCode,
      };
    },
    now: () => clock.now(),
    state: () => state().kept,
    mayWait: () => state().kept.waiting.size < optionLimits.waitingMax,
    options: () => optionStructs(state(), config.view()),
  };
}
