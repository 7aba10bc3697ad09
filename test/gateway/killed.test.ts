/** The process is killed before every step that touches the disk, in both roots of the gateway: all of a change or none of it
 * (TR-069 A.3.2.1, A.3.2.6, A.3.2.7), whatever the root writes it to. */
import { describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { recoverIntents } from "../../src/model/commit.ts";
import { type Model, openModel } from "../../src/model/session.ts";
import {
  Disk,
  type Fuse,
  fuse,
  Killed,
  memoryClock,
  memoryConfig,
  memoryFacts,
  memoryLog,
  memoryStore,
} from "../model/world.ts";

const packages = () => ({
  network: [
    { type: "interface", name: "wan", options: { proto: "dhcp", device: "eth0" } },
    {
      type: "interface",
      name: "lan",
      options: { proto: "static", device: "eth1", ipaddr: "192.168.1.1/24" },
    },
  ],
  firewall: [
    { type: "zone", options: { name: "wan", network: ["wan"], masq: "1" } },
    { type: "zone", options: { name: "lan", network: ["lan"] } },
  ],
  wireless: [
    { type: "wifi-device", name: "radio0", options: { band: "2g", channel: "6" } },
    {
      type: "wifi-iface",
      name: "home",
      options: { device: "radio0", network: "lan", mode: "ap", ssid: "Home" },
    },
  ],
  dhcp: [
    { type: "dhcp", name: "lan", options: { interface: "lan", start: "100", limit: "50", dhcpv4: "server" } },
  ],
  cwmp: [{ type: "acs", name: "acs", options: { url: "http://acs.example/" } }],
});

const set = (Name: string, Value: string) => ({ Name, Value, type: "" });

const roots = [
  {
    root: igdRoot,
    mappings: "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.PortMapping.",
    wishes: [
      set("InternetGatewayDevice.ManagementServer.PeriodicInformInterval", "77"),
      set("InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.MinAddress", "192.168.1.77"),
      set("InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID", "Seven"),
    ],
  },
  {
    root: deviceRoot,
    mappings: "Device.NAT.PortMapping.",
    wishes: [
      set("Device.ManagementServer.PeriodicInformInterval", "77"),
      set("Device.IP.Interface.2.Alias", "home"),
      set("Device.DHCPv4.Server.Pool.1.MinAddress", "192.168.1.77"),
      set("Device.RouterAdvertisement.InterfaceSetting.1.Enable", "1"),
      set("Device.WiFi.SSID.1.SSID", "Seven"),
    ],
  },
];

describe.each(roots)("$root.name, killed at every step", ({ root, mappings, wishes }) => {
  const boot = (disk: Disk, wire: Fuse = fuse()) => {
    const config = memoryConfig(disk, wire);
    const store = memoryStore(disk, wire);
    const facts = memoryFacts();
    const model = openModel(
      root,
      { config, facts, store, clock: memoryClock(), log: memoryLog() },
      { read: () => "" },
    );
    return { model, config, store };
  };

  const outcome = async (disk: Disk): Promise<string> => {
    const { model, config, store } = boot(disk);
    await recoverIntents(config, store);
    const values = (await model.values([""])).map(({ Name, Value }) => `${Name}=${Value}`);
    return JSON.stringify([values, await model.attributes([mappings])]);
  };

  async function killEverywhere(
    prepare: (model: Model) => Promise<unknown>,
    work: (model: Model) => Promise<unknown>,
  ) {
    const make = async (): Promise<Disk> => {
      const disk = new Disk(packages());
      const { model } = boot(disk);
      await model.values([""]);
      await prepare(model);
      return disk;
    };
    const before = await outcome(await make());
    const whole = await make();
    const wire = fuse();
    await work(boot(whole, wire).model);
    const after = await outcome(whole);
    expect(after).not.toBe(before);
    const found = { old: 0, new: 0, steps: wire.steps };
    for (let at = 0; at < wire.steps.length; at++) {
      const disk = await make();
      await expect(work(boot(disk, fuse(at)).model)).rejects.toBeInstanceOf(Killed);
      const state = await outcome(disk);
      expect([before, after], `killed before ${wire.steps[at]}`).toContain(state);
      found[state === after ? "new" : "old"]++;
    }
    return found;
  }

  test("A.3.2.1 SetParameterValues over several packages: all old or all new", async () => {
    const found = await killEverywhere(
      async () => {},
      (model) => model.set(wishes, "acs", "k"),
    );
    expect(found.steps.filter((step) => /^rename/.test(step))).toHaveLength(3);
    expect(Math.min(found.old, found.new)).toBeGreaterThan(2);
  });

  test("A.3.2.6 AddObject: the instance is whole or absent", async () => {
    const found = await killEverywhere(
      async () => {},
      (model) => model.add(mappings, "acs", "k"),
    );
    expect(Math.min(found.old, found.new)).toBeGreaterThan(0);
  });

  test("A.3.2.7 DeleteObject: the instance is whole, its attributes too, or absent", async () => {
    const found = await killEverywhere(
      async (model) => {
        const { instance } = await model.add(mappings, "acs");
        const notify = {
          Name: `${mappings}${instance}.`,
          NotificationChange: true,
          Notification: 1,
          AccessListChange: false,
          AccessList: [],
        };
        await model.setAttributes([notify]);
      },
      (model) => model.remove(`${mappings}1.`, "acs", "k"),
    );
    expect(Math.min(found.old, found.new)).toBeGreaterThan(0);
  });
});
