/** A call that succeeds leaves every value that it set: each parameter alone, in every value that its type suggests, and
 * each pair of parameters that write one option. AutoChannelEnable 1 beside Channel 6 once succeeded and left 0. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { Fault } from "../../src/errors.ts";
import { openAttributes } from "../../src/model/attributes.ts";
import { type Ground, type Plan, planSet } from "../../src/model/change.ts";
import { openInstances } from "../../src/model/instances.ts";
import type { Leaf } from "../../src/model/node.ts";
import { openModel } from "../../src/model/session.ts";
import { growTree } from "../../src/model/tree.ts";
import { Disk, memoryClock, memoryConfig, memoryFacts, memoryLog, memoryStore } from "../model/world.ts";
import { openTree } from "../sandbox/model.ts";
import { type Gateway, grown, sampleGateway } from "./grown.ts";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await sampleGateway();
});
afterAll(() => gateway.remove());

const texts = [
  ...["", "0", "1", "6", "36", "60", "-1", "3600", "86400", "1500", "true"],
  ...["192.168.1.50", "192.168.1.1", "10.0.0.1", "0.0.0.0", "203.0.113.9", "255.255.255.0", "255.255.0.0"],
  ...["8.8.8.8,1.1.1.1", "8.8.8.8, 1.1.1.1", "00:00:5e:00:53:0a", "00:00:5E:00:53:0A,00:00:5e:00:53:0b"],
  ...["a.example", "home", "Café", "twelve words", "a".repeat(64), "CET-1CEST,M3.5.0,M10.5.0/3", "+05:30"],
  ...["http://acs.example/", "DE ", "20MHz", "40MHz", "TCP", "UDP", "2027-01-01T00:00:00Z"],
];

interface Bench {
  readonly leaves: readonly Leaf[];
  /** @returns undefined: it is refused */
  set(...wishes: readonly (readonly [Leaf, string])[]): Plan | undefined;
  /** What the parameters read as after the plan; of hidden ones what stands in the file. */
  after(plan: Plan, leaves: readonly Leaf[]): readonly string[];
}

function benchOf(root: typeof igdRoot): Bench {
  const { env: bare, leaves } = grown(root, gateway);
  const instances = openInstances(new Map(), () => {});
  const tree = growTree(root, instances, () => {});
  const env = { ...bare, refer: tree.refer, resolve: tree.resolve };
  tree.at(env, 1);
  tree.walk(tree.root, () => {});
  const ground: Ground = { tree, instances, book: openAttributes(new Map()), env, lineage: 1, by: "acs" };
  const own = leaves.map((leaf) => tree.find(leaf.name)).filter((leaf) => leaf?.is === "leaf");
  return {
    leaves: own.filter((leaf) => leaf.shape.writable),
    set: (...wishes) => {
      tree.at(env, 1);
      try {
        return planSet(
          ground,
          wishes.map(([{ name }, Value]) => ({ Name: name, Value, type: "" })),
        );
      } catch (error) {
        if (error instanceof Fault) return undefined;
        throw error;
      }
    },
    after: (plan, list) => {
      tree.at({ ...env, config: plan.view }, 1);
      return list.map((leaf) => (leaf.shape.fact.hidden ? tree.raw(leaf) : tree.value(leaf).Value));
    },
  };
}

const candidates = (leaf: Leaf): readonly string[] => {
  if (leaf.shape.fact.type === "boolean") return ["0", "1"];
  const { values } = leaf.shape.rule();
  return values.size > 0 ? [...values.keys()] : texts;
};

/** What means the same in another spelling: a boolean, a list, what a mapping's server says by 0.0.0.0. */
function same(leaf: Leaf, written: string, read: string): boolean {
  const plain = leaf.shape.rule().item === undefined ? written : written.replace(/ /g, "");
  if (plain === read || leaf.shape.binding.alike !== undefined) return true;
  return leaf.shape.fact.type === "boolean" && (written === "true" ? "1" : "0") === read;
}

