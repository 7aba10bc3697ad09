import { describe, expect, test } from "vitest";
import type { Binding, Env, Root } from "../../src/model/define.ts";
import { modelLimits } from "../../src/model/limits.ts";
import { Traces } from "../../src/model/trace.ts";
import type { Netdev, Sheet } from "../../src/ports/facts.ts";
import { device, read, sampleRoot, top } from "./sample.ts";

/** The sample root with one parameter of ours. */
function rootWith(binding: Binding): Root {
  const info = sampleRoot.object.objects.DeviceInfo;
  if (info?.is !== "object") throw new Error("the sample has changed");
  const DeviceInfo = { ...info, params: { ...info.params, ProvisioningCode: binding } };
  return {
    ...sampleRoot,
    object: { ...sampleRoot.object, objects: { ...sampleRoot.object.objects, DeviceInfo } },
  };
}

/** A device whose ProvisioningCode is read so, with the number of its readings. */
function reading(look: (env: Env) => string) {
  const there = device();
  let reads = 0;
  const binding: Binding = {
    packages: [],
    read: (_at, env) => {
      reads++;
      return look(env);
    },
  };
  const { model, log } = there.boot(undefined, rootWith(binding));
  return {
    ...there,
    log,
    value: () => read(model, `${top}DeviceInfo.ProvisioningCode`),
    /** Since the last call. */
    reads() {
      const count = reads;
      reads = 0;
      return count;
    },
  };
}

const port = (up: boolean): Netdev => ({
  name: "lan1",
  mac: "",
  up,
  carrier: up,
  mtu: 1500,
  speed: undefined,
  duplex: undefined,
  counter: () => 0,
});

describe("A.3.2.2 a value that depends on facts", () => {
  test("is read again when a fact that it was read from has changed, and for no other fact", async () => {
    const { value, reads, facts } = reading(({ sheet }) => String(sheet.netdev("lan1")?.up));
    expect(await value()).toBe("undefined");
    facts.state.netdevs = [port(true)];
    expect(await value()).toBe("true");
    expect(reads()).toBe(2);
    facts.state.uptime = 99;
    facts.state.netdevs = [{ ...port(true), mtu: 1400 }];
    expect(await value()).toBe("true");
    expect(reads()).toBe(0);
    facts.state.netdevs = [port(false)];
    expect(await value()).toBe("false");
    facts.state.netdevs = [];
    expect(await value()).toBe("undefined");
  });

  test("follows a fact that it was not read from at first", async () => {
    const { value, facts } = reading(({ sheet }) =>
      sheet.netdev("lan1")?.up ? String(sheet.uptime()) : "down",
    );
    facts.state.netdevs = [port(false)];
    facts.state.uptime = 1;
    expect(await value()).toBe("down");
    facts.state.netdevs = [port(true)];
    expect(await value()).toBe("1");
    facts.state.uptime = 2;
    expect(await value()).toBe("2");
    facts.state.netdevs = [port(false)];
    expect(await value()).toBe("down");
  });

  test("follows the configuration, own state, references and the time", async () => {
    const { value, reads, disk, own, clock } = reading((env) =>
      [
        env.config.package("cwmp")?.section("cpe")?.options.get("provisioning_code"),
        env.own.read("serialNumber"),
        env.refer("redirect", { redirect: "cfg02" }),
      ].join(),
    );
    const first = await value();
    clock.time.wall += 1000;
    expect(await value()).toBe(first);
    expect(reads()).toBe(2);
    clock.time.wall += 1000;
    expect(await value()).toBe(first);
    expect(reads()).toBe(0);
    own.serialNumber = "S2";
    expect(await value()).toBe(first.replace("S1", "S2"));
    disk.edit([{ edit: "set", package: "cwmp", section: "cpe", option: "provisioning_code", value: "p9" }]);
    expect(await value()).toContain("p9,S2");
    const timed = reading(({ now }) => String(now.wall));
    const before = await timed.value();
    timed.clock.time.wall += 1000;
    expect(await timed.value()).toBe(String(Number(before) + 1000));
  });

  test("that cannot be read is tried again, also if no fact has changed", async () => {
    let broken = true;
    const { value, log } = reading(({ sheet }) => {
      if (sheet.uptime() > 0 && broken) throw new Error("broken");
      return "whole";
    });
    expect(await value()).toBe("");
    expect(log.lines.filter(({ what }) => what.includes("cannot be read"))).toHaveLength(1);
    broken = false;
    expect(await value()).toBe("whole");
  });

  test.each([modelLimits.traceQuestionsMax, modelLimits.questionsMax])(
    "is right past %d questions",
    async (most) => {
      const { value, facts } = reading(({ sheet }) => {
        let up = 0;
        for (let n = 0; n <= most; n++) up += sheet.netdev(`p${n}`)?.up ? 1 : 0;
        return String(up + (sheet.netdev("lan1")?.up ? 1 : 0));
      });
      facts.state.netdevs = [port(false)];
      expect(await value()).toBe("0");
      facts.state.netdevs = [port(true), { ...port(true), name: "p0" }];
      expect(await value()).toBe("2");
    },
  );

  test("a value that others need is made once, and again when a fact behind it has changed", async () => {
    let made = 0;
    const shared = (env: Env): readonly string[] => {
      made++;
      return env.sheet.leases([]).map(({ hostname }) => hostname);
    };
    const { value, reads, facts } = reading((env) => {
      const { once = (make) => make(env) } = env;
      return once(shared, env).concat(once(shared, env)).join();
    });
    // The questions are noted from the second reading on.
    await value();
    reads();
    made = 0;
    expect(await value()).toBe("tv,tv");
    const { leases } = facts.state;
    facts.state.leases = [{ ...leases[0]!, hostname: "radio" }];
    expect(await value()).toBe("radio,radio");
    expect([made, reads()]).toEqual([2, 2]);
  });
});

