/** What the ACS may set is what hostapd, fw4, netifd and dnsmasq make something of: where they would leave a section out or
 * start without it, the call is refused. */
import { expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { device, lan, pool, refusal, wan } from "./edited.ts";

test("hostapd has no WPA3 password of 64 hexadecimal digits: such a key is refused with WPA3 alone", async () => {
  const digits = { [`${lan}WLANConfiguration.2.PreSharedKey.1.PreSharedKey`]: "0123456789abcdef".repeat(4) };
  const alone = await device({ wireless: (text) => text.replace("'sae-mixed'", "'sae'") });
  await expect(alone.set(digits)).rejects.toMatchObject(refusal("KeyPassphrase"));
  await expect((await device()).set(digits)).resolves.toBeDefined();
});

test.each(["KeyPassphrase", "PreSharedKey.1.KeyPassphrase"])(
  "netifd disables a network with WPA2 and no key: an empty %s is refused",
  async (name) => {
    const { set } = await device();
    await expect(set({ [`${lan}WLANConfiguration.1.${name}`]: "" })).rejects.toMatchObject(
      refusal("KeyPassphrase of 8 to 63"),
    );
  },
);

test("a new port mapping forwards to the zone of the LAN, whatever the LAN's name", async () => {
  const home = (text: string): string => text.replaceAll("'lan'", "'home'");
  const renamed = (zone: string) => ({
    network: home,
    dhcp: home,
    wireless: home,
    firewall: (text: string) => home(text).replace("option name 'home'", `option name '${zone}'`),
  });
  for (const zone of ["home", "inside"]) {
    const { model, config } = await device(renamed(zone));
    const { instance } = await model.add(`${wan}PortMapping.`, "acs");
    const made = config.view().package("firewall")?.section(`cwmp_redirect_${instance}`);
    expect(made?.options.get("dest")).toBe(zone);
  }
});

test("A.3.2.6 without a firewall zone of the connection AddObject of a port mapping is denied with 9001", async () => {
  const { model, config } = await device({ firewall: () => "config defaults\n" });
  await expect(model.add(`${wan}PortMapping.`, "acs")).rejects.toMatchObject({ code: 9001 });
  expect(config.view().package("firewall")?.ofType("redirect")).toEqual([]);
});

test("a LAN address in the network that the WAN has by DHCP is refused", async () => {
  const { set } = await device();
  const name = `${pool}IPInterface.1.IPInterfaceIPAddress`;
  await expect(set({ [name]: "203.0.113.77" })).rejects.toMatchObject(
    refusal("overlaps that of interface wan"),
  );
  await expect(set({ [name]: "203.0.114.77" })).resolves.toBeDefined();
});

test("A.3.2.1 a disabled pool may lie outside its network, and can be enabled only inside: dnsmasq does not read a disabled pool", async () => {
  const { set, get } = await device();
  const mask = `${pool}IPInterface.1.IPInterfaceSubnetMask`;
  const off = { [`${pool}DHCPServerEnable`]: "0", [`${pool}DHCPConditionalServingPool.1.Enable`]: "0" };
  await set({ [mask]: "255.255.255.248", ...off });
  expect(await get(mask)).toBe("255.255.255.248");
  const on = { [`${pool}DHCPServerEnable`]: "1" };
  await expect(set(on)).rejects.toMatchObject(refusal("192.168.1.1 to 192.168.1.6"));
  await set({ ...on, [`${pool}MinAddress`]: "192.168.1.2", [`${pool}MaxAddress`]: "192.168.1.6" });
  expect(await get(`${pool}DHCPServerEnable`)).toBe("1");
});

test.each([
  ["list notinterface 'lan'", "0", "1"],
  ["list interface 'guest'", "0", "1"],
  ["option interface 'guest lan'", "1", "1"],
])(
  "DHCPServerEnable is false on an interface that dnsmasq does not listen on: with %s lan reads %s, guest %s",
  async (line, ofLan, ofGuest) => {
    const { set, get } = await device({
      dhcp: (text) => text.replace("config dnsmasq\n", `config dnsmasq\n\t${line}\n`),
    });
    const guest = "InternetGatewayDevice.LANDevice.2.LANHostConfigManagement.DHCPServerEnable";
    expect([await get(`${pool}DHCPServerEnable`), await get(guest)]).toEqual([ofLan, ofGuest]);
    if (ofLan === "0")
      await expect(set({ [`${pool}DHCPServerEnable`]: "1" })).rejects.toMatchObject(refusal(""));
  },
);

test("two devices whose names differ only in punctuation get a section each", async () => {
  const { set, config } = await device({
    network: (text) =>
      `${text.replace("option device 'wan'\n\toption proto 'dhcp'\n", "option device 'wan.2'\n\toption proto 'dhcp'\n")}
config device 'cwmp_device_wan_2'
	option name 'wan_2'
	option mtu '1400'
`,
  });
  await set({ [`${wan}MaxMTUSize`]: "1492" });
  const sizes = (config.view().package("network")?.ofType("device") ?? []).map(({ options }) => [
    options.get("name"),
    options.get("mtu"),
  ]);
  expect(Object.fromEntries(sizes)).toMatchObject({ wan_2: "1400", "wan.2": "1492" });
});

test.each([
  ["fd00:1:2::/48", true],
  ["FD00:1:2:FF00::/56", true],
  ["fd00:1:2:3::/64", true],
  ["fd00:1:2:3::/65", false],
  ["fd00:1:2:3::/128", false],
  ["fd00:1:2::/0", false],
  ["fd00:1:2::1/48", false],
  ["fd00:1:2:80::/56", false],
  ["2001:db8::/48", false],
])(
  "netifd needs a prefix of at most 64 bits without host bits: ULAPrefix %s is accepted: %s",
  async (value, taken) => {
    const { set, get } = await device({}, deviceRoot);
    const asked = set({ "Device.IP.ULAPrefix": value });
    if (!taken) return expect(asked).rejects.toMatchObject(refusal("64 bits at most"));
    await asked;
    expect(await get("Device.IP.ULAPrefix")).toBe(value);
  },
);

test.each([
  ["STUNServerAddress", ["stun.example", "stun.example.", "192.0.2.1", "2001:db8::1", ""]],
  ["STUNServerAddress", ["x y", 'a"b', "-x", "stun.example:3478", "http://stun.example", "1.2.3"], false],
  [
    "URL",
    ["http://acs.example", "http://acs.example:/", "http://acs.example:10/", "https://[2001:db8::0]/?a:0/"],
  ],
  ["URL", ["http://acs.example:0/", "https://[2001:db8::1]:0", "http://acs.example:00?a"], false],
])(
  "a server name that the agent accepts is one that it can query: %s %j",
  async (name, values, taken = true) => {
    const { set } = await device();
    for (const value of values) {
      const ended = set({ [`InternetGatewayDevice.ManagementServer.${name}`]: value }).then(
        () => true,
        () => false,
      );
      expect(await ended, value).toBe(taken);
    }
  },
);

test.each(["ntp.example.", "a."])("ntpd accepts %s, to which no domain is added", async (value) => {
  const { set, get } = await device();
  await set({ "InternetGatewayDevice.Time.NTPServer1": value });
  expect(await get("InternetGatewayDevice.Time.NTPServer1")).toBe(value);
});
