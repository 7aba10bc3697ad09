/** What the ACS may set is what the readers of the configuration take: each value at the bounds is shown to the reader
 * itself. A mapping whose name was too long once kept the whole firewall from loading. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { judgeDomain, judgeRuleName, judgeSaePassword } from "../../platform/openwrt/gateway/accepted.ts";
import { maskOf, networkOf, parseSubnet, writeAddress } from "../../platform/openwrt/gateway/address.ts";
import { simExec } from "../../platform/sim/exec.ts";
import type { Package, Section } from "../../src/ports/config.ts";
import { openTree } from "../sandbox/model.ts";
import { sampleGateway } from "./grown.ts";

const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

/** As fw4 writes a redirect and its reflection. */
const fw4Rule = (name: string): string =>
  `table ip t {\n chain c {\n  type nat hook prerouting priority -100;\n  tcp dport 80 counter dnat to 192.168.1.2:80 comment "!fw4: ${name.replace(/["\\]/g, "\\$&")} (reflection)"\n }\n}\n`;

const nft = (rules: string): boolean => spawnSync("nft", ["-c", "-f", "-"], { input: rules }).status === 0;

describe.runIf(has("nft", "--version") && nft(fw4Rule("a")))("the name of a port mapping, and nft", () => {
  test.each([
    ["109 octets", "x".repeat(109)],
    ["110 octets", "x".repeat(110)],
    ["54 letters of two octets", "ä".repeat(54)],
    ["55 letters of two octets", "ä".repeat(55)],
    ["60 letters of two octets", "ä".repeat(60)],
    ["36 letters of three octets and one of one", `${"€".repeat(36)}x`],
    ["27 letters of four octets", "😀".repeat(27)],
    ["28 letters of four octets", "😀".repeat(28)],
    ["a quotation mark", 'a"b'],
    ["a quotation mark at the end", 'a"'],
    ["a backslash", "a\\b"],
    ["a backslash at the end", "a\\"],
    ["54 backslashes and a letter", `${"\\".repeat(54)}x`],
    ["55 backslashes", "\\".repeat(55)],
    ["a dollar, a brace, a semicolon, a number sign, an apostrophe, a star", "$x {y} ;z #w 'v' *"],
    ["a blank at either end", " a "],
  ])("%s: agent and reader both accept it, or both refuse it", (_name, value) => {
    expect(judgeRuleName(value) === undefined).toBe(nft(fw4Rule(value)));
  });
});

