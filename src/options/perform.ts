/** Handler: the deeds of the Options: switching them, verifying vouchers that waited. TR-069 C.2. */
import { Refused } from "../errors.ts";
import type { VoucherDesk } from "../handlers/vouchers.ts";
import type { Clock } from "../ports/clock.ts";
import type { Config } from "../ports/config.ts";
import type { Log } from "../ports/log.ts";
import type { Programs } from "../ports/programs.ts";
import type { Services } from "../ports/services.ts";
import type { VoucherTools } from "../ports/vouchers.ts";
import type { Performers } from "../session/machine.ts";
import { type OptionSetting, type Place, sectionAt } from "../voucher/settings.ts";
import type { OptionsDeed, OptionsEvent } from "./state.ts";

export interface OptionPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
  readonly services: Services;
  readonly programs: Programs;
  readonly vouchers: VoucherTools;
}

type OptionRooms = Pick<VoucherDesk, "policy" | "device">;

export function optionsPerformer(
  ports: OptionPorts,
  rooms: OptionRooms,
): Performers<OptionsDeed, OptionsEvent> {
  /** The last switch. Switches run one at a time, because two at once could end in the wrong order. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    async tell({ level, what }) {
      ports.log(level, what);
      return [];
    },
    async switch({ setting, on }) {
      const { name } = setting;
      const mine = last.then(() => turn(ports, setting, on));
      last = mine.catch(() => {});
      try {
        await mine;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return [{ on: "unswitched", name, turned: on, why }];
      }
      ports.log("info", `The Option ${name} has been turned ${on ? "on" : "off"}`);
      return [{ on: "switched", name, turned: on }];
    },
    async check({ number, waiting }) {
      const { verifyAll } = await import("../voucher/list.ts");
      const list = await verifyAll(waiting.vouchers, rooms.policy(), ports.clock.now(), ports.vouchers);
      const device = { ...rooms.device(), provider: waiting.provider };
      return [{ on: "checked", number, list, device }];
    },
  };
}

/** @throws Refused it did not work */
async function turn(ports: OptionPorts, setting: OptionSetting, on: boolean): Promise<void> {
  const by = setting.switch;
  if (by === undefined) return;
  if (by.is === "program") return ports.programs.turn(by.program, setting.name, on);
  await write(ports.config, by.place, on ? by.on : by.off);
  // Also where the value was there already: a crash may have separated the write from the reload.
  await ports.services.apply([by.place.package]);
}

async function write(config: Config, place: Place, value: string): Promise<void> {
  const view = config.view();
  const section = sectionAt(view, place);
  if (section === undefined)
    throw new Refused(`There is no section ${place.package}.${place.section} to switch`);
  if (section.options.get(place.option) === value) return;
  const edit = { edit: "set", ...place, section: section.name, value } as const;
  const staged = await config.stage(view, [edit]);
  staged.commit();
}
