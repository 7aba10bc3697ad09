/** Services of a device, by what they run. The shape of the sums is that of md5sum in OpenWrt's reload_config. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Exec, type ExecResult, noExec } from "../../platform/openwrt/exec.ts";
import { setPasswordOf } from "../../platform/openwrt/passwd.ts";
import { openServices } from "../../platform/openwrt/services.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cwmpd-services-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(name: string, text: string): void {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), text);
}

const sum = (digit: number) => String(digit).repeat(32);
const sums = (of: Readonly<Record<string, number>>): void =>
  put(
    "var/run/config.md5",
    Object.entries(of)
      .map(([name, digit]) => `${sum(digit)}  /var/run/config.check/${name}\n`)
      .join(""),
  );
const done: ExecResult = { is: "done", code: 0, stdout: "", stderr: "" };
const event = (name: string) =>
  `ubus call service event {"type":"config.change","data":{"package":"${name}"}}`;

/** @param reload what reload_config does to the sums */
function device(reload: () => ExecResult = () => done, ubus: ExecResult = done) {
  const ran: string[] = [];
  const kinds = new Set<string | undefined>();
  const exec: Exec = async (argv, _msMax, kind) => {
    ran.push(argv.join(" "));
    kinds.add(kind);
    if (argv[0] === "/sbin/reload_config") return reload();
    return argv[0] === "ubus" ? ubus : done;
  };
  return { ran, kinds, services: openServices(directory, exec) };
}

describe("written packages are put into effect", () => {
  test("one reload_config applies all changed packages", async () => {
    sums({ network: 1, firewall: 2, dhcp: 3 });
    const { ran, services } = device(() => {
      sums({ network: 4, firewall: 5, dhcp: 3 });
      return done;
    });
    await services.apply(["network", "firewall"]);
    await services.apply([]);
    expect(ran).toEqual(["/sbin/reload_config"]);
  });

  const races: [name: string, before: () => void, reload: () => void][] = [
    ["left the sums empty before ours", () => put("var/run/config.md5", ""), () => sums({ network: 4 })],
    ["left the sums empty after ours", () => sums({ network: 1 }), () => put("var/run/config.md5", "")],
    ["has taken the new package for the old one", () => sums({ network: 4 }), () => sums({ network: 4 })],
    ["has taken our package out of the sums", () => sums({ network: 1 }), () => sums({ dhcp: 3 })],
    [
      "was under way when ours began",
      () => {
        sums({ network: 1 });
        put("var/run/config.check/network", "");
      },
      () => sums({ network: 4 }),
    ],
    [
      "was under way when ours ended",
      () => sums({ network: 1 }),
      () => {
        sums({ network: 4 });
        put("var/run/config.check/dhcp", "");
      },
    ],
  ];
  test.each(races)(
    "an event of our own is sent if another run of reload_config %s",
    async (_name, before, reload) => {
      before();
      const { ran, services } = device(() => {
        reload();
        return done;
      });
      await services.apply(["network"]);
      expect(ran).toEqual(["/sbin/reload_config", event("network")]);
    },
  );

  test("only a package whose change reload_config has not seen gets an event", async () => {
    sums({ network: 1, firewall: 2 });
    const { ran, services } = device(() => {
      sums({ network: 4, firewall: 2 });
      return done;
    });
    await services.apply(["network", "firewall"]);
    expect(ran).toEqual(["/sbin/reload_config", event("firewall")]);
  });

  test("events are sent if reload_config fails or is missing; a change that cannot be announced is an error", async () => {
    const missing: ExecResult = { is: "failed", why: "missing" };
    for (const result of [missing, { ...done, code: 1 }]) {
      const { ran, services } = device(() => result);
      await services.apply(["network"]);
      expect(ran).toEqual(["/sbin/reload_config", event("network")]);
    }
    const refused = device(() => ({ ...done, code: 1 }), { ...done, code: 4 }).services;
    await expect(refused.apply(["network"])).rejects.toThrow(/network.*exit code 1/);
    await expect(openServices(directory, noExec).apply(["network"])).rejects.toThrow(/OpenWrt/);
  });
});

