/** What odhcpd and odhcp6c are told, through TR-181: router advertisements, the DHCPv6 server and the DHCPv6 client. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { openTree } from "../sandbox/model.ts";
import { type Gateway, sampleGateway } from "./grown.ts";

let gateway: Gateway;
beforeEach(async () => {
  gateway = await sampleGateway();
});
afterEach(() => gateway.remove());

const open = () => openTree(gateway.directory, (view) => simExec(gateway.directory, view), deviceRoot);
const set = (Name: string, Value: string) => ({ Name, Value, type: "" });
const shown = async (path: string) =>
  Object.fromEntries(
    (await open().model.values([path])).map((one) => [one.Name.slice(path.length), one.Value]),
  );
const option = (pkg: string, section: string, name: string) =>
  open().config.view().package(pkg)?.section(section)?.options.get(name);

const advertised = "Device.RouterAdvertisement.InterfaceSetting.1.";

describe("router advertisements", () => {
  test("TR-181 a LAN with only `ra server` shows the defaults of odhcpd, the link MTU included", async () => {
    expect(await shown(advertised)).toEqual({
      Enable: "1",
      Status: "Enabled",
      Interface: "Device.IP.Interface.2",
      MaxRtrAdvInterval: "600",
      MinRtrAdvInterval: "200",
      AdvDefaultLifetime: "1800",
      AdvManagedFlag: "0",
      AdvOtherConfigFlag: "1",
      AdvMobileAgentFlag: "0",
      AdvPreferredRouterFlag: "Medium",
      AdvNDProxyFlag: "0",
      AdvLinkMTU: "1500",
      AdvReachableTime: "0",
      AdvRetransTimer: "0",
      AdvCurHopLimit: "0",
    });
  });

  test("A.3.2.1 a whole row is written to the options of odhcpd and reads back", async () => {
    const row = {
      Enable: "1",
      MaxRtrAdvInterval: "90",
      MinRtrAdvInterval: "30",
      AdvDefaultLifetime: "270",
      AdvManagedFlag: "1",
      AdvOtherConfigFlag: "0",
      AdvPreferredRouterFlag: "High",
      AdvLinkMTU: "1480",
      AdvReachableTime: "3000",
      AdvRetransTimer: "500",
      AdvCurHopLimit: "64",
    };
    const wishes = Object.entries(row).map(([name, value]) => set(advertised + name, value));
    await open().model.set(wishes, "acs");
    expect(await shown(advertised)).toMatchObject(row);
    expect(option("dhcp", "lan", "ra_flags")).toEqual(["managed-config"]);
    expect(option("dhcp", "lan", "ra_preference")).toBe("high");
    await open().model.set([set(`${advertised}AdvManagedFlag`, "0")], "acs");
    expect(option("dhcp", "lan", "ra_flags")).toEqual(["none"]);
    expect(await shown(advertised)).toMatchObject({ AdvManagedFlag: "0", AdvOtherConfigFlag: "0" });
  });

  test.each([
    ["MinRtrAdvInterval", "500", "three quarters"],
    ["AdvDefaultLifetime", "599", "no less than the longest interval"],
    ["AdvLinkMTU", "0", "from 1280"],
  ])("RFC 4861 6.2.1 %s %s is refused with 9007", async (name, value, why) => {
    const error = await open()
      .model.set([set(advertised + name, value)], "acs")
      .catch((e) => e);
    expect(error.parameters).toMatchObject([
      { name: advertised + name, code: 9007, text: expect.stringContaining(why) },
    ]);
  });

  test("A.3.2.1 a LAN whose section is ignored gets advertisements and no DHCP for IPv4", async () => {
    const guest = "Device.RouterAdvertisement.InterfaceSetting.2.";
    const { config, model } = open();
    const view = config.view();
    const edit = { edit: "set", package: "dhcp", section: "guest", option: "ignore", value: "1" } as const;
    (await config.stage(view, [edit])).commit();
    expect(await shown(guest)).toMatchObject({ Enable: "0", Status: "Disabled" });
    await model.set([set(`${guest}Enable`, "1")], "acs");
    expect(await shown(guest)).toMatchObject({ Enable: "1" });
    expect(option("dhcp", "guest", "dhcpv4")).toBe("disabled");
    expect(await shown("Device.DHCPv4.Server.Pool.2.")).toMatchObject({ Enable: "0" });
  });
});

describe("DHCPv6", () => {
  test("TR-181 a pool refers to the prefixes of its addresses by the rows of the interface", async () => {
    const pool = "Device.DHCPv6.Server.Pool.1.";
    expect(await shown(pool)).toMatchObject({
      Enable: "1",
      Status: "Enabled",
      Interface: "Device.IP.Interface.2",
      IANAEnable: "1",
      IANAPrefixes: "Device.IP.Interface.2.IPv6Prefix.1,Device.IP.Interface.2.IPv6Prefix.2",
      IAPDEnable: "1",
    });
    await open().model.set([set(`${pool}IANAEnable`, "0"), set(`${pool}Enable`, "0")], "acs");
    expect(await shown(pool)).toMatchObject({
      Enable: "0",
      Status: "Disabled",
      IANAEnable: "0",
      IANAPrefixes: "",
    });
    expect(option("dhcp", "lan", "dhcpv6")).toBe("disabled");
    expect(option("dhcp", "lan", "dhcpv6_na")).toBe("0");
  });

  test("TR-181 the client of the WAN refers to its IP interface, and shows the DUID that odhcp6c makes", async () => {
    const client = "Device.DHCPv6.Client.1.";
    expect(await shown(client)).toMatchObject({
      Enable: "1",
      Status: "Enabled",
      Interface: "Device.IP.Interface.1",
      DUID: "0003000100005E005302",
      RequestAddresses: "1",
      RequestPrefixes: "1",
      RequestedOptions: "",
    });
    const wishes = [
      set(`${client}RequestAddresses`, "0"),
      set(`${client}RequestPrefixes`, "0"),
      set(`${client}RequestedOptions`, "21,23"),
      set(`${client}Enable`, "0"),
    ];
    await open().model.set(wishes, "acs");
    expect(await shown(client)).toMatchObject({
      Enable: "0",
      Status: "Disabled",
      RequestAddresses: "0",
      RequestPrefixes: "0",
      RequestedOptions: "21,23",
    });
    expect(option("network", "wan6", "reqopts")).toBe("21 23");
    expect(option("network", "wan6", "reqprefix")).toBe("no");
  });
});

describe("IPv6 of one interface", () => {
  const wan = "Device.IP.Interface.1.IPv6Enable";
  test("A.3.2.1 IPv6 is turned off and on in the section of the device", async () => {
    await open().model.set([set(wan, "0")], "acs");
    const sections = open().config.view().package("network")?.ofType("device") ?? [];
    expect(sections.find((one) => one.options.get("name") === "wan")?.options.get("ipv6")).toBe("0");
    expect((await open().model.values([wan]))[0]?.Value).toBe("0");
    await open().model.set([set(wan, "1")], "acs");
    expect((await open().model.values([wan]))[0]?.Value).toBe("1");
  });

  test("A.3.2.1 IPv6 of a PPPoE session is set by an option of pppd, whose other options stay", async () => {
    gateway.remove();
    gateway = await sampleGateway({ wan: "pppoe" });
    await open().model.set([set(wan, "0")], "acs");
    expect(option("network", "wan", "ipv6")).toBe("0");
    expect((await open().model.values(["Device.PPP.Interface.1.IPv6CPEnable"]))[0]?.Value).toBe("0");
    await open().model.set([set(wan, "1")], "acs");
    expect(option("network", "wan", "ipv6")).toBe("auto");
  });
});

test("A.3.2.1 the DNS relay for the LANs is turned off by the port option of dnsmasq", async () => {
  const relay = "Device.DNS.Relay.Enable";
  await open().model.set([set(relay, "0")], "acs");
  expect(open().config.view().package("dhcp")?.ofType("dnsmasq")[0]?.options.get("port")).toBe("0");
  expect((await open().model.values(["Device.DNS.Relay.Status"]))[0]?.Value).toBe("Disabled");
  await open().model.set([set(relay, "1")], "acs");
  expect((await open().model.values([relay]))[0]?.Value).toBe("1");
});
