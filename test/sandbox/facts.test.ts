import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Exec, type ExecResult, noExec, systemExec } from "../../platform/openwrt/exec.ts";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cwmpd-facts-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(name: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), text);
}

const sheet = (exec: Exec = noExec, root = directory) => openFacts(root, exec).sheet("whole");
/** An exec that answers by the words of the command. */
const saying =
  (answers: Record<string, string>): Exec =>
  async (argv) => {
    const found = Object.entries(answers).find(([words]) => argv.join(" ").includes(words));
    return found ? { is: "done", code: 0, stdout: found[1], stderr: "" } : { is: "failed", why: "missing" };
  };

describe.skipIf(process.platform !== "linux")("facts of the machine that this runs on", () => {
  const before = () => readFileSync("/proc/uptime", "utf8").split(" ").map(Number)[0]!;

  test("uptime, memory and counters equal what /proc and /sys say", async () => {
    const facts = await sheet(noExec, "/");
    const low = before();
    const said = facts.uptime();
    expect(said).toBeGreaterThanOrEqual(low);
    expect(said).toBeLessThanOrEqual(before());

    const total = /MemTotal:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    expect(facts.memory().total).toBe(Number(total));
    expect(facts.memory().free).toBeGreaterThan(0);
    expect(facts.memory().free).toBeLessThan(facts.memory().total);

    // The kernel has them in one table: all are of one moment between these two.
    const names = ["rx_bytes", "tx_bytes", "rx_packets", "tx_packets"];
    const counters = () =>
      names.map((name) => Number(readFileSync(`/sys/class/net/lo/statistics/${name}`, "utf8")));
    const first = counters();
    const values = names.map((name) => facts.netdev("lo")!.counter(name));
    const last = counters();
    for (const [i, value] of values.entries()) {
      expect(value).toBeGreaterThanOrEqual(first[i]!);
      expect(value).toBeLessThanOrEqual(last[i]!);
    }
    expect(facts.netdev("lo")!.mtu).toBe(Number(readFileSync("/sys/class/net/lo/mtu", "utf8")));
    expect(facts.board("kernelVersion")).toBe(readFileSync("/proc/sys/kernel/osrelease", "utf8").trim());
  });

  test("processor use is a percentage", async () => {
    const facts = openFacts("/", noExec);
    for (const one of [await facts.sheet(), await facts.sheet()]) {
      expect(one.cpuUsage()).toBeGreaterThanOrEqual(0);
      expect(one.cpuUsage()).toBeLessThanOrEqual(100);
    }
  });
});

describe("a sample gateway", () => {
  test("is read as it was laid out", async () => {
    layOutSandbox(directory, Date.UTC(2026, 0, 1));
    const facts = await sheet();
    const board = [
      "manufacturer",
      "oui",
      "productClass",
      "serialNumber",
      "modelName",
      "hardwareVersion",
      "softwareVersion",
      "kernelVersion",
    ] as const;
    expect(board.map((fact) => facts.board(fact))).toEqual([
      "Sample Networks",
      "00005E",
      "sample,gateway-one",
      "SG1-0000042",
      "Sample Gateway One",
      "v1",
      "25.12.2 r32802-f505120278",
      "6.12.74",
    ]);
    expect(facts.ports("lan")).toEqual(["lan1", "lan2", "lan3", "lan4"]);
    expect(facts.ports("wan")).toEqual(["wan"]);
    expect(facts.netdev("lan1")).toMatchObject({
      mac: "00:00:5E:00:53:01",
      up: true,
      carrier: true,
      speed: 1000,
      duplex: "full",
    });
    expect(facts.netdev("lan3")).toMatchObject({ carrier: false, speed: undefined, duplex: undefined });
    expect(facts.netdev("lan1")!.counter("rx_bytes")).toBe(3_011_772_190);
    expect(facts.leases([{ path: "/tmp/dhcp.leases", by: "dnsmasq" }])).toHaveLength(4);
    expect(facts.neighbours().filter((one) => one.reachable)).toHaveLength(3);
    expect(facts.logTail(200)).toMatch(/^Mon .*AP-ENABLED\n$/s);
  });

  test("without ubus the default route and the LAN bridge are read from procfs", async () => {
    layOutSandbox(directory);
    const facts = await sheet();
    expect(facts.interface("wan")).toMatchObject({
      device: "wan",
      up: true,
      gateway: "203.0.113.1",
      dns: ["203.0.113.53"],
      addresses: [{ address: "203.0.113.24", mask: 24 }],
    });
    expect(facts.interface("lan")).toMatchObject({
      device: "br-lan",
      addresses: [{ address: "192.168.1.1", mask: 24 }],
    });
    expect(facts.interface("elsewhere")).toBeUndefined();
  });
});

