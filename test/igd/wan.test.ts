import { describe, expect, test } from "vitest";
import * as mapping from "../../platform/openwrt/gateway/mapping.ts";
import type { Interface } from "../../src/ports/facts.ts";
import { all, firewall, network } from "./sample.ts";
import { netdev, world } from "./world.ts";

const wan = "WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.";
const state = (more: Partial<Interface> = {}): Interface => ({
  name: "wan",
  up: true,
  pending: false,
  device: "wan",
  uptime: 77.9,
  addresses: [{ address: "203.0.113.5", mask: 22 }],
  gateway: "203.0.113.1",
  dns: ["203.0.113.53", "evil\u0001"],
  errors: [],
  ...more,
});
const connected = (more: Partial<Interface> = {}, packages: Record<string, string> = all) =>
  world(packages, {
    interface: (name) => (name === "wan" ? state(more) : undefined),
    netdev: (name) => (name === "wan" ? netdev("wan", { mac: "00:00:5E:00:53:02" }) : undefined),
  });
const staticWan = (options: string) =>
  connected(
    {},
    { ...all, network: `config interface 'wan'\n\toption device 'wan'\n\toption proto 'static'\n${options}` },
  );

describe("whether an interface is WAN or LAN", () => {
  test.each([
    ["by its zone's name", "config zone\n\toption name 'wan'\n\tlist network 'wan'", "wan"],
    [
      "by masquerading",
      "config zone\n\toption name 'internet'\n\tlist network 'wan'\n\toption masq '1'",
      "wan",
    ],
    ["by DHCP outside the LAN's zone", "config zone\n\toption name 'internet'\n\tlist network 'wan'", "wan"],
    ["by its own name without a firewall", "", "wan"],
  ])("WAN %s", (_name, zones, port) => {
    const here = world({ ...all, firewall: zones });
    expect(here.rows("WANDevice")).toEqual([port]);
    expect(here.rows("LANDevice")).toContain("lan");
  });

  const zone = (name: string, networks: string, more = "") =>
    `config zone\n\toption name '${name}'\n\toption network '${networks}'\n${more}\n`;
  const forward = (src: string, dest: string) =>
    `config forwarding\n\toption src '${src}'\n\toption dest '${dest}'\n`;
  const face = (name: string, more: string) =>
    `config interface '${name}'\n\toption device '${name}0'\n${more}\n`;
  const fixed = "\toption proto 'static'\n\tlist ipaddr '10.5.0.1/24'";
  const client = "\toption proto 'dhcp'";
  const serving = (name: string) => `config dhcp\n\toption interface '${name}'\n\toption dhcpv4 'server'\n`;
  const masq = "\toption masq '1'";

  // One interface beside lan, its zones and pools, and the side that it is on.
  test.each([
    [
      "masquerading with a pool",
      face("iot", fixed),
      zone("iot", "iot", masq) + forward("iot", "wan"),
      serving("iot"),
      "lan",
    ],
    [
      "masquerading without a pool",
      face("iot", fixed),
      zone("iot", "iot", masq) + forward("iot", "wan"),
      "",
      "lan",
    ],
    [
      "masquerading in the zone of the LAN",
      face("iot", fixed),
      zone("lan", "lan iot", masq) + forward("lan", "wan"),
      "",
      "lan",
    ],
    ["a pool under a name of the outside", face("wan2", fixed), zone("x", "wan2"), serving("wan2"), "lan"],
    [
      "a pool in a zone of that name",
      face("iot", fixed),
      zone("wan", "wan iot", masq) + forward("lan", "wan"),
      serving("iot"),
      "lan",
    ],
    ["a word that begins like one of the outside", face("wanderers", fixed), "", "", "lan"],
    [
      "forwardings from the LAN alone",
      face("dmz", fixed),
      zone("dmz", "dmz") + forward("lan", "dmz"),
      "",
      "lan",
    ],
    [
      "a gateway and a forwarding, without masquerading",
      face("dsl", `${fixed}\n\toption gateway '10.5.0.254'`),
      zone("up", "dsl") + forward("lan", "up"),
      "",
      "wan",
    ],
    [
      "a route of its own",
      face("dsl", `${fixed}\nconfig route\n\toption interface 'dsl'\n\toption target '0.0.0.0/0'`),
      zone("up", "dsl") + forward("lan", "up"),
      "",
      "wan",
    ],
    [
      "a client with forwardings both ways",
      face("dsl", client),
      zone("up", "dsl") + forward("lan", "up") + forward("up", "lan"),
      "",
      "wan",
    ],
    [
      "a static one beside the uplink in its zone",
      face("tv", fixed),
      zone("up", "wan tv") + forward("lan", "up"),
      "",
      "wan",
    ],
  ])("%s", (_name, network, firewall, dhcp, side) => {
    const uplink = face("wan", client);
    const here = world({
      ...all,
      network: `${face("lan", "\toption proto 'static'\n\tlist ipaddr '192.168.1.1/24'")}${uplink}${network}`,
      firewall,
      dhcp,
    });
    const name = /interface '(\w+)'/.exec(network)?.[1] ?? "";
    expect([here.rows("LANDevice").includes(name), here.rows("WANDevice").includes(`${name}0`)]).toEqual([
      side === "lan",
      side === "wan",
    ]);
    expect([here.rows("LANDevice").includes("lan"), here.rows("WANDevice").includes("wan0")]).toEqual([
      true,
      true,
    ]);
  });

  test("switching masquerading moves no interface to the other side", () => {
    const here = world({
      ...all,
      firewall: firewall.replace("name 'guest'", "name 'guest'\n\toption masq '1'"),
    });
    expect([here.rows("LANDevice"), here.rows("WANDevice")]).toEqual([["lan", "guest"], ["wan"]]);
    here.set(`${wan}NATEnabled`, "0");
    expect([here.rows("LANDevice"), here.rows("WANDevice")]).toEqual([["lan", "guest"], ["wan"]]);
  });

  test("a LAN with a DHCP client stays a LAN; IPv6 interfaces and aliases are not connections", () => {
    const here = world({
      ...all,
      network:
        "config interface 'lan'\n\toption proto 'dhcp'\n\toption device 'br-lan'\nconfig interface 'wan6'\n\toption device '@wan'\n\toption proto 'dhcpv6'",
    });
    expect(here.rows("LANDevice")).toEqual(["lan"]);
    expect(here.rows("WANDevice")).toEqual([]);
    expect(here.get("WANDeviceNumberOfEntries")).toBe("0");
  });

  test("connections are listed under their device; a PPP connection is not an IP connection", () => {
    const here = world({
      ...all,
      firewall: "config zone\n\toption name 'wan'\n\toption network 'wan tv dsl'",
      network:
        "config interface 'wan'\n\toption device 'eth1'\n\toption proto 'dhcp'\nconfig interface 'tv'\n\toption device 'eth1'\n\toption proto 'static'\nconfig interface 'dsl'\n\toption ifname 'eth1.7'\n\toption proto 'pppoe'",
    });
    expect(here.rows("WANDevice")).toEqual(["eth1", "eth1.7"]);
    expect(here.rows("WANDevice.1.WANConnectionDevice.1.WANIPConnection")).toEqual(["wan", "tv"]);
    expect(here.rows("WANDevice.2.WANConnectionDevice.1.WANIPConnection")).toEqual([]);
  });
});

