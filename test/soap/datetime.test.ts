import { describe, expect, test } from "vitest";
import { parseDateTime, unknownTime, writeDateTime, writeLocalTime } from "../../src/datetime.ts";

const at = (text: string) => ({ is: "time", ms: Date.parse(text) });
const day = 86_400_000;
const afterBoot = 2 * day + 3 * 3_600_000 + 4 * 60_000 + 5000;

describe("reading", () => {
  test.each([
    ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"],
    ["2024-02-29T23:59:59.5Z", "2024-02-29T23:59:59.500Z"],
    ["2024-02-29T23:59:59.123456789Z", "2024-02-29T23:59:59.123Z"],
    ["2024-03-01T01:59:59+02:00", "2024-02-29T23:59:59Z"],
    ["2024-02-29T18:29:59.001-05:30", "2024-02-29T23:59:59.001Z"],
    ["2024-02-29T24:00:00Z", "2024-03-01T00:00:00Z"],
    [" 1999-12-31T00:00:00+00:00\n", "1999-12-31T00:00:00Z"],
    // Breaks A.2.1, and servers do it.
    ["2024-02-29T23:59:59", "2024-02-29T23:59:59Z"],
  ])("A.2.1 %j is absolute", (text, same) => {
    expect(parseDateTime(text)).toEqual(at(same));
  });

  test("A.2.1 [R-A.2.1-09] a dateTime without time zone and with a year below 1000 is time since boot", () => {
    expect(parseDateTime("0001-01-03T03:04:05")).toEqual({ is: "sinceBoot", ms: afterBoot });
    expect(parseDateTime("0001-01-01T00:00:00.25")).toEqual({ is: "sinceBoot", ms: 250 });
    expect(parseDateTime("0002-01-01T00:00:00")).toEqual({ is: "sinceBoot", ms: 365 * day });
    expect(parseDateTime("0999-12-31T00:00:00")).toMatchObject({ is: "sinceBoot" });
    expect(parseDateTime("1000-01-01T00:00:00")).toMatchObject({ is: "time" });
  });

  test("A.2.1 the Unknown Time is neither absolute nor time since boot", () => {
    expect(parseDateTime(unknownTime)).toEqual({ is: "unknown" });
    expect(parseDateTime("0001-01-01T00:00:00.000+00:00")).toEqual({ is: "unknown" });
    expect(parseDateTime("0001-01-01T00:00:10Z")).toMatchObject({ is: "time" });
  });

  test.each([
    "",
    "now",
    "2024-02-30T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-00-10T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "2024-01-01T24:00:01Z",
    "2024-01-01T00:60:00Z",
    "2024-01-01T00:00:60Z",
    "2024-01-01 00:00:00Z",
    "2024-01-01",
    "24-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "2024-01-01T00:00:00+15:00",
    "2024-01-01T00:00:00+01:60",
    "2024-01-01T00:00:00+0100",
    "2024-01-01T00:00:00.Z",
    "-2024-01-01T00:00:00Z",
    `2024-01-01T00:00:00.${"0".repeat(1000)}Z`,
  ])("A.2.1 %j is refused as a dateTime", (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });
});

describe("writing", () => {
  test("A.2.1 [R-A.2.1-06] [R-A.2.1-11] absolute time is UTC with its suffix, to the second", () => {
    expect(writeDateTime({ is: "time", ms: Date.parse("2024-02-29T23:59:59.999Z") })).toBe(
      "2024-02-29T23:59:59Z",
    );
    expect(writeDateTime({ is: "time", ms: -1 })).toBe("1969-12-31T23:59:59Z");
  });

  test("A.2.1 [R-A.2.1-08] time since boot has no suffix", () => {
    expect(writeDateTime({ is: "sinceBoot", ms: afterBoot })).toBe("0001-01-03T03:04:05");
    expect(writeDateTime({ is: "sinceBoot", ms: 0 })).toBe("0001-01-01T00:00:00");
  });

  test("A.2.1 [R-A.2.1-10] an unknown time is written as the Unknown Time, and so is a time beyond the years", () => {
    expect(writeDateTime({ is: "unknown" })).toBe("0001-01-01T00:00:00Z");
    for (const ms of [Number.NaN, 1e18, -1e18]) expect(writeDateTime({ is: "time", ms })).toBe(unknownTime);
  });

  test.each([
    [120, "2024-03-01T01:59:59+02:00"],
    [-330, "2024-02-29T18:29:59-05:30"],
    [0, "2024-02-29T23:59:59Z"],
  ])("A.3.3.1 local time %i minutes east is written with its offset", (zone, expected) => {
    const wall = Date.parse("2024-02-29T23:59:59Z");
    expect(writeLocalTime({ wall, mono: 5, known: true }, zone)).toBe(expected);
  });

  test("A.2.1 without absolute time it is time since boot", () => {
    expect(writeLocalTime({ wall: 12_345, mono: afterBoot, known: false }, 120)).toBe("0001-01-03T03:04:05");
  });

  test("A.2.1 a written dateTime reads back", () => {
    for (let ms = 0; ms < 4e12; ms += 86_461_000_000) {
      for (const time of [{ is: "time", ms } as const, { is: "sinceBoot", ms } as const]) {
        expect(parseDateTime(writeDateTime(time))).toEqual(time);
      }
    }
  });
});
