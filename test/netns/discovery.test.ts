/** The agent on a network with real DHCP servers: it is told nothing and finds its ACS. TR-069 3.1. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasServer, NetLab, type Space, whyNot } from "./lab.ts";

const cwmp = (more = "") => `config acs 'acs'\n${more}\nconfig cpe 'cpe'\n\toption interface 'wan'\n`;
const network = "config interface 'wan'\n\toption device 'eth0'\n\toption proto 'dhcp'\n";

interface Net {
  readonly lab: NetLab;
  readonly isp: Space;
  readonly gateway: Space;
}

let net: Net;
beforeEach(() => {
  const lab = new NetLab();
  const isp = lab.space("isp");
  const gateway = lab.space("gw");
  lab.cable(isp, "isp0", gateway, "eth0");
  isp.address("isp0", "203.0.113.1/24");
  gateway.home({ cwmp: cwmp(), network });
  net = { lab, isp, gateway };
});
afterEach(async (context) => {
  if (context.task.result?.state === "fail") console.log(net.lab.said.join("\n"));
  await net.lab.close();
});

const range = "dhcp-range=203.0.113.100,203.0.113.150,255.255.255.0,2m";
const url = "http://203.0.113.1:7547/";

const status = (space: Space) =>
  JSON.parse(space.home$("cwmpd", "status", "--json").out || "{}") as {
    acs?: { url: string; source: string; found: { option: number; interface: string } | null };
  };

describe.skipIf(whyNot !== undefined)("3.1 in network namespaces", () => {
  test("[R-3.1-03] [R-3.1-04] [R-3.1-06] [R-3.1-07] a gateway without a configured URL finds its ACS in option 43 of dnsmasq", async () => {
    const { isp, gateway } = net;
    const acs = isp.acs("203.0.113.1:7547");
    await acs.seen(/listens/, "the ACS listens");
    // dnsmasq sends these only to a client whose option 60 holds dslforum.org.
    const lines = [
      range,
      `dhcp-option=vendor:dslforum.org,1,${url}`,
      "dhcp-option=vendor:dslforum.org,2,PROV-42",
    ];
    const server = isp.dnsmasq("isp0", lines);
    gateway.agent();
    gateway.dhcpClient("eth0");
    await server.seen(/vendor class: dslforum\.org/, "the vendor class of the client");
    await acs.seen(/Inform/, "the Inform");
    await acs.seen(/the session is over/, "the session ends");
    expect(status(gateway).acs).toMatchObject({
      url,
      source: "DHCP",
      found: { option: 43, interface: "wan" },
    });
    const read = (name: string) => gateway.home$("cwmpd", "get", `InternetGatewayDevice.${name}`).out.trim();
    expect(read("ManagementServer.URL")).toMatch(new RegExp(`=${url}$`));
    expect(read("DeviceInfo.ProvisioningCode")).toMatch(/=PROV-42$/);
    expect(gateway.read("etc/config/cwmp")).not.toMatch(/url|provisioning_code/);
  });

  test("an event that occurs while no agent runs is kept on disk for the agent", async () => {
    const { isp, gateway } = net;
    const acs = isp.acs("203.0.113.1:7547");
    const server = isp.dnsmasq("isp0", [range, `dhcp-option=vi-encap:3561,11,"${url}"`]);
    gateway.dhcpClient("eth0");
    await server.seen(/DHCPACK/, "the lease");
    await expect.poll(() => gateway.home$("ls", "/var/run/cwmpd-events").out).toMatch(/json/);
    gateway.agent();
    await acs.seen(/Inform/, "the Inform");
    await expect.poll(() => gateway.home$("ls", "/var/run/cwmpd-events").out).toBe("");
    expect(status(gateway).acs?.found?.option).toBe(125);
  });

  test("[R-3.1-11] with a static address the agent sends DHCPINFORM itself, and so does the command", async () => {
    const { isp, gateway } = net;
    const acs = isp.acs("203.0.113.1:7547");
    const server = isp.dnsmasq("isp0", [range, `dhcp-option=vendor:dslforum.org,1,${url}`]);
    await server.seen(/DHCP, IP range/, "dnsmasq is up");
    gateway.address("eth0", "203.0.113.20/24");
    gateway.ip("route", "add", "default", "via", "203.0.113.1");
    const { exit, out, err } = gateway.home$("cwmpd", "dhcp", "discover", "--json");
    expect([exit, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toMatchObject({ url, gateway: null });
    gateway.agent();
    await server.seen(/DHCPINFORM/, "the DHCPINFORM of the command");
    await acs.seen(/Inform/, "the Inform");
    expect(status(gateway).acs?.source).toBe("DHCP");
  });

  test("without a server the command says so and fails", () => {
    const { gateway } = net;
    gateway.address("eth0", "203.0.113.20/24");
    const { exit, err } = gateway.home$("cwmpd", "dhcp", "discover", "--interface", "eth0");
    expect(exit).toBe(1);
    expect(err).toMatch(/No DHCP server has answered on eth0/);
  });
});

const keaConfig = (
  options: string,
) => `{"Dhcp4":{"interfaces-config":{"interfaces":["isp0"],"dhcp-socket-type":"raw"},
"lease-database":{"type":"memfile","persist":false},
${options},
"subnet4":[{"id":1,"subnet":"203.0.113.0/24","interface":"isp0","pools":[{"pool":"203.0.113.100-203.0.113.150"}]}],
"loggers":[{"name":"kea-dhcp4","output_options":[{"output":"stdout"}],"severity":"INFO"}]}}`;

const vendorSpace = `"option-def":[{"name":"acs-url","code":1,"space":"vendor-encapsulated-options-space","type":"string"}],
"client-classes":[{"name":"cpe","test":"substring(option[60].hex,0,12)=='dslforum.org'",
"option-def":[{"name":"vendor-encapsulated-options","code":43,"type":"empty","encapsulate":"vendor-encapsulated-options-space"}],
"option-data":[{"name":"vendor-encapsulated-options"},{"name":"acs-url","space":"vendor-encapsulated-options-space","data":"${url}"}]}]`;

describe.skipIf(!hasServer("kea-dhcp4"))("3.1 with kea", () => {
  const madeFor43 = () => {
    const made = net.gateway.home$("cwmpd", "dhcp", "encode", "--option", "43", "--url", url, "--json");
    return (JSON.parse(made.out) as { kea: string }).kea;
  };

  test.each([
    ["in its vendor space", () => vendorSpace],
    ["as the line that cwmpd dhcp encode prints", () => `"option-data":[${madeFor43()}]`],
  ])("the ACS is found in option 43 %s", async (_, options) => {
    const { isp, gateway } = net;
    const acs = isp.acs("203.0.113.1:7547");
    isp.file("kea.json", keaConfig(options()));
    const env = [
      `KEA_PIDFILE_DIR=${isp.root}`,
      `KEA_LOCKFILE_DIR=${isp.root}`,
      "KEA_LOGGER_DESTINATION=stdout",
    ];
    const server = isp.startHere("kea", "env", ...env, "kea-dhcp4", "-c", `${isp.root}/kea.json`);
    await server.seen(/DHCP4_STARTED/, "kea is up");
    gateway.agent();
    gateway.dhcpClient("eth0");
    await acs.seen(/Inform/, "the Inform");
    expect(status(gateway).acs).toMatchObject({ url, found: { option: 43 } });
  });
});

describe.skipIf(!hasServer("dhcpd"))("3.1 with the server of ISC", () => {
  test("the ACS is found in option 43", async () => {
    const { isp, gateway } = net;
    const acs = isp.acs("203.0.113.1:7547");
    isp.file(
      "dhcpd.conf",
      `option space tr069;
option tr069.url code 1 = text;
option tr069.code code 2 = text;
subnet 203.0.113.0 netmask 255.255.255.0 {
  range 203.0.113.100 203.0.113.150;
  option routers 203.0.113.1;
  vendor-option-space tr069;
  option tr069.url "${url}";
  option tr069.code "PROV-ISC";
}
`,
    );
    isp.file("dhcpd.leases", "");
    const argv = [
      "-f",
      "-d",
      "-4",
      "-cf",
      `${isp.root}/dhcpd.conf`,
      "-lf",
      `${isp.root}/dhcpd.leases`,
      "-pf",
      `${isp.root}/pid`,
    ];
    const server = isp.startHere("dhcpd", "dhcpd", ...argv, "isp0");
    await server.seen(/Server starting service|Sending on/, "dhcpd is up");
    gateway.agent();
    gateway.dhcpClient("eth0");
    await acs.seen(/Inform/, "the Inform");
    expect(status(gateway).acs).toMatchObject({ url, found: { option: 43 } });
    const { out } = gateway.home$("cwmpd", "get", "InternetGatewayDevice.DeviceInfo.ProvisioningCode");
    expect(out).toMatch(/=PROV-ISC\n$/);
  });
});
