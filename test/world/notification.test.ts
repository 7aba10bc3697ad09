/** Who is told of which change, when, and in which Inform. 3.2.1, 3.2.2, A.3.2.4, A.3.3.1. */
import { describe, expect, test } from "vitest";
import { ask } from "../../src/acs/state.ts";
import { device, Household, hour, management, notify, root, setting, wanIp } from "./household.ts";

const minute = 60_000;
const ssid = `${root}LANDevice.1.WLANConfiguration.1.SSID`;
const channel = `${root}LANDevice.1.WLANConfiguration.1.Channel`;
const provisioning = `${root}DeviceInfo.ProvisioningCode`;
const url = `${management}ConnectionRequestURL`;

const renamed = (home: Household, name: string) => home.edits("wireless", "default_radio0", "ssid", name);

const listed = (home: Household, name: string) =>
  home.told.at(-1)?.inform.ParameterList.find((p) => p.Name === name)?.Value;

/** The parameters of the last Inform, by name. */
const names = (home: Household) => home.told.at(-1)!.inform.ParameterList.map((p) => p.Name);

/** Settled, and the SSID is notified like that. */
const notified = async (notification: number): Promise<Household> => {
  const home = await new Household().settle();
  await home.asks("SetParameterAttributes", notify(ssid, notification));
  home.forget();
  return home;
};

/** What every Inform lists by the data model (TR-098), and no more. */
const always = [
  `${root}DeviceSummary`,
  ...["SpecVersion", "HardwareVersion", "SoftwareVersion", "ProvisioningCode"].map(
    (name) => `${root}DeviceInfo.${name}`,
  ),
  url,
  `${management}ParameterKey`,
  `${wanIp}ExternalIPAddress`,
];