describe("a connection with DHCP", () => {
  test("an interface that is up for IPv6 alone is not a connected IP connection", () => {
    const six = {
      name: "wan",
      up: true,
      pending: false,
      device: "wan",
      uptime: 35,
      addresses: [],
      gateway: undefined,
      dns: ["2001:db8:1::53"],
      errors: [],
    };
    const here = world(all, { interface: (name) => (name === "wan" ? six : undefined) });
    expect([here.get(`${wan}ConnectionStatus`), here.get(`${wan}ExternalIPAddress`)]).toEqual([
      "Disconnected",
      "",
    ]);
  });

  test("shows the values of its lease", () => {
    const here = connected();
    const read = [
      "ConnectionStatus",
      "AddressingType",
      "ExternalIPAddress",
      "SubnetMask",
      "DefaultGateway",
      "DNSServers",
      "MACAddress",
      "Uptime",
      "NATEnabled",
      "Name",
      "LastConnectionError",
    ];
    expect(read.map((name) => here.get(wan + name))).toEqual([
      "Connected",
      "DHCP",
      "203.0.113.5",
      "255.255.252.0",
      "203.0.113.1",
      "203.0.113.53",
      "00:00:5E:00:53:02",
      "77",
      "1",
      "wan",
      "ERROR_NONE",
    ]);
  });

  test.each([
    [{ up: false, pending: true }, "Connecting", "ERROR_NONE"],
    [{ up: false, errors: ["NO_DEVICE"] }, "Disconnected", "ERROR_NO_CARRIER"],
    [{ up: false, errors: ["toString"] }, "Disconnected", "ERROR_UNKNOWN"],
  ])("%j is %s", (more, status, error) => {
    const here = connected(more);
    expect([here.get(`${wan}ConnectionStatus`), here.get(`${wan}LastConnectionError`)]).toEqual([
      status,
      error,
    ]);
  });

  test("without netifd it shows only values that are certain", () => {
    const here = world(all);
    const read = [
      "ConnectionStatus",
      "ExternalIPAddress",
      "SubnetMask",
      "DNSServers",
      "Uptime",
      "MACAddress",
    ];
    expect(read.map((name) => here.get(wan + name))).toEqual(["Disconnected", "", "", "", "0", ""]);
  });

  test("the ACS cannot set its address", () => {
    expect(() => connected().set(`${wan}ExternalIPAddress`, "203.0.113.9")).toThrow(/DHCP/);
  });

  test("setting name servers disables those of the provider; clearing them enables those again", () => {
    const here = connected();
    here.set(`${wan}DNSServers`, "9.9.9.9,1.1.1.1");
    expect(here.option("network", "wan", "dns")).toEqual(["9.9.9.9", "1.1.1.1"]);
    expect(here.option("network", "wan", "peerdns")).toBe("0");
    expect([here.get(`${wan}DNSServers`), here.get(`${wan}DNSOverrideAllowed`)]).toEqual([
      "9.9.9.9,1.1.1.1",
      "0",
    ]);
    here.set(`${wan}DNSServers`, "");
    expect([here.get(`${wan}DNSServers`), here.get(`${wan}DNSOverrideAllowed`)]).toEqual([
      "203.0.113.53",
      "1",
    ]);
    expect(() => here.set(`${wan}DNSServers`, "dns.example")).toThrow();
  });

  test("the connection to the ACS cannot be disabled, another connection can", () => {
    expect(() => connected().set(`${wan}Enable`, "0")).toThrow(/ACS/);
    const port = "WANDevice.1.WANEthernetInterfaceConfig.Enable";
    expect(() => connected().set(port, "0")).toThrow(/ACS/);
    const lan = { ...all, cwmp: "config cpe 'cpe'\n\toption interface 'lan'" };
    const way = "LANDevice.1.LANHostConfigManagement.IPInterface.1.Enable";
    expect(() => connected({}, lan).set(way, "0")).toThrow(/ACS/);
    const here = connected({}, { ...all, cwmp: "config cpe 'cpe'\n\toption interface 'wan2'" });
    here.set(`${wan}Enable`, "0");
    expect(here.option("network", "wan", "disabled")).toBe("1");
    expect(here.get(`${wan}ConnectionStatus`)).toBe("Unconfigured");
    here.set(port, "0");
    expect(here.get(port)).toBe("0");
  });
});

