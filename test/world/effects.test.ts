/** What a session leaves to be done, and what happens at the device meanwhile. 3.7.1.1, A.3.2.1, A.3.2.6, A.3.2.7,
 * A.3.2.9, A.4.1.6. */
import { describe, expect, test } from "vitest";
import { ask, type Task } from "../../src/acs/state.ts";
import { Refused } from "../../src/errors.ts";
import { Disk, fuse } from "../model/world.ts";
import { settled as rested } from "./clock.ts";
import { device, Household, root, setting, wanIp } from "./household.ts";
import { packages } from "./packages.ts";

const ssid = `${root}LANDevice.1.WLANConfiguration.1.SSID`;
const mapping = `${wanIp}PortMapping.`;
const lanAddress = `${root}LANDevice.1.LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress`;

const settled = () => new Household().settle();

/** Services take until `done` is called. */
function labour(home: Household): () => Promise<void> {
  let end = () => {};
  home.labour = new Promise((resolve) => {
    end = resolve;
  });
  return async () => {
    home.labour = undefined;
    end();
    await rested();
    await home.rest();
  };
}

describe("changes with Status 1 take effect", () => {
  const cases: readonly (readonly [string, Task, string])[] = [
    [
      "A.3.2.1 [R-A.3.2.1-17] [R-3.2.2-22] values",
      ask("SetParameterValues", setting({ [ssid]: "Attic" })),
      "wireless",
    ],
    [
      "A.3.2.6 [R-A.3.2.6-21] a new object",
      ask("AddObject", { ObjectName: mapping, ParameterKey: "" }),
      "firewall",
    ],
    [
      "A.3.2.7 [R-A.3.2.7-11] the end of an object",
      ask("DeleteObject", { ObjectName: `${mapping}1.`, ParameterKey: "" }),
      "firewall",
    ],
  ];

  test.each(cases)("%s: after the session, before the next one", async (_what, task, name) => {
    const home = await settled();
    const done = labour(home);
    let during: readonly string[] | undefined;
    const after = () => {
      during = [...home.orders];
      home.engine.connectionRequest();
      return [];
    };
    const [result] = await home.asked(task, ask("GetRPCMethods", {}, { after }));
    expect(result).toMatchObject({ is: "reply", args: { Status: 1 } });
    expect(during).toEqual([]);
    expect(home.orders).toEqual([`apply ${name}`]);
    expect(home.told).toHaveLength(1);
    await done();
    expect(home.told.map(({ codes }) => codes)).toEqual([["6 CONNECTION REQUEST"], ["6 CONNECTION REQUEST"]]);
    expect(home.orders).toEqual([`apply ${name}`]);
  });

  test("a change by a session is not lost while services still apply a change made at the device", async () => {
    const home = await settled();
    const done = labour(home);
    const local = home.engine.control.set([{ name: ssid, value: "Attic" }]);
    await rested();
    expect(home.orders).toEqual(["apply wireless"]);
    await home.asked(ask("AddObject", { ObjectName: mapping, ParameterKey: "" }));
    await done();
    await local;
    await home.rest();
    expect(home.orders).toEqual(["apply wireless", "apply firewall"]);
  });

  test("a change at the device is not lost while services apply the changes of a session", async () => {
    const home = await settled();
    const done = labour(home);
    await home.asked(ask("AddObject", { ObjectName: mapping, ParameterKey: "" }));
    expect(home.orders).toEqual(["apply firewall"]);
    const local = home.engine.control.set([{ name: ssid, value: "Attic" }]);
    await rested();
    await done();
    await local;
    expect(home.orders).toEqual(["apply firewall", "apply wireless"]);
  });

  // Services were told to read files in which the change was not yet, and never again.
  test("A.3.2.1 [R-A.3.2.1-17] files that could not be replaced during the session are replaced when it ends, before services are reloaded", async () => {
    const home = await settled();
    home.life.config.refuseCommits = 2;
    const [result] = await home.asked(ask("SetParameterValues", setting({ [ssid]: "Attic" })));
    expect(result).toMatchObject({ is: "reply", args: { Status: 1 } });
    expect(home.orders).toEqual(["apply wireless"]);
    expect(home.option("wireless", "default_radio0", "ssid")).toBe("Attic");
  });

  test("A.3.2.1 [R-A.3.2.1-14] a file of the agent's own is replaced then, too", async () => {
    const home = await settled();
    home.life.config.refuseCommits = 2;
    await home.sets({ [`${root}DeviceInfo.ProvisioningCode`]: "P7" });
    expect(home.option("cwmp", "cpe", "provisioning_code")).toBe("P7");
    expect(home.orders).toEqual([]);
  });

  test("A.3.2.1 [R-A.3.2.1-17] files that still cannot be replaced are replaced with the next session, and services are reloaded then", async () => {
    const home = await settled();
    home.life.config.refuseCommits = 3;
    await home.asked(ask("SetParameterValues", setting({ [ssid]: "Attic" })));
    expect(home.orders).toEqual([]);
    await home.asked(ask("GetRPCMethods", {}));
    expect(home.orders).toEqual(["apply wireless"]);
    expect(home.option("wireless", "default_radio0", "ssid")).toBe("Attic");
  });

  // The agent used to end at once, and to be begun again for ever: out of reach of the ACS.
  test.each(["device", "process"] as const)(
    "A.3.2.1 [R-A.3.2.1-17] files that the next start of the %s cannot replace are replaced with the next session, too",
    async (what) => {
      const home = await settled();
      home.life.config.refuseCommits = 3;
      await home.asked(ask("SetParameterValues", setting({ [ssid]: "Attic" })));
      let full = true;
      const wired = fuse();
      const step = (name: string) => {
        if (full && name.startsWith("rename")) throw new Refused("The disk is full");
        wired.step(name);
      };
      home.forget();
      await home.restart(what === "device" ? 1000 : undefined, { ...wired, step });
      home.engine.connectionRequest();
      await home.rest();
      expect(home.told).not.toEqual([]);
      expect(home.option("wireless", "default_radio0", "ssid")).not.toBe("Attic");
      expect(home.orders).toEqual([]);
      full = false;
      await home.asked(ask("GetRPCMethods", {}));
      expect(home.option("wireless", "default_radio0", "ssid")).toBe("Attic");
      expect(home.orders).toEqual(["apply wireless"]);
    },
  );

  test("work interrupted by a kill of the agent is completed at its next start", async () => {
    const home = await settled();
    labour(home);
    await home.asked(ask("SetParameterValues", setting({ [ssid]: "Attic" })));
    home.labour = undefined;
    await home.restart(undefined);
    await home.rest();
    expect(home.orders).toEqual(["apply wireless", "apply wireless"]);
    await home.restart(undefined);
    await home.rest();
    expect(home.orders).toHaveLength(2);
  });

  test("a disabled agent still applies changes made at the device", async () => {
    const home = await settled();
    home.edits("cwmp", "cpe", "enabled", "0");
    await home.rest();
    await home.engine.control.set([{ name: ssid, value: "Attic" }]);
    expect(home.orders).toEqual(["apply wireless"]);
  });
});

