/** `make demo DHCP=1`: in network namespaces a gateway that was told nothing finds its ACS by DHCP. Exit code 0 only if it
 * did, seen from outside. */
import { NetLab, whyNot } from "../netns/lab.ts";
import { Late } from "./child.ts";
import { paint, say } from "./lab.ts";

const url = "http://203.0.113.1:7547/";

async function demo(lab: NetLab): Promise<void> {
  say(
    paint("1", "\n== 1. An access network: a DHCP server that names the ACS in option 43 (3.1), and the ACS"),
  );
  const isp = lab.space("isp");
  const gateway = lab.space("gw");
  lab.cable(isp, "isp0", gateway, "eth0");
  isp.address("isp0", "203.0.113.1/24");
  const acs = isp.acs("203.0.113.1:7547");
  await acs.seen(/listens/, "the ACS listens");
  const range = "dhcp-range=203.0.113.100,203.0.113.150,255.255.255.0,2m";
  const option43 = [`dhcp-option=vendor:dslforum.org,1,${url}`, "dhcp-option=vendor:dslforum.org,2,PROV-42"];
  const server = isp.dnsmasq("isp0", [range, ...option43]);

  say(paint("1", "\n== 2. A gateway comes up: no URL is configured, and udhcpc asks for an address"));
  gateway.home({ cwmp: "config cpe 'cpe'\n\toption interface 'wan'\n", network: "" });
  gateway.agent();
  gateway.dhcpClient("eth0");
  await server.seen(/DHCPACK/, "the lease");
  const leased = performance.now();
  await acs.seen(/Inform/, "the Inform");
  const seconds = (performance.now() - leased) / 1000;
  await acs.seen(/the session is over/, "the session ends as it should");
  say(paint("32", `ok  the ACS has heard the gateway ${seconds.toFixed(2)} s after its lease`));
  if (seconds > 2) throw new Late("the Inform came later than 2 s after the lease");

  say(paint("1", "\n== 3. What the gateway tells of it"));
  const { out } = gateway.home$("cwmpd", "status");
  say(out.trimEnd());
  if (!/found by DHCP option 43 on wan/.test(out))
    throw new Late("status does not tell how the ACS was found");
  const values = ["ManagementServer.URL", "DeviceInfo.ProvisioningCode"];
  for (const [name, expected] of [[values[0], url] as const, [values[1], "PROV-42"] as const]) {
    const { out: got } = gateway.home$("cwmpd", "get", `InternetGatewayDevice.${name}`);
    if (!got.endsWith(`=${expected}\n`)) throw new Late(`${name} is not ${expected}: ${got}`);
    say(paint("32", `ok  cwmpd get …${name} gives ${expected}`));
  }
}

if (whyNot !== undefined) {
  say(`This demo needs network namespaces and dnsmasq, busybox and iproute2: ${whyNot}.`);
  process.exit(1);
}
const lab = new NetLab((line) => say(line));
try {
  await demo(lab);
  say(paint("32", "\nAll of it worked."));
} catch (error) {
  say(paint("31", `\n${error instanceof Error ? error.message : error}`));
  process.exitCode = 1;
} finally {
  await lab.close();
}
process.exit(process.exitCode ?? 0);
