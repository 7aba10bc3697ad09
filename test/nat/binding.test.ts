/** The machine that keeps the NAT binding, before a NAT and a server on a virtual clock. TR-069 G.2.1.1 to G.2.1.3. */
import { describe, expect, it } from "vitest";
import { keepAliveSeconds, natDetected, udpAddress } from "../../src/nat/binding-state.ts";
import { bindingResponse, mapped, message } from "./messages.ts";
import { localAt, NatWorld, serverAt } from "./model.ts";

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;
const utf8 = new TextEncoder();
const credentials = { username: "cpe-1", password: utf8.encode("secret") };

/** Seconds between one request from the primary port and the next, changes of the binding aside. */
function gaps(world: NatWorld, after = 0): number[] {
  const times = world
    .requests(0xc001)
    .filter((seen) => seen.at >= after)
    .map((seen) => seen.at);
  return times.slice(1).map((at, index) => (at - times[index]!) / second);
}

describe("finding the binding", () => {
  it("G.2.1.1 sends from the primary port, and regards a different address or port in the response as a NAT [R-G.2-01] [R-G.2-03] [R-G.2.1-02] [R-G.2.1.1-01] [R-G.2.1.1-03] [R-G.2.1.3-19] [R-G.2.1.3-20] [R-G.2.1.3-21] [R-G.2.1.3-22]", () => {
    const world = new NatWorld();
    expect(udpAddress(world.state)).toBe("192.168.1.2:7547");
    world.pass(second);
    expect(world.asked).toEqual(["stun.example.com"]);
    expect(world.sent[0]).toMatchObject({ from: "primary", types: [0xc001] });
    expect(udpAddress(world.state)).toBe("203.0.113.1:7547");
    expect(natDetected(world.state)).toBe(true);
  });

  it("G.2.1.1 regards a different port alone as a NAT, too [R-G.2.1.1-04]", () => {
    const world = new NatWorld();
    world.wan = localAt.address;
    world.portPreserving = false;
    world.pass(second);
    expect(udpAddress(world.state)).toBe("192.168.1.2:40000");
    expect(natDetected(world.state)).toBe(true);
  });

  it("G.2.1.3 reports the local address and port, and no NAT, if the address is not translated [R-G.2.1.3-26] [R-G.2.1.3-27]", () => {
    const world = new NatWorld();
    world.translates = false;
    world.pass(hour);
    expect(udpAddress(world.state)).toBe("192.168.1.2:7547");
    expect(natDetected(world.state)).toBe(false);
  });

  it("reports the local address with STUN off, none while the interface is down, and finds the binding anew afterwards", () => {
    const world = new NatWorld();
    world.pass(second);
    world.feed({ on: "local", local: undefined });
    expect(udpAddress(world.state)).toBe("");
    const before = world.sent.length;
    world.pass(hour);
    expect(world.sent.length).toBe(before);
    world.feed({ on: "local", local: localAt });
    world.pass(second);
    expect(udpAddress(world.state)).toBe("203.0.113.1:7547");
    world.change({ enable: false });
    expect(udpAddress(world.state)).toBe("192.168.1.2:7547");
    expect(natDetected(world.state)).toBe(false);
    const quiet = world.sent.length;
    world.pass(day);
    expect(world.sent.length).toBe(quiet);
    world.change({ enable: true });
    world.pass(second);
    expect(udpAddress(world.state)).toBe("203.0.113.1:7547");
  });

  it("G.2.1.3 reports a new binding to the server at once, with BINDING-CHANGE, and once only [R-G.2.1.3-13] [R-G.2.1.3-15] [R-G.2.1.3-16]", () => {
    const world = new NatWorld();
    world.pass(hour);
    const [first, second_] = world.requests(0xc001);
    expect(world.requests(0xc002)).toEqual([second_]);
    expect(second_!.at - first!.at).toBeLessThan(100);
    world.wan = "203.0.113.2";
    world.restart();
    world.pass(hour);
    expect(world.requests(0xc002)).toHaveLength(2);
    expect(udpAddress(world.state)).toBe("203.0.113.2:7547");
  });

  it("G.2.1.1 sends a request at once when the local address changes, even within the minimum period [R-G.2.1.1-10] [R-G.2.1.1-11]", () => {
    const world = new NatWorld({ min: 60 });
    world.pass(5 * second);
    const before = world.requests(0xc001).length;
    world.feed({ on: "local", local: { address: "192.168.1.3", port: 7547 } });
    world.wan = "203.0.113.7";
    world.pass(second);
    expect(world.requests(0xc001).length).toBe(before + 2);
    expect(udpAddress(world.state)).toBe("203.0.113.7:7547");
  });

  it("reports a new local address even if the server does not respond", () => {
    const world = new NatWorld();
    world.pass(5 * second);
    world.away = true;
    world.feed({ on: "local", local: { address: "192.168.1.3", port: 7547 } });
    world.pass(10 * second);
    expect(udpAddress(world.state)).toBe("192.168.1.3:7547");
    expect(natDetected(world.state)).toBe(false);
  });

  it("G.2.1.1 notices a changed address or port at every later request [R-G.2.1.1-05] [R-G.2.1.1-06] [R-G.2.1.3-02]", () => {
    const world = new NatWorld({ min: 30, max: 30 });
    world.portPreserving = false;
    world.pass(second);
    const told = [udpAddress(world.state)];
    for (let time = 0; time < 3; time += 1) {
      world.restart();
      world.pass(31 * second);
      told.push(udpAddress(world.state));
    }
    expect(new Set(told).size).toBe(4);
    expect(told.at(-1)).toBe(world.outside);
  });
});

