/** A second root over the same subjects: ten parameters of `Device.`, which no subject has heard of. */
import { expect, test } from "vitest";
import * as device from "../../platform/openwrt/gateway/device.ts";
import * as host from "../../platform/openwrt/gateway/host.ts";
import { lans } from "../../platform/openwrt/gateway/lan.ts";
import * as port from "../../platform/openwrt/gateway/port.ts";
import * as security from "../../platform/openwrt/gateway/security.ts";
import * as wlan from "../../platform/openwrt/gateway/wlan.ts";
import {
  type At,
  count,
  type Env,
  object,
  type Root,
  type Row,
  type Rows,
  table,
} from "../../src/model/define.ts";
import { schemaOf } from "../../src/model/schema/schema.ts";
import { openModel } from "../../src/model/session.ts";
import { netdev } from "../igd/world.ts";
import { Disk, memoryClock, memoryConfig, memoryFacts, memoryLog, memoryStore } from "../model/world.ts";

const facts = `>DeviceInfo.
SerialNumber	string	R	len=..64
>Ethernet.
InterfaceNumberOfEntries	unsignedInt	R
>Ethernet.Interface.{i}.
Enable	boolean	W
Name	string	R	len=..64
>Ethernet.Interface.{i}.Stats.
BytesSent	unsignedLong	R
>WiFi.SSID.{i}.
Enable	boolean	W
SSID	string	W	len=..32
>WiFi.AccessPoint.{i}.Security.
BeaconType	string	W	enum=None|11i
>Hosts.Host.{i}.
PhysAddress	string	R	len=..64
Layer1Interface	string	R	len=..1024
`;

/** The rows of a table that another root has once in each LAN. */
const everywhere = (rows: Rows): Rows => ({
  ...rows,
  packages: [...new Set([...lans.packages, ...rows.packages])],
  rows: (at: At, env: Env) =>
    lans
      .rows(at, env)
      .flatMap((lan) =>
        rows.rows({ ...at, ...lan.at }, env).map((row): Row => ({ ...row, at: { ...lan.at, ...row.at } })),
      ),
});

const ports = table({
  ...everywhere(port.lanPorts),
  instance: object(
    { Enable: port.enable, Name: port.name },
    { Stats: object({ BytesSent: port.stats.bytesSent }) },
  ),
});

const root: Root = {
  name: "Device",
  object: object(
    {},
    {
      DeviceInfo: object({ SerialNumber: device.serialNumber }),
      Ethernet: object({ InterfaceNumberOfEntries: count(ports) }, { Interface: ports }),
      WiFi: object(
        {},
        {
          SSID: table({
            ...everywhere(wlan.lanNetworks),
            instance: object({ Enable: wlan.enable, SSID: wlan.ssid }, {}, { check: security.check }),
          }),
          AccessPoint: table({
            ...everywhere(wlan.lanNetworks),
            instance: object(
              {},
              { Security: object({ BeaconType: security.modes.BeaconType }, {}, { check: security.check }) },
            ),
          }),
        },
      ),
      Hosts: object(
        {},
        {
          Host: table({
            ...everywhere(host.lanHosts),
            instance: object({ PhysAddress: host.macAddress, Layer1Interface: host.layer2Interface }),
          }),
        },
      ),
    },
  ),
  schema: schemaOf(facts, "2.14"),
};

function opened() {
  const disk = new Disk({
    network: [
      { type: "device", options: { name: "br-lan", type: "bridge", ports: ["lan1", "lan2"] } },
      {
        type: "interface",
        name: "lan",
        options: { proto: "static", device: "br-lan", ipaddr: "192.168.1.1/24" },
      },
      {
        type: "interface",
        name: "guest",
        options: { proto: "static", device: "eth9", ipaddr: "10.0.0.1/24" },
      },
    ],
    wireless: [
      { type: "wifi-device", name: "radio0", options: { band: "2g" } },
      {
        type: "wifi-iface",
        name: "home",
        options: { device: "radio0", network: "lan", ssid: "Home", encryption: "psk2", disabled: "1" },
      },
    ],
  });
  const ports = {
    config: memoryConfig(disk),
    facts: memoryFacts({
      netdevs: ["lan1", "lan2", "eth9"].map((name) => netdev(name, { counters: { tx_bytes: 2 ** 40 } })),
      leases: [{ expires: 0, mac: "00:00:5E:00:53:10", address: "10.0.0.7", hostname: "a", clientId: "*" }],
    }),
    store: memoryStore(disk),
    clock: memoryClock(),
    log: memoryLog(),
  };
  return openModel(root, ports, { read: (name) => `own ${name}` });
}

const set = (Name: string, Value: string) => ({ Name, Value, type: "string" });

test("ten parameters of Device. use the subjects of the other root", async () => {
  const values = await opened().values(["Device."]);
  const shown = Object.fromEntries(values.map((one) => [one.Name, one.Value]));
  expect(shown["Device.DeviceInfo.SerialNumber"]).toBe("own serialNumber");
  expect(shown["Device.Ethernet.InterfaceNumberOfEntries"]).toBe("3");
  expect(shown["Device.Ethernet.Interface.3.Name"]).toBe("eth9");
  expect(shown["Device.WiFi.SSID.1.SSID"]).toBe("Home");
  expect(new Set(values.map((one) => one.Name.replace(/\.\d+(?=\.)/g, ".{i}"))).size).toBe(10);
});

test("TR-106 3.2.4 a reference is the path in the served root, without a trailing dot", async () => {
  const [value] = await opened().values(["Device.Hosts.Host.1.Layer1Interface"]);
  expect(value?.Value).toBe("Device.Ethernet.Interface.3");
});

test("a counter keeps every digit that its type in the root can hold", async () => {
  const [value] = await opened().values(["Device.Ethernet.Interface.1.Stats.BytesSent"]);
  expect(value?.Value).toBe(String(2 ** 40));
});

test("A.3.2.1 a complaint names the parameter of the served root that shows the fault, whichever object holds it", async () => {
  const model = opened();
  await expect(model.set([set("Device.WiFi.SSID.1.Enable", "1")], "acs")).rejects.toMatchObject({
    code: 9003,
    parameters: [
      {
        name: "Device.WiFi.SSID.1.Enable",
        code: 9007,
        text: expect.stringContaining("BeaconType does not go"),
      },
    ],
  });
});
