import { describe, expect, onTestFinished, test } from "vitest";
import { all, system } from "./sample.ts";
import { world } from "./world.ts";

describe("ManagementServer", () => {
  const acs = "ManagementServer.";

  test("is kept in /etc/config/cwmp under the names that agents use", () => {
    const here = world(all);
    const values: [parameter: string, section: string, option: string, value: string][] = [
      ["URL", "acs", "url", "https://acs.example:7547/a?b=c"],
      ["Username", "acs", "username", "00005E-x"],
      ["Password", "acs", "password", "new 'secret'"],
      ["PeriodicInformEnable", "acs", "periodic_inform_enable", "1"],
      ["PeriodicInformInterval", "acs", "periodic_inform_interval", "900"],
      ["PeriodicInformTime", "acs", "periodic_inform_time", "2026-11-24T03:00:00Z"],
      ["ConnectionRequestUsername", "cpe", "username", "me"],
      ["ConnectionRequestPassword", "cpe", "password", "knock"],
    ];
    for (const [parameter, section, option, value] of values) {
      here.set(acs + parameter, value);
      expect(here.option("cwmp", section, option)).toBe(value);
      expect(here.get(acs + parameter)).toBe(value);
    }
  });

  test("every parameter can be set on a device without the package cwmp", () => {
    const here = world({});
    here.set(`${acs}URL`, "http://acs.example/");
    here.set(`${acs}PeriodicInformEnable`, "1");
    expect(here.option("cwmp", "acs", "url")).toBe("http://acs.example/");
    expect(here.option("cwmp", "acs", "periodic_inform_enable")).toBe("1");
  });

  test.each(["ftp://a/", "acs.example", "http://", "http:acs", "http://u:p@acs.example/", "http://a/\u0001"])(
    "%j is refused as the URL of an ACS",
    (url) => expect(() => world(all).set(`${acs}URL`, url)).toThrow(),
  );

  test("malformed values in the file read as the default", () => {
    const here = world({
      cwmp: "config acs 'acs'\n\toption periodic_inform_interval '-5'\n\toption periodic_inform_time 'soon'\n\toption periodic_inform_enable 'perhaps'",
    });
    expect(["Interval", "Time", "Enable"].map((name) => here.get(`${acs}PeriodicInform${name}`))).toEqual([
      "86400",
      "0001-01-01T00:00:00Z",
      "0",
    ]);
  });

  // It was read in the time zone of the process, but kept to in UTC; a time since boot became one of the year 1.
  test("A.2.1 PeriodicInformTime shows the stored moment, whatever the time zone of the device", () => {
    const zone = process.env.TZ;
    process.env.TZ = "Asia/Tokyo";
    onTestFinished(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });
    expect(new Date(0).getHours()).toBe(9);
    const shown = (time: string) =>
      world({ cwmp: `config acs 'acs'\n\toption periodic_inform_time '${time}'` }).get(
        `${acs}PeriodicInformTime`,
      );
    expect(shown("2026-01-01T12:00:00")).toBe("2026-01-01T12:00:00Z");
    expect(shown("2026-01-01T12:00:00+02:00")).toBe("2026-01-01T10:00:00Z");
    expect(shown("0001-01-01T00:10:00")).toBe("0001-01-01T00:10:00");
    expect(shown("2026-02-30T00:00:00Z")).toBe("0001-01-01T00:00:00Z");
  });

  test.each(["1 on true yes enabled", "0 off false no disabled"])("%s show the same setting", (words) => {
    for (const word of words.split(" ")) {
      const here = world({ cwmp: `config acs 'acs'\n\toption periodic_inform_enable '${word}'` });
      expect(here.get(`${acs}PeriodicInformEnable`)).toBe(words[0]);
    }
  });
});

