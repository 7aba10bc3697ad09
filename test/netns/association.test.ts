/** A gateway and a device behind it, each with its agent, in namespaces; the ACS crosschecks their tables. TR-069 F.2. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NetLab, type Space, whyNot } from "./lab.ts";

const url = "http://203.0.113.1:7547/";

const cwmp = (role: string, serial: string, productClass: string, more = "") =>
  `config acs 'acs'
	option url '${url}'

config cpe 'cpe'
	option interface 'wan'
	option association '${role}'
	option oui '00256D'
	option product_class '${productClass}'
	option serial_number '${serial}'
${more}`;

const lan = `config interface 'wan'
	option device 'eth0'
	option proto 'static'

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.77.1'
	option netmask '255.255.255.0'
`;

let lab: NetLab;
let isp: Space;
let gateway: Space;
let device: Space;

beforeEach(() => {
  lab = new NetLab();
  isp = lab.space("isp");
  gateway = lab.space("gw");
  device = lab.space("dev");
  lab.cable(isp, "isp0", gateway, "eth0");
  lab.cable(gateway, "lan0", device, "eth0");
  isp.address("isp0", "203.0.113.1/24");
  isp.ip("route", "add", "192.168.77.0/24", "via", "203.0.113.2");
  gateway.address("eth0", "203.0.113.2/24");
  gateway.ip("route", "add", "default", "via", "203.0.113.1");
  gateway.ip("link", "add", "br-lan", "type", "bridge");
  gateway.ip("link", "set", "lan0", "master", "br-lan");
  gateway.ip("link", "set", "br-lan", "up");
  gateway.address("br-lan", "192.168.77.1/24");
  gateway.here("sysctl", "-qw", "net.ipv4.ip_forward=1");
  gateway.home({
    cwmp: cwmp("gateway", "GW=SERIAL=1", "Home"),
    network: lan,
    dhcp: "config dnsmasq\n\toption domain 'lan'\n\tlist dhcp_option 'option:ntp-server,192.0.2.9'\n",
  });
  device.home({
    cwmp: cwmp("device", "CPE=9", "SetTop", "\toption data_model 'Device'\n"),
    network: "config interface 'wan'\n\toption proto 'dhcp'\n",
  });
});
afterEach(async (context) => {
  if (context.task.result?.state === "fail") console.log(lab.said.join("\n"));
  await lab.close();
});

/** What OpenWrt's init script makes of the lists in /etc/config/dhcp. */
const optionLines = () =>
  [...gateway.read("etc/config/dhcp").matchAll(/list dhcp_option '(.*)'/g)].map(
    ([, value]) => `dhcp-option=${value}`,
  );

/** The gateway's agent has told dnsmasq who it is; dnsmasq serves the LAN with that. */
async function served(time: string) {
  gateway.agent();
  await expect.poll(() => optionLines().filter((line) => line.includes("cpewan-id")).length).toBe(3);
  const range = `dhcp-range=192.168.77.100,192.168.77.150,255.255.255.0,${time}`;
  return gateway.dnsmasq("br-lan", [range, ...optionLines()], { atHome: true });
}

/** What netifd makes of the list in /etc/config/network. */
const sentOptions = () =>
  [...device.read("etc/config/network").matchAll(/list sendopts '(.*)'/g)].flatMap(([, item]) => [
    "-x",
    item!,
  ]);

const get = (space: Space, path: string) => space.home$("cwmpd", "get", path).out.trim().split("\n");

const table = "InternetGatewayDevice.ManagementServer.ManageableDevice.";
const entries = () => get(gateway, table).filter((line) => line.includes("="));

describe.skipIf(whyNot !== undefined)("F.2 in network namespaces", () => {
  test("[R-F.2.1-03] [R-F.2.1-04] [R-F.2.1-05] [R-F.2.1-08] [R-F.2.2-02] [R-F.2.2-03] [R-F.2.5-08] [R-F.2.5-09] [R-F.2.5-10] a lease associates device and gateway completely, and its release ends the association", async () => {
    const acs = isp.acs("203.0.113.1:7547");
    await acs.seen(/listens/, "the ACS listens");
    expect(optionLines()).toEqual(["dhcp-option=option:ntp-server,192.0.2.9"]);
    const server = await served("2m");
    expect(optionLines()[0]).toBe("dhcp-option=option:ntp-server,192.0.2.9");
    device.agent();
    await expect
      .poll(sentOptions)
      .toEqual(["-x", "125:00000de9170106303032353644" + "02054350453d39" + "0306536574546f70"]);
    const client = device.dhcpClient("eth0", ...sentOptions());
    for (const type of ["DISCOVER", "REQUEST"]) {
      await server.seen(new RegExp(`DHCP${type}`), `the ${type}`);
      await server.seen(/tags: .*cpewan-id/, `the identity in the ${type}`);
    }
    await server.seen(/DHCPACK/, "the lease");
    // The ACS crosschecks as F.2.3 has it: what each side says of the other is what the other says of itself.
    await expect
      .poll(entries)
      .toEqual([
        `${table}1.ManufacturerOUI=00256D`,
        `${table}1.SerialNumber=CPE=9`,
        `${table}1.ProductClass=SetTop`,
        expect.stringMatching(/Host=InternetGatewayDevice\.LANDevice\.\d+\.Hosts\.Host\.\d+$/),
      ]);
    await expect
      .poll(() => get(device, "Device.GatewayInfo."))
      .toEqual([
        "Device.GatewayInfo.ManufacturerOUI=00256D",
        "Device.GatewayInfo.ProductClass=Home",
        "Device.GatewayInfo.SerialNumber=GW=SERIAL=1",
      ]);
    client.signal("SIGUSR2");
    await server.seen(/DHCPRELEASE/, "the release");
    await expect.poll(entries).toEqual([]);
    await expect
      .poll(() => get(device, "Device.GatewayInfo.SerialNumber"))
      .toEqual(["Device.GatewayInfo.SerialNumber="]);
  });

  test("[R-F.2.1-02] [R-F.2.4-01] [R-F.2.4-02] [R-F.2.5-05] [R-F.2.5-06] [R-F.2.5-07] with a static address both sides are associated by a DHCPINFORM of the agent", async () => {
    const server = await served("2m");
    await server.seen(/DHCP, IP range/, "dnsmasq is up");
    device.address("eth0", "192.168.77.20/24");
    device.ip("route", "add", "default", "via", "192.168.77.1");
    device.agent();
    await expect
      .poll(() => get(device, "Device.GatewayInfo.SerialNumber"))
      .toEqual(["Device.GatewayInfo.SerialNumber=GW=SERIAL=1"]);
    await expect
      .poll(entries)
      .toEqual([
        `${table}1.ManufacturerOUI=00256D`,
        `${table}1.SerialNumber=CPE=9`,
        `${table}1.ProductClass=SetTop`,
        expect.stringContaining("Host="),
      ]);
  });

  test("the options written for dnsmasq, and no others, are removed when the role of a gateway ends", async () => {
    await (await served("2m")).stop();
    gateway.file("etc/config/cwmp", cwmp("none", "GW=SERIAL=1", "Home"));
    await expect.poll(optionLines).toEqual(["dhcp-option=option:ntp-server,192.0.2.9"]);
  });
});
