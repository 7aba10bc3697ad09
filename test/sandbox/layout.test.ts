import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDevice } from "../../platform/sim/device.ts";
import { isSandbox, layOutSandbox } from "../../platform/sim/sandbox.ts";
import type { ConfigView } from "../../src/ports/config.ts";
import { parsePackage, viewOf } from "../igd/world.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cwmpd-sandbox-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(join(directory, name), "utf8");
const view = (): ConfigView =>
  viewOf(
    new Map(
      readdirSync(join(directory, "etc/config")).map((name) => [
        name,
        parsePackage(name, read(`etc/config/${name}`)),
      ]),
    ),
  );

describe("laying out", () => {
  test("a new or empty directory becomes a sandbox, and an old sandbox is laid out anew", () => {
    expect(isSandbox(directory)).toBe(false);
    layOutSandbox(directory);
    expect(isSandbox(directory)).toBe(true);
    writeFileSync(join(directory, "etc/config/network"), "changed");
    layOutSandbox(directory);
    expect(read("etc/config/network")).toContain("list ipaddr '192.168.1.1/24'");
    layOutSandbox(join(directory, "var/a/b"));
    expect(isSandbox(join(directory, "var/a/b"))).toBe(true);
  });

  test("a directory with any other content is refused", () => {
    writeFileSync(join(directory, "thesis.txt"), "precious");
    mkdirSync(join(directory, "etc"));
    expect(() => layOutSandbox(directory)).toThrow(/not empty and not a sandbox/);
    expect(readdirSync(directory).sort()).toEqual(["etc", "thesis.txt"]);
    rmSync(join(directory, "thesis.txt"));
    rmSync(join(directory, "etc"), { recursive: true });
    layOutSandbox(directory);
    writeFileSync(join(directory, "thesis.txt"), "precious");
    expect(() => layOutSandbox(directory)).toThrow(/thesis/);
    expect(read("thesis.txt")).toBe("precious");
  });

  test("a file in place of the directory is reported", () => {
    writeFileSync(join(directory, "file"), "");
    expect(() => layOutSandbox(join(directory, "file"))).toThrow(/Cannot lay out/);
  });

  test("files with secrets can be read by their owner only, in /etc and in /rom", () => {
    layOutSandbox(directory);
    const modes = ["network", "wireless", "system", "cwmp"].flatMap((name) =>
      ["etc/config", "rom/etc/config"].map((place) => statSync(join(directory, place, name)).mode & 0o777),
    );
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  test("the configuration has the present and the former style of OpenWrt", () => {
    layOutSandbox(directory);
    const config = view();
    expect(config.package("network")?.section("lan")?.options.get("ipaddr")).toEqual(["192.168.1.1/24"]);
    expect(config.package("network")?.section("guest")?.options.get("ipaddr")).toBe("192.168.3.1");
    expect(config.package("wireless")?.ofType("wifi-device")).toHaveLength(2);
    expect(config.package("wireless")?.ofType("wifi-iface")).toHaveLength(3);
    expect(
      config
        .package("firewall")
        ?.ofType("redirect")
        .every((section) => section.anonymous),
    ).toBe(true);
    expect(readdirSync(join(directory, "etc/config"))).toEqual(
      readdirSync(join(directory, "rom/etc/config")),
    );
  });
});

describe("a sandbox plays a device", () => {
  const device = (boots: string[] = []) => {
    const stateDirectory = join(directory, "etc/cwmp");
    return openDevice({ root: directory, stateDirectory, boot: () => boots.push("boot"), view });
  };
  const ask = async (...argv: string[]) => {
    const result = await device().exec(argv, 1000);
    return result.is === "done" ? JSON.parse(result.stdout) : result;
  };

  beforeEach(() => {
    layOutSandbox(directory);
    mkdirSync(join(directory, "etc/cwmp"));
  });

  test("ubus reports interfaces from the configuration", async () => {
    const config = read("etc/config/network").replace("192.168.1.1/24", "10.0.0.1/8");
    writeFileSync(join(directory, "etc/config/network"), config);
    const { interface: dump } = await ask("ubus", "-S", "call", "network.interface", "dump");
    const of = (name: string) => dump.find((one: { interface: string }) => one.interface === name);
    expect(of("lan")).toMatchObject({
      up: true,
      l3_device: "br-lan",
      "ipv4-address": [{ address: "10.0.0.1", mask: 8 }],
    });
    expect(of("guest")["ipv4-address"]).toEqual([{ address: "192.168.3.1", mask: 24 }]);
    expect(of("wan")).toMatchObject({
      "ipv4-address": [{ address: "203.0.113.24" }],
      "dns-server": ["203.0.113.53"],
    });
  });

  test("interfaces in the former style have their devices, too", async () => {
    const old = [
      "config interface 'lan'\n\toption type 'bridge'\n\toption ifname 'lan1 lan2'\n\toption proto 'static'",
      "\toption ipaddr '192.168.1.1'\n\toption netmask '255.255.255.0'",
      "config interface 'wan'\n\toption ifname 'wan'\n\toption proto 'dhcp'\n",
    ];
    writeFileSync(join(directory, "etc/config/network"), old.join("\n"));
    const { interface: dump } = await ask("ubus", "-S", "call", "network.interface", "dump");
    expect(dump).toMatchObject([
      { up: true, l3_device: "br-lan" },
      { up: true, l3_device: "wan" },
    ]);
  });

  test("radios list their networks, disabled radios none", async () => {
    const status = await ask("ubus", "call", "network.wireless", "status");
    expect(status.radio0.interfaces).toMatchObject([{ section: "default_radio0", ifname: "phy0-ap0" }]);
    expect(status.radio1.interfaces).toMatchObject([{ section: "default_radio1", ifname: "phy1-ap0" }]);
  });

  test("a program that does not exist is missing", async () => {
    expect(await device().exec(["rm", "-rf", "/"], 1000)).toEqual({ is: "failed", why: "missing" });
    expect(await device().exec(["ubus", "call", "toString", "valueOf"], 1000)).toMatchObject({ code: 4 });
  });

  test("calls that change the system are recorded", async () => {
    await device().services.apply(["network", "firewall"]);
    await device().services.apply([]);
    expect(read("var/run/sim/orders")).toBe("reload_config network firewall\n");
  });

  test("a reboot is a new boot", async () => {
    const boots: string[] = [];
    const before = device().boot;
    writeFileSync(join(directory, "etc/cwmp/state.db"), "kept");
    await device(boots).services.reboot();
    expect(boots).toEqual(["boot"]);
    expect(device().boot).not.toBe(before);
    expect(Number.parseFloat(read("proc/uptime"))).toBeLessThan(60);
    expect(read("etc/cwmp/state.db")).toBe("kept");
  });

  test("a factory reset is a new boot with the first configuration and no state", async () => {
    const boots: string[] = [];
    const first = read("etc/config/wireless");
    writeFileSync(join(directory, "etc/config/wireless"), "config x 'y'\n");
    writeFileSync(join(directory, "etc/config/extra"), "config x 'y'\n");
    writeFileSync(join(directory, "etc/cwmp/state.db"), "gone");
    const before = device().boot;
    await device(boots).services.factoryReset();
    expect(boots).toEqual(["boot"]);
    expect(read("etc/config/wireless")).toBe(first);
    expect(statSync(join(directory, "etc/config/wireless")).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, "etc/config"))).not.toContain("extra");
    expect(readdirSync(join(directory, "etc/cwmp"))).toEqual([]);
    expect(device().boot).not.toBe(before);
  });

  test("an interrupted factory reset leaves every package in place", async () => {
    const packages = readdirSync(join(directory, "etc/config"));
    // What cannot be copied stands in for the power that goes.
    mkdirSync(join(directory, "rom/etc/config/0"));
    await expect(device().services.factoryReset()).rejects.toThrow();
    expect(readdirSync(join(directory, "etc/config"))).toEqual(expect.arrayContaining(packages));
    rmSync(join(directory, "rom/etc/config/0"), { recursive: true });
    await device().services.factoryReset();
    expect(readdirSync(join(directory, "etc/config")).sort()).toEqual(packages.sort());
  });

  test("a directory without /rom refuses to be reset", async () => {
    rmSync(join(directory, "rom"), { recursive: true });
    expect(device().services.resetObstacle()).toMatch(/rom/);
    await expect(device().services.factoryReset()).rejects.toThrow(/rom/);
  });
});
