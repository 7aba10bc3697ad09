/** The LAN page on a gateway with a WAN side and a LAN side: who reaches it, and the way of a real browser on the LAN from a
 * site of the internet over gateway and ACS to where it lands. TR-069 D.3, D.4. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type TestContext, test } from "vitest";
import { hasOpenssl } from "../http/pki.ts";
import { NetLab, type Space, whyNot } from "./lab.ts";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const bun = path("node_modules/.bin/bun");
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((one) => existsSync(one));
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

const lanAddress = "192.168.77.1";
const wanAddress = "203.0.113.2";
const isp = "203.0.113.1";
const port = 7580;

const configs = {
  cwmp: `config acs 'acs'
	option url 'http://${isp}:7547/'

config cpe 'cpe'
	option interface 'wan'

config lan 'lan'
	option enabled '1'
`,
  network: `config interface 'wan'
	option device 'eth0'
	option proto 'static'
	option ipaddr '${wanAddress}'
	option netmask '255.255.255.0'

config interface 'lan'
	option device 'lan0'
	option proto 'static'
	option ipaddr '${lanAddress}'
	option netmask '255.255.255.0'
`,
};

/** Plays netifd, which only OpenWrt has: `ubus call network.interface dump`. */
const netifd = () => {
  const interfaces = [
    ["wan", "eth0", wanAddress],
    ["lan", "lan0", lanAddress],
  ].map(([name, device, address]) => ({
    interface: name,
    up: true,
    device,
    l3_device: device,
    proto: "static",
    "ipv4-address": [{ address, mask: 24 }],
  }));
  return `#!/bin/sh\n[ "$5 $6" = "network.interface dump" ] || exit 4\necho '${JSON.stringify({ interface: interfaces })}'\n`;
};

class Home {
  readonly lab = new NetLab();
  readonly isp = this.lab.space("isp");
  readonly gateway = this.lab.space("gw");
  readonly pc = this.lab.space("pc");

  private constructor({ onTestFinished }: TestContext) {
    onTestFinished(() => this.lab.close());
    this.lab.cable(this.isp, "isp0", this.gateway, "eth0");
    this.lab.cable(this.gateway, "lan0", this.pc, "eth0");
    this.isp.address("isp0", `${isp}/24`);
    // The gateway has no firewall here: the page alone keeps the WAN side out.
    this.isp.ip("route", "add", "192.168.77.0/24", "via", wanAddress);
    this.gateway.address("eth0", `${wanAddress}/24`);
    this.gateway.address("lan0", `${lanAddress}/24`);
    this.gateway.here("sysctl", "-qw", "net.ipv4.ip_forward=1");
    this.pc.address("eth0", "192.168.77.50/24");
    this.pc.ip("route", "add", "default", "via", lanAddress);
    this.gateway.home(configs);
    this.gateway.script("usr/sbin/ubus", netifd());
  }

  static async open(context: TestContext): Promise<Home> {
    const home = new Home(context);
    await home.isp.acs(`${isp}:7547`).seen(/listens/, "the ACS listens");
    await home.gateway.agent().seen(/The LAN page is served/, "the page is served");
    return home;
  }

  /** @returns the status that curl gets there; "000": none */
  static status(from: Space, host: string, ...more: readonly string[]): string {
    const argv = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "5", ...more];
    const inside = ["netns", "exec", from.name, "curl", ...argv, `http://${host}:${port}/kick.html?next=/x`];
    return spawnSync("ip", inside, { encoding: "utf8" }).stdout;
  }

  kicks(): number {
    return this.lab.said.filter((line) => /^acs .*5 KICKED/.test(line)).length;
  }
}

test.skipIf(whyNot !== undefined || !hasCurl)(
  "no address of the gateway serves the page on the WAN side, even with an address and a Host of the LAN; on the LAN side one does [R-D.3-01]",
  async (context) => {
    const home = await Home.open(context);
    const { isp: outside, pc } = home;
    for (const host of [wanAddress, lanAddress])
      for (const more of [[], ["-H", `Host: ${lanAddress}:${port}`]])
        expect([host, Home.status(outside, host, ...more)]).toEqual([host, "000"]);
    expect(Home.status(pc, wanAddress)).toBe("000");
    expect(home.kicks()).toBe(0);
    expect(Home.status(pc, lanAddress)).toBe("302");
    await expect.poll(() => home.kicks()).toBe(1);
    // An address of the LAN on the WAN side: answers go to the LAN, where nobody waits for them.
    outside.address("isp0", "192.168.77.60/32");
    expect(Home.status(outside, lanAddress, "--interface", "192.168.77.60")).toBe("000");
    expect(home.kicks()).toBe(1);
  },
);

test.skipIf(whyNot !== undefined || chromium === undefined || !hasOpenssl)(
  "Chromium on the LAN: a redirect and a link of an internet site, by http and https, and forms by http lead through gateway and ACS back to the site [R-D.4-07]",
  async (context) => {
    const home = await Home.open(context);
    const site = home.isp.startHere(
      "site",
      bun,
      path("test/netns/site.ts"),
      `http://${lanAddress}:${port}`,
      isp,
    );
    const [, ...origins] = await site.seen(/^site (\S+) (\S+)$/, "the site is up");
    const inside = join(home.lab.directory, "chromium");
    writeFileSync(inside, `#!/bin/sh\nexec ip netns exec ${home.pc.name} ${chromium} "$@"\n`);
    chmodSync(inside, 0o755);
    const { chromium: driver } = await import("playwright-core");
    const args = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking";
    const browser = await driver.launch({ executablePath: inside, headless: true, args: args.split(" ") });
    context.onTestFinished(() => browser.close());
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    for (const origin of origins) {
      await page.goto(`${origin}/redirect`);
      expect([origin, await page.title()]).toEqual([origin, "Landed"]);
      for (const [role, name] of [
        ["link", "Go on"],
        ["button", "Get"],
        ["button", "Post"],
      ] as const) {
        await page.goto(`${origin}/`);
        await page.getByRole(role, { name }).click();
        await page.waitForURL(/landed$|^chrome-error:/);
        // Chromium asks its user before a page of https sends a form to http (docs/lan-page.md).
        const asks = origin.startsWith("https:") && role === "button";
        expect([origin, name, await page.title()]).toEqual([
          origin,
          name,
          asks ? "Form is not secure" : "Landed",
        ]);
      }
    }
  },
);