describe("Time", () => {
  test("servers are members of a list, each at its index", () => {
    const here = world(all);
    expect([here.get("Time.NTPServer1"), here.get("Time.NTPServer2")]).toEqual(["a.example", "b.example"]);
    here.set("Time.NTPServer2", "2001:db8::1");
    expect(here.option("system", "ntp", "server")).toEqual(["a.example", "2001:db8::1"]);
    here.set("Time.NTPServer2", "");
    here.set("Time.NTPServer1", "");
    expect(here.option("system", "ntp", "server")).toBeUndefined();
  });

  test("no empty server is written: ntpd would refuse it", () => {
    expect(() => world(all).set("Time.NTPServer1", "")).toThrow(/behind it/);
    const none = world({ ...all, system: "config timeserver 'ntp'" });
    expect(() => none.set("Time.NTPServer2", "a.example")).toThrow(/behind it/);
  });

  test.each([
    "a; reboot",
    "-x",
    "keyno:1:a.example",
    "a b",
    "a..b",
    `${"a".repeat(64)}.example`,
    "999.1.1.1",
    "[::1]",
  ])("%s is refused as an NTP server", (value) => {
    expect(() => world(all).set("Time.NTPServer1", value)).toThrow();
  });

  test("a server in a plain option counts as a list of one", () => {
    const here = world({ system: "config timeserver 'ntp'\n\toption server 'a.example b.example'" });
    expect(here.get("Time.NTPServer2")).toBe("b.example");
  });

  test.each([
    ["CET-1CEST,M3.5.0,M10.5.0/3", "+01:00", "1"],
    ["UTC", "+00:00", "0"],
    ["GMT0", "+00:00", "0"],
    ["<+0530>-5:30", "+05:30", "0"],
    ["EST5EDT,M3.2.0,M11.1.0", "-05:00", "1"],
    ["<-03>3", "-03:00", "0"],
    ["nonsense!", "+00:00", "0"],
    ["LMT-0:53:28", "+00:53", "0"],
    ["CET-1CEST,J60,J300", "+01:00", "1"],
    ["CET-1CEST,M13.1.0,J300", "+00:00", "0"],
  ])("zone %s is %s", (zone, offset, daylight) => {
    const here = world({ system: `config system\n\toption timezone '${zone}'` });
    expect([here.get("Time.LocalTimeZone"), here.get("Time.DaylightSavingsUsed")]).toEqual([
      offset,
      daylight,
    ]);
    here.set("Time.LocalTimeZone", offset);
    expect(here.get("Time.LocalTimeZoneName")).toBe(zone);
  });

  test.each([
    ["+00:00", "UTC0"],
    ["-03:30", "<-0330>3:30"],
    ["+14:00", "<+1400>-14"],
  ])("offset %s becomes %s, and the zone name is removed", (offset, zone) => {
    const here = world({ system });
    here.set("Time.LocalTimeZone", offset);
    expect(here.get("Time.LocalTimeZoneName")).toBe(zone);
    expect(here.get("Time.LocalTimeZone")).toBe(offset);
    expect(here.option("system", "cfg010000", "zonename")).toBeUndefined();
  });

  test.each(["CET", "Europe/Berlin", "GB-Eire"])(
    "%s is the name of a file with any zone: an offset of 0 that is set with it is written",
    (zone) => {
      const here = world({ system: `config system\n\toption timezone '${zone}'` });
      here.set("Time.LocalTimeZone", "+00:00");
      expect(here.option("system", "cfg010000", "timezone")).toBe("UTC0");
      expect(() => here.set("Time.LocalTimeZoneName", zone)).toThrow();
    },
  );

  test.each(["UTC", "GMT"])("%s alone is UTC to the C library, without a file", (zone) => {
    const here = world({ system });
    here.set("Time.LocalTimeZoneName", zone);
    expect([here.get("Time.LocalTimeZone"), here.get("Time.LocalTimeZoneName")]).toEqual(["+00:00", zone]);
  });

  test.each([
    "CET",
    "Local",
    "Europe/Berlin",
    "",
    "CET-99",
    "CET-1CEST-99",
    "CET-1;reboot",
    "CET-1CEST,J0,J300",
  ])("%j is no POSIX zone", (zone) => {
    expect(() => world({ system }).set("Time.LocalTimeZoneName", zone)).toThrow();
  });

  test("local time has its offset, and is the Unknown Time while the clock is not right", () => {
    const here = world(all);
    expect(here.get("Time.CurrentLocalTime")).toBe("2026-11-24T04:30:00+01:00");
    expect(here.get("Time.Status")).toBe("Synchronized");
    here.env = { ...here.env, zone: 0 };
    expect(here.get("Time.CurrentLocalTime")).toBe("2026-11-24T03:30:00Z");
    here.env = { ...here.env, now: { ...here.env.now, known: false } };
    expect(here.get("Time.CurrentLocalTime")).toBe("0001-01-01T00:00:00Z");
    expect(here.get("Time.Status")).toBe("Unsynchronized");
    here.set("Time.Enable", "0");
    expect(here.get("Time.Status")).toBe("Disabled");
  });
});