const folder = mkdtempSync(join(tmpdir(), "cwmpd-readers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dnsmasq = (lines: readonly string[]): boolean => {
  const file = join(folder, "dnsmasq.conf");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return spawnSync("dnsmasq", ["--test", "-C", file]).status === 0;
};

const lan = "InternetGatewayDevice.LANDevice.1.";
const dhcp = `${lan}LANHostConfigManagement.`;
const interfacePath = `${dhcp}IPInterface.1.`;

/** The lines that the init script of dnsmasq makes of a pool and its options. */
function linesOfPool(pool: Section, address: string): readonly string[] {
  const bits = Number(address.split("/")[1]);
  const network = networkOf(parseSubnet(address)!);
  const text = (name: string) => String(pool.options.get(name));
  const start = network + Number(text("start"));
  const mask = String(pool.options.get("netmask") ?? writeAddress(maskOf(bits)));
  // The script cuts what lies outside, and does not turn round what is left.
  const end = Math.min(start + Number(text("limit")) - 1, network + 2 ** (32 - bits) - 2);
  const options = [pool.options.get("dhcp_option") ?? []].flat();
  const [tag] = [pool.options.get("tag") ?? []].flat();
  const [net, of] = tag === undefined ? ["lan", ""] : [tag, `tag:${tag},`];
  return [
    `dhcp-range=${of}set:${net},${writeAddress(start)},${writeAddress(end)},${mask},${text("leasetime")}`,
    ...options.map((option) => `dhcp-option=${net},${option}`),
  ];
}

/** The lines of the pools of the first LAN, and of the addresses that are kept for hosts. */
function linesOf(package_: Package | undefined, address: string): readonly string[] {
  const pools = (package_?.ofType("dhcp") ?? []).filter((one) => one.options.get("interface") === "lan");
  const hosts = (package_?.ofType("host") ?? []).filter((one) => one.options.get("enable") !== "0");
  return [
    ...pools.flatMap((pool) => linesOfPool(pool, address)),
    ...hosts.map(
      (host) => `dhcp-host=${[host.options.get("mac")].flat().join(",")},${host.options.get("ip")}`,
    ),
  ];
}

describe.runIf(has("dnsmasq", "--version"))("the pool, and dnsmasq", () => {
  const changes: [string, Readonly<Record<string, string>>, boolean?][] = [
    ["the longest lease", { [`${dhcp}DHCPLeaseTime`]: "2147483647" }],
    ["a lease without end", { [`${dhcp}DHCPLeaseTime`]: "-1" }],
    ["the shortest lease", { [`${dhcp}DHCPLeaseTime`]: "120" }],
    ["a domain", { [`${dhcp}DomainName`]: "home.example" }],
    ["a domain of one letter", { [`${dhcp}DomainName`]: "x" }],
    ["the longest label", { [`${dhcp}DomainName`]: "a".repeat(63) }],
    ["a label too long", { [`${dhcp}DomainName`]: "a".repeat(64) }, true],
    ["a domain with a comma", { [`${dhcp}DomainName`]: "home,3,1.1.1.1" }, true],
    ["a domain that is a number", { [`${dhcp}DomainName`]: "1234" }, true],
    ["servers", { [`${dhcp}DNSServers`]: "8.8.8.8, 1.1.1.1", [`${dhcp}IPRouters`]: "192.168.1.2" }],
    ["no servers", { [`${dhcp}DNSServers`]: "", [`${dhcp}IPRouters`]: "" }],
    ["the whole network", { [`${dhcp}MinAddress`]: "192.168.1.2", [`${dhcp}MaxAddress`]: "192.168.1.254" }],
    [
      "the ends turned round",
      { [`${dhcp}MinAddress`]: "192.168.1.200", [`${dhcp}MaxAddress`]: "192.168.1.100" },
      true,
    ],
    ["an end outside", { [`${dhcp}MaxAddress`]: "192.168.2.10" }, true],
    [
      "a mask that leaves the pool outside",
      { [`${interfacePath}IPInterfaceSubnetMask`]: "255.255.255.192" },
      true,
    ],
    ["a mask of the pool that leaves it outside", { [`${dhcp}SubnetMask`]: "255.255.255.240" }, true],
    [
      "a smaller network with its pool",
      {
        [`${interfacePath}IPInterfaceSubnetMask`]: "255.255.255.192",
        [`${dhcp}MinAddress`]: "192.168.1.10",
        [`${dhcp}MaxAddress`]: "192.168.1.62",
        [`${dhcp}DHCPConditionalServingPool.1.MaxAddress`]: "192.168.1.62",
      },
    ],
    [
      "a smaller network and the end of its pool, which the scripts would cut there as well",
      {
        [`${interfacePath}IPInterfaceSubnetMask`]: "255.255.255.128",
        [`${dhcp}MaxAddress`]: "192.168.1.126",
      },
    ],
    [
      "a smaller network, and a pool for some clients outside",
      {
        [`${interfacePath}IPInterfaceSubnetMask`]: "255.255.255.224",
        [`${dhcp}MinAddress`]: "192.168.1.10",
        [`${dhcp}MaxAddress`]: "192.168.1.20",
      },
      true,
    ],
    [
      "another network with its pool",
      {
        [`${interfacePath}IPInterfaceIPAddress`]: "10.77.0.1",
        [`${dhcp}MinAddress`]: "10.77.0.10",
        [`${dhcp}MaxAddress`]: "10.77.0.20",
      },
    ],
    ["two reservations of one address", { [`${dhcp}DHCPStaticAddress.2.Yiaddr`]: "192.168.1.20" }, true],
  ];
  test.each(changes)(
    "A.3.2.1 %s: dnsmasq accepts each accepted value, and a refused value is not written",
    async (_, wishes, refused = false) => {
      const gateway = await sampleGateway();
      try {
        const { model, config } = openTree(gateway.directory, (view) => simExec(gateway.directory, view));
        const before = config.view().package("dhcp")?.version;
        const list = Object.entries(wishes).map(([Name, Value]) => ({ Name, Value, type: "" }));
        const taken = await model.set(list, "acs").then(
          () => true,
          () => false,
        );
        const after = openTree(gateway.directory, (view) => simExec(gateway.directory, view)).config.view();
        const section = after.package("network")?.section("lan");
        const address = String([section?.options.get("ipaddr") ?? ""].flat()[0]);
        expect(taken).toBe(!refused);
        expect(dnsmasq(linesOf(after.package("dhcp"), address))).toBe(true);
        if (!taken) expect(config.view().package("dhcp")?.version).toBe(before);
      } finally {
        gateway.remove();
      }
    },
  );
});

test.each(["1234", "10.0.0.1", "1.2", "7b", "12s", "1-2"])(
  "%s is refused as a domain: dnsmasq would send it as a number or an address",
  (value) => {
    expect(judgeDomain(value)).toContain("digits");
  },
);
test.each(["5g.example", "x1", "1x", "a-b", "_tcp.example"])("%s is a domain", (value) => {
  expect(judgeDomain(value)).toBeUndefined();
});

test.each(["secret|mac=00:00:5E:00:53:01", "twelve|id=words", "aaaaaaaa|vlanid=7"])(
  "a password %s, which hostapd would read as a password with options, is refused",
  (value) => {
    expect(judgeSaePassword(value)).toBeDefined();
    expect(judgeSaePassword(value.replace("|", "/"))).toBeUndefined();
  },
);