describe("3.2.1 changes by others than the ACS", () => {
  test("[R-3.2.1-08] [R-3.7.1.5-29] [R-A.3.3.1-15] [R-A.3.3.1-22] a change of a forced active parameter is reported at once, though every Inform lists the parameter and the ACS has not asked", async () => {
    const home = await new Household().settle();
    home.edits("cwmp", "cpe", "provisioning_code", "P9");
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["4 VALUE CHANGE"]]);
    expect(listed(home, provisioning)).toBe("P9");
    await home.asks("SetParameterAttributes", notify(provisioning, 0));
    home.forget();
    home.edits("cwmp", "cpe", "provisioning_code", "P10");
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["4 VALUE CHANGE"]]);
    expect(listed(home, provisioning)).toBe("P10");
  });

  test("[R-A.3.3.1-22] a new version after an upgrade is a change, too, and is reported with the boot", async () => {
    const home = await new Household().settle();
    home.facts.state.board.softwareVersion = "2.0";
    await home.restart(minute);
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["1 BOOT", "4 VALUE CHANGE"]]);
    expect(listed(home, `${root}DeviceInfo.SoftwareVersion`)).toBe("2.0");
  });

  test("[R-3.2.1-09] [R-A.3.2.4-13] [R-A.3.2.4-15] [R-A.3.3.1-14] an actively notified change opens a session, with its value", async () => {
    const home = await notified(2);
    renamed(home, "Attic");
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["4 VALUE CHANGE"]]);
    expect(listed(home, ssid)).toBe("Attic");
    home.forget();
    await home.engine.control.set([{ name: ssid, value: "Cellar" }]);
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["4 VALUE CHANGE"]]);
    expect(listed(home, ssid)).toBe("Cellar");
  });

  test("[R-3.7.1.5-29] [R-A.3.2.4-12] [R-A.3.2.4-15] [R-A.3.3.1-14] a change with passive notification waits for the next session, for any cause of the session", async () => {
    const home = await notified(1);
    renamed(home, "Attic");
    await home.clock.pass(hour);
    expect(home.told).toEqual([]);
    home.engine.connectionRequest();
    await home.rest();
    expect(home.told.map(({ codes }) => [...codes].sort())).toEqual([
      ["4 VALUE CHANGE", "6 CONNECTION REQUEST"],
    ]);
    expect(listed(home, ssid)).toBe("Attic");
    home.forget();
    home.engine.connectionRequest();
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["6 CONNECTION REQUEST"]]);
    expect(listed(home, ssid)).toBeUndefined();
  });

  test.each([
    ["full name, actively", ssid, 2],
    ["full name, passively", ssid, 1],
    ["partial path, passively", `${root}LANDevice.1.WLANConfiguration.`, 1],
  ])(
    "[R-A.3.3.1-14] a change while the device was off is reported with its boot: by %s",
    async (_how, path, level) => {
      const home = await new Household().settle();
      await home.asks("SetParameterAttributes", notify(path, level));
      home.forget();
      await home.restart(minute, undefined, () => {
        home.disk.edit([
          { edit: "set", package: "wireless", section: "default_radio0", option: "ssid", value: "Attic" },
        ]);
      });
      await home.rest();
      expect(home.told.map(({ codes }) => codes)).toEqual([["1 BOOT", "4 VALUE CHANGE"]]);
      expect(names(home).sort()).toEqual([...always, ssid].sort());
      expect(listed(home, ssid)).toBe("Attic");
    },
  );

  test.each([1, 2])(
    "[R-3.7.1.5-29] [R-A.3.3.1-17] [R-A.3.3.1-18] with notification %i a value that has changed back is still reported, once, with its present value",
    async (notification) => {
      const home = await notified(notification);
      home.mishap = () => ({ do: "drop" });
      for (const name of ["Attic", "Home"]) {
        renamed(home, name);
        await home.clock.pass(minute);
      }
      home.mishap = () => undefined;
      home.forget();
      home.engine.connectionRequest();
      await home.rest();
      expect(home.told.map(({ codes }) => [...codes].sort())).toEqual([
        ["4 VALUE CHANGE", "6 CONNECTION REQUEST"],
      ]);
      const { ParameterList } = home.told[0]!.inform;
      expect(ParameterList.filter(({ Name }) => Name === ssid).map(({ Value }) => Value)).toEqual(["Home"]);
    },
  );

  test("[R-A.3.3.1-14] an unconfirmed change is in every Inform until one is confirmed", async () => {
    const home = await notified(2);
    home.mishap = () => ({ do: "drop" });
    renamed(home, "Attic");
    await home.clock.pass(10 * minute);
    home.mishap = () => undefined;
    await home.clock.pass(24 * hour);
    expect(home.told.length).toBeGreaterThan(4);
    for (const { codes, inform } of home.told) {
      expect(codes).toEqual(["4 VALUE CHANGE"]);
      expect(inform.ParameterList).toContainEqual(expect.objectContaining({ Name: ssid, Value: "Attic" }));
    }
  });

  test("[R-A.3.3.1-23] a value set by the ACS is not reported, nor is a change without notification", async () => {
    const home = await notified(2);
    await home.asked(
      ask("SetParameterValues", setting({ [ssid]: "Attic", [provisioning]: "P3" })),
      ask("SetParameterAttributes", notify(channel, 2)),
    );
    home.edits("dhcp", "lan", "start", "110");
    await home.clock.pass(hour);
    await home.restart(minute);
    await home.rest();
    home.engine.connectionRequest();
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([
      ["6 CONNECTION REQUEST"],
      ["1 BOOT"],
      ["6 CONNECTION REQUEST"],
    ]);
  });

  test("[R-A.3.3.1-24] with 4 VALUE CHANGE an Inform lists the forced parameters and the changed ones, no others", async () => {
    const home = await notified(2);
    await home.asks("SetParameterAttributes", notify(channel, 1));
    home.forget();
    renamed(home, "Attic");
    await home.rest();
    expect(names(home).sort()).toEqual([...always, ssid].sort());
    home.edits("wireless", "radio0", "channel", "6");
    await home.clock.pass(minute);
    renamed(home, "Cellar");
    await home.rest();
    expect(names(home).sort()).toEqual([...always, ssid, channel].sort());
  });

  test("[R-3.2.1-12] [R-3.7.1.1-04] [R-3.7.1.1-05] a change during a session is not visible in it, and causes its own session afterwards", async () => {
    const home = await notified(2);
    const seen: (string | undefined)[] = [];
    const read = (then?: () => void) =>
      ask(
        "GetParameterValues",
        { ParameterNames: [ssid] },
        {
          after: (result) => {
            seen.push(result.is === "reply" ? result.args.ParameterList[0]?.Value : undefined);
            then?.();
            return [];
          },
        },
      );
    const gps = read(() => renamed(home, "Attic"));
    await home.asked(gps, ask("GetParameterNames", { ParameterPath: "", NextLevel: true }), read());
    expect(seen).toEqual(["Home", "Home"]);
    expect(home.told.map(({ codes }) => codes)).toEqual([["6 CONNECTION REQUEST"], ["4 VALUE CHANGE"]]);
    expect(listed(home, ssid)).toBe("Attic");
    const first = home.conversation.findIndex(({ last }) => last);
    const second = home.conversation.findLastIndex(
      ({ said }) => said.is === "call" && said.method === "Inform",
    );
    expect(second).toBeGreaterThan(first);
  });
});

