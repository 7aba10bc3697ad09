/** What an uplink is shown as: no modem, tunnel or radio as an Ethernet port that can be switched, and its address in
 * every Inform whatever protocol gives it. A switch of a QMI uplink once added a device of that name to network. */
import { describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { openModel } from "../../src/model/session.ts";
import type { Interface } from "../../src/ports/facts.ts";
import { netdev } from "../igd/world.ts";
import { Disk, memoryClock, memoryConfig, memoryFacts, memoryLog, memoryStore } from "../model/world.ts";

const state = (name: string, more: Partial<Interface> = {}): Interface => ({
  name,
  up: true,
  pending: false,
  device: name,
  uptime: 5,
  addresses: [{ address: "203.0.113.7", mask: 32 }],
  gateway: "203.0.113.1",
  dns: [],
  errors: [],
  ...more,
});

function gateway(
  wan: Readonly<Record<string, string>>,
  states: readonly Interface[] = [],
  root: typeof igdRoot = igdRoot,
) {
  const disk = new Disk({
    network: [
      {
        type: "interface",
        name: "lan",
        options: { proto: "static", device: "eth1", ipaddr: "192.168.1.1/24" },
      },
      { type: "interface", name: "wan", options: wan },
    ],
    firewall: [
      { type: "zone", options: { name: "wan", network: ["wan"], masq: "1" } },
      { type: "zone", options: { name: "lan", network: ["lan"] } },
      {
        type: "redirect",
        name: "web",
        options: {
          target: "DNAT",
          src: "wan",
          dest: "lan",
          proto: "tcp",
          src_dport: "80",
          dest_ip: "192.168.1.9",
        },
      },
    ],
    wireless: [
      { type: "wifi-device", name: "radio0", options: { band: "2g" } },
      {
        type: "wifi-iface",
        name: "sta",
        options: { device: "radio0", mode: "sta", network: "wan", ifname: "client0" },
      },
    ],
  });
  const facts = memoryFacts({
    netdevs: ["eth0", "eth0.7", "eth1", "wwan0", "client0", "gre4t-x", "usb0"].map((name) => netdev(name)),
    interfaces: [...states],
  });
  const ports = {
    config: memoryConfig(disk),
    facts,
    store: memoryStore(disk),
    clock: memoryClock(),
    log: memoryLog(),
  };
  return openModel(root, ports, { read: () => "" });
}

const names = async (model: ReturnType<typeof gateway>, path: string) =>
  (await model.values([path])).map(({ Name }) => Name);
const port = "WANDevice.1.WANEthernetInterfaceConfig.Enable";

describe("WANEthernetInterfaceConfig", () => {
  test.each([
    ["a QMI modem", { proto: "qmi", device: "/dev/cdc-wdm0" }, false],
    ["an MBIM modem", { proto: "mbim", device: "/dev/cdc-wdm1" }, false],
    ["a modem by NCM", { proto: "ncm", device: "/dev/ttyUSB2" }, false],
    ["a modem by 3G", { proto: "3g", device: "/dev/ttyUSB0" }, false],
    ["the network device of a modem", { proto: "dhcp", device: "wwan0" }, false],
    ["PPP over ATM", { proto: "pppoa" }, false],
    ["a station of a radio", { proto: "dhcp" }, false],
    ["the network device of a station", { proto: "dhcp", device: "client0" }, false],
    ["a tunnel", { proto: "dhcp", device: "gre4t-x" }, false],
    ["an Ethernet port", { proto: "dhcp", device: "eth0" }, true],
    ["a VLAN", { proto: "dhcp", device: "eth0.7" }, true],
    ["PPP over Ethernet", { proto: "pppoe", device: "eth0" }, true],
    ["Ethernet over USB", { proto: "dhcp", device: "usb0" }, true],
  ])("TR-098 %s: %j", async (_name, wan, shown) => {
    const model = gateway(wan);
    const all = await names(model, "InternetGatewayDevice.WANDevice.");
    expect(all.includes(`InternetGatewayDevice.${port}`)).toBe(shown);
    expect(
      all.includes("InternetGatewayDevice.WANDevice.1.WANCommonInterfaceConfig.PhysicalLinkStatus"),
    ).toBe(true);
    const error = await model
      .set([{ Name: `InternetGatewayDevice.${port}`, Value: "0", type: "boolean" }], "acs")
      .catch((e) => e);
    // The port that leads to the ACS stays on, a VLAN on it too; what is none has no switch.
    expect(error.parameters).toMatchObject([{ code: shown ? 9007 : 9005 }]);
  });

  test("TR-181 Ethernet.Interface lists no modem, tunnel or station", async () => {
    for (const device of ["wwan0", "client0", "gre4t-x"]) {
      const shown = await gateway({ proto: "dhcp", device }, [], deviceRoot).values([
        "Device.Ethernet.Interface.",
      ]);
      const told = shown.filter(({ Name }) => /Interface\.\d+\.Name$/.test(Name)).map(({ Value }) => Value);
      expect(told, device).toEqual(["eth1"]);
    }
  });
});

describe("the address of the uplink in the Inform", () => {
  const informed = async (wan: Readonly<Record<string, string>>, states: readonly Interface[]) =>
    (await gateway(wan, states).informParameters())
      .filter(({ Name }) => Name.endsWith(".ExternalIPAddress"))
      .map(({ Name, Value }) => `${/WAN(?:IP|PPP)Connection/.exec(Name)?.[0]} ${Value}`);

  test.each([
    ["dhcp", { proto: "dhcp", device: "eth0" }, [state("wan")], "WANIPConnection 203.0.113.7"],
    [
      "pppoe",
      { proto: "pppoe", device: "eth0" },
      [state("wan", { device: "pppoe-wan" })],
      "WANPPPConnection 203.0.113.7",
    ],
    [
      "pppoe while it dials",
      { proto: "pppoe", device: "eth0" },
      [state("wan", { up: false, pending: true, addresses: [] })],
      "WANPPPConnection ",
    ],
    ["l2tp", { proto: "l2tp", server: "lns.example" }, [state("wan")], "WANPPPConnection 203.0.113.7"],
    [
      "qmi, whose address stands beside it",
      { proto: "qmi", device: "/dev/cdc-wdm0" },
      [state("wan", { addresses: [], gateway: undefined }), state("wan_4")],
      "WANIPConnection 203.0.113.7",
    ],
  ])("A.3.3.1 %s", async (_name, wan, states, expected) => {
    expect(await informed(wan, states)).toEqual([expected]);
  });

  test("port mappings are listed under a PPP connection", async () => {
    const path = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.";
    const model = gateway({ proto: "pppoe", device: "eth0" }, [state("wan")]);
    const values = new Map(
      (await model.values([path])).map(({ Name, Value }) => [Name.slice(path.length), Value]),
    );
    expect(values.get("PortMapping.1.ExternalPort")).toBe("80");
    expect([
      values.get("TransportType"),
      values.get("ConnectionStatus"),
      values.get("DefaultGateway"),
    ]).toEqual(["PPPoE", "Connected", "203.0.113.1"]);
    const { instance } = await model.add(`${path}PortMapping.`, "acs");
    await model.remove(`${path}PortMapping.${instance}.`, "acs");
  });

  test("the ACS cannot change AddressingType of a modem", async () => {
    const type = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.AddressingType";
    const model = gateway({ proto: "qmi", device: "/dev/cdc-wdm0" });
    const error = await model.set([{ Name: type, Value: "Static", type: "string" }], "acs").catch((e) => e);
    expect(error.parameters).toMatchObject([
      { code: 9007, text: expect.stringContaining("by protocol qmi") },
    ]);
  });

  test.each([[{ ip6addr: "2001:db8::2/64", ip6gw: "2001:db8::1" }], [{ ip6prefix: "2001:db8:1::/48" }]])(
    "a static uplink with only IPv6 is not an IP connection: %j",
    async (more) => {
      const model = gateway({ proto: "static", device: "eth0", ...more }, [state("wan", { addresses: [] })]);
      const all = await names(model, "InternetGatewayDevice.");
      expect(all.filter((name) => name.includes("WANIPConnection.1."))).toEqual([]);
    },
  );
});
