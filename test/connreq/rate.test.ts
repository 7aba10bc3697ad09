import { describe, expect, test } from "vitest";
import { type Guesses, paused, wasRight, wasWrong } from "../../src/connreq/guesses.ts";
import { connectionRequestLimits } from "../../src/connreq/limits.ts";
import { randomPath } from "../../src/connreq/path.ts";
import { type Place, toEvict } from "../../src/connreq/places.ts";
import { type Accepted, admit, type Notices, notice } from "../../src/connreq/rate.ts";
import { sourcesOf } from "../../src/connreq/source.ts";
import { seeded } from "./desk.ts";

describe("3.2.2 limits", () => {
  test("3.2.2 a bounded number is admitted in any minute, for each source and in total; refused requests do not count", () => {
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

  test("3.2.2 refusals are logged once a minute for each source, with their number, in bounded memory", () => {
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
    ["192.0.2.1", ["192.0.2.1"]],
    ["::ffff:192.0.2.1", ["192.0.2.1"]],
    ["::FFFF:192.0.2.1", ["192.0.2.1"]],
    ["2001:db8:1:203:3:4:5:6", ["2001:db8:1:203::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]],
    ["2001:db8:1:2::9", ["2001:db8:1:2::/64", "2001:db8:1:0::/56", "2001:db8:1::/48"]],
    ["2001:db8::9", ["2001:db8:0:0::/64", "2001:db8:0:0::/56", "2001:db8:0::/48"]],
    ["fe80::1%br-lan", ["fe80:0:0:0::/64", "fe80:0:0:0::/56", "fe80:0:0::/48"]],
    ["::1", ["0:0:0:0::/64", "0:0:0:0::/56", "0:0:0::/48"]],
    ["", [""]],
  ])("3.2.2 the source of %s is %j", (address, sources) => {
    expect(sourcesOf(address)).toEqual(sources);
  });

  /** @param young those of them that have had no grace yet, by index */
  function evictions(all: readonly Omit<Place, "openedAt">[], young: readonly number[] = []) {
    const places = new Map(
      all.map((place, i): [number, Place] => [i, { ...place, openedAt: young.includes(i) ? 950 : 0 }]),
    );
    const counts = new Map<string, number>();
    for (const { sources } of all) for (const one of sources) counts.set(one, (counts.get(one) ?? 0) + 1);
    return (newcomer: string, connectionsMax: number, connectionsPerSourceMax: number) => {
      const limits = { connectionsMax, connectionsPerSourceMax, connectionsYoungMax: 3, graceMs: 100 };
      const place = toEvict(places, counts, sourcesOf(newcomer), limits, 1000);
      return typeof place === "string" ? place : [...places.values()].indexOf(place);
    };
  }

  test("3.2.2 the connection that has progressed least, then the oldest, of the source with the most connections is evicted; a proven one stays", () => {
    const evict = evictions([
      { sources: ["a"], standing: 0 },
      { sources: ["b"], standing: 0 },
      { sources: ["b"], standing: 1 },
      { sources: ["b"], standing: 0 },
      { sources: ["c"], standing: 2 },
      { sources: ["c"], standing: 2 },
      { sources: ["c"], standing: 2 },
      { sources: ["c"], standing: 2 },
    ]);
    expect(evict("d", 9, 9)).toBe("room");
    expect(evict("d", 8, 9)).toBe(1);
    expect(evict("c", 9, 4)).toBe(4);
    expect(evict("a", 9, 1)).toBe(0);
  });

  /** At 3,000 new connections a second from one /48 no good request was served: each /64 had one connection. */
  test("3.2.2 all addresses of a /56 or a /48 share limits, however many /64 they use", () => {
    const of = (address: string) => ({ sources: sourcesOf(address), standing: 0 as const });
    const good = of("192.0.2.1");
    for (const crowd of [
      [0, 1, 2].map((net) => of(`2001:db8:1:${net}::1`)),
      [0, 1, 2].map((net) => of(`2001:db8:1:${net}00::1`)),
    ]) {
      const evict = evictions([good, ...crowd]);
      expect(evict("192.0.2.9", 4, 9)).toBe(1);
      // Its own places are taken: it makes way for itself, though there is room.
      expect(evict("2001:db8:1:99::1", 9, 3)).toBe(1);
      expect(evict("2001:db8:2::1", 9, 3)).toBe("room");
    }
  });

  test("3.2.2 a connection within its grace period stays; if there are too many of these, the newest is closed", () => {
    const two = [
      { sources: ["a"], standing: 0 },
      { sources: ["a"], standing: 0 },
    ] as const;
    expect(evictions(two)("b", 2, 9)).toBe(0);
    expect(evictions(two, [1])("b", 2, 9)).toBe(0);
    // A burst may be larger than the places for those that stay, but not without end.
    expect(evictions(two, [0, 1])("b", 2, 9)).toBe("room");
    expect(evictions([...two, ...two], [0, 1, 2, 3])("b", 2, 9)).toBe("none");
    expect(evictions(two, [0, 1])("a", 9, 2)).toBe("none");
  });

  test("3.2.2 after a few wrong credentials each further one doubles the pause of the source; right credentials clear the count", () => {
    const guesses: Guesses = new Map();
    const source = ["192.0.2.1"];
    let now = 0;
    let judged = 0;
    // Who tries without end: every millisecond for an hour.
    for (; now < 3_600_000; now += 1) {
      if (paused(guesses, now, source)) continue;
      wasWrong(guesses, now, source);
      judged += 1;
    }
    expect(judged).toBeGreaterThan(5);
    expect(judged).toBeLessThan(5 + 7 + 60);
    expect(paused(guesses, now, ["192.0.2.2"])).toBe(false);
    wasRight(guesses, source);
    expect(paused(guesses, now, source)).toBe(false);
    for (let count = 0; count < 5; count += 1) wasWrong(guesses, now, source);
    expect(paused(guesses, now, source)).toBe(false);
    wasWrong(guesses, now, source);
    expect([0, 999, 1000].map((ms) => paused(guesses, now + ms, source))).toEqual([true, true, false]);
    // What was long ago does not count any more.
    wasWrong(guesses, now + 600_000, source);
    expect(paused(guesses, now + 600_000, source)).toBe(false);
  });

  test("3.2.2 a site of 65,536 networks gets no more guesses than four sources, in bounded memory", () => {
    const guesses: Guesses = new Map();
    let judged = 0;
    for (let net = 0; net < 65_536; net += 1) {
      const sources = sourcesOf(`2001:db8:1:${net.toString(16)}::1`);
      if (paused(guesses, 0, sources)) continue;
      wasWrong(guesses, 0, sources);
      judged += 1;
    }
    expect(judged).toBeLessThanOrEqual(4 * 5 + 1);
    for (let host = 0; host < 5000; host += 1) wasWrong(guesses, 0, [`h${host}`]);
    expect(guesses.size).toBeLessThanOrEqual(connectionRequestLimits.wrongSourcesMax);
  });

  test("3.2.2 [R-3.2.2-04] the path is random: two devices have two", () => {
    const paths = Array.from({ length: 50 }, (_, seed) => randomPath(seeded(seed)));
    expect(new Set(paths).size).toBe(50);
    for (const one of paths) expect(one).toMatch(/^\/[0-9a-f]{32}$/);
  });
});