describe("a static connection", () => {
  test.each([
    ["\toption ipaddr '203.0.113.9'\n\toption netmask '255.255.255.0'", "203.0.113.9", "255.255.255.0"],
    ["\tlist ipaddr '203.0.113.9/28'", "203.0.113.9", "255.255.255.240"],
    ["\toption ipaddr 'x'", "", ""],
  ])("%j is read", (options, address, mask) => {
    const here = staticWan(options);
    expect([here.get(`${wan}ExternalIPAddress`), here.get(`${wan}SubnetMask`)]).toEqual([address, mask]);
  });

  test("keeps the form of its options", () => {
    const here = staticWan("\tlist ipaddr '203.0.113.9/28'\n\toption gateway '203.0.113.1'");
    here.set(`${wan}ExternalIPAddress`, "203.0.113.11");
    here.set(`${wan}SubnetMask`, "255.255.255.0");
    here.set(`${wan}DefaultGateway`, "203.0.113.254");
    expect(here.option("network", "wan", "ipaddr")).toEqual(["203.0.113.11/24"]);
    expect(here.option("network", "wan", "gateway")).toBe("203.0.113.254");
  });

  test.each([
    ["192.168.1.9", "\toption gateway '192.168.1.9'"],
    ["203.0.114.1", "\toption metric '1'"],
    ["203.0.113.255", "\toption metric '2'"],
  ])("a gateway that the kernel cannot reach is refused: %s", (gateway, more) => {
    const here = staticWan(`\tlist ipaddr '192.168.1.9/24'\n${more}`);
    const there = more.includes("gateway") ? here : staticWan(`\tlist ipaddr '203.0.113.9/24'\n${more}`);
    expect(() => there.set(`${wan}DefaultGateway`, gateway)).toThrow(/gateway/);
  });

  test("does not share the network of the LAN", () => {
    const here = connected(
      {},
      {
        ...all,
        network: `${network.replace("option proto 'dhcp'", "option proto 'static'\n\toption ipaddr '203.0.113.9/24'")}`,
      },
    );
    expect(() => here.set(`${wan}ExternalIPAddress`, "192.168.1.77")).toThrow(/overlaps/);
  });

  test("cannot be made without an address", () => {
    expect(() => connected().set(`${wan}AddressingType`, "Static")).toThrow(/address/);
    const here = staticWan("\toption ipaddr '203.0.113.9'\n\toption netmask '255.255.255.0'");
    here.set(`${wan}AddressingType`, "DHCP");
    expect(here.option("network", "wan", "proto")).toBe("dhcp");
  });
});