describe("requests that are not answered", () => {
  it("G.2.1.3 are sent nine times at the intervals of RFC 3489, with one transaction id [R-G.2.1.3-17]", () => {
    const world = new NatWorld();
    world.tamper = (answer) => (world.sent.at(-1)!.types.includes(0xc002) ? [] : [answer]);
    world.pass(30 * second);
    const changes = world.sent.filter((seen) => seen.types.includes(0xc002));
    expect(new Set(changes.map((seen) => seen.id)).size).toBe(1);
    const begin = changes[0]!.at;
    expect(changes.map((seen) => seen.at - begin)).toEqual([0, 100, 300, 700, 1500, 3100, 4700, 6300, 7900]);
  });

  it("G.2.1.3 with BINDING-CHANGE are not repeated until the binding changes again [R-G.2.1.3-18]", () => {
    const world = new NatWorld();
    world.tamper = (answer) => (world.sent.at(-1)!.types.includes(0xc002) ? [] : [answer]);
    world.pass(day);
    expect(world.requests(0xc002)).toHaveLength(1);
    world.wan = "203.0.113.2";
    world.restart();
    world.pass(hour);
    expect(world.requests(0xc002)).toHaveLength(2);
  });

  it("are repeated at the last period while the server does not respond, with a DNS query each time and no BINDING-CHANGE", () => {
    const world = new NatWorld();
    world.pass(6 * hour);
    const period = keepAliveSeconds(world.state);
    const names = world.asked.length;
    const changes = world.requests(0xc002).length;
    const from = world.now;
    world.away = true;
    world.pass(hour);
    const asked = world.requests(0xc001).filter((seen) => seen.at > from);
    expect(asked.length).toBeGreaterThan(hour / second / (period + 20));
    expect(Math.max(...gaps(world, from))).toBeLessThanOrEqual(period + 9);
    expect(world.asked.length - names).toBeGreaterThanOrEqual(asked.length - 1);
    expect(keepAliveSeconds(world.state)).toBe(period);
    world.away = false;
    world.pass(hour);
    expect(world.requests(0xc002)).toHaveLength(changes);
    expect(world.logged.filter((line) => /cannot be asked/.test(line))).toHaveLength(1);
    expect(world.logged.filter((line) => /responds again/.test(line))).toHaveLength(1);
  });

  it("go to the next address of the server's name", () => {
    const world = new NatWorld();
    world.pass(second);
    world.addresses = [serverAt.address, "203.0.113.20"];
    world.away = true;
    world.pass(hour);
    const hosts = new Set<string>();
    for (let time = 0; time < 5; time += 1) {
      world.pass(10 * 60 * second);
      hosts.add(world.state.server!.address);
    }
    expect(hosts.size).toBe(2);
  });

  it("wait for DNS, and use no address of another family", () => {
    const world = new NatWorld();
    world.addresses = ["2001:db8::1"];
    world.pass(hour);
    expect(world.sent).toEqual([]);
    expect(world.asked.length).toBeGreaterThan(100);
    world.addresses = [serverAt.address];
    world.pass(60 * second);
    expect(udpAddress(world.state)).toBe("203.0.113.1:7547");
  });
});

