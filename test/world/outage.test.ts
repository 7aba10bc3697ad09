/** What is left of events and counts where the ACS says nothing or the power goes. 3.2.1.1, 3.7.1.5 Table 7. */
import { describe, expect, test } from "vitest";
import { ask } from "../../src/acs/state.ts";
import type { EventStruct } from "../../src/rpc/messages.ts";
import { Household, hour, management } from "./household.ts";

const minute = 60_000;

describe("3.7.1.5 unconfirmed events outlast a power cut", () => {
  const deaf = (home: Household) => {
    home.mishap = () => ({ do: "drop" });
  };
  /** After each boot the ACS still says nothing, until the last. */
  const boots = async (home: Household, kept: readonly EventStruct[]) => {
    const { retryCount } = await home.engine.control.status();
    for (let boot = 0; boot < 3; boot++) {
      if (boot === 2) home.mishap = () => undefined;
      home.forget();
      await home.restart(minute);
      await home.rest();
      expect(home.told.map(({ inform }) => inform.RetryCount)).toEqual([retryCount + boot]);
      const [told] = home.told;
      expect(told!.inform.Event).toEqual([...kept, { EventCode: "1 BOOT", CommandKey: "" }]);
    }
    home.forget();
    await home.restart(minute);
    await home.rest();
    expect(home.told.map(({ codes, inform }) => [codes, inform.RetryCount])).toEqual([[["1 BOOT"], 0]]);
  };
  const event = (EventCode: string, CommandKey = "") => ({ EventCode, CommandKey });

  test("[R-3.7.1.5-11] [R-3.2.1.1-08] 0 BOOTSTRAP and RetryCount are kept", async () => {
    const home = new Household();
    deaf(home);
    await home.start();
    await home.rest();
    await boots(home, [event("0 BOOTSTRAP")]);
  });

  test("[R-3.7.1.5-23] 2 PERIODIC is kept", async () => {
    const home = await new Household().settle();
    await home.sets({
      [`${management}PeriodicInformEnable`]: ["1", "boolean"],
      [`${management}PeriodicInformInterval`]: ["86400", "unsignedInt"],
    });
    deaf(home);
    await home.clock.pass(24 * hour);
    await boots(home, [event("2 PERIODIC")]);
  });

  test("[R-3.7.1.5-27] [R-3.7.1.5-67] 3 SCHEDULED and M ScheduleInform are kept, even if they were not due yet", async () => {
    const home = await new Household().settle();
    await home.asks("ScheduleInform", { DelaySeconds: 60, CommandKey: "one" });
    await home.asks("ScheduleInform", { DelaySeconds: 90, CommandKey: "two" });
    deaf(home);
    await home.clock.pass(minute);
    await home.restart(minute);
    await home.rest();
    expect(home.told.at(-1)!.inform.Event.map((e) => e.CommandKey)).toContain("two");
    await boots(home, [
      event("M ScheduleInform", "one"),
      event("3 SCHEDULED"),
      event("M ScheduleInform", "two"),
    ]);
  });

  test("[R-3.7.1.5-63] [R-3.7.1.5-60] M Reboot is kept, from the call on", async () => {
    const home = await new Household().settle();
    await home.asked(ask("Reboot", { CommandKey: "one" }), ask("Reboot", { CommandKey: "two" }));
    deaf(home);
    home.forget();
    await home.restart(minute);
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["1 BOOT", "M Reboot", "M Reboot"]]);
    await boots(home, [event("M Reboot", "one"), event("M Reboot", "two")]);
  });
});

test("3.2.1.1 [R-3.2.1.1-05] devices that fail together do not retry together: each chooses a random second of its range", async () => {
  const waits = new Map<number, number>();
  for (let seed = 1; seed <= 40; seed++) {
    let line = false;
    const home = new Household({ seed, trouble: () => (line ? undefined : { is: "refused" }) });
    await home.start();
    await home.rest();
    line = true;
    const { mono } = home.clock.time;
    await home.clock.pass(minute);
    const seconds = (home.told[0]!.at - mono) / 1000;
    waits.set(seconds, (waits.get(seconds) ?? 0) + 1);
  }
  expect([...waits.keys()].toSorted((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10]);
});

test("3.7.1.5 [R-3.7.1.5-27] while an event cannot be saved it is not spoken of either; 3 SCHEDULED is delivered once it is saved", async () => {
  const home = await new Household().settle();
  await home.asks("ScheduleInform", { DelaySeconds: 90, CommandKey: "k" });
  home.forget();
  home.life.store.refuse = Number.POSITIVE_INFINITY;
  await home.clock.pass(hour);
  await home.rest();
  expect(home.posts).toEqual([]);
  home.life.store.refuse = 0;
  await home.clock.pass(2 * hour);
  await home.rest();
  expect(home.told.flatMap(({ codes }) => codes)).toEqual(["3 SCHEDULED", "M ScheduleInform"]);
});