describe("the sources of the serial number, in order", () => {
  const exec = saying({ "fw_printenv -n serialno": "ENV-1\n", "fw_printenv -n serial": "" });

  test("device tree, boot loader, DMI, label address, none", async () => {
    expect((await sheet(exec)).board("serialNumber")).toBe("");
    put("sys/class/net/eth0/address", "00:00:5e:00:53:0a\n");
    expect((await sheet(exec)).board("serialNumber")).toBe("00005E00530A");
    put("sys/class/dmi/id/product_serial", "To Be Filled By O.E.M.\n");
    expect((await sheet(exec)).board("serialNumber")).toBe("00005E00530A");
    put("sys/class/dmi/id/product_serial", "DMI-1\n");
    expect((await sheet(exec)).board("serialNumber")).toBe("DMI-1");
    put("etc/fw_env.config", "/dev/mtd1 0x0 0x1000\n");
    expect((await sheet(exec)).board("serialNumber")).toBe("ENV-1");
    put("proc/device-tree/serial-number", "DT-1\0");
    expect((await sheet(exec)).board("serialNumber")).toBe("DT-1");
  });

  test("the label's address: device tree alias, board.json, eth0; a made-up one gives no OUI", async () => {
    put("sys/class/net/eth0/address", "02:00:5e:00:53:0a\n");
    expect((await sheet()).board("oui")).toBe("");
    put("etc/board.json", JSON.stringify({ system: { label_macaddr: "00:00:5e:00:53:0b" } }));
    expect((await sheet()).board("oui")).toBe("00005E");
    put("proc/device-tree/aliases/label-mac-device", "/soc/eth@1\0");
    put("proc/device-tree/soc/eth@1/mac-address", Uint8Array.of(0xfc, 0xec, 0xda, 0xff, 0xfe, 0x80));
    expect((await sheet()).board("oui")).toBe("FCECDA");
    expect((await sheet()).board("serialNumber")).toBe("FCECDAFFFE80");
  });

  test("the serial number is read once", async () => {
    put("etc/fw_env.config", "x");
    let asked = 0;
    const facts = openFacts(directory, async (argv) => {
      if (argv[0] === "fw_printenv") asked += 1;
      return { is: "done", code: 0, stdout: "S", stderr: "" };
    });
    await facts.sheet();
    await facts.sheet();
    expect(asked).toBe(1);
  });
});

describe("the report of netifd", () => {
  const dump = {
    interface: [
      {
        interface: "wan",
        up: true,
        uptime: 9,
        l3_device: "pppoe-wan",
        device: "eth1",
        "ipv4-address": [{ address: "203.0.113.5", mask: 32 }],
        route: [
          { target: "10.0.0.0", mask: 8, nexthop: "0.0.0.0" },
          { target: "0.0.0.0", mask: 0, nexthop: "203.0.113.1" },
        ],
        "dns-server": ["203.0.113.53"],
        errors: [{ subsystem: "pppd", code: "AUTH_FAILED" }],
      },
      {
        interface: "odd",
        up: "yes",
        uptime: "9",
        "ipv4-address": [null, { mask: "x" }],
        errors: "none",
        route: 5,
      },
    ],
  };

  test("wins over derived values, and malformed parts of it are ignored", async () => {
    const facts = await sheet(saying({ "network.interface dump": JSON.stringify(dump) }));
    expect(facts.interface("wan")).toMatchObject({
      name: "wan",
      up: true,
      pending: false,
      device: "pppoe-wan",
      uptime: 9,
      addresses: [{ address: "203.0.113.5", mask: 32 }],
      gateway: "203.0.113.1",
      dns: ["203.0.113.53"],
      errors: ["AUTH_FAILED"],
    });
    expect(facts.interface("odd")).toMatchObject({ up: false, uptime: 0, device: undefined, errors: [] });
    expect(facts.interface("lan")).toBeUndefined();
  });

  test("names the device of each wireless network", async () => {
    const status = {
      radio0: { interfaces: [{ section: "w0", ifname: "phy0-ap0" }, { section: "w1" }] },
      radio1: 7,
    };
    const facts = await sheet(saying({ "network.wireless status": JSON.stringify(status) }));
    expect([facts.wifiDevice("w0"), facts.wifiDevice("w1"), facts.wifiDevice("toString")]).toEqual([
      "phy0-ap0",
      undefined,
      undefined,
    ]);
  });
});