describe("a server that asks for MESSAGE-INTEGRITY", () => {
  it("G.2.1.1 receives each request once more, signed, with the same attributes, and its responses are checked [R-G.2.2.1-03] [R-G.2.2.1-04] [R-G.2.1.3-09]", () => {
    const world = new NatWorld({ credentials });
    world.password = "secret";
    world.pass(10 * 60 * second);
    expect(udpAddress(world.state)).toBe("203.0.113.1:7547");
    const all = world.requests();
    const plain = all.filter((seen) => !seen.types.includes(8));
    const again = all.filter((seen) => seen.types.includes(8));
    expect(plain.length).toBe(again.length);
    for (const [at, seen] of again.entries()) {
      const marks = seen.types.filter((type) => type !== 8 && type !== 6);
      expect(marks).toEqual(plain[at]!.types.filter((type) => type !== 6));
      expect(seen.types).toContain(6);
    }
    expect(again.some((seen) => seen.from === "secondary")).toBe(true);
    for (const seen of all.filter((one) => one.from === "primary")) expect(seen.types).toContain(0xc001);
  });

  it("that has another password causes no loop, and its responses change nothing [R-G.2.2.1-05]", () => {
    const world = new NatWorld({ credentials, max: 60 });
    world.password = "other";
    world.pass(hour);
    expect(udpAddress(world.state)).toBe("192.168.1.2:7547");
    // Each time one without, and one with MESSAGE-INTEGRITY that is sent nine times.
    expect(world.sent.length).toBeLessThan((hour / second / 20) * 11);
  });

  it("and refuses the signed request too receives the next request only after the period", () => {
    const world = new NatWorld({ credentials, min: 30, max: 30 });
    world.error = 401;
    world.pass(hour);
    expect(world.sent.length).toBeLessThanOrEqual(2 * (hour / second / 30 + 1));
  });
});

describe("unsolicited responses", () => {
  it("change nothing: with another transaction id, from another sender, or too late", () => {
    const world = new NatWorld({ min: 30, max: 30 });
    world.pass(second);
    const before = udpAddress(world.state);
    const changes = world.requests(0xc002).length;
    const forged = (id: string) => message(bindingResponse, [mapped("192.0.2.66", 666)], id);
    const last = world.requests(0xc001).at(-1)!.id;
    world.arrive(forged(last), { address: "", port: localAt.port });
    world.pass(29 * second - 100);
    world.tamper = (answer, id) => {
      world.feed({ on: "datagram", at: "primary", from: { ...serverAt, port: 1 }, bytes: forged(id) });
      world.feed({ on: "datagram", at: "primary", from: serverAt, bytes: forged("00".repeat(16)) });
      world.feed({ on: "datagram", at: "secondary", from: serverAt, bytes: forged(id) });
      return [answer];
    };
    world.pass(hour);
    expect(udpAddress(world.state)).toBe(before);
    expect(world.requests(0xc002).length).toBe(changes);
  });
});