test("3.7.1.1 [R-3.7.1.1-07] a value set at the device during a session neither disturbs it nor is lost", async () => {
  const home = await settled();
  const seen: unknown[] = [];
  const read = (then: () => readonly Task[] = () => []) =>
    ask(
      "GetParameterValues",
      { ParameterNames: [ssid] },
      {
        after: (result) => {
          seen.push(result.is === "reply" ? result.args.ParameterList[0]?.Value : result);
          return then();
        },
      },
    );
  let local: Promise<void> | undefined;
  const channel = `${root}LANDevice.1.WLANConfiguration.1.Channel`;
  home.acs.queue(
    device,
    [
      read(() => {
        local = home.engine.control.set([{ name: ssid, value: "Local" }]);
        return [];
      }),
      ask("GetParameterNames", { ParameterPath: root, NextLevel: false }),
      read(),
      ask("SetParameterValues", setting({ [channel]: ["6", "unsignedInt"] })),
      read(),
    ],
    home.clock.time.wall,
  );
  home.engine.connectionRequest();
  await home.rest();
  await local;
  expect(seen).toEqual(["Home", "Home", "Home"]);
  expect((await home.engine.control.status()).retryCount).toBe(0);
  expect(home.orders).toEqual(["apply wireless"]);
  expect([
    home.option("wireless", "default_radio0", "ssid"),
    home.option("wireless", "radio0", "channel"),
  ]).toEqual(["Local", "6"]);
  expect(await home.value(ssid)).toBe("Local");
});