describe("A.3.2.4 attributes", () => {
  const attributes = async (home: Household) => {
    const result = await home.asks("GetParameterAttributes", { ParameterNames: [root] });
    if (result?.is !== "reply" || result.method !== "GetParameterAttributes") throw new Error("no reply");
    return result.args.ParameterList.filter((p) => p.Notification > 0 || p.AccessList.length === 0);
  };

  test("[R-A.3.3.1-20] attributes outlast the change that they reported, and the boot that discards it", async () => {
    const home = await notified(2);
    const before = await attributes(home);
    home.forget();
    home.mishap = () => ({ do: "drop" });
    renamed(home, "Attic");
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["4 VALUE CHANGE"]]);
    home.mishap = () => undefined;
    await home.restart(minute);
    await home.rest();
    expect(home.told.at(-1)?.codes).toEqual(["1 BOOT"]);
    expect(await attributes(home)).toEqual(before);
    expect(before).toContainEqual({ Name: ssid, Notification: 2, AccessList: ["Subscriber"] });
  });

  test("[R-A.3.2.4-06] no action at the device changes attributes", async () => {
    const home = await notified(2);
    await home.asks("SetParameterAttributes", {
      ParameterList: [
        { Name: channel, NotificationChange: false, Notification: 0, AccessListChange: true, AccessList: [] },
      ],
    });
    const before = await attributes(home);
    const { control } = home.engine;
    // No command of these sets an attribute.
    const files = ["requestDownload", "transfer", "transfers", "describe", "profiles", "rehearse"];
    const asked = [...files, "events", "get", "inform", "names", "options", "set", "status"];
    expect(Object.keys(control).sort()).toEqual(asked.sort());
    await control.set([{ name: ssid, value: "Attic" }]);
    for (const name of [`${ssid}.Notification`, `${ssid}.AccessList`]) {
      await expect(control.set([{ name, value: "0" }])).rejects.toThrow();
    }
    await expect(control.set([{ name: channel, value: "11" }])).rejects.toThrow();
    home.disk.replace("wireless", [...home.disk.files.get("wireless")!.sections]);
    home.engine.touched();
    await home.rest();
    expect(await attributes(home)).toEqual(before);
  });
});

