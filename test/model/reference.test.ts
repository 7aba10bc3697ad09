/** References in a small root of their own: which rows may be pointed at, and how. TR-106 3.2.4. */
import { describe, expect, test } from "vitest";
import { type At, type Binding, object, type Root, table } from "../../src/model/define.ts";
import { schemaOf } from "../../src/model/schema/schema.ts";
import { openModel } from "../../src/model/session.ts";
import { Disk, memoryClock, memoryConfig, memoryFacts, memoryLog, memoryStore } from "./world.ts";

const facts = `>IP.Interface.{i}.
Name	string	R	len=..64
>WiFi.SSID.{i}.
Name	string	R	len=..64
>WiFi.AccessPoint.{i}.
SSIDReference	string	W	len=..256; pathRef=strong:row:#.SSID.
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.
Anything	string	W	len=..256; pathRef=strong:row:
LowerLayers	list	W	item=string; listLen=..1024; pathRef=strong:row:.IP.Interface.,.WiFi.SSID.
`;

const option = (name: string): Binding => ({
  packages: ["net"],
  read: (_at, env) => String(env.config.package("net")?.section("one")?.options.get(name) ?? ""),
  write: (_at, value) => [{ edit: "set", package: "net", section: "one", option: name, value }],
});

const rows = (of: string, ...keys: readonly string[]) => ({
  of,
  packages: ["net"],
  rows: () => keys.map((key) => ({ key, at: { [of]: key } })),
});
const named = (of: string): Binding => ({ packages: [], read: (at: At) => at[of] ?? "" });

const root: Root = {
  name: "Device",
  schema: schemaOf(facts, "2.14"),
  object: object(
    {},
    {
      IP: object(
        {},
        {
          Interface: table({
            ...rows("interface", "wan", "lan"),
            instance: object({ Name: named("interface") }),
          }),
        },
      ),
      WiFi: object(
        {},
        {
          SSID: table({ ...rows("wlan", "home"), instance: object({ Name: named("wlan") }) }),
          AccessPoint: table({
            ...rows("accessPoint", "one"),
            instance: object({
              SSIDReference: option("ssid"),
              Interface: option("interface"),
              Anything: option("anything"),
              LowerLayers: option("lower"),
            }),
          }),
        },
      ),
    },
  ),
};

const row = "Device.WiFi.AccessPoint.1.";

function opened() {
  const disk = new Disk({ net: [{ type: "one", name: "one", options: {} }] });
  const ports = {
    config: memoryConfig(disk),
    facts: memoryFacts(),
    store: memoryStore(disk),
    clock: memoryClock(),
    log: memoryLog(),
  };
  return openModel(root, ports, { read: () => "" });
}

async function written(name: string, Value: string): Promise<string> {
  const model = opened();
  await model.set([{ Name: row + name, Value, type: "string" }], "acs");
  return (await model.values([row + name]))[0]!.Value;
}

describe("A.3.2.1 a reference", () => {
  test.each([
    ["below the root", "Interface", "Device.IP.Interface.2", "Device.IP.Interface.2"],
    ["beside its own object", "SSIDReference", "Device.WiFi.SSID.1", "Device.WiFi.SSID.1"],
    ["anywhere, where the standard names no table", "Anything", "Device.WiFi.SSID.1", "Device.WiFi.SSID.1"],
    ["with its last dot, which goes", "Interface", "Device.IP.Interface.1.", "Device.IP.Interface.1"],
    ["to nothing", "Interface", "", ""],
    [
      "to several rows of several tables",
      "LowerLayers",
      "Device.IP.Interface.1.,Device.WiFi.SSID.1",
      "Device.IP.Interface.1,Device.WiFi.SSID.1",
    ],
  ])("%s is accepted", async (_, name, value, kept) => {
    expect(await written(name, value)).toBe(kept);
  });

  test.each([
    ["a row that is not there", "Interface", "Device.IP.Interface.3"],
    ["a row of another table", "Interface", "Device.WiFi.SSID.1"],
    [
      "a row of another table beside a good one",
      "LowerLayers",
      "Device.WiFi.SSID.1,Device.WiFi.AccessPoint.1",
    ],
    ["a table", "Anything", "Device.IP.Interface"],
    ["a parameter", "Anything", "Device.IP.Interface.1.Name"],
    ["an object that is no row", "Anything", "Device.IP"],
    ["a number that is none", "Interface", "Device.IP.Interface.01"],
    ["a path of another root", "Anything", "InternetGatewayDevice.IP.Interface.1"],
    ["two dots in a row", "Interface", "Device.IP.Interface..1"],
  ])("a reference to %s is refused with 9007", async (_, name, value) => {
    await expect(written(name, value)).rejects.toMatchObject({
      parameters: [
        { name: row + name, code: 9007, text: expect.stringContaining("Expected the path of a row") },
      ],
    });
  });
});