describe("going down", () => {
  test.each(["", "k".repeat(32), "ä <&> 7"])(
    "A.3.2.9 [R-A.3.2.9-06] CommandKey '%s' of a Reboot is in the Event of the Inform after it",
    async (CommandKey) => {
      const home = await settled();
      const result = await home.asks("Reboot", { CommandKey });
      expect(result).toMatchObject({ is: "reply" });
      expect(home.orders).toEqual(["reboot"]);
      home.forget();
      await home.clock.pass(3_600_000);
      expect(home.posts).toEqual([]);
      await home.restart(5000);
      await home.rest();
      expect(home.told.map(({ inform }) => inform.Event)).toEqual([
        [
          { EventCode: "1 BOOT", CommandKey: "" },
          { EventCode: "M Reboot", CommandKey },
        ],
      ]);
    },
  );

  test("3.7.1.5 [R-3.7.1.5-12] after a factory reset the first Inform has 0 BOOTSTRAP, and no earlier event", async () => {
    const home = await settled();
    await home.asked(
      ask("ScheduleInform", { DelaySeconds: 5, CommandKey: "s" }),
      ask("SetParameterValues", setting({ [ssid]: "Attic" })),
      ask("FactoryReset", {}),
    );
    expect(home.orders).toEqual(["apply wireless", "factoryReset"]);
    // What firstboot does: the overlay is gone, with it the state.
    const fresh = new Disk(packages());
    home.disk.rows.clear();
    home.disk.files.clear();
    for (const [name, file] of fresh.files) home.disk.files.set(name, file);
    home.forget();
    await home.restart(60_000);
    await home.rest();
    await home.clock.pass(60_000);
    expect(home.told.map(({ codes }) => codes)).toEqual([["0 BOOTSTRAP", "1 BOOT"]]);
    expect(await home.value(ssid)).toBe("Home");
  });

  test("A.4.1.6 an impossible FactoryReset is refused, and the Reboot after it is carried out", async () => {
    const home = await new Household({ resetObstacle: "there is no overlay" }).settle();
    const [refused] = await home.asked(ask("FactoryReset", {}), ask("Reboot", { CommandKey: "k" }));
    expect(refused).toMatchObject({ is: "fault", code: 9001, text: expect.stringMatching(/no overlay/) });
    expect(home.orders).toEqual(["reboot"]);
    expect((await home.engine.control.status()).warnings.join("\n")).not.toMatch(/factory reset/i);
  });

  test("3.7.1.4 changes of a session take effect before the device reboots, and it reboots once", async () => {
    const home = await settled();
    await home.asked(
      ask("Reboot", { CommandKey: "a" }),
      ask("SetParameterValues", setting({ [lanAddress]: "192.168.9.1" })),
      ask("Reboot", { CommandKey: "b" }),
    );
    expect(home.orders).toEqual([expect.stringMatching(/^apply /), "reboot"]);
  });
});

test("an event that causes an internal error does not block the next event", async () => {
  const home = await settled();
  const roll = home.chance.roll;
  home.chance.roll = () => {
    throw new Error("a mistake");
  };
  expect(() => home.engine.connectionRequest()).toThrow("a mistake");
  home.chance.roll = roll;
  home.engine.connectionRequest();
  await home.rest();
  expect(home.told.map(({ codes }) => codes)).toEqual([["6 CONNECTION REQUEST"]]);
});