describe("orders of the ACS", () => {
  test("a connection is set up anew by one program, a lease is renewed by netifd", async () => {
    const { ran, kinds, services } = device();
    await services.reset("wan");
    await services.renew("wan6");
    expect(ran).toEqual(["/sbin/ifup wan", "ubus call network.interface.wan6 renew"]);
    expect([...kinds]).toEqual(["order"]);
    const refused = device(undefined, { ...done, code: 4 }).services;
    await expect(refused.renew("gone")).rejects.toThrow(/exit code 4/);
  });

  test("passwd reads the password twice from its input, and sees no more of it than the name of the account", async () => {
    const seen = join(directory, "seen");
    const script = `require("fs").writeFileSync(process.argv[1], require("fs").readFileSync(0, "utf8") + process.argv.slice(2))`;
    await setPasswordOf("root", "it's secret", [process.execPath, "-e", script, seen]);
    expect(readFileSync(seen, "utf8")).toBe("it's secret\nit's secret\nroot");
    const failing = [process.execPath, "-e", "process.exit(1)"];
    await expect(setPasswordOf("root", "x", failing)).rejects.toThrow("passwd ended with exit code 1");
    await expect(setPasswordOf("root", "x", [join(directory, "none")])).rejects.toThrow(/no program/);
    await expect(setPasswordOf("-d", "x", failing)).rejects.toThrow(/no name of an account/);
  });
});

describe("an account is locked and unlocked by passwd", () => {
  const accounts = () => {
    put(
      "etc/passwd",
      "root:x:0:0:root:/root:/bin/ash\nguest:x:1000:1000::/:/bin/ash\nnew:x:1001:1001::/:/bin/ash\n",
    );
    put("etc/shadow", "root:$5$salt$hash:1:0:9:7:::\nguest:!$5$salt$hash:1:0:9:7:::\nnew:!:1:0:9:7:::\n");
  };

  test("one that is not in the wanted state gets -l or -u; any other is left alone", async () => {
    accounts();
    const { ran, kinds, services } = device();
    await services.setEnabled("root", false);
    await services.setEnabled("guest", true);
    expect(ran).toEqual(["passwd -l root", "passwd -u guest"]);
    await services.setEnabled("root", true);
    await services.setEnabled("guest", false);
    expect(ran).toHaveLength(2);
    expect([...kinds]).toEqual(["order"]);
  });

  test("one without a password stays locked, and a name that no account has runs nothing", async () => {
    accounts();
    const { ran, services } = device();
    await expect(services.setEnabled("new", true)).rejects.toThrow(/no password/);
    for (const name of ["nobody", "-d", ""])
      await expect(services.setEnabled(name, false)).rejects.toThrow(/no name/);
    expect(ran).toEqual([]);
  });
});

describe("the device shuts down", () => {
  const overlay = () => put("proc/mounts", "/dev/ubi0_6 /overlay ubifs rw 0 0\n");

  test("a reboot calls procd, or the program reboot if ubus is missing", async () => {
    const { ran, services } = device(undefined, { is: "failed", why: "missing" });
    await services.reboot();
    expect(ran).toEqual(["ubus call system reboot", "/sbin/reboot"]);
  });

  test("a factory reset is refused without an overlay to erase", async () => {
    const { ran, services } = device();
    put("proc/mounts", "/dev/root / ext4 ro 0 0\n");
    expect(services.resetObstacle()).toMatch(/no overlay/);
    await expect(services.factoryReset()).rejects.toThrow(/overlay/);
    expect(ran).toEqual([]);
    overlay();
    expect(services.resetObstacle()).toBeUndefined();
    await services.factoryReset();
    expect(ran).toEqual(["/sbin/firstboot -y -r"]);
  });

  test("a program that changes the system is never killed; a program still running has not failed", async () => {
    overlay();
    const { kinds, services } = device();
    await services.apply(["network"]);
    await services.reboot();
    await services.factoryReset();
    expect([...kinds]).toEqual(["order"]);
    const slow = openServices(directory, async () => ({ is: "failed", why: "timeout" }));
    await slow.factoryReset();
    await slow.reboot();
  });
});
