import { describe, expect, test } from "vitest";
import { connectionRequestLimits } from "../../src/connreq/limits.ts";
import { randomPath } from "../../src/connreq/path.ts";
import { type Place, toEvict } from "../../src/connreq/places.ts";
import { type Accepted, admit, type Notices, notice } from "../../src/connreq/rate.ts";
import { sourceOf } from "../../src/connreq/source.ts";
import { seeded } from "./desk.ts";

describe("3.2.2 limits", () => {
  test("3.2.2 admits so many in any minute, of one source and in all, and refused ones do not count", () => {
    const limits = { acceptedPerMinuteMax: 5, acceptedPerSourcePerMinuteMax: 3 };
    let accepted: Accepted = [];
    const ask = (now: number, source: string) => {
      const outcome = admit(accepted, now, source, limits);
      accepted = outcome.accepted;
      return outcome.admitted;
    };
    expect([0, 1, 2, 3].map((now) => ask(now, "a"))).toEqual([true, true, true, false]);
    expect([4, 5, 6].map((now) => ask(now, "b"))).toEqual([true, true, false]);
    expect(ask(59_999, "a")).toBe(false);
    expect(ask(60_000, "a")).toBe(true);
    expect(ask(60_000, "b")).toBe(false);
    expect(ask(60_001, "b")).toBe(true);
    expect(accepted.length).toBeLessThanOrEqual(5);
  });

  test("3.2.2 speaks of refusals once a minute for each source, with their number, in bounded memory", () => {
    const notices: Notices = new Map();
    expect(notice(notices, 0, "wrong", "a")).toBe(1);
    expect(notice(notices, 1, "wrong", "a")).toBeUndefined();
    expect(notice(notices, 2, "wrong", "b")).toBe(1);
    expect(notice(notices, 60_000, "wrong", "a")).toBe(2);
    let lines = 0;
    for (let source = 0; source < 10_000; source += 1) {
      if (notice(notices, 60_001, "wrong", `s${source}`) !== undefined) lines += 1;
    }
    expect(lines).toBeLessThanOrEqual(connectionRequestLimits.noticedSourcesMax + 1);
    expect(notices.size).toBeLessThanOrEqual(connectionRequestLimits.noticedSourcesMax + 1);
  });

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["fe80::1%br-lan", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["", ""],
  ])("3.2.2 %s counts as %s", (address, source) => {
    expect(sourceOf(address)).toBe(source);
  });

  test("3.2.2 the least far, then the oldest, of the source with the most makes way; who is proven stays", () => {
    const all: Place[] = [
      { source: "a", standing: 0 },
      { source: "b", standing: 0 },
      { source: "b", standing: 1 },
      { source: "b", standing: 0 },
      { source: "c", standing: 2 },
      { source: "c", standing: 2 },
      { source: "c", standing: 2 },
      { source: "c", standing: 2 },
    ];
    const places = new Map(all.map((place, index) => [index, place]));
    const counts = new Map([
      ["a", 1],
      ["b", 3],
      ["c", 4],
    ]);
    const evict = (newcomer: string, connectionsMax: number, connectionsPerSourceMax: number) => {
      const place = toEvict(places, counts, newcomer, { connectionsMax, connectionsPerSourceMax });
      return place && all.indexOf(place);
    };
    expect(evict("d", 9, 9)).toBeUndefined();
    expect(evict("d", 8, 9)).toBe(1);
    expect(evict("c", 9, 4)).toBe(4);
    expect(evict("a", 9, 1)).toBe(0);
  });

  test("3.2.2 [R-3.2.2-04] the path is random: two devices have two", () => {
    const paths = Array.from({ length: 50 }, (_, seed) => randomPath(seeded(seed)));
    expect(new Set(paths).size).toBe(50);
    for (const one of paths) expect(one).toMatch(/^\/[0-9a-f]{32}$/);
  });
});