const one: Netdev = port(true);

/** Two answers to each question of the sheet. */
const answers: { readonly [K in Exclude<keyof Sheet, "netdev" | "interface">]: readonly [unknown, unknown] } =
  {
    board: ["a", "b"],
    uptime: [1, 2],
    memory: [
      { total: 1, free: 1 },
      { total: 1, free: 2 },
    ],
    cpuUsage: [1, 2],
    processes: [[1], [1, 2]],
    process: [{ pid: 1, ticks: 1 }, undefined],
    sensors: [[{ id: "a", milli: () => 1 }], [{ id: "a", milli: () => 2 }]],
    optics: [[{ id: "a", transmitted: () => 1 }], [{ id: "a", transmitted: () => 2 }]],
    accounts: [[{ name: "root", enabled: true }], [{ name: "root", enabled: false }]],
    written: [1, undefined],
    startsAtBoot: [true, false],
    ports: [["lan1"], ["lan1", "lan2"]],
    bridgePort: ["lan1", undefined],
    bridgeState: [1, 3],
    pppoeSession: [1, undefined],
    wifiDevice: ["wlan0", undefined],
    stations: [[{ mac: "a", signal: -1 }], [{ mac: "a", signal: -2 }]],
    radio: [{ channel: 1 }, { channel: 6 }],
    leases: [[], [{ mac: "a" }]],
    neighbours: [[], [{ mac: "a" }]],
    leases6: [[], [{ mac: "a" }]],
    hasIpv6: [true, false],
    logTail: ["a", "b"],
    address6: ["2001:db8::1", undefined],
  };