describe.each([igdRoot, deviceRoot])("$name", (root) => {
  test("A.3.2.1 each accepted value reads back, alone and beside every other value of its option", () => {
    const bench = benchOf(root);
    const wrong: string[] = [];
    const taken = bench.leaves.map((leaf) => {
      const values = candidates(leaf).filter((value) => {
        const plan = bench.set([leaf, value]);
        if (plan === undefined) return false;
        const [read = ""] = bench.after(plan, [leaf]);
        if (!same(leaf, value, read)) wrong.push(`${leaf.name} = ${value} reads ${read}`);
        return true;
      });
      const plans = values.flatMap((value) => bench.set([leaf, value])?.edits ?? []);
      const options = new Set(
        plans.map((edit) => `${edit.package} ${edit.section} ${"option" in edit ? edit.option : ""}`),
      );
      return { leaf, values, options };
    });
    let pairs = 0;
    for (const [i, one] of taken.entries())
      for (const other of taken.slice(i + 1)) {
        if (![...one.options].some((option) => other.options.has(option))) continue;
        for (const a of one.values.slice(0, 6))
          for (const b of other.values.slice(0, 6)) {
            pairs++;
            const plan = bench.set([one.leaf, a], [other.leaf, b]);
            const read = plan && bench.after(plan, [one.leaf, other.leaf]);
            if (read && !(same(one.leaf, a, read[0]!) && same(other.leaf, b, read[1]!)))
              wrong.push(`${one.leaf.name} = ${a} and ${other.leaf.name} = ${b} read ${read.join(" and ")}`);
          }
      }
    expect(taken.filter(({ values }) => values.length > 0).length).toBeGreaterThan(60);
    expect(pairs).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});

const lan = "InternetGatewayDevice.LANDevice.1.";
const open = () => openTree(gateway.directory, (view) => simExec(gateway.directory, view)).model;
const set = (Name: string, Value: string) => ({ Name, Value, type: "string" });

describe("several values for one option in one call", () => {
  test.each([
    [
      "a choice by the driver and a channel",
      [`${lan}WLANConfiguration.1.AutoChannelEnable`, "1"],
      [`${lan}WLANConfiguration.1.Channel`, "6"],
    ],
    [
      "a zone and the offset of another one",
      ["InternetGatewayDevice.Time.LocalTimeZone", "+05:30"],
      ["InternetGatewayDevice.Time.LocalTimeZoneName", "CET-1CEST,M3.5.0,M10.5.0/3"],
    ],
    [
      "two ways to prove oneself under one network",
      [`${lan}WLANConfiguration.1.WPAEncryptionModes`, "TKIPEncryption"],
      [`${lan}WLANConfiguration.1.IEEE11iEncryptionModes`, "AESEncryption"],
    ],
  ])("A.3.2.1 %s: refused in either order, and nothing changes", async (_, a, b) => {
    const names = [a[0]!, b[0]!];
    const before = await open().values(names);
    for (const wishes of [
      [a, b],
      [b, a],
    ]) {
      const error = await open()
        .set(
          wishes.map(([name = "", value = ""]) => set(name, value)),
          "acs",
        )
        .catch((e) => e);
      expect(error.parameters?.[0]).toMatchObject({ code: 9007 });
      expect(names).toContain(error.parameters[0].name);
    }
    expect(await open().values(names)).toEqual(before);
  });
});

describe("a list reads back as it was written", () => {
  test.each([
    [`${lan}LANHostConfigManagement.DNSServers`, "8.8.8.8, 1.1.1.1"],
    [`${lan}LANHostConfigManagement.IPRouters`, "192.168.1.2 ,192.168.1.3"],
    [
      "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.DNSServers",
      "9.9.9.9 , 1.0.0.1",
    ],
  ])(
    "TR-106 3.2.3 %s: %j, until somebody changes a member, and no change is reported",
    async (name, value) => {
      const model = open();
      const [before] = await model.values([name]);
      await model.setAttributes([
        {
          Name: name,
          NotificationChange: true,
          Notification: 1,
          AccessListChange: false,
          AccessList: [],
        },
      ]);
      await model.set([set(name, value)], "acs");
      expect((await model.values([name]))[0]?.Value).toBe(value);
      const changed = await model.changes();
      expect([...changed.active, ...changed.passive]).toEqual([]);
      // The same members in another spelling, without an edit.
      const tight = value.replace(/ /g, "");
      await model.set([set(name, tight)], "acs");
      expect((await model.values([name]))[0]?.Value).toBe(tight);
      await model.set([set(name, value)], "acs");
      await model.set([set(name, "198.51.100.1")], "acs");
      expect((await model.values([name]))[0]?.Value).toBe("198.51.100.1");
      await model.set([set(name, before?.Value ?? "")], "acs");
    },
  );
});

describe("a derived reading does not suppress a write", () => {
  const device = () => {
    const disk = new Disk({
      network: [
        {
          type: "interface",
          name: "lan",
          options: { proto: "static", device: "eth1", ipaddr: "192.168.1.1/24" },
        },
        { type: "interface", name: "wan", options: { proto: "dhcp", device: "eth0" } },
        { type: "device", name: "port", options: { name: "eth0", mtu: "0x5dc" } },
      ],
      firewall: [
        { type: "zone", name: "outer", options: { name: "wan", network: ["wan"], masq: "perhaps" } },
        {
          type: "redirect",
          name: "web",
          options: { src: "wan", dest_ip: "192.168.1.9", proto: "tcp", src_dport: "80", enabled: "maybe" },
        },
      ],
      dhcp: [{ type: "dhcp", name: "lan", options: { interface: "lan", start: "0x64", limit: "0x96" } }],
      system: [
        { type: "system", name: "main", options: { zonename: "Europe/Berlin" } },
        { type: "timeserver", name: "ntp", options: { enabled: "sometimes" } },
      ],
    });
    const ports = {
      config: memoryConfig(disk),
      facts: memoryFacts({ board: { softwareVersion: "26.08.1 r1" } }),
      store: memoryStore(disk),
      clock: memoryClock(),
      log: memoryLog(),
    };
    return { disk, model: openModel(igdRoot, ports, { read: () => "" }) };
  };
  const connection = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.";

  test.each([
    [`${lan}LANHostConfigManagement.DHCPServerEnable`, "0", "dhcp", "lan", "ignore", "1"],
    [`${lan}LANHostConfigManagement.MinAddress`, "192.168.1.100", "dhcp", "lan", "start", "100"],
    [`${lan}LANHostConfigManagement.MaxAddress`, "192.168.1.249", "dhcp", "lan", "limit", "150"],
    [`${connection}MaxMTUSize`, "1500", "network", "port", "mtu", "1500"],
    [`${connection}NATEnabled`, "0", "firewall", "outer", "masq", "0"],
    [`${connection}PortMapping.1.PortMappingEnabled`, "0", "firewall", "web", "enabled", "0"],
    ["InternetGatewayDevice.Time.Enable", "1", "system", "ntp", "enabled", "1"],
    ["InternetGatewayDevice.Time.LocalTimeZone", "+00:00", "system", "main", "timezone", "UTC0"],
    ["InternetGatewayDevice.Time.LocalTimeZoneName", "UTC", "system", "main", "timezone", "UTC"],
  ])(
    "A.3.2.1 %s = %s is written though it reads so already",
    async (name, value, pkg, section, option, text) => {
      const { disk, model } = device();
      expect((await model.values([name]))[0]?.Value).toBe(value);
      await model.set([set(name, value)], "acs");
      const found = disk.files.get(pkg)?.sections.find((one) => one.name === section);
      expect(found?.options?.[option]).toBe(text);
      expect((await model.values([name]))[0]?.Value).toBe(value);
    },
  );
});

test.each([igdRoot, deviceRoot])(
  "A.3.2.1 $name: values that a server has read can be sent back seconds later, in other spellings, all in one call",
  async (root) => {
    let wall = Date.UTC(2026, 10, 24);
    const { model } = openTree(
      gateway.directory,
      (view) => simExec(gateway.directory, view),
      root,
      () => wall,
    );
    const { leaves } = grown(root, gateway);
    const open = leaves.filter(({ shape }) => shape.fact.writable && !shape.fact.hidden);
    const read = await model.values(open.map(({ name }) => name));
    wall += 5000;
    const wishes = read.map(({ Name, Value }) =>
      set(Name, /MACAddress$/.test(Name) ? Value.toLowerCase() : Value),
    );
    expect(wishes.length).toBeGreaterThan(200);
    await expect(model.set(wishes, "acs")).resolves.toBeDefined();
  },
);

test("A.3.2.1 AddObject and one call with the whole row of a route, whose mask and gateway 0.0.0.0 mean any", async () => {
  const table = "InternetGatewayDevice.Layer3Forwarding.Forwarding.";
  const model = open();
  const { instance } = await model.add(table, "acs");
  const addresses = [
    "DestIPAddress",
    "DestSubnetMask",
    "SourceIPAddress",
    "SourceSubnetMask",
    "GatewayIPAddress",
  ];
  const row = {
    Enable: "1",
    Type: "Default",
    ...Object.fromEntries(addresses.map((name) => [name, "0.0.0.0"])),
    Interface: `${lan}LANHostConfigManagement.IPInterface.1`,
    ForwardingMetric: "20",
  };
  const wishes = Object.entries(row).map(([name, value]) => set(`${table}${instance}.${name}`, value));
  await model.set(wishes, "acs");
  for (const { Name, Value } of await model.values(addresses.map((name) => `${table}${instance}.${name}`)))
    expect(Value, Name).toBe("");
  await model.remove(`${table}${instance}.`, "acs");
});

test("netifd ignores an IPv6 route without an interface, so that such a route cannot be enabled", async () => {
  const table = "Device.Routing.Router.1.IPv6Forwarding.";
  const { model } = openTree(gateway.directory, (view) => simExec(gateway.directory, view), deviceRoot);
  const { instance } = await model.add(table, "acs");
  const wishes = [
    set(`${table}${instance}.Enable`, "1"),
    set(`${table}${instance}.DestIPPrefix`, "2001:db8:9::/48"),
  ];
  await expect(model.set(wishes, "acs")).rejects.toMatchObject({ parameters: [{ code: 9007 }] });
  await model.set([...wishes, set(`${table}${instance}.Interface`, "Device.IP.Interface.1")], "acs");
  await model.remove(`${table}${instance}.`, "acs");
});

test("A.3.2.1 AddObject and one call with the whole row of a port mapping, as in the templates of servers", async () => {
  const table = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.";
  const model = open();
  const { instance } = await model.add(table, "acs");
  const row = {
    PortMappingEnabled: "1",
    PortMappingLeaseDuration: "0",
    RemoteHost: "0.0.0.0",
    ExternalPort: "8099",
    InternalPort: "80",
    PortMappingProtocol: "TCP",
    InternalClient: "192.168.1.77",
    PortMappingDescription: "web of the house",
  };
  const wishes = Object.entries(row).map(([name, value]) => set(`${table}${instance}.${name}`, value));
  await model.set(wishes, "acs");
  const read = (await model.values([`${table}${instance}.`])).map(({ Name, Value }) => [
    Name.slice(Name.lastIndexOf(".") + 1),
    Value,
  ]);
  expect(Object.fromEntries(read)).toMatchObject({ ...row, RemoteHost: "" });
  await model.set(wishes, "acs");
  await model.remove(`${table}${instance}.`, "acs");
});
