/** An ACS with an AAAA record only, and a gateway with addresses of both families, in network namespaces. TR-069 3.1, 3.2.2. */
import { expect, test } from "vitest";
import { NetLab, whyNot } from "./lab.ts";

const cwmp = `config acs 'acs'
	option url 'http://acs.example:7547/'
config cpe 'cpe'
	option interface 'wan'
	option username 'acs'
	option password 'knock knock'
`;
const network = "config interface 'wan'\n\toption device 'eth0'\n\toption proto 'static'\n";

test.skipIf(whyNot !== undefined)(
  "[R-3.1-20] [R-3.2.2-01] [R-3.2.2-08] an ACS with only an AAAA record is reached, gets a ConnectionRequestURL with an IPv6 address in brackets, and its request over IPv6 starts a session",
  async () => {
    const lab = new NetLab();
    try {
      const isp = lab.space("isp");
      const gateway = lab.space("gw");
      lab.cable(isp, "isp0", gateway, "eth0");
      for (const [space, device, host] of [
        [isp, "isp0", 1],
        [gateway, "eth0", 20],
      ] as const) {
        space.address(device, `203.0.113.${host}/24`);
        space.ip("addr", "add", `2001:db8:1::${host}/64`, "dev", device, "nodad");
      }
      gateway.ip("route", "add", "default", "via", "203.0.113.1");
      gateway.home({ cwmp, network });
      gateway.file("etc/resolv.conf", "nameserver 203.0.113.1\n");
      const dns = isp.startHere(
        "dns",
        ...["dnsmasq", "-k", "-C", "/dev/null", "--no-resolv", "--no-hosts", "--user=root"],
        ...["--log-facility=-", "--log-queries", "--bind-interfaces", "--listen-address=203.0.113.1"],
        ...["--local=/example/", "--host-record=acs.example,2001:db8:1::1"],
      );
      await dns.seen(/started/, "the DNS server is up");
      const acs = isp.acs("[2001:db8:1::1]:7547");
      await acs.seen(/listens/, "the ACS listens");
      gateway.agent();
      await acs.seen(/0 BOOTSTRAP/, "the first Inform");
      await acs.seen(/the session is over/, "the first session ends");
      // The family is known once the ACS has been reached: the URL of then is reported at once.
      await acs.seen(/4 VALUE CHANGE/, "the Inform with the new URL");
      await acs.seen(/the session is over/, "the second session ends");
      const name = "InternetGatewayDevice.ManagementServer.ConnectionRequestURL";
      await expect
        .poll(() => gateway.home$("cwmpd", "get", name).out)
        .toMatch(/=http:\/\/\[2001:db8:1::20\]:7547\/\w+$/m);
      acs.type("connect");
      await acs.seen(/6 CONNECTION REQUEST/, "the Inform that the ACS has asked for");
      await acs.seen(/the session is over/, "its session ends");
    } catch (error) {
      console.log(lab.said.join("\n"));
      throw error;
    } finally {
      await lab.close();
    }
  },
);