describe("an error is not an absence", () => {
  const dump = (uptime: number) =>
    JSON.stringify({
      interface: [
        {
          interface: "wan",
          up: true,
          uptime,
          device: "wan",
          "ipv4-address": [{ address: "203.0.113.5", mask: 24 }],
        },
      ],
    });
  const failures: [name: string, result: ExecResult][] = [
    ["does not answer", { is: "failed", why: "timeout" }],
    ["ends badly", { is: "done", code: 255, stdout: "", stderr: "Failed to connect to ubus" }],
    ["says nonsense", { is: "done", code: 0, stdout: "{", stderr: "" }],
    ["says something else", { is: "done", code: 0, stdout: '{"interface":7}', stderr: "" }],
  ];
  test.each(failures)(
    "while ubus %s the last report of netifd is used, and status says so",
    async (_name, failure) => {
      layOutSandbox(directory);
      let result: ExecResult = { is: "done", code: 0, stdout: dump(9), stderr: "" };
      const facts = openFacts(directory, async (argv) =>
        argv.includes("dump") ? result : { is: "failed", why: "missing" },
      );
      const wan = async () => (await facts.sheet()).interface("wan");
      const before = await wan();
      expect(before).toMatchObject({ uptime: 9, addresses: [{ address: "203.0.113.5" }] });
      expect(facts.troubles()).toEqual([]);
      result = failure;
      expect(await wan()).toEqual(before);
      expect(facts.troubles().join()).toMatch(/ubus network\.interface dump fails: .*holds/);
      result = { is: "done", code: 0, stdout: dump(12), stderr: "" };
      // Who was too late is not asked again at once.
      vi.spyOn(performance, "now").mockReturnValue(performance.now() + 60_000);
      expect((await wan())?.uptime).toBe(12);
      expect(facts.troubles()).toEqual([]);
      vi.restoreAllMocks();
    },
  );

  test("an uptime that netifd does not report is unknown, not the uptime of the system", async () => {
    layOutSandbox(directory);
    expect((await sheet()).interface("wan")).toMatchObject({ up: true, uptime: 0 });
  });

  /** Reading it fails with EIO, as a medium does that is about to die. */
  const spoil = (name: string) => {
    rmSync(join(directory, name));
    symlinkSync("/proc/self/mem", join(directory, name));
  };
  test.skipIf(process.platform !== "linux")("a file that cannot be read keeps its last content", async () => {
    layOutSandbox(directory);
    const facts = openFacts(directory, noExec);
    const look = async () => {
      const one = await facts.sheet("whole");
      const leases = one.leases([{ path: "/tmp/dhcp.leases", by: "dnsmasq" }]);
      return [
        leases,
        one.netdev("wan")!.counter("rx_bytes"),
        one.netdev("lan1")!.mac,
        one.memory(),
        one.neighbours(),
      ];
    };
    const before = await look();
    for (const name of [
      "tmp/dhcp.leases",
      "proc/net/dev",
      "sys/class/net/lan1/address",
      "proc/meminfo",
      "proc/net/arp",
    ])
      spoil(name);
    expect(await look()).toEqual(before);
    expect(facts.troubles()).toHaveLength(5);
    expect(facts.troubles()[0]).toMatch(/Cannot read .*: EIO; .*last reading is used/);
    rmSync(join(directory, "tmp/dhcp.leases"));
    expect((await look())[0]).toEqual([]);
    expect(facts.troubles()).toHaveLength(4);
  });

  test.skipIf(process.platform !== "linux")(
    "no trouble is told of a file that can be read again, is gone or is a directory now, whether it was asked for since or not",
    async () => {
      layOutSandbox(directory);
      const facts = openFacts(directory, noExec);
      const look = async () => {
        const one = await facts.sheet("whole");
        return [one.memory(), one.neighbours(), one.leases([{ path: "/tmp/dhcp.leases", by: "dnsmasq" }])];
      };
      await look();
      for (const name of ["proc/meminfo", "proc/net/arp", "tmp/dhcp.leases"]) spoil(name);
      await look();
      expect(facts.troubles()).toHaveLength(3);
      rmSync(join(directory, "proc/meminfo"));
      put("proc/meminfo", "MemTotal: 1 kB\n");
      expect(facts.troubles()).toHaveLength(2);
      rmSync(join(directory, "proc/net/arp"));
      expect(facts.troubles()).toEqual([expect.stringContaining("tmp/dhcp.leases")]);
      rmSync(join(directory, "tmp/dhcp.leases"));
      mkdirSync(join(directory, "tmp/dhcp.leases"));
      expect(facts.troubles()).toEqual([]);
    },
  );

  test.skipIf(process.platform !== "linux")(
    "no identity is made of the remaining files when one cannot be read",
    async () => {
      put("sys/class/dmi/id/product_name", "Board");
      put("tmp/sysinfo/board_name", "x");
      spoil("tmp/sysinfo/board_name");
      const facts = openFacts(directory, noExec);
      expect((await facts.sheet()).board("productClass")).toBe("");
      rmSync(join(directory, "tmp/sysinfo/board_name"));
      put("tmp/sysinfo/board_name", "sample,x");
      expect((await facts.sheet()).board("productClass")).toBe("sample,x");
    },
  );

  test("a serial number that cannot be read is read again later", async () => {
    put("etc/fw_env.config", "x");
    put("sys/class/net/eth0/address", "00:00:5e:00:53:0a\n");
    let late = 2;
    const facts = openFacts(directory, async (argv) => {
      if (argv[0] !== "fw_printenv") return { is: "failed", why: "missing" };
      if (late-- > 0) return { is: "failed", why: "timeout" };
      return { is: "done", code: 0, stdout: "ENV-1\n", stderr: "" };
    });
    expect((await facts.sheet()).board("serialNumber")).toBe("ENV-1");
  });
});

