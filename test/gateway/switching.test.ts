/** The WAN changes between DHCP, a static address and PPPoE in the ways that the standard has: it stays reachable, or the
 * change is refused with its reason. The interface here is the one that leads to the ACS. */
import { describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { Root } from "../../src/model/define.ts";
import { device, refusal } from "./edited.ts";

const uplink = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.";
const ip = `${uplink}WANIPConnection.1.`;
const client = "Device.DHCPv4.Client.1.";
const address = "Device.IP.Interface.1.IPv4Address.1.";
const route = "Device.Routing.Router.1.IPv4Forwarding.";

const wan = (config: Awaited<ReturnType<typeof device>>["config"]) =>
  Object.fromEntries(config.view().package("network")!.section("wan")!.options);

describe("TR-098", () => {
  const fixed = {
    [`${ip}AddressingType`]: "Static",
    [`${ip}ExternalIPAddress`]: "198.51.100.77",
    [`${ip}SubnetMask`]: "255.255.255.0",
  };

  test("from DHCP to a static address and back, each in one call in whatever order", async () => {
    const { set, get, config } = await device();
    await set({ [`${ip}DefaultGateway`]: "198.51.100.1", ...fixed });
    expect(wan(config)).toMatchObject({ proto: "static", gateway: "198.51.100.1" });
    expect(await get(`${ip}ExternalIPAddress`)).toBe("198.51.100.77");
    await set({ [`${ip}AddressingType`]: "DHCP" });
    expect(wan(config)).toMatchObject({ proto: "dhcp" });
  });

  test.each([
    ["without an address", { [`${ip}AddressingType`]: "Static" }, "needs an address"],
    ["without the default gateway", fixed, "would lose its default gateway"],
    ["with a gateway elsewhere", { ...fixed, [`${ip}DefaultGateway`]: "192.0.2.1" }, "no other host"],
    ["with the address alone", { [`${ip}ExternalIPAddress`]: "198.51.100.77" }, "Set by DHCP"],
  ])("a static connection %s is refused", async (_, wishes, why) => {
    const { set, config } = await device();
    const before = wan(config);
    await expect(set(wishes)).rejects.toMatchObject(refusal(why));
    expect(wan(config)).toEqual(before);
  });
});

describe("TR-181", () => {
  const fixed = {
    [`${client}Enable`]: "0",
    [`${address}IPAddress`]: "198.51.100.77",
    [`${address}SubnetMask`]: "255.255.255.0",
  };

  test("from DHCP to a static address with its default route and back, each in one call in whatever order", async () => {
    const { set, get, model, config } = await device({}, deviceRoot);
    const { instance: number } = await model.add(route, "acs", "");
    const way = {
      [`${route}${number}.Enable`]: "1",
      [`${route}${number}.Interface`]: "Device.IP.Interface.1",
      [`${route}${number}.GatewayIPAddress`]: "198.51.100.1",
    };
    await set({ ...way, ...fixed });
    expect(wan(config)).toMatchObject({ proto: "static", ipaddr: "198.51.100.77/24" });
    expect(await get(`${address}AddressingType`)).toBe("Static");
    expect(await get(`${address}IPAddress`)).toBe("198.51.100.77");
    await set({ [`${client}Enable`]: "1" });
    expect(wan(config)).toMatchObject({ proto: "dhcp" });
  });

  test.each([
    ["without an address", { [`${client}Enable`]: "0" }, "needs an IPAddress of its own"],
    ["without the default gateway", fixed, "would lose its default gateway"],
    ["while the client stays on", { [`${address}IPAddress`]: "198.51.100.77" }, "cannot hold this value"],
    [
      "with a mask while the client stays on",
      { [`${address}SubnetMask`]: "255.255.255.128" },
      "cannot hold this value",
    ],
  ])("a static address %s is refused", async (_, wishes, why) => {
    const { set, config } = await device({}, deviceRoot);
    const before = wan(config);
    await expect(set(wishes)).rejects.toMatchObject(refusal(why));
    expect(wan(config)).toEqual(before);
  });
});

const only = { code: 9008, text: expect.stringContaining("only the value that it has") };

test.each<[Root, string, string, string]>([
  [igdRoot, "dhcp", `${uplink}WANIPConnection.1.ConnectionType`, "IP_Bridged"],
  [igdRoot, "pppoe", `${uplink}WANPPPConnection.1.ConnectionType`, "PPPoE_Bridged"],
  [deviceRoot, "dhcp", "Device.IP.Interface.1.LowerLayers", ""],
  [deviceRoot, "dhcp", "Device.IP.Interface.1.LowerLayers", "Device.Ethernet.Link.2"],
  [deviceRoot, "pppoe", "Device.IP.Interface.1.LowerLayers", "Device.Ethernet.Link.1"],
])("$name: a row of the WAN keeps its kind: with %s, %s = %j is refused", async (root, form, name, value) => {
  const { set } = await device({}, root, { wan: form as "dhcp" | "pppoe" });
  await expect(set({ [name]: value })).rejects.toMatchObject({ parameters: [{ name, ...only }] });
});

test.each<[Root, string]>([
  [igdRoot, `${uplink}WANPPPConnection.`],
  [igdRoot, `${uplink}WANIPConnection.`],
  [deviceRoot, "Device.PPP.Interface."],
  [deviceRoot, "Device.IP.Interface."],
  [deviceRoot, "Device.IP.Interface.1.IPv4Address."],
  [deviceRoot, "Device.DHCPv4.Client."],
])(
  "$name: PPPoE beside DHCP is a row that the ACS does not make: AddObject of %s is 9001",
  async (root, name) => {
    const { model } = await device({}, root);
    await expect(model.add(name, "acs", "")).rejects.toMatchObject({
      code: 9001,
      message: expect.stringContaining("cannot be added"),
    });
  },
);

test.each<[Root, string]>([
  [igdRoot, `${uplink}WANPPPConnection.1.Enable`],
  [deviceRoot, "Device.PPP.Interface.1.Enable"],
])("$name: a PPPoE session that leads to the ACS is not turned off: %s", async (root, name) => {
  const { set } = await device({}, root, { wan: "pppoe" });
  await expect(set({ [name]: "0" })).rejects.toMatchObject(refusal("The connection to the ACS"));
});