describe("keeping the binding", () => {
  it("G.2.1.2 equal minimum and maximum fix the period: no second port is used [R-G.2.1.2-01] [R-G.2.1.2-02] [R-G.2.1.2-03]", () => {
    const world = new NatWorld({ min: 45, max: 45 });
    world.pass(day);
    expect(world.sent.every((seen) => seen.from === "primary")).toBe(true);
    expect(new Set(gaps(world).slice(1))).toEqual(new Set([45]));
  });

  it.each([
    [20, 20],
    [30, 180],
    [65, 65],
    [120, 300],
  ])(
    "G.2.1.2 finds the lifetime of a NAT whose bindings expire after %i s, or %i s for a flow in use [R-G.2.1-03] [R-G.2.1.2-04] [R-G.2.1.2-05] [R-G.2.1.2-06]",
    (short, long) => {
      const world = new NatWorld({ min: 10, max: 600 });
      world.shortMs = short * second;
      world.longMs = long * second;
      world.pass(day);
      const period = keepAliveSeconds(world.state);
      expect(period).toBeLessThan(long);
      expect(period).toBeGreaterThan(0.9 * long - 1.5);
      expect(world.requests(2).every((seen) => seen.from === "secondary")).toBe(true);
    },
  );

  it("G.2.1.2 keeps it open for days with one request a period and one probe in ten [R-G.2-02]", () => {
    const world = new NatWorld({ min: 10, max: 600 });
    world.shortMs = 20 * second;
    world.longMs = 20 * second;
    world.pass(hour);
    const before = world.sent.length;
    const total = 20 * 20;
    let shut = 0;
    world.pass(total * second, () => {
      shut += world.open ? 0 : 1;
    });
    expect(shut).toBe(0);
    expect(world.sent.length - before).toBeLessThanOrEqual(1.3 * Math.ceil(total / 20));
  });

  it("G.2.1.2 never sends from the primary port within the minimum period, whatever the search needs", () => {
    const world = new NatWorld({ min: 50, max: 600 });
    world.longMs = 200 * second;
    world.pass(day);
    expect(Math.min(...gaps(world).slice(1))).toBeGreaterThanOrEqual(50);
  });

  it("G.2.1.2 never waits longer than the maximum, even during an unanswered probe", () => {
    const world = new NatWorld({ min: 10, max: 60 });
    world.longMs = 57 * second;
    world.pass(day);
    expect(Math.max(...gaps(world))).toBeLessThanOrEqual(60);
    expect(keepAliveSeconds(world.state)).toBeGreaterThan(50);
  });

  it("cannot keep a binding that lives for less than the minimum, and sends at the minimum", () => {
    const world = new NatWorld({ min: 60, max: 600 });
    world.shortMs = 30 * second;
    world.longMs = 30 * second;
    world.pass(day);
    expect(keepAliveSeconds(world.state)).toBe(60);
    expect(Math.min(...gaps(world).slice(1))).toBeGreaterThanOrEqual(60);
  });

  it("G.2.1.2 -1 means no maximum: a binding that never expires is refreshed every quarter of an hour", () => {
    const world = new NatWorld({ min: 10, max: -1 });
    world.shortMs = day;
    world.longMs = day;
    world.pass(day);
    expect(keepAliveSeconds(world.state)).toBeGreaterThan(890);
  });

  it("G.2.1.2 probes now and then, and searches anew when bindings expire sooner than before [R-G.2.1.2-08] [R-G.2.1.2-09]", () => {
    const world = new NatWorld({ min: 10, max: 600 });
    world.longMs = 200 * second;
    world.pass(day);
    expect(keepAliveSeconds(world.state)).toBeGreaterThan(180);
    world.longMs = 60 * second;
    world.pass(2 * hour);
    expect(keepAliveSeconds(world.state)).toBeLessThan(60);
    expect(keepAliveSeconds(world.state)).toBeGreaterThan(50);
  });

  it.each(["secondary", "never"] as const)(
    "sends at the safe period to a server that answers %s to RESPONSE-ADDRESS, and says so once",
    (responds) => {
      const world = new NatWorld({ min: 5, max: 600 });
      world.responds = responds;
      world.pass(day);
      expect(world.state.honours).toBe(false);
      expect(keepAliveSeconds(world.state)).toBe(20);
      expect(world.requests(2)).toHaveLength(1);
      expect(world.logged.filter((line) => /RESPONSE-ADDRESS/.test(line))).toHaveLength(1);
    },
  );

  it("regards an unanswered probe as a server that is down, not as an expired binding", () => {
    const world = new NatWorld({ min: 10, max: 600 });
    world.longMs = 100 * second;
    world.pass(day);
    const period = keepAliveSeconds(world.state);
    for (let time = 0; time < 12; time += 1) {
      // Away for the probe and the keep-alive after it, back a while later.
      world.away = true;
      world.pass(2 * period * second);
      world.away = false;
      world.pass(11 * period * second);
    }
    expect(keepAliveSeconds(world.state)).toBe(period);
    expect(world.logged.filter((line) => /has expired/.test(line)).length).toBeLessThan(10);
  });

  it("resumes with the lifetime found before, and probes it within one period", () => {
    const first = new NatWorld({ min: 10, max: 600 });
    first.longMs = 150 * second;
    first.pass(day);
    const kept = first.state.kept!;
    expect(kept).toEqual({ server: "stun.example.com:3478", seconds: keepAliveSeconds(first.state) });
    const again = new NatWorld({ min: 10, max: 600 }, kept);
    again.longMs = 150 * second;
    again.shortMs = 150 * second;
    again.pass(2 * kept.seconds * second);
    expect(keepAliveSeconds(again.state)).toBe(kept.seconds);
    expect(again.requests(2)).toHaveLength(1);
    const shorter = new NatWorld({ min: 10, max: 600 }, kept);
    shorter.shortMs = 40 * second;
    shorter.longMs = 40 * second;
    shorter.pass(hour);
    expect(keepAliveSeconds(shorter.state)).toBeLessThan(40);
    const other = new NatWorld({ min: 10, max: 600, host: "other.example.com" }, kept);
    expect(keepAliveSeconds(other.state)).toBe(20);
  });

  it("applies new periods at once", () => {
    const world = new NatWorld({ min: 10, max: 600 });
    world.longMs = 200 * second;
    world.pass(day);
    world.change({ min: 25, max: 25 });
    const from = world.now;
    world.pass(hour);
    expect(new Set(gaps(world, from))).toEqual(new Set([25]));
  });

  it("works for a week: other NATs, losses, server outages, changing addresses", () => {
    const world = new NatWorld({ min: 15, max: 300 });
    let shut = 0;
    let looks = 0;
    const look = () => {
      looks += 1;
      shut += world.open ? 0 : 1;
    };
    const trouble: (() => void)[] = [
      () => world.restart(),
      () => Object.assign(world, { wan: "203.0.113.9" }),
      () => Object.assign(world, { longMs: 90 * second, shortMs: 30 * second }),
      () => Object.assign(world, { portPreserving: false }),
      () => Object.assign(world, { lose: 5 }),
      () => Object.assign(world, { away: true }),
      () => Object.assign(world, { away: false, longMs: 180 * second }),
      () => world.feed({ on: "local", local: { address: "192.168.1.9", port: 7547 } }),
      () => world.change({ host: "other.example.com" }),
      () => Object.assign(world, { lose: 40 }),
      () => world.change({ enable: false }),
      () => world.change({ enable: true }),
      () => Object.assign(world, { longMs: 45 * second }),
      () => world.restart(),
    ];
    for (const happen of trouble) {
      happen();
      world.pass(hour, () => {});
      world.pass(11 * hour, look);
      if (!world.state.settings.enable) continue;
      expect(udpAddress(world.state)).toBe(world.outside);
    }
    expect(world.now - 1_000_000).toBe(7 * day);
    // While the server was away or STUN was off there was nothing to look at but the requests themselves.
    expect(shut / looks).toBeLessThan(0.01);
    const kept = world.requests(0xc001).filter((seen) => !seen.types.includes(0xc002));
    const waits = kept.slice(1).map((seen, at) => seen.at - kept[at]!.at);
    expect(waits.filter((wait) => wait < 15 * second).length).toBeLessThanOrEqual(4);
    expect(waits.filter((wait) => wait > 310 * second).length).toBe(1);
    // Some 45 s to 180 s between two of them, probes and searches included.
    expect(world.requests().length).toBeLessThan((7 * day) / (30 * second));
  });
});
