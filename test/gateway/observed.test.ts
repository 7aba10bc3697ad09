/** What the agent has to note by itself, because the system keeps no time of it, and what it works out from other facts. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import type { Facts } from "../../src/ports/facts.ts";
import { type Gateway, grown, sampleGateway } from "./grown.ts";

let gateway: Gateway;
let facts: Facts;
beforeEach(async () => {
  gateway = await sampleGateway();
  facts = openFacts(
    gateway.directory,
    simExec(gateway.directory, () => gateway.config.view()),
  );
});
afterEach(() => gateway.remove());

const write = (name: string, text: string): void => writeFileSync(join(gateway.directory, name), `${text}\n`);
const read = (name: string): string => readFileSync(join(gateway.directory, name), "utf8").trim();

/** The parameters whose names end so, as they are now. */
async function shown(
  root: typeof igdRoot,
  ...endings: readonly string[]
): Promise<Readonly<Record<string, string>>> {
  const { leaves, tree } = grown(root, { ...gateway, sheet: await facts.sheet("whole") });
  const wanted = leaves.filter(({ name }) => endings.some((ending) => name.endsWith(ending)));
  return Object.fromEntries(wanted.map((leaf) => [leaf.name, tree.value(leaf).Value]));
}

describe("LastChange of a link", () => {
  const port = (row: number) => `Device.Ethernet.Interface.${row}.LastChange`;

  test("TR-181 LastChange counts from the moment of the observed change of the carrier", async () => {
    write("proc/uptime", "1000.00 0.00");
    await facts.sheet("whole");
    write("proc/uptime", "1600.00 0.00");
    expect((await shown(deviceRoot, ".LastChange"))[port(2)]).toBe("600");
    write("sys/class/net/lan1/carrier_changes", "3");
    write("proc/uptime", "1700.50 0.00");
    expect((await shown(deviceRoot, ".LastChange"))[port(2)]).toBe("0");
    write("proc/uptime", "1750.50 0.00");
    const after = await shown(deviceRoot, ".LastChange");
    expect([after[port(2)], after[port(3)]]).toEqual(["50", "750"]);
  });

  test("TR-181 a link under an interface has the LastChange of that interface", async () => {
    write("proc/uptime", "93784.52 0.00");
    const now = await shown(deviceRoot, ".LastChange");
    // netifd brought wan and lan up half a minute after the start.
    expect([now[port(1)], now["Device.Ethernet.Link.1.LastChange"]]).toEqual(["93754", "93754"]);
    expect(now["Device.IP.Interface.1.LastChange"]).toBe("93754");
    expect(now[port(4)]).toBe("0");
  });
});

test.each([
  [igdRoot, "InternetGatewayDevice."],
  [deviceRoot, "Device."],
])("minimum and maximum of a sensor are the values read, with their times, in $name", async (root, top) => {
  const sensor = `${top}DeviceInfo.TemperatureStatus.TemperatureSensor.1.`;
  const look = async (uptime: string, milli: string) => {
    write("proc/uptime", `${uptime} 0.00`);
    write("sys/class/thermal/thermal_zone0/temp", milli);
    return shown(root, "Value", "Time");
  };
  await look("100.00", "50000");
  await look("200.00", "70400");
  await look("300.00", "41000");
  const now = await look("400.00", "60000");
  // The clock of the sample says midnight at the moment of the look.
  expect(now).toMatchObject({
    [`${sensor}Value`]: "60",
    [`${sensor}MinValue`]: "41",
    [`${sensor}MinTime`]: "2026-11-23T23:58:20Z",
    [`${sensor}MaxValue`]: "70",
    [`${sensor}MaxTime`]: "2026-11-23T23:56:40Z",
    [`${sensor}ResetTime`]: "0001-01-01T00:00:00Z",
  });
  expect(await look("500.00", "")).toMatchObject({ [`${sensor}Value`]: "-274", [`${sensor}MinValue`]: "41" });
});

test("TR-098 daylight saving begins and ends at the times of the zone, in UTC", async () => {
  const time = "InternetGatewayDevice.Time.";
  expect(await shown(igdRoot, "SavingsStart", "SavingsEnd")).toEqual({
    [`${time}DaylightSavingsStart`]: "2026-03-29T01:00:00Z",
    [`${time}DaylightSavingsEnd`]: "2026-10-25T01:00:00Z",
  });
  const system = read("etc/config/system");
  write("etc/config/system", system.replace("CET-1CEST,M3.5.0,M10.5.0/3", "UTC0"));
  expect(Object.values(await shown(igdRoot, "SavingsStart", "SavingsEnd"))).toEqual([
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
  ]);
});

test("TR-181 a route advertised by the provider's router is listed with its preference and lifetime; the default route is not listed", async () => {
  const row = "Device.Routing.RouteInformation.InterfaceSetting.1.";
  const now = await shown(deviceRoot, "PreferredRouteFlag", "SourceRouter", "RouteLifetime", "1.Prefix");
  expect(now).toMatchObject({
    [`${row}SourceRouter`]: "fe80::5e00:53fe",
    [`${row}PreferredRouteFlag`]: "High",
    [`${row}Prefix`]: "2001:db8:200::/48",
    [`${row}RouteLifetime`]: "2026-11-24T00:30:00Z",
  });
  expect(Object.keys(now).filter((name) => name.includes("InterfaceSetting.2"))).toEqual([]);
});

test("TR-098 the firewall version changes with its settings, and does not change with a comment", async () => {
  const version = async () => Object.values(await shown(igdRoot, "Firewall.Version"))[0];
  const before = await version();
  expect(before).toMatch(/^[0-9a-f]{16}$/);
  const text = read("etc/config/firewall");
  write("etc/config/firewall", `${text}\n# nothing`);
  expect(await version()).toBe(before);
  write("etc/config/firewall", text.replace("option syn", "option no_syn"));
  expect(await version()).not.toBe(before);
  expect(Object.values(await shown(deviceRoot, "Firewall.Version"))).toEqual([await version()]);
});

test("every packet of a point-to-point line is unicast", async () => {
  gateway.remove();
  gateway = await sampleGateway({ wan: "pppoe" });
  const { leaves, tree } = grown(deviceRoot, gateway);
  const value = (name: string) => tree.value(leaves.find((leaf) => leaf.name.endsWith(name))!).Value;
  expect(value("PPP.Interface.1.Stats.UnicastPacketsSent")).toBe(value("PPP.Interface.1.Stats.PacketsSent"));
  expect(value("PPP.Interface.1.Stats.BroadcastPacketsReceived")).toBe("0");
});

test("a counter of the kernel past 2^53 keeps every digit in TR-181, and wraps at 2^32 in TR-098", async () => {
  const table = read("proc/net/dev");
  expect(table).toContain("47001220118 39991002");
  write("proc/net/dev", table.replace("47001220118 39991002", "18446744073709551615 9007199254740993"));
  const interfaces = await shown(deviceRoot, "Received");
  for (const row of ["Ethernet.Interface.1", "Ethernet.Link.1", "IP.Interface.1"]) {
    expect(interfaces[`Device.${row}.Stats.BytesReceived`]).toBe("18446744073709551615");
    expect(interfaces[`Device.${row}.Stats.PacketsReceived`]).toBe("9007199254740993");
  }
  const uplink = "InternetGatewayDevice.WANDevice.1.WANCommonInterfaceConfig.";
  const wrapped = await shown(igdRoot, "Received");
  expect(wrapped[`${uplink}TotalBytesReceived`]).toBe("4294967295");
  expect(wrapped[`${uplink}TotalPacketsReceived`]).toBe("1");
});