const facts: Readonly<Record<string, readonly [unknown, unknown]>> = {
  "netdev mac": ["a", "b"],
  "netdev up": [true, false],
  "netdev carrier": [true, false],
  "netdev mtu": [1, 2],
  "netdev speed": [1, undefined],
  "netdev duplex": ["full", "half"],
  "netdev changed": [1, 2],
  "interface up": [true, false],
  "interface pending": [true, false],
  "interface device": ["a", undefined],
  "interface uptime": [1, 2],
  "interface addresses": [[{ address: "192.0.2.1", mask: 24 }], [{ address: "192.0.2.2", mask: 24 }]],
  "interface gateway": ["192.0.2.1", undefined],
  "interface dns": [["192.0.2.1"], []],
  "interface errors": [["NO_DEVICE"], []],
  "interface peer": ["192.0.2.1", undefined],
  "interface proto": ["dhcp", "static"],
  "interface addresses6": [[{ address: "2001:db8::1", valid: 1 }], [{ address: "2001:db8::1", valid: 2 }]],
  "interface prefixes6": [[{ address: "2001:db8::" }], []],
  "interface assigned6": [[{ address: "2001:db8::" }], []],
  "interface routes6": [[{ target: "::" }], []],
  "interface dhcp": [{ server: "192.0.2.1" }, { server: "192.0.2.2" }],
};

describe("a question to the sheet", () => {
  /** Whether a value stands when the sheet is another one. */
  function stands(sheets: readonly object[], look: (sheet: Sheet) => unknown): boolean {
    let stamps = 0;
    const traces = new Traces(() => ++stamps);
    const env = (sheet: object) => ({ sheet, own: {}, config: {} }) as Env;
    traces.at(env(sheets[0]!), 1);
    const { trace } = traces.noting(({ sheet }) => look(sheet));
    const stamp = traces.fresh(trace!);
    traces.at(env(sheets[1]!), 2);
    return traces.fresh(trace!) === stamp;
  }

  test.each(Object.entries(answers))("%s has another answer", (name, [before, after]) => {
    const sheets = [before, after].map((answer) => ({ [name]: () => answer }));
    const look = (sheet: Sheet) =>
      (sheet as unknown as Record<string, (word: string) => unknown>)[name]!("x");
    expect(stands(sheets, look)).toBe(false);
    // A sheet gives these lists anew only when they have changed; those with answers of their own never stand.
    const again = [before, ["leases", "neighbours", "leases6"].includes(name) ? before : structured(before)];
    const moves = name === "sensors" || name === "optics";
    expect(
      stands(
        again.map((answer) => ({ [name]: () => answer })),
        look,
      ),
    ).toBe(!moves);
  });

  test.each(Object.entries(facts))("%s has another answer", (name, [before, after]) => {
    const [method = "", fact = ""] = name.split(" ");
    const sheets = [before, after].map((answer) => ({ [method]: () => ({ [fact]: answer }) }));
    const look = (sheet: Sheet) =>
      (sheet as unknown as Record<string, (word: string) => Record<string, unknown>>)[method]!("x")[fact];
    expect(stands(sheets, look)).toBe(false);
    const again = [before, structured(before)].map((answer) => ({ [method]: () => ({ [fact]: answer }) }));
    expect(stands(again, look)).toBe(true);
    const gone = [{ [method]: () => ({ [fact]: before }) }, { [method]: () => undefined }];
    expect(stands(gone, look)).toBe(false);
  });

  test("a counter has another answer", () => {
    const sheets = [1n, 2n].map((count) => ({ netdev: () => ({ ...one, counter: () => count }) }));
    const look = (sheet: Sheet) => sheet.netdev("lan1")?.counter("rx_bytes");
    expect(stands(sheets, look)).toBe(false);
    expect(stands([sheets[0]!, sheets[0]!], look)).toBe(true);
  });

  test("a reader gets a copy with every fact of an interface", () => {
    const traces = new Traces(() => 1);
    traces.at({ sheet: { interface: () => ({ name: "wan", up: true }) }, own: {}, config: {} } as never, 1);
    const { value } = traces.noting(({ sheet }) => ({ ...sheet.interface("wan"), up: false }));
    expect(value).toMatchObject({ name: "wan", up: false });
  });
});

/** The same answer as another object. Functions stay. */
function structured(answer: unknown): unknown {
  if (Array.isArray(answer)) return [...answer];
  return typeof answer === "object" && answer !== null ? { ...answer } : answer;
}
