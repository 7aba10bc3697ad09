/** When the whole agent calls, where, and what every Inform of it says. 3.1, 3.2.1, A.3.3.1. */
import { describe, expect, test } from "vitest";
import { ask } from "../../src/acs/state.ts";
import { zoneOffset } from "../../src/zone.ts";
import { device, Household, hour, management, root, setting, wanIp } from "./household.ts";
import { packages } from "./packages.ts";

const minute = 60_000;

/** The sample's packages with other options in sections of `cwmp`. */
const cwmp = (acs: Record<string, string>, cpe: Record<string, string> = {}) => {
  const all = packages();
  const more = { acs, cpe } as Record<string, Record<string, string>>;
  const sections = all.cwmp!.map((s) => ({ ...s, options: { ...s.options, ...more[s.name!] } }));
  return { ...all, cwmp: sections };
};

/** Intervals between Informs, seconds. */
const gaps = (home: Household) =>
  home.told.slice(1).map(({ at }, i) => Math.round((at - home.told[i]!.at) / 1000));

describe("3.2.1 occasions", () => {
  test("[R-3.2.1-02] [R-3.6-19] a device with factory state starts a session as soon as it boots", async () => {
    const home = new Household();
    await home.start();
    await home.rest();
    expect(home.told.map(({ codes, at }) => [codes, at])).toEqual([[["0 BOOTSTRAP", "1 BOOT"], 1000]]);
  });

  test("[R-3.2.1-03] the agent starts a session after every power cut and every reboot", async () => {
    const home = await new Household().settle();
    for (let i = 0; i < 3; i++) {
      await home.restart(10 * minute);
      await home.rest();
    }
    expect(home.told.map(({ codes }) => codes)).toEqual([["1 BOOT"], ["1 BOOT"], ["1 BOOT"]]);
    home.forget();
    await home.asks("Reboot", { CommandKey: "again" });
    expect(home.orders).toContain("reboot");
    home.forget();
    await home.restart(1000);
    await home.rest();
    expect(home.told.map(({ codes }) => codes)).toEqual([["1 BOOT", "M Reboot"]]);
  });

  test("[R-3.2.1-04] the agent starts a session once in each PeriodicInformInterval, as soon as the ACS has set one", async () => {
    const home = await new Household().settle();
    await home.clock.pass(24 * hour);
    expect(home.told).toEqual([]);
    await home.sets({
      [`${management}PeriodicInformEnable`]: ["1", "boolean"],
      [`${management}PeriodicInformInterval`]: ["600", "unsignedInt"],
    });
    await home.rest();
    home.forget();
    await home.clock.pass(hour);
    expect(home.told.map(({ codes }) => codes)).toEqual(Array(6).fill(["2 PERIODIC"]));
    expect(gaps(home)).toEqual(Array(5).fill(600));
  });

  test("[R-3.2.1-04] a changed interval applies from the session that set it, and disabling ends periodic Informs", async () => {
    const home = await new Household({
      packages: cwmp({ periodic_inform_enable: "1", periodic_inform_interval: "3600" }),
    }).settle();
    await home.clock.pass(hour);
    expect(home.told.map(({ codes }) => codes)).toEqual([["2 PERIODIC"]]);
    await home.sets({ [`${management}PeriodicInformInterval`]: ["60", "unsignedInt"] });
    home.forget();
    await home.clock.pass(5 * minute);
    expect(home.told).toHaveLength(5);
    expect(gaps(home)).toEqual([60, 60, 60, 60]);
    await home.sets({ [`${management}PeriodicInformEnable`]: ["0", "boolean"] });
    home.forget();
    await home.clock.pass(24 * hour);
    expect(home.told).toEqual([]);
  });

  test("[R-3.2.1-04] an interval counts from the moment it is set, however long ago the last Inform was", async () => {
    const home = await new Household().settle();
    for (const [seconds, after] of [
      ["3600", 24 * hour],
      ["600", hour / 2],
    ] as const) {
      await home.clock.pass(after);
      home.forget();
      await home.sets({
        [`${management}PeriodicInformEnable`]: ["1", "boolean"],
        [`${management}PeriodicInformInterval`]: [seconds, "unsignedInt"],
      });
      await home.rest();
      expect(home.told.flatMap(({ codes }) => codes)).not.toContain("2 PERIODIC");
      home.forget();
      const { mono } = home.clock.time;
      await home.clock.pass(Number(seconds) * 1000);
      expect(home.told.map(({ codes, at }) => [codes, at - mono])).toEqual([
        [["2 PERIODIC"], Number(seconds) * 1000],
      ]);
    }
  });

  test("[R-3.2.1-04] PeriodicInformTime gives the phase: a whole number of intervals from it, before or after", async () => {
    for (const reference of ["2030-06-01T00:07:00Z", "2001-01-01T01:07:00+01:00"]) {
      const home = await new Household().settle();
      await home.sets({
        [`${management}PeriodicInformEnable`]: ["1", "boolean"],
        [`${management}PeriodicInformInterval`]: ["900", "unsignedInt"],
        [`${management}PeriodicInformTime`]: [reference, "dateTime"],
      });
      home.forget();
      const { mono, wall } = home.clock.time;
      await home.clock.pass(hour);
      const minutes = home.told.map(({ at }) => new Date(wall + at - mono).toISOString().slice(14, 19));
      expect(minutes).toEqual(["07:00", "22:00", "37:00", "52:00"]);
    }
  });

  test("[R-3.2.1-05] [R-A.4.1.2-01] [R-A.4.1.2-03] ScheduleInform is answered at once, and one Inform is sent at the requested time", async () => {
    const home = await new Household({
      packages: cwmp({ periodic_inform_enable: "1", periodic_inform_interval: "3600" }),
    }).settle();
    const answer = await home.asks("ScheduleInform", { DelaySeconds: 600, CommandKey: "tonight" });
    expect(answer).toMatchObject({ is: "reply", method: "ScheduleInform" });
    const { mono } = home.clock.time;
    home.forget();
    await home.clock.pass(600_000 - 1);
    expect(home.told).toEqual([]);
    await home.clock.pass(24 * hour);
    const scheduled = home.told.filter(({ codes }) => codes.includes("3 SCHEDULED"));
    expect(scheduled.map(({ at, inform }) => [at - mono, inform.Event])).toEqual([
      [
        600_000,
        [
          { EventCode: "3 SCHEDULED", CommandKey: "" },
          { EventCode: "M ScheduleInform", CommandKey: "tonight" },
        ],
      ],
    ]);
    expect(home.told.filter(({ codes }) => codes.includes("2 PERIODIC"))).toHaveLength(24);
  });

  test("[R-3.2.1-07] [R-3.1-18] a URL that the ACS sets is contacted at once after the session, and from then on", async () => {
    const home = await new Household().settle();
    await home.sets({ [`${management}URL`]: "http://other.example:8080/acs" });
    expect(home.told.map(({ url, codes }) => [url, codes])).toEqual([
      ["http://acs.example:80/cwmp", ["6 CONNECTION REQUEST"]],
      ["http://other.example:8080/acs", ["0 BOOTSTRAP"]],
    ]);
    home.forget();
    await home.restart(minute);
    await home.rest();
    home.engine.connectionRequest();
    await home.rest();
    expect(home.posts.length).toBeGreaterThan(0);
    expect(new Set(home.posts.map(({ url }) => url))).toEqual(new Set(["http://other.example:8080/acs"]));
  });

  test("[R-3.2.1-07] [R-3.1-01] a URL written by hand is contacted, too", async () => {
    const home = await new Household().settle();
    home.edits("cwmp", "acs", "url", "http://third.example/");
    await home.rest();
    expect(home.told.map(({ url, codes }) => [url, codes])).toEqual([
      ["http://third.example:80/", ["0 BOOTSTRAP"]],
    ]);
  });
});