describe("masquerading", () => {
  test("NATEnabled is the masquerading of the zone", () => {
    const here = connected();
    here.set(`${wan}NATEnabled`, "0");
    expect(here.get(`${wan}NATEnabled`)).toBe("0");
    expect(here.rows("WANDevice")).toEqual(["wan"]);
  });
});

describe("the WAN device", () => {
  test("shows the link rate in bit/s, up to the bound of unsignedInt", () => {
    const rate = "WANDevice.1.WANCommonInterfaceConfig.Layer1UpstreamMaxBitRate";
    const of = (speed: number | undefined) =>
      world(all, { netdev: () => netdev("wan", { speed }) }).get(rate);
    expect([of(1000), of(10000), of(undefined)]).toEqual(["1000000000", "4294967295", "0"]);
  });

  test("shows a missing device as Unavailable", () => {
    const link = "WANDevice.1.WANCommonInterfaceConfig.PhysicalLinkStatus";
    expect(world(all).get(link)).toBe("Unavailable");
    expect(world(all, { netdev: () => netdev("wan", { carrier: false }) }).get(link)).toBe("Down");
    expect(connected().get(link)).toBe("Up");
  });
});

describe("port mappings", () => {
  const table = `${wan}PortMapping`;
  const withRedirects = (text: string) => world({ ...all, firewall: `${firewall}${text}` });
  const redirect = (options: string, name = "") =>
    `\nconfig redirect${name && ` '${name}'`}\n\toption src 'wan'\n${options}`;
  const fields = [
    "PortMappingEnabled",
    "PortMappingProtocol",
    "RemoteHost",
    "ExternalPort",
    "InternalPort",
    "InternalClient",
    "PortMappingDescription",
    "PortMappingLeaseDuration",
  ];
  const read = (here: ReturnType<typeof world>, number: number) =>
    fields.map((name) => here.get(`${table}.${number}.${name}`));

  test("a redirect is a mapping", () => {
    const here = withRedirects(
      redirect(
        "\toption proto 'tcp'\n\toption src_ip '198.51.100.7'\n\toption src_dport '8080'\n\toption dest_port '80'\n\toption dest_ip '192.168.1.9'\n\toption name 'web'",
      ),
    );
    expect(read(here, 1)).toEqual(["1", "TCP", "198.51.100.7", "8080", "80", "192.168.1.9", "web", "0"]);
  });

  test("an absent external port means all ports, an absent internal port means the external one", () => {
    const here = withRedirects(
      redirect("\toption proto 'udp'\n\toption dest_ip '192.168.1.9'\n\toption src_dport '53'", "a") +
        redirect("\toption proto 'udp'\n\toption dest_ip '192.168.1.9'", "b"),
    );
    expect([read(here, 1)[3], read(here, 1)[4], read(here, 2)[3]]).toEqual(["53", "53", "0"]);
  });

  test.each([
    [
      "a range at the client",
      "\toption proto 'tcp'\n\toption src_dport '5000-5010'\n\toption dest_port '1-11'",
    ],
    ["a range past all ports", "\toption proto 'tcp'\n\toption src_dport '5000-70000'"],
    ["a port too large", "\toption proto 'tcp'\n\toption src_dport '70000'"],
    ["another protocol", "\toption proto 'gre'"],
    ["tcp beside another", "\toption proto 'tcp gre'"],
    ["source translation", "\toption proto 'tcp'\n\toption target 'SNAT'"],
    ["a network as source", "\toption proto 'tcp'\n\toption src_ip '198.51.100.0/24'"],
    ["a negation", "\toption proto 'tcp'\n\toption src_ip '!198.51.100.1'"],
    ["several sources", "\toption proto 'tcp'\n\tlist src_ip '198.51.100.1'\n\tlist src_ip '198.51.100.2'"],
    ["a name", "\toption proto 'tcp'\n\toption dest_ip 'nas'"],
    ["IPv6 alone", "\toption proto 'tcp'\n\toption family 'ipv6'\n\toption src_dport '80'"],
    ["IPv6 alone in another word", "\toption proto 'tcp'\n\toption family 'inet6'\n\toption src_dport '80'"],
    ...[
      ["src_dip", "203.0.113.9"],
      ["src_mac", "00:00:5E:00:53:01"],
      ["src_port", "1024-65535"],
      ["ipset", "friends"],
      ["helper", "ftp"],
      ["mark", "0x1/0xff"],
      ["limit", "10/minute"],
      ["start_time", "08:00:00"],
      ["stop_date", "2027-01-01"],
      ["weekdays", "Mon Tue"],
      ["extra", "-m recent"],
    ].map(([option, value]): [string, string] => [
      `a match by ${option}`,
      `\toption proto 'tcp'\n\toption ${option} '${value}'`,
    ]),
  ])("%s is not shown as what it is not", (_name, options) => {
    expect(withRedirects(redirect(`\toption dest_ip '192.168.1.9'\n${options}`)).rows(table)).toEqual([]);
  });

  test("a range of outer ports begins and ends where it says, whichever end is set first", () => {
    const here = withRedirects(
      redirect(
        "\toption proto 'tcp'\n\toption src_dport '5000-5010'\n\toption dest_ip '192.168.1.9'",
        "game",
      ),
    );
    const ports = () =>
      ["ExternalPort", "ExternalPortEndRange", "InternalPort"].map((name) => here.get(`${table}.1.${name}`));
    const option = () => [
      here.option("firewall", "game", "src_dport"),
      here.option("firewall", "game", "dest_port"),
    ];
    expect(ports()).toEqual(["5000", "5010", "5000"]);
    here.set(`${table}.1.ExternalPortEndRange`, "5020");
    expect(option()).toEqual(["5000-5020", undefined]);
    here.set(`${table}.1.ExternalPort`, "5005");
    expect(ports()).toEqual(["5005", "5020", "5000"]);
    expect(() => here.set(`${table}.1.ExternalPortEndRange`, "5004")).toThrow(/ends before it begins/);
    expect(() => here.set(`${table}.1.ExternalPortEndRange`, "65536")).toThrow(/65535/);
    here.set(`${table}.1.ExternalPortEndRange`, "0");
    expect([...ports(), ...option()]).toEqual(["5005", "0", "5000", "5005", "5000"]);
    here.set(`${table}.1.ExternalPort`, "0");
    expect(() => here.set(`${table}.1.ExternalPortEndRange`, "5020")).toThrow(/All ports/);
  });

  test("protocols by their numbers are those protocols", () => {
    for (const [number, name] of [
      ["6", "TCP"],
      ["17", "UDP"],
    ]) {
      const here = withRedirects(
        redirect(`\toption proto '${number}'\n\toption dest_ip '192.168.1.9'`, "web"),
      );
      expect(here.get(`${table}.1.PortMappingProtocol`)).toBe(name);
    }
    const both = withRedirects(redirect("\toption proto '6 17'\n\toption dest_ip '192.168.1.9'", "web"));
    expect(both.rows(table)).toHaveLength(2);
  });

  test.each([[""], ["\toption enabled '0'"]])(
    "a redirect to the gateway itself is not a mapping, and a mapping cannot become one: %j",
    (more) => {
      expect(withRedirects(redirect(`\toption src_dport '53'\n${more}`, "dns")).rows(table)).toEqual([]);
      const here = withRedirects(redirect(`\toption dest_ip '192.168.1.9'\n${more}`, "web"));
      expect(() => here.set(`${table}.1.InternalClient`, "")).toThrow(/gateway itself/);
    },
  );

  test("two redirects that differ in the destination address are no duplicates, and a mapping may use their port", () => {
    const to = (address: string, name: string) =>
      redirect(
        `\toption proto 'tcp'\n\toption src_dip '${address}'\n\toption src_dport '443'\n\toption dest_ip '192.168.1.9'`,
        name,
      );
    const here = withRedirects(to("203.0.113.8", "a") + to("203.0.113.9", "b"));
    expect(here.rows(table)).toEqual([]);
    const path = here.add(table);
    here.set(`${path}.InternalClient`, "192.168.1.8");
    here.set(`${path}.ExternalPort`, "443");
    here.set(`${path}.PortMappingEnabled`, "1");
    expect(read(here, 1).slice(0, 6)).toEqual(["1", "TCP", "", "443", "443", "192.168.1.8"]);
  });

  describe("two connections in one zone", () => {
    const second = "WANDevice.2.WANConnectionDevice.1.WANIPConnection.1.PortMapping";
    const two = (redirects: string) =>
      world({
        ...all,
        network: `${network}\nconfig interface 'backup'\n\toption device 'eth9'\n\toption proto 'dhcp'\n`,
        firewall: `${firewall.replace("'wan wan6'", "'backup wan wan6'")}${redirects}`,
      });
    const web = redirect(
      "\toption proto 'tcp'\n\toption src_dport '80'\n\toption dest_ip '192.168.1.9'",
      "web",
    );

    test("a mapping is listed under the connection that leads to the ACS, and is deleted there", () => {
      const here = two(web);
      expect([here.rows(table), here.rows(second)]).toEqual([["web"], []]);
      here.remove(`${table}.1`);
      expect(here.option("firewall", "web", "dest_ip")).toBeUndefined();
    });

    test("a mapping made under the other connection stays there, and its port is used in the whole zone", () => {
      const here = two(web);
      const path = here.add(second);
      expect([here.rows(table).length, here.rows(second).length]).toEqual([1, 1]);
      here.set(`${path}.InternalClient`, "192.168.1.8");
      here.set(`${path}.ExternalPort`, "80");
      const before = here.env;
      expect(() => here.set(`${path}.PortMappingEnabled`, "1")).toThrow(/Another/);
      here.env = before;
      here.set(`${path}.ExternalPort`, "81");
      here.set(`${path}.PortMappingEnabled`, "1");
      here.remove(path);
      expect([here.rows(table), here.rows(second)]).toEqual([["web"], []]);
    });
  });

  test("A.3.2.1 a changed ExternalPort leaves an InternalPort that followed it unchanged", () => {
    const here = withRedirects(
      redirect("\toption proto 'tcp'\n\toption dest_ip '192.168.1.9'\n\toption src_dport '80'", "web"),
    );
    here.set(`${table}.1.PortMappingEnabled`, "0");
    here.set(`${table}.1.ExternalPort`, "8080");
    expect(read(here, 1).slice(3, 5)).toEqual(["8080", "80"]);
    here.set(`${table}.1.ExternalPort`, "0");
    expect(read(here, 1).slice(3, 5)).toEqual(["0", "80"]);
    expect(here.option("firewall", "web", "src_dport")).toBeUndefined();
  });

  test("a redirect from the LAN is not a mapping", () => {
    expect(withRedirects("\nconfig redirect\n\toption src 'lan'\n\toption proto 'tcp'").rows(table)).toEqual(
      [],
    );
  });

  test("A.3.2.6 [R-A.3.2.6-06] a new mapping is disabled and empty, in a section with a name", () => {
    const here = world(all);
    const path = here.add(table);
    expect(read(here, 1)).toEqual(["0", "TCP", "", "0", "0", "", "", "0"]);
    expect(here.option("firewall", "cwmp_redirect_1", "src")).toBe("wan");
    expect(here.option("firewall", "cwmp_redirect_1", "dest")).toBe("lan");
    const values = {
      ExternalPort: "8443",
      InternalPort: "443",
      InternalClient: "192.168.1.9",
      PortMappingProtocol: "UDP",
      PortMappingDescription: "Bob's door",
      PortMappingEnabled: "1",
    };
    for (const [name, value] of Object.entries(values)) here.set(`${path}.${name}`, value);
    expect(read(here, 1)).toEqual(["1", "UDP", "", "8443", "443", "192.168.1.9", "Bob's door", "0"]);
    expect(
      ["proto", "src_dport", "dest_port", "name"].map((option) =>
        here.option("firewall", "cwmp_redirect_1", option),
      ),
    ).toEqual(["udp", "8443", "443", "Bob's door"]);
    expect(here.get(`${wan}PortMappingNumberOfEntries`)).toBe("1");
    here.remove(path);
    expect(here.rows(table)).toEqual([]);
  });

  test("InternalPort 0, which would read back as the ExternalPort, is accepted only if all ports are forwarded", () => {
    const here = withRedirects(
      redirect("\toption dest_ip '192.168.1.9'\n\toption src_dport '8443'\n\toption dest_port '443'", "web"),
    );
    expect(() => here.set(`${table}.1.InternalPort`, "0")).toThrow();
    expect(read(here, 1).slice(3, 5)).toEqual(["8443", "443"]);
    here.set(`${table}.1.ExternalPort`, "0");
    here.set(`${table}.1.InternalPort`, "0");
    expect(read(here, 1).slice(3, 5)).toEqual(["0", "0"]);
  });

  test("a leftover section is not reused for a new mapping", () => {
    const here = withRedirects("\nconfig redirect 'cwmp_redirect_1'\n\toption src 'lan'");
    here.add(table);
    expect(here.rows(table)).toEqual(["cwmp_redirect_1_2"]);
  });

  test.each([
    ["ExternalPort", "65536"],
    ["InternalPort", "70000"],
    ["InternalClient", "nas"],
    ["InternalClient", "255.255.255.255"],
    ["RemoteHost", "198.51.100.0/24"],
    ["PortMappingDescription", "a\nconfig rule"],
  ])("%s %j is refused", (name, value) => {
    const here = world(all);
    const path = here.add(table);
    expect(() => here.set(`${path}.${name}`, value)).toThrow();
  });

  test("an enabled mapping has an InternalClient, and no two enabled mappings share a port", () => {
    const here = withRedirects(redirect("\toption src_dport '3074'\n\toption dest_ip '192.168.1.9'", "both"));
    const path = here.add(table);
    const before = here.env;
    expect(() => here.set(`${path}.PortMappingEnabled`, "1")).toThrow(/InternalClient/);
    here.env = before;
    here.set(`${path}.InternalClient`, "192.168.1.8");
    here.set(`${path}.ExternalPort`, "3074");
    expect(() => here.set(`${path}.PortMappingEnabled`, "1")).toThrow(/Another/);
  });

  describe.each([
    ["no protocol", ""],
    ["a list of two", "\tlist proto 'udp'\n\tlist proto 'tcp'\n"],
    ["two in one", "\toption proto 'tcp udp'\n"],
    ["the old name of both", "\toption proto 'tcpudp'\n"],
  ])("a redirect of both protocols, written as %s", (_name, proto) => {
    const both = () =>
      withRedirects(
        redirect(`${proto}\toption src_dport '3074'\n\toption dest_ip '192.168.1.9'\n\toption name 'game'`),
      );

    test("is shown as two mappings", () => {
      const here = both();
      expect([read(here, 1), read(here, 2)].map((values) => values.slice(0, 7))).toEqual([
        ["1", "TCP", "", "3074", "3074", "192.168.1.9", "game"],
        ["1", "UDP", "", "3074", "3074", "192.168.1.9", "game"],
      ]);
    });

    test.each([1, 2])("is split when mapping %i is set, and both instances keep their numbers", (number) => {
      const here = both();
      const keys = here.rows(table);
      here.set(`${table}.${number}.ExternalPort`, "3075");
      expect(here.rows(table)).toEqual(keys);
      const ports = [1, 2].map((one) => [read(here, one)[1], read(here, one)[3]]);
      expect(ports).toEqual([
        ["TCP", number === 1 ? "3075" : "3074"],
        ["UDP", number === 2 ? "3075" : "3074"],
      ]);
      expect(read(here, 2)[6]).toBe("game");
    });

    test.each([1, 2])("when mapping %i is deleted the other mapping keeps its number", (number) => {
      const here = both();
      const keys = here.rows(table);
      here.remove(`${table}.${number}`);
      expect(here.rows(table)).toEqual([keys[2 - number]]);
      expect(read(here, 1)[1]).toBe(number === 1 ? "UDP" : "TCP");
    });
  });

  test("several writes to one of the two in one call change the same section", () => {
    const here = withRedirects(redirect("\toption src_dport '3074'\n\toption dest_ip '192.168.1.9'", "game"));
    // As SetParameterValues does it: the instance stays what it was before the first write.
    const { at } = mapping.mappingsOf.rows({ interface: "wan" }, here.env)[1]!;
    for (const [binding, value] of [
      [mapping.externalPort, "4000"],
      [mapping.internalPort, "4001"],
    ] as const) {
      const edits = binding.write!(at, value, here.env);
      here.env = { ...here.env, config: here.env.config.with(edits) };
    }
    expect(here.option("firewall", "game_udp", "src_dport")).toBe("4000");
    expect(here.option("firewall", "game_udp", "dest_port")).toBe("4001");
    expect(here.option("firewall", "game", "src_dport")).toBe("3074");
    expect(here.rows(table)).toEqual(["game", "game_udp"]);
  });
});

describe("MaxMTUSize of a connection", () => {
  const mtu = "WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.MaxMTUSize";
  const device = "config device 'up'\n\toption name 'wan'\n\toption mtu '1492'\n";

  test("is the option of the device, else the MTU of the kernel, else that of Ethernet", () => {
    const kernel = { netdev: (name: string) => netdev(name, { mtu: 1508 }) };
    expect(world({ ...all, network: `${all.network}${device}` }, kernel).get(mtu)).toBe("1492");
    expect(world(all, kernel).get(mtu)).toBe("1508");
    expect(world(all).get(mtu)).toBe("1500");
  });

  test("is written to the section of the device, which is made if there is none", () => {
    const here = world({ ...all, network: `${all.network}${device}` });
    here.set(mtu, "1400");
    expect(here.option("network", "up", "mtu")).toBe("1400");
    const bare = world(all);
    bare.set(mtu, "1400");
    expect(bare.option("network", "cwmp_device_wan", "name")).toBe("wan");
    expect(bare.option("network", "cwmp_device_wan", "mtu")).toBe("1400");
  });

  test("an MTU below the minimum of IPv4 is refused", () => {
    expect(() => world(all).set(mtu, "68")).toThrow(/576/);
  });
});
