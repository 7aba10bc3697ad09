/** What the product adds to the device's DHCP client, and takes out again; hooks as they are shipped. TR-069 3.1. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const rootfs = (name: string) => fileURLToPath(new URL(`../../rootfs/${name}`, import.meta.url));
const script = rootfs("usr/lib/cwmpd/dhcp-options");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cwmpd-hooks-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const put = (name: string, value: string) => writeFileSync(join(directory, name), value);

/** All options as they are now: a file each. */
const all = () =>
  Object.fromEntries(
    readdirSync(directory)
      .filter((name) => /^(network|cwmp)\./.test(name))
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );

/** uci, as far as the script needs it. */
const uci = `#!/bin/sh
[ "$1" = -q ] && shift
cd ${"$"}UCI_DIR || exit 1
case "$1" in
get) cat "$2" 2> /dev/null ;;
set) printf %s "\${2#*=}" > "\${2%%=*}" ;;
delete) rm -f "$2" "$2".* ;;
commit) ;;
esac
`;

function run(verb: string): number {
  put("uci", uci);
  chmodSync(join(directory, "uci"), 0o755);
  const env = { PATH: `${directory}:${process.env.PATH}`, UCI_DIR: directory };
  return spawnSync("sh", [script, verb], { env }).status ?? -1;
}

describe("dhcp-options", () => {
  test.each([
    ["nothing is there", {}, { vendorid: "dslforum.org", reqopts: "43 125" }],
    [
      "others are there, which stay",
      { vendorid: "ISP gateway", reqopts: "12 125" },
      { vendorid: "ISP gateway dslforum.org", reqopts: "12 125 43" },
    ],
    [
      "all of it is there",
      { vendorid: "dslforum.org x", reqopts: "125 43" },
      { vendorid: "dslforum.org x", reqopts: "125 43" },
    ],
    ["option 60 is sent otherwise", { sendopts: "60:abc" }, { sendopts: "60:abc", reqopts: "43 125" }],
  ] as const)("adds the missing options and removes exactly these again where %s", (_, before, after) => {
    put("network.wan.proto", "dhcp");
    for (const [name, value] of Object.entries(before)) put(`network.wan.${name}`, value);
    const then = all();
    expect(run("add")).toBe(0);
    for (const name of ["vendorid", "reqopts", "sendopts"])
      expect(all()[`network.wan.${name}`]).toBe((after as Record<string, string>)[name]);
    const once = all();
    run("add");
    expect(all()).toEqual(once);
    expect(run("remove")).toBe(0);
    expect(all()).toEqual(then);
    run("remove");
    expect(all()).toEqual(then);
  });

  test("adds the vendor class of option 16 and the request for option 17 to the DHCPv6 interface, and removes exactly these again", () => {
    put("network.wan.proto", "dhcp");
    put("network.wan6.proto", "dhcpv6");
    put("network.wan6.reqopts", "21 23");
    const then = all();
    run("add");
    const hex = all()["network.wan6.vendorclass"]!;
    // RFC 8415 21.16: enterprise number, then a length of two octets and the class.
    const octets = Buffer.from(hex, "hex");
    expect([octets.readUInt32BE(0), octets.readUInt16BE(4), octets.toString("latin1", 6)]).toEqual([
      3561,
      12,
      "dslforum.org",
    ]);
    expect(all()["network.wan6.reqopts"]).toBe("21 23 17");
    run("remove");
    expect(all()).toEqual(then);
    put("network.wan6.vendorclass", "0000");
    run("add");
    expect(all()["network.wan6.vendorclass"]).toBe("0000");
    run("remove");
    expect(all()["network.wan6.vendorclass"]).toBe("0000");
  });

  test("leaves options that the administrator has changed since", () => {
    put("network.wan.proto", "dhcp");
    run("add");
    put("network.wan.vendorid", "mine");
    put("network.wan.reqopts", "43 121 125");
    run("remove");
    expect(all()).toMatchObject({ "network.wan.vendorid": "mine", "network.wan.reqopts": "121" });
  });

  test("adds nothing to an interface without DHCP, or for an invalid interface name", () => {
    put("network.wan.proto", "static");
    run("add");
    put("cwmp.cpe.interface", "wan;reboot");
    run("add");
    expect(all()).toEqual({ "network.wan.proto": "static", "cwmp.cpe.interface": "wan;reboot" });
  });
});

describe("hooks", () => {
  /** Runs a hook with a program in the place of the agent's that tells how it was called. */
  function hook(
    name: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): string {
    const told = join(directory, "told");
    put(
      "cwmpd",
      `#!/bin/sh\n{ echo "$# $*"; env | grep -E '^(opt43|DNSMASQ_CPEWAN_SERIAL|OPTION_17)=' ; } > ${told}\n`,
    );
    chmodSync(join(directory, "cwmpd"), 0o755);
    const text = readFileSync(rootfs(name), "utf8").replaceAll("/usr/sbin/cwmpd", join(directory, "cwmpd"));
    put("hook", `${text}\nwait\n`);
    spawnSync("sh", [join(directory, "hook"), ...args], { env: { PATH: process.env.PATH!, ...environment } });
    return readdirSync(directory).includes("told") ? readFileSync(told, "utf8") : "";
  }

  const hostile = '$(touch x)`touch x`"; touch x #';

  test.each([
    ["etc/udhcpc.user.d/60-cwmpd", ["bound"], { opt43: hostile }, "4 event dhcp client bound", "opt43"],
    [
      "etc/odhcp6c.user.d/60-cwmpd",
      ["eth0", "bound"],
      { OPTION_17: hostile },
      "4 event dhcp client6 bound",
      "OPTION_17",
    ],
    [
      "etc/hotplug.d/dhcp/60-cwmpd",
      [],
      { ACTION: "add", DNSMASQ_CPEWAN_SERIAL: hostile },
      "3 event dhcp lease",
      "DNSMASQ_CPEWAN_SERIAL",
    ],
  ] as const)(
    "%s hands its event over, and the shell evaluates no value of the network",
    (name, args, env, call, variable) => {
      expect(hook(name, args, env)).toBe(`${call}\n${variable}=${hostile}\n`);
      expect(readdirSync(directory)).not.toContain("x");
    },
  );

  test("other events are ignored", () => {
    expect(hook("etc/udhcpc.user.d/60-cwmpd", ["leasefail"], {})).toBe("");
    expect(hook("etc/hotplug.d/dhcp/60-cwmpd", [], { ACTION: "tftp" })).toBe("");
  });
});
