/** Alias: the name that an ACS gives a row stays with the row. TR-181 2, TR-106 3.6.1. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { openModel } from "../../src/model/session.ts";
import { Disk, memoryClock, memoryConfig, memoryFacts, memoryLog, memoryStore } from "../model/world.ts";
import { openTree } from "../sandbox/model.ts";
import { declaredPath, type Gateway, grown, sampleGateway } from "./grown.ts";

let gateway: Gateway;
beforeEach(async () => {
  gateway = await sampleGateway({ wan: "pppoe" });
});
afterEach(() => gateway.remove());

const open = () => openTree(gateway.directory, (view) => simExec(gateway.directory, view), deviceRoot).model;
const set = (Name: string, Value: string) => ({ Name, Value, type: "" });
const wifi = (row: number) => `Device.WiFi.SSID.${row}.Alias`;

test("TR-106 3.6.1 every row of a table with an Alias has the alias cpe- and its number until an ACS sets another", async () => {
  const { leaves, tree } = grown(deviceRoot, gateway);
  const all = leaves.filter(({ name }) => name.endsWith(".Alias"));
  expect(new Set(all.map(declaredPath))).toEqual(
    new Set([
      "Ethernet.Interface.{i}.Alias",
      "Ethernet.Link.{i}.Alias",
      "WiFi.Radio.{i}.Alias",
      "WiFi.SSID.{i}.Alias",
      "Bridging.Bridge.{i}.Port.{i}.Alias",
      "PPP.Interface.{i}.Alias",
      "IP.Interface.{i}.Alias",
      "DHCPv4.Server.Pool.{i}.Client.{i}.Alias",
    ]),
  );
  for (const leaf of all)
    expect(tree.value(leaf).Value, leaf.name).toBe(`cpe-${leaf.name.split(".").at(-2)}`);
  const wishes = all.map(({ name }, at) => set(name, `row ${at}`.replace("row", "Row")));
  await open().set(wishes, "acs");
  const read = await open().values(all.map(({ name }) => name));
  expect(read.map(({ Value }) => Value)).toEqual(wishes.map(({ Value }) => Value));
  await open().set(
    all.map(({ name }) => set(name, `cpe-${name.split(".").at(-2)}`)),
    "acs",
  );
  expect(gateway.config.view().package("cwmp")?.ofType("alias")).toEqual([]);
});

describe("a name", () => {
  test("TR-106 3.6.1 an alias is unique in its table, and may occur in another table", async () => {
    await open().set([set(wifi(1), "home")], "acs");
    const error = await open()
      .set([set(wifi(2), "home")], "acs")
      .catch((e) => e);
    expect(error.parameters).toMatchObject([
      { name: wifi(2), code: 9007, text: expect.stringContaining("Device.WiFi.SSID.1 has this name") },
    ]);
    await open().set([set("Device.IP.Interface.1.Alias", "home")], "acs");
    await expect(open().set([set(wifi(2), "x"), set(wifi(3), "x")], "acs")).rejects.toMatchObject({
      code: 9003,
    });
  });

  test("A.3.2.1 two aliases are swapped in one call, in either order", async () => {
    await open().set([set(wifi(1), "home"), set(wifi(2), "upstairs")], "acs");
    await open().set([set(wifi(1), "upstairs"), set(wifi(2), "home")], "acs");
    await open().set([set(wifi(2), "upstairs"), set(wifi(1), "home")], "acs");
    expect((await open().values([wifi(1), wifi(2)])).map(({ Value }) => Value)).toEqual(["home", "upstairs"]);
  });

  test.each([
    ["no name", ""],
    ["a digit first", "1st"],
    ["a name as the device chooses them", "cpe-9"],
    ["the name of another row", "cpe-2"],
    ["65 characters", "a".repeat(65)],
    ["a line", "a\nb"],
  ])("TR-106 3.6.1 %s is refused with 9007", async (_, value) => {
    const error = await open()
      .set([set(wifi(1), value)], "acs")
      .catch((e) => e);
    expect(error.parameters).toMatchObject([{ name: wifi(1), code: 9007 }]);
    expect((await open().values([wifi(1)]))[0]?.Value).toBe("cpe-1");
  });
});

test("A.3.2.6 an alias outlasts a restart and edits by others, and never passes to a later row", async () => {
  const wan = { type: "interface", name: "wan", options: { proto: "dhcp", device: "eth0" } };
  const lan = (name: string, address: string) => ({
    type: "interface",
    name,
    options: { proto: "static", device: `dev-${name}`, ipaddr: address },
  });
  const disk = new Disk({ network: [wan, lan("lan", "192.168.1.1/24")], cwmp: [] });
  const boot = () =>
    openModel(
      deviceRoot,
      {
        config: memoryConfig(disk),
        facts: memoryFacts(),
        store: memoryStore(disk),
        clock: memoryClock(),
        log: memoryLog(),
      },
      { read: () => "" },
    );
  const names = async () =>
    Object.fromEntries(
      (await boot().values(["Device.IP."]))
        .filter(({ Name }) => /^Device\.IP\.Interface\.\d+\.(Name|Alias)$/.test(Name))
        .map(({ Name, Value }) => [Name.replace("Device.IP.Interface.", ""), Value]),
    );
  await boot().values(["Device."]);
  await boot().set([set("Device.IP.Interface.2.Alias", "home")], "acs");
  disk.write("network", [
    { ...lan("guest", "10.0.0.1/24"), id: disk.nextId() },
    { ...lan("lan", "192.168.1.1/24"), id: disk.nextId() },
    { ...wan, id: disk.nextId() },
  ]);
  expect(await names()).toMatchObject({
    "2.Name": "lan",
    "2.Alias": "home",
    "3.Name": "guest",
    "3.Alias": "cpe-3",
  });
  disk.write("network", [{ ...wan, id: disk.nextId() }]);
  expect(await names()).toEqual({ "1.Name": "wan", "1.Alias": "cpe-1" });
  disk.write("network", [
    { ...wan, id: disk.nextId() },
    { ...lan("office", "172.16.0.1/24"), id: disk.nextId() },
  ]);
  expect(await names()).toMatchObject({ "4.Name": "office", "4.Alias": "cpe-4" });
});
