import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { zoneOffset } from "../../src/zone.ts";

/** TZ strings as OpenWrt's list of zones writes them. */
const zones = [
  "UTC",
  "GMT0",
  "CET-1CEST,M3.5.0,M10.5.0/3",
  "EST5EDT,M3.2.0,M11.1.0",
  "AEST-10AEDT,M10.1.0,M4.1.0/3",
  "IST-5:30",
  "<+0545>-5:45",
  "<-03>3",
  "NZST-12NZDT,M9.5.0,M4.1.0/3",
  "IST-1GMT0,M10.5.0,M3.5.0/1",
  "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
  // Rules that count the days of the year: Tehran's until 2022, and with the 29th of February.
  "<+0330>-3:30<+0430>,J79/24,J263/24",
  "EST5EDT,J60,J300",
  "EST5EDT,59,299/1",
];

test("local time follows the TZ string as the system's own library does, over a year and its two changes", () => {
  const moments = Array.from(
    { length: 24 * 366 },
    (_, hour) => Date.UTC(2028, 0, 1) / 1000 + hour * 3600 + 1800,
  );
  for (const zone of zones) {
    const script = `import sys,time\nfor s in map(int,sys.stdin.read().split()): print(time.localtime(s).tm_gmtoff//60)`;
    const told = execFileSync("python3", ["-c", script], { input: moments.join(" "), env: { TZ: zone } })
      .toString()
      .trim()
      .split("\n")
      .map(Number);
    const ours = moments.map((s) => zoneOffset(zone, s * 1000));
    expect(ours, zone).toEqual(told);
  }
});

test("a text that is no TZ string counts as UTC", () => {
  const rules = ["M13.1.0,M10.5.0", "M0.1.0,M10.5.0", "J0,J300", "J60,J366", "59,366", "M3.5.0"];
  const bad = rules.map((one) => `CET-1CEST,${one}`);
  for (const text of ["", "Europe/Berlin", "CET-1CEST,M13", "x".repeat(10_000), ...bad]) {
    expect(zoneOffset(text, 0), text).toBe(0);
  }
});