describe("3.2.2 the Connection Request URL", () => {
  test("[R-3.2.2-03] [R-3.2.2-05] ConnectionRequestURL is an http URL, readable and not writable", async () => {
    const home = await new Household().settle();
    const value = await home.value(url);
    expect(value).toMatch(/^http:\/\/192\.0\.2\.7:7547\/\S+$/);
    const result = await home.sets({ [url]: "http://192.0.2.7:7547/easy" });
    expect(result).toMatchObject({ is: "fault", code: 9003, parameters: [{ name: url, code: 9008 }] });
    await expect(home.engine.control.set([{ name: url, value: "http://x/" }])).rejects.toThrow();
    expect(await home.value(url)).toBe(value);
  });

  test("[R-3.2.2-04] its path is random, chosen once for each device", async () => {
    const paths: string[] = [];
    for (const seed of [1, 2, 3]) {
      const home = await new Household({ seed }).settle();
      const value = (await home.value(url))!;
      paths.push(new URL(value).pathname);
      await home.restart(minute);
      await home.rest();
      expect(await home.value(url)).toBe(value);
    }
    expect(new Set(paths).size).toBe(3);
    for (const path of paths) expect(path).toMatch(/^\/[0-9a-f]{32}$/);
  });

  test("[R-3.2.2-26] a changed address of the interface is reported by an Inform", async () => {
    const home = await new Household().settle();
    const path = new URL((await home.value(url))!).pathname;
    home.forget();
    const [wan] = home.facts.state.interfaces;
    home.facts.state.interfaces = [{ ...wan!, addresses: [{ address: "198.51.100.77", mask: 24 }] }];
    await home.clock.pass(minute);
    expect(home.told.map(({ codes }) => codes)).toEqual([["4 VALUE CHANGE"]]);
    expect(listed(home, url)).toBe(`http://198.51.100.77:7547${path}`);
    expect(listed(home, `${wanIp}ExternalIPAddress`)).toBe("198.51.100.77");
    home.forget();
    home.facts.state.interfaces = [{ ...wan!, addresses: [{ address: "2001:db8::7", mask: 64 }] }];
    await home.clock.pass(minute);
    expect(listed(home, url)).toBe(`http://[2001:db8::7]:7547${path}`);
  });

  test("[R-3.2.2-26] a changed port is reported by an Inform", async () => {
    const home = await new Household().settle();
    const path = new URL((await home.value(url))!).pathname;
    home.forget();
    home.edits("cwmp", "cpe", "port", "7548");
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["4 VALUE CHANGE"]]);
    expect(listed(home, url)).toBe(`http://192.0.2.7:7548${path}`);
  });

  test("[R-3.2.2-16] a request opens a session just after the boot, at rest, and while a retry waits", async () => {
    const home = new Household();
    await home.start();
    home.engine.connectionRequest();
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toContainEqual(
      expect.arrayContaining(["6 CONNECTION REQUEST"]),
    );
    await home.clock.pass(hour);
    home.forget();
    home.engine.connectionRequest();
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["6 CONNECTION REQUEST"]]);
    home.mishap = () => ({ do: "drop" });
    for (let i = 0; i < 6; i++) {
      home.engine.connectionRequest();
      await home.rest();
    }
    home.mishap = () => undefined;
    home.forget();
    const { mono } = home.clock.time;
    home.engine.connectionRequest();
    await home.rest();
    expect(home.told.map(({ codes, at, inform }) => [codes, at, inform.RetryCount])).toEqual([
      [["6 CONNECTION REQUEST"], mono, 6],
    ]);
    expect(home.acs.busy(device, home.clock.time.wall)).toBe(false);
  });
});

test("A.3.2.4 [R-A.3.3.1-23] a change of a parameter that was deleted with its object is not reported: no 4 VALUE CHANGE", async () => {
  const home = await new Household().settle();
  await home.asks("SetParameterAttributes", notify(`${wanIp}PortMapping.1.PortMappingDescription`, 1));
  home.forget();
  const sections = () => home.disk.files.get("firewall")!.sections;
  const renamed = sections().map((s) =>
    s.type === "redirect" ? { ...s, options: { ...s.options, name: "other" } } : s,
  );
  home.disk.replace("firewall", renamed);
  home.engine.touched();
  await home.rest();
  home.disk.replace(
    "firewall",
    sections().filter((s) => s.type !== "redirect"),
  );
  home.engine.connectionRequest();
  await home.rest();
  expect(home.told.map((told) => told.codes)).toEqual([["6 CONNECTION REQUEST"]]);
});
