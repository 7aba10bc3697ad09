import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { simExec } from "../../platform/sim/exec.ts";
import { layOutSandbox } from "../../platform/sim/sandbox.ts";
import type { Model } from "../../src/model/session.ts";
import { openTree } from "./model.ts";

const root = "InternetGatewayDevice.";
const lan = `${root}LANDevice.1.`;
const wan = `${root}WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.`;

let directory = "";
let model: Model;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cwmpd-tree-"));
  layOutSandbox(directory, Date.UTC(2026, 10, 24));
  model = openTree(directory, (view) => simExec(directory, view)).model;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string): string => readFileSync(join(directory, "etc/config", name), "utf8");
const setting = (Name: string, Value: string) => ({ Name, Value, type: "string" });
const get = async (...names: string[]): Promise<string[]> =>
  (await model.values(names)).map((one) => one.Value);

describe("the whole tree on a sample gateway", () => {
  test("A.3.2.3 [R-A.3.2.3-09] every name that is listed can be read", async () => {
    const names = await model.names("", false);
    const values = await model.values([""]);
    const parameters = names.filter((one) => !one.Name.endsWith(".")).map((one) => one.Name);
    expect(values.map((one) => one.Name).sort()).toEqual(parameters.sort());
    expect(parameters.length).toBeGreaterThan(250);
  });

  test("A.3.2.3 [R-A.3.2.3-02] [R-A.3.2.3-04] for every object both kinds of list are complete", async () => {
    const all = (await model.names("", false)).map((one) => one.Name);
    const depth = (name: string) => name.replace(/\.$/, "").split(".").length;
    const objects = all.filter((name) => name.endsWith("."));
    expect(objects.length).toBeGreaterThan(50);
    for (const path of objects) {
      const below = all.filter((name) => name.startsWith(path));
      const listed = async (next: boolean) => (await model.names(path, next)).map((one) => one.Name);
      expect(await listed(false), path).toEqual(below);
      expect((await listed(true)).sort(), path).toEqual(
        below.filter((name) => depth(name) === depth(path) + 1).sort(),
      );
    }
  });

  test("A.3.2.3 every writable parameter accepts its own value", async () => {
    const writable = (await model.names("", false)).filter((one) => one.Writable && !one.Name.endsWith("."));
    const hidden = /Password$|Passphrase$/;
    for (const { Name } of writable.filter((one) => !hidden.test(one.Name))) {
      const [value = ""] = await get(Name);
      await expect(model.set([setting(Name, value)], "acs"), Name).resolves.toBeDefined();
    }
  });

  test("A.2.1 local time has its offset, all other times are in UTC", async () => {
    const cwmp = file("cwmp").replace(
      "option url",
      "option periodic_inform_time '2026-01-01T01:00:00+02:00'\n\toption url",
    );
    writeFileSync(join(directory, "etc/config/cwmp"), cwmp);
    expect(await get(`${root}Time.CurrentLocalTime`, `${root}ManagementServer.PeriodicInformTime`)).toEqual([
      "2026-11-24T01:00:00+01:00",
      "2025-12-31T23:00:00Z",
    ]);
  });

  test("A.3.3.1 the Inform carries the forced parameters, one address", async () => {
    const names = (await model.informParameters()).map((one) => one.Name);
    expect(names).toContain(`${wan}ExternalIPAddress`);
    expect(names).toHaveLength(8);
  });

  test("DeviceInfo and Ethernet statistics equal what /proc and /sys say", async () => {
    const proc = (name: string) => readFileSync(join(directory, "proc", name), "utf8");
    const port = `${lan}LANEthernetInterfaceConfig.2.`;
    const sys = (name: string) => readFileSync(join(directory, "sys/class/net/lan2", name), "utf8").trim();
    expect(await get(`${root}DeviceInfo.UpTime`, `${root}DeviceInfo.MemoryStatus.Total`)).toEqual([
      String(Math.floor(Number.parseFloat(proc("uptime")))),
      /MemTotal:\s+(\d+)/.exec(proc("meminfo"))![1],
    ]);
    expect(await get(`${port}MACAddress`, `${port}Stats.PacketsReceived`, `${port}Stats.BytesSent`)).toEqual([
      sys("address").toUpperCase(),
      sys("statistics/rx_packets"),
      String(Number(sys("statistics/tx_bytes")) % 2 ** 32),
    ]);
  });

  test("a host refers to the port or radio at which it was last seen", async () => {
    const heard = (host: number) =>
      get(
        ...["MACAddress", "InterfaceType", "Layer2Interface"].map(
          (name) => `${lan}Hosts.Host.${host}.${name}`,
        ),
      );
    const hosts = await Promise.all([1, 2, 3, 4].map(heard));
    expect(hosts.sort()).toEqual([
      ["00:00:5E:00:53:51", "Ethernet", `${lan}LANEthernetInterfaceConfig.2`],
      ["00:00:5E:00:53:52", "Other", ""],
      ["00:00:5E:00:53:60", "Ethernet", `${lan}LANEthernetInterfaceConfig.1`],
      ["00:00:5E:00:53:61", "802.11", `${lan}WLANConfiguration.2`],
    ]);
  });

  test("A.3.2.1 a call is not refused for a value that was wrong before and stays", async () => {
    const network = file("network").replace("list ipaddr '192.168.1.1/24'", "list ip6addr 'fd00::1/64'");
    writeFileSync(join(directory, "etc/config/network"), network);
    const ip = `${lan}LANHostConfigManagement.IPInterface.1.`;
    const same = [
      setting(`${ip}IPInterfaceIPAddress`, ""),
      setting(`${ip}IPInterfaceAddressingType`, "Static"),
    ];
    await expect(model.set(same, "acs")).resolves.toMatchObject({ packages: [] });
    const wrong = [setting(`${ip}IPInterfaceIPAddress`, "10.0.0.255")];
    await expect(model.set(wrong, "acs")).rejects.toMatchObject({ code: 9003 });
  });

  test.each([
    ["a WAN connection", "AddressingType", () => [setting(`${wan}AddressingType`, "Static")]],
    [
      "a WAN connection, beside another parameter",
      "ExternalIPAddress",
      () => [setting(`${wan}Name`, "up"), setting(`${wan}AddressingType`, "Static")],
    ],
    ["a LAN pool", "MinAddress", () => [setting(`${lan}LANHostConfigManagement.MinAddress`, "10.99.0.1")]],
    [
      "a radio network",
      "BeaconType",
      () => [
        setting(`${lan}WLANConfiguration.1.BeaconType`, "WPA"),
        setting(`${lan}WLANConfiguration.1.SSID`, "x"),
      ],
    ],
  ])("A.3.2.1 a fault names parameters of the request only: %s", async (_what, _about, call) => {
    const list = call();
    const names = list.map(({ Name }) => Name);
    const outcome = await model.set(list, "acs").then(
      () => undefined,
      (error: { code: number; parameters: readonly { name: string; text: string }[] }) => error,
    );
    if (outcome === undefined) return;
    expect(outcome.code).toBe(9003);
    for (const { name } of outcome.parameters) expect(names).toContain(name);
  });

  test("A.3.2.1 a complaint about a second parameter names the parameter that was to be changed", async () => {
    const error = await model.set([setting(`${wan}AddressingType`, "Static")], "acs").catch((e) => e);
    expect(error.parameters).toEqual([
      {
        name: `${wan}AddressingType`,
        code: 9007,
        text: expect.stringMatching(/^ExternalIPAddress does not go with it: /),
      },
    ]);
  });

  test("one call over four packages is in the files afterwards, quoted, and reads back", async () => {
    const values: Record<string, string> = {
      [`${lan}LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress`]: "10.4.0.1",
      [`${lan}LANHostConfigManagement.MinAddress`]: "10.4.0.20",
      [`${lan}LANHostConfigManagement.MaxAddress`]: "10.4.0.99",
      [`${lan}WLANConfiguration.1.SSID`]: `Tom's "net" #1`,
      [`${wan}PortMapping.1.PortMappingDescription`]: "Ann's",
      [`${root}ManagementServer.PeriodicInformInterval`]: "1800",
    };
    const dhcp = file("dhcp");
    await model.set(
      Object.entries(values).map(([name, value]) => setting(name, value)),
      "acs",
    );
    expect(await get(...Object.keys(values))).toEqual(Object.values(values));
    expect(file("network")).toContain("\tlist ipaddr '10.4.0.1/24'\n");
    expect(file("dhcp")).toBe(dhcp.replace("start '100'", "start '20'").replace("limit '150'", "limit '80'"));
    expect(file("wireless")).toContain(`\toption ssid 'Tom'\\''s "net" #1'\n`);
    expect(file("firewall")).toContain("\toption name 'Ann'\\''s'\n");
    expect(file("cwmp")).toContain("\toption periodic_inform_interval '1800'\n");
    // A package that the call does not touch keeps its bytes.
    expect(file("system")).toBe(readFileSync(join(directory, "rom/etc/config/system"), "utf8"));
  });

  test("A.3.2.6, A.3.2.7 mappings are added and deleted, and the two halves of a redirect keep their numbers", async () => {
    const table = `${wan}PortMapping.`;
    expect(await get(`${table}2.PortMappingProtocol`, `${table}3.PortMappingProtocol`)).toEqual([
      "TCP",
      "UDP",
    ]);
    await model.set(
      [setting(`${table}3.ExternalPort`, "3075"), setting(`${table}3.InternalPort`, "3076")],
      "acs",
    );
    const ports = [`${table}2.ExternalPort`, `${table}3.ExternalPort`, `${table}3.InternalPort`];
    expect(await get(...ports)).toEqual(["3074", "3075", "3076"]);
    const { instance } = await model.add(table, "acs");
    expect(instance).toBe(4);
    expect(file("firewall")).toContain("config redirect 'cwmp_redirect_4'\n");
    await model.remove(`${table}2.`, "acs");
    expect((await model.names(table, true)).map((one) => one.Name)).toEqual([
      `${table}1.`,
      `${table}3.`,
      `${table}4.`,
    ]);
    expect(await get(`${table}3.PortMappingProtocol`, `${table}3.PortMappingDescription`)).toEqual([
      "UDP",
      "Game console",
    ]);
  });

  test("A.3.2.6 instance numbers outlast renamed sections, newly named sections, and deleted earlier addresses", async () => {
    const edit = (name: string, ...changes: readonly (readonly [string, string])[]) =>
      writeFileSync(
        join(directory, "etc/config", name),
        changes.reduce((text, [from, to]) => text.replaceAll(from, to), file(name)),
      );
    edit("network", [
      "list ipaddr '192.168.1.1/24'",
      "list ipaddr '10.9.0.1/24'\n\tlist ipaddr '192.168.1.1/24'",
    ]);
    const names = [
      `${lan}LANHostConfigManagement.IPInterface.2.IPInterfaceIPAddress`,
      `${lan}WLANConfiguration.2.BSSID`,
      `${root}LANDevice.2.WLANConfiguration.1.SSID`,
      `${wan}PortMapping.1.PortMappingDescription`,
      `${wan}PortMapping.3.PortMappingProtocol`,
    ];
    const before = await get(...names);
    expect(before[0]).toBe("192.168.1.1");
    edit("network", ["\tlist ipaddr '10.9.0.1/24'\n", ""]);
    expect(await get(...names)).toEqual(before);
    edit("network", ["interface 'lan'", "interface 'home'"]);
    edit("firewall", ["network 'lan'", "network 'home'"]);
    edit("wireless", ["network 'lan'", "network 'home'"]);
    expect(await get(...names)).toEqual(before);
    edit("firewall", ["config redirect\n\toption name 'N", "config redirect 'nas'\n\toption name 'N"]);
    edit("firewall", ["config redirect\n\toption name 'G", "config redirect 'game'\n\toption name 'G"]);
    edit(
      "wireless",
      ["'default_radio1'", "'wifinet1'"],
      ["config wifi-iface\n", "config wifi-iface 'guests'\n"],
    );
    expect(await get(...names)).toEqual(before);
    expect(await get(`${root}LANDeviceNumberOfEntries`)).toEqual(["2"]);
  });
});