describe("hostile files of the system", () => {
  const hostile: [name: string, text: string | Uint8Array][] = [
    ["empty", ""],
    ["garbage", Uint8Array.from({ length: 3000 }, (_, index) => (index * 7919) % 256)],
    ["a list", "[1,2,3]"],
    ["null", "null"],
    ["long", "a ".repeat(200_000)],
    ["a huge number", "9".repeat(4000)],
  ];
  const files = [
    "proc/uptime",
    "proc/meminfo",
    "proc/stat",
    "proc/net/arp",
    "proc/net/route",
    "proc/net/fib_trie",
    "proc/version",
    "etc/board.json",
    "etc/openwrt_release",
    "usr/lib/os-release",
    "etc/device_info",
    "tmp/dhcp.leases",
    "tmp/sysinfo/model",
    "tmp/log/messages",
    "sys/class/net/eth0/address",
    "sys/class/net/eth0/mtu",
    "sys/class/net/eth0/speed",
    "sys/class/net/eth0/statistics/rx_bytes",
  ];

  test.each(hostile)("files that are %s do not hide other values", async (_name, text) => {
    for (const name of files) put(name, text);
    const facts = await sheet(saying({ ubus: typeof text === "string" ? text : "{" }));
    expect(facts.uptime()).toBeGreaterThanOrEqual(0);
    expect(facts.memory()).toEqual({ total: 0, free: 0 });
    expect(facts.cpuUsage()).toBe(0);
    expect(facts.leases([{ path: "/tmp/dhcp.leases", by: "dnsmasq" }])).toEqual([]);
    expect(facts.neighbours()).toEqual([]);
    expect(facts.interface("wan")).toBeUndefined();
    expect(facts.ports("lan")).toEqual([]);
    expect(facts.board("modelName").length).toBeLessThanOrEqual(256);
    expect(facts.logTail(100).length).toBeLessThanOrEqual(100);
    expect(facts.netdev("eth0")?.mac ?? "").toBe("");
  });

  test("an empty directory is a device without facts", async () => {
    const facts = await sheet();
    expect([facts.uptime(), facts.board("manufacturer"), facts.netdev("eth0"), facts.logTail(10)]).toEqual([
      0,
      "",
      undefined,
      "",
    ]);
  });

  test("a device name cannot name a path elsewhere", async () => {
    put("sys/class/net/eth0/mtu", "1500");
    put("sys/class/mtu", "1");
    const facts = await sheet();
    expect(facts.netdev("eth0")?.mtu).toBe(1500);
    for (const name of ["..", ".", "eth0/../..", "", "a".repeat(16), "eth0/"])
      expect(facts.netdev(name)).toBeUndefined();
    expect(facts.netdev("eth0")!.counter("../mtu")).toBe(0);
  });

  test("the table of a bridge: stations are at their ports; own addresses and a truncated entry are ignored", async () => {
    put("sys/class/net/br-lan/brif/lan1/port_no", "0x1\n");
    put("sys/class/net/br-lan/brif/far/port_no", "0x101\n");
    const entry = (last: number, port: number, isLocal: number) => {
      const mac = [0, 0, 0x5e, 0, 0x53, last];
      return [...mac, port & 255, isLocal, 0, 0, 0, 0, port >> 8, 0, 0, 0];
    };
    const table = [
      entry(1, 1, 0),
      entry(2, 0x101, 0),
      entry(3, 1, 1),
      entry(4, 9, 0),
      entry(5, 1, 0).slice(1),
    ];
    put("sys/class/net/br-lan/brforward", Uint8Array.from(table.flat()));
    const facts = await sheet();
    const ports = [1, 2, 3, 4, 5].map((last) => facts.bridgePort("br-lan", `00:00:5E:00:53:0${last}`));
    expect(ports).toEqual(["lan1", "far", undefined, undefined, undefined]);
    expect(facts.bridgePort("../br-lan", "00:00:5E:00:53:01")).toBeUndefined();
  });

  test("a directory or a link loop in place of a file counts as absent", async () => {
    mkdirSync(join(directory, "proc/uptime"), { recursive: true });
    symlinkSync("meminfo", join(directory, "proc/meminfo"));
    expect((await sheet()).uptime()).toBe(0);
    expect((await sheet()).memory().total).toBe(0);
  });

  test("a pipe in place of a file does not block the agent", async () => {
    mkdirSync(join(directory, "tmp"));
    const pipe = join(directory, "tmp/dhcp.leases");
    execFileSync("mkfifo", [pipe]);
    // Whoever waited all the same would get this lease, and so fail instead of hanging.
    const writer = spawn("sh", ["-c", 'echo "0 00:00:5e:00:53:01 192.168.1.2 a *" >"$0"', pipe]);
    try {
      expect((await sheet()).leases([{ path: "/tmp/dhcp.leases", by: "dnsmasq" }])).toEqual([]);
    } finally {
      writer.kill("SIGKILL");
    }
  });

  test("leases of odhcpd: IPv4 leases that have not expired are read", async () => {
    const lines = [
      "# br-lan 02112200000a ipv4 laptop 1795852654 c0a80185 32 192.168.1.133/32",
      "# br-lan 02112200000b ipv4 - -1 c0a80186 32 192.168.1.134/32",
      "# br-lan 02112200000c ipv4 gone 0 c0a80187 32 192.168.1.135/32",
      "# br-lan 000100011234 1a2b3c phone 1795852654 185 128 2001:db8::185/128",
      "192.168.1.133\tlaptop",
    ];
    put("tmp/odhcpd.leases", lines.join("\n"));
    expect((await sheet()).leases([{ path: "/tmp/odhcpd.leases", by: "odhcpd" }])).toEqual([
      {
        expires: 1795852654,
        mac: "02:11:22:00:00:0A",
        address: "192.168.1.133",
        hostname: "laptop",
        clientId: "*",
      },
      { expires: 0, mac: "02:11:22:00:00:0B", address: "192.168.1.134", hostname: "*", clientId: "*" },
    ]);
  });

  test("leases: a line that is not a lease of an IPv4 host is ignored, and the number of leases is bounded", async () => {
    put(
      "tmp/dhcp.leases",
      [
        "0 00:00:5e:00:53:01 192.168.1.2 a *",
        "duid 00:01",
        "1790000000 06-00:00:5e:00:53:02 192.168.1.3 b *",
        "x 00:00:5e:00:53:03 192.168.1.4 c *",
        "1790000000 00:00:5e:00:53:04 2001:db8::1 d *",
        "1790000000 00:00:5e:00:53:05 192.168.1.6",
      ].join("\n"),
    );
    expect(
      (await sheet()).leases([{ path: "/tmp/dhcp.leases", by: "dnsmasq" }]).map((lease) => lease.mac),
    ).toEqual(["00:00:5E:00:53:01", "00:00:5E:00:53:05"]);
    put("tmp/dhcp.leases", "0 00:00:5e:00:53:01 192.168.1.2 a *\n".repeat(20_000));
    expect((await sheet()).leases([{ path: "/tmp/dhcp.leases", by: "dnsmasq" }])).toHaveLength(4096);
  });

  test("leases: a file with the same text gives the same list; one that is as long and as old gives another", async () => {
    const facts = openFacts(directory, noExec);
    const leases = async () =>
      (await facts.sheet("whole")).leases([{ path: "/tmp/dhcp.leases", by: "dnsmasq" }]);
    const write = (host: string) => {
      put("tmp/dhcp.leases", `0 00:00:5e:00:53:01 192.168.1.2 ${host} *\n`);
      utimesSync(join(directory, "tmp/dhcp.leases"), 1_790_000_000, 1_790_000_000);
    };
    write("a");
    const first = await leases();
    write("a");
    expect(await leases()).toBe(first);
    write("b");
    expect((await leases()).map(({ hostname }) => hostname)).toEqual(["b"]);
    rmSync(join(directory, "tmp/dhcp.leases"));
    expect(await leases()).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("running programs", () => {
  const root = process.execPath;

  test("arguments are passed literally, and the environment is clean", async () => {
    const code =
      "process.stdout.write(JSON.stringify([process.argv.slice(2), Object.keys(process.env).sort()]))";
    put("show.mjs", code);
    process.env.CWMPD_TEST_SECRET = "x";
    const result = await systemExec([root, join(directory, "show.mjs"), "$(reboot)", "a b;c"], 60_000);
    delete process.env.CWMPD_TEST_SECRET;
    expect(result).toMatchObject({ is: "done", code: 0 });
    const [args, names] = JSON.parse(result.is === "done" ? result.stdout : "");
    expect(args).toEqual(["$(reboot)", "a b;c"]);
    expect(names).toEqual(["HOME", "LC_ALL", "PATH"]);
  });

  test("a program that is missing, silent or endless ends within its bounds", async () => {
    expect(await systemExec(["/no/such/program"], 1000)).toEqual({ is: "failed", why: "missing" });
    put("sleep.mjs", "setInterval(() => {}, 1000)");
    expect(await systemExec([root, join(directory, "sleep.mjs")], 50)).toEqual({
      is: "failed",
      why: "timeout",
    });

    put("talk.cjs", "const fs = require('fs'); for (;;) fs.writeSync(1, 'x'.repeat(65536))");
    expect(await systemExec([root, join(directory, "talk.cjs")], 60_000)).toEqual({
      is: "failed",
      why: "output",
    });
  });

  test("at the time limit a program that changes the system is left running, and a program that only reads is killed", async () => {
    const script = (name: string) =>
      `setTimeout(() => require("fs").writeFileSync(${JSON.stringify(join(directory, name))}, ""), 300)`;
    put("order.cjs", script("ordered"));
    put("question.cjs", script("asked"));
    const timeout = { is: "failed", why: "timeout" };
    const question = await systemExec([root, join(directory, "question.cjs")], 20);
    expect([question, await systemExec([root, join(directory, "order.cjs")], 20, "order")]).toEqual([
      timeout,
      timeout,
    ]);
    await expect.poll(() => existsSync(join(directory, "ordered")), { timeout: 20_000 }).toBe(true);
    expect(existsSync(join(directory, "asked"))).toBe(false);
  });

  test("a program that changes the system reports its exit code, or that it is missing", async () => {
    put("fail.cjs", "process.exit(4)");
    expect(await systemExec([root, join(directory, "fail.cjs")], 60_000, "order")).toMatchObject({ code: 4 });
    expect(await systemExec(["/no/such/program"], 1000, "order")).toEqual({ is: "failed", why: "missing" });
  });

  test("an exit code is reported", async () => {
    put("fail.mjs", "process.stderr.write('no'); process.exit(3)");
    expect(await systemExec([root, join(directory, "fail.mjs")], 60_000)).toEqual({
      is: "done",
      code: 3,
      stdout: "",
      stderr: "no",
    });
  });
});

test("leases of IPv6 are read once a moment, whoever asks, and again in the next one", async () => {
  const line = (last: string) => `# br-lan 0003000100005e005301 1 host 0 1 128 2001:db8::${last}/128\n`;
  const facts = openFacts(directory, noExec);
  const addresses = (moment: Awaited<ReturnType<typeof facts.sheet>>) =>
    moment.leases6("/tmp/odhcpd.leases").flatMap((lease) => lease.addresses);
  put("tmp/odhcpd.leases", line("1"));
  const moment = await facts.sheet();
  expect(addresses(moment)).toEqual(["2001:db8::1"]);
  put("tmp/odhcpd.leases", line("2"));
  expect(addresses(moment)).toEqual(["2001:db8::1"]);
  expect(addresses(await facts.sheet())).toEqual(["2001:db8::2"]);
});

test("board.json is read again whenever it may have changed, and not in between", async () => {
  const path = join(directory, "etc/board.json");
  const made = (port: string, at: number) => {
    put("etc/board.json", JSON.stringify({ network: { lan: { ports: [port] } } }));
    utimesSync(path, at, at);
  };
  const facts = openFacts(directory, noExec);
  const ports = async () => (await facts.sheet("files")).ports("lan");
  made("lan1", 1_000_000);
  expect(await ports()).toEqual(["lan1"]);
  made("lan2", 1_000_000);
  expect(await ports()).toEqual(["lan1"]);
  made("lan3", 1_000_060);
  expect(await ports()).toEqual(["lan3"]);
  // A time this young says nothing: the next write may be in the same tick.
  vi.useFakeTimers({ toFake: ["Date"] });
  const now = Math.floor(Date.now() / 1000);
  made("lan4", now);
  expect(await ports()).toEqual(["lan4"]);
  made("lan5", now);
  expect(await ports()).toEqual(["lan5"]);
  vi.useRealTimers();
  rmSync(path);
  expect(await ports()).toEqual([]);
});

describe("the IPv6 address by which the device can be reached", () => {
  const dump = (...interfaces: readonly object[]) =>
    saying({ "network.interface dump": JSON.stringify({ interface: interfaces }) });
  const one = (name: string, device: string, ...addresses: readonly [string, number?][]) => ({
    interface: name,
    up: true,
    l3_device: device,
    "ipv6-address": addresses.map(([address, preferred = 600]) => ({ address, mask: 64, preferred })),
  });

  test("is that of wan, else of another interface on the same device", async () => {
    const own = await sheet(dump(one("wan", "eth1", ["2001:db8::1"]), one("wan6", "eth1", ["2001:db8::2"])));
    expect(own.address6?.("wan")).toBe("2001:db8::1");
    const beside = await sheet(
      dump(one("wan", "eth1"), one("lan", "br-lan", ["2001:db8:1::1"]), one("wan6", "eth1", ["2001:db8::2"])),
    );
    expect(beside.address6?.("wan")).toBe("2001:db8::2");
    expect(beside.address6?.("lan")).toBe("2001:db8:1::1");
  });

  test("is a global address before a unique local one, and never a deprecated or link-local one", async () => {
    const many = await sheet(
      dump(one("wan", "eth1", ["fe80::1"], ["2001:db8::9", 0], ["fd00::1"], ["2001:db8::1"])),
    );
    expect(many.address6?.("wan")).toBe("2001:db8::1");
    const local = await sheet(dump(one("wan", "eth1", ["fe80::1"], ["fd00::1"])));
    expect(local.address6?.("wan")).toBe("fd00::1");
    expect((await sheet(dump(one("wan", "eth1", ["fe80::1"])))).address6?.("wan")).toBeUndefined();
  });

  test("is read from the kernel for the device of the default route if netifd does not run", async () => {
    const zeros = "0".repeat(32);
    put(
      "proc/net/ipv6_route",
      `${zeros} 00 ${zeros} 00 20010db8000000000000000000000001 00000400 1 0 00000003 eth1\n`,
    );
    put(
      "proc/net/if_inet6",
      [
        "fe800000000000000000000000000001 02 40 20 80 eth1",
        "20010db8000000000000000000000009 02 40 00 20 eth1",
        "20010db8000000000000000000000020 02 40 00 80 eth1",
        "20010db8000100000000000000000001 03 40 00 80 br-lan",
      ].join("\n"),
    );
    const facts = await sheet();
    expect(facts.interface("wan")?.device).toBe("eth1");
    expect(facts.address6?.("wan")).toBe("2001:db8::20");
  });
});
