/** InformParameter: the ACS adds parameters to Informs. TR-181 ManagementServer.InformParameter, TR-069 A.3.3.1. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { informArgs } from "../../src/session/inform.ts";
import { openTree } from "../sandbox/model.ts";
import { type Gateway, sampleGateway } from "./grown.ts";

let gateway: Gateway;
beforeEach(async () => {
  gateway = await sampleGateway();
});
afterEach(() => gateway.remove());

const open = (root: typeof igdRoot) =>
  openTree(gateway.directory, (view) => simExec(gateway.directory, view), root).model;
const set = (Name: string, Value: string) => ({ Name, Value, type: "" });

const inform = async (root: typeof igdRoot, ...codes: readonly string[]) => {
  const facts = {
    deviceId: { Manufacturer: "", OUI: "", ProductClass: "", SerialNumber: "" },
    events: codes.map((EventCode) => ({ EventCode, CommandKey: "" })),
    changed: [],
    retryCount: 0,
    now: { mono: 0, wall: 0, known: true },
    zone: 0,
    moment: undefined,
  };
  return (await informArgs(open(root), facts)).ParameterList.map(({ Name, Value }) => [Name, Value] as const);
};

test.each([
  [igdRoot, "InternetGatewayDevice.", "LANDevice.1.WLANConfiguration.1.SSID"],
  [deviceRoot, "Device.", "WiFi.SSID.1.SSID"],
])(
  "A.3.3.1 a parameter that the ACS lists is in each Inform with one of its events, in $name",
  async (root, top, ssid) => {
    const table = `${top}ManagementServer.InformParameter.`;
    const { instance } = await open(root).add(table, "acs");
    const row = `${table}${instance}.`;
    const before = await inform(root, "2 PERIODIC");
    await open(root).set(
      [
        set(`${row}ParameterName`, top + ssid),
        set(`${row}EventList`, "2 PERIODIC,6 CONNECTION REQUEST"),
        set(`${row}Enable`, "1"),
      ],
      "acs",
    );
    expect(await inform(root, "2 PERIODIC")).toEqual([...before, [top + ssid, "Sample Home"]]);
    expect(await inform(root, "1 BOOT")).toEqual(before);
    expect(await inform(root, "1 BOOT", "6 CONNECTION REQUEST")).toContainEqual([top + ssid, "Sample Home"]);
    await open(root).set([set(`${row}EventList`, "")], "acs");
    expect(await inform(root, "1 BOOT")).toContainEqual([top + ssid, "Sample Home"]);
    await open(root).set([set(`${row}Enable`, "0")], "acs");
    expect(await inform(root, "1 BOOT")).toEqual(before);
    await open(root).remove(row, "acs");
    expect(
      (await open(root).values([`${top}ManagementServer.InformParameterNumberOfEntries`]))[0]?.Value,
    ).toBe("0");
  },
);

test("A.3.3.1 a forced parameter is not listed twice, a deleted parameter not at all, and a password is empty", async () => {
  const table = "Device.ManagementServer.InformParameter.";
  const names = [
    "Device.DeviceInfo.SoftwareVersion",
    "Device.Hosts.Host.99.HostName",
    "Device.ManagementServer.Password",
    "Device.DeviceInfo.UpTime",
    "Device.DeviceInfo.UpTime",
    "InternetGatewayDevice.DeviceInfo.UpTime",
  ];
  const before = await inform(deviceRoot);
  for (const name of names) {
    const { instance } = await open(deviceRoot).add(table, "acs");
    const row = `${table}${instance}.`;
    await open(deviceRoot).set([set(`${row}ParameterName`, name), set(`${row}Enable`, "1")], "acs");
  }
  const more = (await inform(deviceRoot)).slice(before.length);
  expect(more).toEqual([
    ["Device.ManagementServer.Password", ""],
    ["Device.DeviceInfo.UpTime", expect.stringMatching(/^\d+$/)],
  ]);
});

test.each([
  ["ParameterName", "Device.Hosts."],
  ["ParameterName", "system.hostname"],
  ["EventList", "1 BOOT,\u0001"],
  ["EventList", "whenever"],
])("A.3.2.1 %s %s is refused with 9007", async (name, value) => {
  const { instance } = await open(deviceRoot).add("Device.ManagementServer.InformParameter.", "acs");
  const row = `Device.ManagementServer.InformParameter.${instance}.`;
  const error = await open(deviceRoot)
    .set([set(row + name, value)], "acs")
    .catch((e) => e);
  expect(error.parameters).toMatchObject([{ code: 9007 }]);
});

test("A.3.2.6 a 33rd row is refused", async () => {
  const path = join(gateway.directory, "etc/config/cwmp");
  const rows = Array.from({ length: 32 }, (_, at) => `config inform_parameter 'wish${at}'\n\n`);
  writeFileSync(path, readFileSync(path, "utf8") + rows.join(""));
  const more = open(deviceRoot).add("Device.ManagementServer.InformParameter.", "acs");
  await expect(more).rejects.toMatchObject({ code: 9004 });
});