describe("3.1 the ACS URL", () => {
  test.each([
    ["http://acs.example", "http://acs.example:80/"],
    ["https://acs.example", "https://acs.example:443/"],
    ["http://acs.example:7547/a/b?c=d", "http://acs.example:7547/a/b?c=d"],
    ["https://acs.example:10443/cwmp/", "https://acs.example:10443/cwmp/"],
  ])("[R-3.1-16] %s is accepted, with its port and its path", async (url, called) => {
    const home = await new Household().settle();
    await home.sets({ [`${management}URL`]: url });
    expect(home.told.at(-1)?.url).toBe(called);
  });

  test.each(["ftp://acs.example/", "acs.example", "/cwmp", "http://", "https:///path", "http://a:99999/"])(
    "[R-3.1-16] %s is refused, and the ACS URL stays unchanged",
    async (url) => {
      const home = await new Household().settle();
      const result = await home.sets({ [`${management}URL`]: url });
      expect(result).toMatchObject({ is: "fault", code: 9003, parameters: [{ code: 9007 }] });
      expect(home.option("cwmp", "acs", "url")).toBe("http://acs.example/cwmp");
      expect(home.told).toHaveLength(1);
    },
  );

  test("[R-3.1-20] [R-3.1-02] a host may be a name, which is resolved, or a literal address of IPv4 or IPv6", async () => {
    const asked: string[] = [];
    const addresses = (host: string) => {
      asked.push(host);
      return host === "acs.example" ? ["198.51.100.4"] : [host];
    };
    const home = await new Household({ addresses }).settle();
    expect(asked).toContain("acs.example");
    const urls = ["http://acs.example/cwmp", "http://203.0.113.9/x", "http://[2001:db8::9]:81/y"];
    for (const url of urls.slice(1)) await home.sets({ [`${management}URL`]: url });
    await home.sets({ [`${management}URL`]: urls[0]! });
    const called = home.told.filter(({ codes }) => codes.includes("0 BOOTSTRAP"));
    expect(called.map(({ url, address }) => [url, address])).toEqual([
      ["http://203.0.113.9:80/x", "203.0.113.9"],
      ["http://2001:db8::9:81/y", "2001:db8::9"],
      ["http://acs.example:80/cwmp", "198.51.100.4"],
    ]);
  });

  test("[R-3.1-25] the address that worked is kept over a boot, with the list that it was chosen from", async () => {
    const addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"];
    const chosen = new Set<string>();
    for (const seed of [1, 2, 3]) {
      const home = await new Household({ seed, addresses: () => addresses }).settle();
      const used = async () => {
        await home.restart(minute);
        await home.rest();
        return home.told.at(-1)!.address;
      };
      const first = await used();
      for (let boot = 0; boot < 5; boot++) expect(await used()).toBe(first);
      expect(JSON.parse(home.disk.rows.get("kept")!.get("affinity")!)).toEqual({
        host: "acs.example",
        addresses,
        chosen: first,
      });
      chosen.add(first);
    }
    expect(chosen.size).toBeGreaterThan(1);
  });

  test("[R-3.1-12] the source of the ACS URL at the first contact is kept, over boots and other URLs", async () => {
    let line = false;
    const home = new Household({ trouble: () => (line ? undefined : { is: "refused" }) });
    const kept = () => home.disk.rows.get("kept")?.get("discovery");
    await home.start();
    await home.rest();
    expect(kept()).toBeUndefined();
    line = true;
    await home.clock.pass(minute);
    expect(kept()).toBe('"configuration"');
    await home.restart(minute);
    await home.sets({ [`${management}URL`]: "http://other.example/" });
    expect(kept()).toBe('"configuration"');
  });
});

