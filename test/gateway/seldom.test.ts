/** What seldom stands in a configuration: pools for some clients, WEP, routes of other tables, zones that name devices.
 * What is shown of it is what the system does, and what cannot work beside it is refused. */
import { describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import type { Root } from "../../src/model/define.ts";
import { device, lan, pool, refusal } from "./edited.ts";

const tagged = `${pool}DHCPConditionalServingPool.1.`;

test("A.3.2.1 a pool for some clients has to lie in the network of its LAN, too, unless it is off", async () => {
  const small = {
    [`${pool}IPInterface.1.IPInterfaceSubnetMask`]: "255.255.255.224",
    [`${pool}MinAddress`]: "192.168.1.2",
    [`${pool}MaxAddress`]: "192.168.1.20",
  };
  await expect((await device()).set(small)).rejects.toMatchObject(refusal("192.168.1.1 to 192.168.1.30"));
  const { set, get } = await device();
  await set({ ...small, [`${tagged}MinAddress`]: "192.168.1.21", [`${tagged}MaxAddress`]: "192.168.1.30" });
  expect(await get(`${tagged}MinAddress`)).toBe("192.168.1.21");
  const off = await device();
  await off.set({ [`${tagged}Enable`]: "0" });
  await expect(off.set(small)).resolves.toBeDefined();
});

test("a pool for some clients follows its network as the one for all clients does", async () => {
  const { set, get } = await device();
  const moved = { IPInterfaceIPAddress: "10.0.5.1", IPInterfaceSubnetMask: "255.255.0.0" };
  await set(
    Object.fromEntries(Object.entries(moved).map(([name, value]) => [`${pool}IPInterface.1.${name}`, value])),
  );
  expect([await get(`${pool}MinAddress`), await get(`${tagged}MinAddress`)]).toEqual([
    "10.0.5.100",
    "10.0.5.60",
  ]);
});

describe("the server of a LAN and its pools are switched apart", () => {
  const words = (config: Awaited<ReturnType<typeof device>>["config"]) =>
    ["lan", "tv"].map((name) => {
      const options = config.view().package("dhcp")?.section(name)?.options;
      return [options?.get("ignore"), options?.get("dhcpv4")];
    });
  const pools = ["Device.DHCPv4.Server.Pool.1.Enable", "Device.DHCPv4.Server.Pool.3.Enable"] as const;
  const release = { "../openwrt_release": () => "DISTRIB_RELEASE='23.05.5'\n" };
  const kinds: [string, (text: string) => string][] = [
    ["dhcpv4", (text) => text],
    ["no word", (text) => text.replace(/(dhcp 'lan'[\s\S]*?)\toption dhcpv4 'server'\n/, "$1")],
  ];

  test.each(kinds)(
    "TR-098 DHCPServerEnable 0 ends the service of every pool, and odhcpd keeps the LAN: with %s",
    async (_, dhcp) => {
      const { set, get, config } = await device({ dhcp, ...release });
      await set({ [`${pool}DHCPServerEnable`]: "0" });
      expect([await get(`${pool}DHCPServerEnable`), await get(`${tagged}Enable`)]).toEqual(["0", "0"]);
      expect(words(config)).toEqual([
        [undefined, "disabled"],
        [undefined, "disabled"],
      ]);
      // A pool for some clients that is enabled by itself serves them: the server is on.
      await set({ [`${tagged}Enable`]: "1" });
      expect(await get(`${pool}DHCPServerEnable`)).toBe("1");
      await set({ [`${pool}DHCPServerEnable`]: "0" });
      expect([await get(`${pool}DHCPServerEnable`), await get(`${tagged}Enable`)]).toEqual(["0", "0"]);
      await set({ [`${pool}DHCPServerEnable`]: "1" });
      expect([await get(`${pool}DHCPServerEnable`), await get(`${tagged}Enable`)]).toEqual(["1", "0"]);
    },
  );

  test.each(kinds)(
    "TR-181 a pool that is disabled leaves the others of its LAN serving: with %s",
    async (_, dhcp) => {
      const { set, get } = await device({ dhcp, ...release }, deviceRoot);
      expect([await get(pools[0]), await get(pools[1])]).toEqual(["1", "1"]);
      await set({ [pools[0]]: "0" });
      expect([await get(pools[0]), await get(pools[1])]).toEqual(["0", "1"]);
      await set({ [pools[0]]: "1", [pools[1]]: "0" });
      expect([await get(pools[0]), await get(pools[1])]).toEqual(["1", "0"]);
    },
  );

  test.each([
    ["lan", pools[1], pools[0]],
    ["tv", pools[0], pools[1]],
  ])(
    "ignore in the section %s takes every pool of the LAN from dnsmasq, until one is enabled",
    async (where, one, other) => {
      const dhcp = (text: string) =>
        text.replace(`dhcp '${where}'\n`, `dhcp '${where}'\n\toption ignore '1'\n`);
      const { set, get } = await device({ dhcp }, deviceRoot);
      expect([await get(one), await get(other)]).toEqual(["0", "0"]);
      await set({ [one]: "1" });
      expect([await get(one), await get(other)]).toEqual(["1", "0"]);
    },
  );
});

test.each([
  ["no word on a release that wants one", (text: string) => text, "26.08.1"],
  [
    "a word that is not server there",
    (text: string) => text.replace("\toption limit '20'", "\toption dhcpv4 'on'"),
    "26.08.1",
  ],
  ["ignore", (text: string) => text.replace("\toption limit '20'", "\toption ignore '1'"), "23.05.5"],
])("a pool for some clients does not serve with %s, until it is set to", async (_, change, release) => {
  const { set, get, config } = await device({
    dhcp: (text) => change(text.replace("\toption dhcpv4 'server'\n", "")),
    "../openwrt_release": () => `DISTRIB_RELEASE='${release}'\n`,
  });
  expect(await get(`${tagged}Enable`)).toBe("0");
  await set({ [`${tagged}Enable`]: "1" });
  expect(await get(`${tagged}Enable`)).toBe("1");
  expect(config.view().package("dhcp")?.section("tv")?.options.get("dhcpv4")).toBe("server");
  await set({ [`${tagged}Enable`]: "0" });
  expect(await get(`${tagged}Enable`)).toBe("0");
});

test("no pool of an interface that is a client itself serves", async () => {
  const { get } = await device({
    network: (text) =>
      text.replace("option proto 'static'\n\tlist ipaddr '192.168.1.1/24'", "option proto 'dhcp'"),
  });
  expect([await get(`${pool}DHCPServerEnable`), await get(`${tagged}Enable`)]).toEqual(["0", "0"]);
});

test.each([
  ["wep-open", "1"],
  ["wep-shared", "s:abcde"],
  ["wep-mixed+tkip", "0123456789"],
])(
  "hostapd takes a key of WPA for no key of WEP: with %s it is refused unless BeaconType comes with it",
  async (method, key) => {
    const old = (text: string): string =>
      text.replace("'psk2'", `'${method}'`).replace("'correct horse battery'", `'${key}'`);
    const { set, config } = await device({ wireless: old });
    const name = `${lan}WLANConfiguration.1.`;
    await expect(set({ [`${name}KeyPassphrase`]: "twelve chars" })).rejects.toMatchObject(refusal("WEP"));
    expect(config.view().package("wireless")?.section("default_radio0")?.options.get("key")).toBe(key);
    await set({ [`${name}SSIDAdvertisementEnabled`]: "0" });
    await set({ [`${name}KeyPassphrase`]: "twelve chars", [`${name}BeaconType`]: "11i" });
  },
);

const ppp = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.";

test.each([
  ["2147483647", true],
  ["2147483648", false],
  ["4294967295", false],
])("pppd keeps the seconds of an idle line in an int: %s is taken: %s", async (value, taken) => {
  const roots: [Root, string][] = [
    [igdRoot, `${ppp}IdleDisconnectTime`],
    [deviceRoot, "Device.PPP.Interface.1.IdleDisconnectTime"],
  ];
  for (const [root, name] of roots) {
    const { set, get } = await device({}, root, { wan: "pppoe" });
    if (!taken) await expect(set({ [name]: value })).rejects.toMatchObject(refusal("2147483647 seconds"));
    else await set({ [name]: value });
    expect(await get(name)).toBe(taken ? value : "0");
  }
});

const router = "Device.Routing.Router.1.";

test.each([
  [
    "IPv4Forwarding.1.GatewayIPAddress",
    ["192.168.1.7", "10.0.0.1", "0.0.0.0", ""],
    ["127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.1"],
  ],
  ["IPv6Forwarding.1.NextHop", ["fe80::1", "2001:db8::", ""], ["::", "::1", "ff02::1", "0:0:0:0:0:0:0:0"]],
])("the kernel takes no route by way of %s that is no host", async (name, taken, refused) => {
  const { set } = await device({}, deviceRoot);
  for (const value of taken) await expect(set({ [router + name]: value }), value).resolves.toBeDefined();
  for (const value of refused)
    await expect(set({ [router + name]: value }), value).rejects.toMatchObject(refusal("address of a host"));
});

describe("a zone of the firewall", () => {
  const zoned = (line: string) => (text: string) =>
    text.replace("\tlist network 'wan'\n\tlist network 'wan6'\n", line);
  const nat = "WANConnectionDevice.1.WAN%sConnection.1.NATEnabled";

  test.each([
    ["the device of the interface", "dhcp", "\tlist device 'wan'\n"],
    ["a device with any ending", "dhcp", "\toption device 'eth9 wa+'\n"],
    ["the device of a PPP session", "pppoe", "\tlist device 'pppoe-wan'\n"],
    ["every PPP device", "pppoe", "\tlist device 'pppoe-*'\n"],
  ] as const)("is that of an interface by %s: its masquerading is read and set", async (_, wan, line) => {
    const { set, get, config } = await device({ firewall: zoned(line) }, igdRoot, { wan });
    const name = `InternetGatewayDevice.WANDevice.1.${nat.replace("%s", wan === "dhcp" ? "IP" : "PPP")}`;
    expect(await get(name)).toBe("1");
    await set({ [name]: "0" });
    const zones = config.view().package("firewall")?.ofType("zone") ?? [];
    expect(zones.map(({ options }) => options.get("masq"))).toEqual([undefined, "0", undefined]);
  });

  test.each([
    ["another device", "\tlist device 'wan.2'\n"],
    ["the device, turned off", "\toption enabled 'off'\n\tlist device 'wan'\n"],
    ["the network, turned off", "\toption enabled '0'\n\tlist network 'wan'\n"],
  ])("is not that of an interface with %s", async (_, line) => {
    const { set, get } = await device({ firewall: zoned(line) });
    const name = `InternetGatewayDevice.WANDevice.1.${nat.replace("%s", "IP")}`;
    expect(await get(name)).toBe("0");
    await expect(set({ [name]: "1" })).rejects.toMatchObject(refusal("no firewall zone"));
  });
});

test.each([
  ["of another table", "option table '100'"],
  ["of a table with a name", "option table 'vpn'"],
  ["that drops packets", "option type 'blackhole'"],
  ["that refuses packets", "option type 'unreachable'"],
])("a route %s is not shown as one for every packet, and leads no interface outside", async (_, line) => {
  const added = (text: string): string =>
    `${text}\nconfig route 'first'\n\toption interface 'guest'\n\toption target '0.0.0.0/0'\n\toption gateway '192.168.3.9'\n\t${line}
config route6 'second'\n\toption interface 'guest'\n\toption target '::/0'\n\t${line}\n`;
  const { get } = await device({ network: added }, deviceRoot);
  expect(await get(`${router}IPv4ForwardingNumberOfEntries`)).toBe("1");
  expect(await get(`${router}IPv6ForwardingNumberOfEntries`)).toBe("1");
  const older = await device({ network: added, firewall: () => "config defaults\n", dhcp: () => "" });
  expect(await older.get("InternetGatewayDevice.LANDeviceNumberOfEntries")).toBe("2");
});

test.each(["main", "254"])(
  "a route of table %s is one for every packet; one that is off leads nowhere",
  async (table) => {
    const added = (off: string) => (text: string) =>
      `${text}\nconfig route 'first'\n\toption interface 'guest'\n\toption target '0.0.0.0/0'\n\toption table '${table}'\n\toption type 'unicast'\n\toption disabled '${off}'\n`;
    const bare = { firewall: () => "config defaults\n", dhcp: () => "" };
    const lans = "InternetGatewayDevice.LANDeviceNumberOfEntries";
    const on = await device({ network: added("0"), ...bare });
    expect([
      await on.get(lans),
      await on.get("InternetGatewayDevice.Layer3Forwarding.ForwardNumberOfEntries"),
    ]).toEqual(["1", "2"]);
    expect(await (await device({ network: added("1"), ...bare })).get(lans)).toBe("2");
  },
);