describe("A.3.3.1 the arguments of Inform", () => {
  test("[R-A.3.3.1-02] [R-A.3.3.1-09] [R-A.3.3.1-16] an Inform has DeviceId, MaxEnvelopes 1, and the forced parameters of the data model", async () => {
    const home = await new Household().settle();
    await home.sets({}, "key-7");
    home.forget();
    for (const boot of [false, true]) {
      if (boot) await home.restart(minute);
      else home.engine.connectionRequest();
      await home.rest();
      const { inform, text } = home.told.at(-1)!;
      expect(inform.DeviceId).toEqual({
        Manufacturer: "Example",
        OUI: "0017A4",
        ProductClass: "Gateway",
        SerialNumber: "S1",
      });
      // As it was sent: whoever reads it has to ignore the value (Table 35), our decoder, too.
      expect(text).toContain("<MaxEnvelopes>1</MaxEnvelopes>");
      const listed = Object.fromEntries(inform.ParameterList.map(({ Name, Value }) => [Name, Value]));
      expect(listed).toEqual({
        [`${root}DeviceSummary`]: expect.stringMatching(/^InternetGatewayDevice:1\.\d+\[/),
        [`${root}DeviceInfo.SpecVersion`]: "1.0",
        [`${root}DeviceInfo.HardwareVersion`]: "A",
        [`${root}DeviceInfo.SoftwareVersion`]: "1.0",
        [`${root}DeviceInfo.ProvisioningCode`]: "P0",
        [`${management}ConnectionRequestURL`]: expect.stringMatching(/^http:\/\/192\.0\.2\.7:7547\/./),
        [`${management}ParameterKey`]: "key-7",
        [`${wanIp}ExternalIPAddress`]: "192.0.2.7",
      });
    }
  });

  test("[R-A.3.3.1-28] [R-A.3.3.1-30] [R-A.3.3.1-31] each part of the identity has at most 64 characters and never changes, whatever the board reports later", async () => {
    const home = new Household();
    const long = (letter: string) => letter.repeat(80);
    const { board } = home.facts.state;
    Object.assign(board, { manufacturer: long("m"), productClass: long("p"), serialNumber: long("s") });
    await home.settle();
    Object.assign(board, { manufacturer: "other", oui: "FFFFFF", productClass: "other", serialNumber: "2" });
    await home.restart(minute);
    await home.rest();
    expect(home.told[0]?.inform.DeviceId).toEqual({
      Manufacturer: "m".repeat(64),
      OUI: "0017A4",
      ProductClass: "p".repeat(64),
      SerialNumber: "s".repeat(64),
    });
  });

  test.each([
    ["0002ab", "0002AB"],
    ["00:02:AB", "0017A4"],
    ["2AB", "0017A4"],
    ["0002ABCD", "0017A4"],
    ["Ωmega!", "0017A4"],
  ])("[R-A.3.3.1-29] an OUI written as %s by hand is sent as %s", async (written, told) => {
    const home = new Household({ packages: cwmp({}, { oui: written }) });
    await home.start();
    await home.rest();
    expect(home.told[0]?.inform.DeviceId.OUI).toBe(told);
    const { warnings } = await home.engine.control.status();
    expect(warnings.some((text) => text.includes("cwmp.cpe.oui"))).toBe(told === "0017A4");
  });

  test("[R-A.3.3.1-10] [R-A.3.3.1-11] CurrentTime is local time, with the offset of that day", async () => {
    const home = await new Household().settle();
    home.clock.zoneOf = (wall) => zoneOffset("CET-1CEST,M3.5.0,M10.5.0/3", wall);
    const day = async (wall: number) => {
      home.clock.time.wall = wall;
      home.engine.connectionRequest();
      await home.rest();
      return home.told.at(-1)!.text.match(/<CurrentTime>(.*)<\/CurrentTime>/)?.[1];
    };
    expect(await day(Date.UTC(2027, 0, 15, 12))).toBe("2027-01-15T13:00:00+01:00");
    expect(await day(Date.UTC(2027, 6, 15, 22, 30))).toBe("2027-07-16T00:30:00+02:00");
    home.clock.zoneOf = () => -210;
    expect(await day(Date.UTC(2027, 6, 16))).toBe("2027-07-15T20:30:00-03:30");
  });

  test("[R-A.2.1-07] [R-A.2.1-08] [R-A.3.3.1-10] while the time is unknown CurrentTime counts from boot, without a zone", async () => {
    const home = new Household();
    home.clock.time.known = false;
    await home.start();
    await home.clock.pass(1000);
    home.engine.connectionRequest();
    await home.rest();
    const times = home.told.map(({ text }) => text.match(/<CurrentTime>(.*)<\/CurrentTime>/)?.[1]);
    expect(times).toEqual(["0001-01-01T00:00:01", "0001-01-01T00:00:02"]);
  });

  test("[R-A.3.3.1-32] event codes are to the letter those of Table 7", async () => {
    const home = new Household({
      packages: cwmp({ periodic_inform_enable: "1", periodic_inform_interval: "86400" }),
    });
    await home.start();
    home.acs.queue(
      device,
      [
        ask("ScheduleInform", { DelaySeconds: 60, CommandKey: "s" }),
        ask("SetParameterValues", setting({ [`${root}DeviceInfo.ProvisioningCode`]: "P1" })),
      ],
      0,
    );
    home.engine.connectionRequest();
    await home.clock.pass(24 * hour);
    home.edits("cwmp", "cpe", "provisioning_code", "P2");
    await home.rest();
    await home.asks("Reboot", { CommandKey: "r" });
    await home.restart(minute);
    await home.rest();
    expect(new Set(home.told.flatMap(({ codes }) => codes))).toEqual(
      new Set([
        "0 BOOTSTRAP",
        "1 BOOT",
        "2 PERIODIC",
        "3 SCHEDULED",
        "4 VALUE CHANGE",
        "6 CONNECTION REQUEST",
        "M Reboot",
        "M ScheduleInform",
      ]),
    );
  });
});
