import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parsePackage } from "../igd/world.ts";

const rootfs = fileURLToPath(new URL("../../rootfs/", import.meta.url));
const scripts = [
  "etc/init.d/cwmpd",
  "etc/uci-defaults/60-cwmpd",
  "etc/hotplug.d/ntp/60-cwmpd",
  "etc/hotplug.d/iface/60-cwmpd",
  "usr/libexec/cwmpd/cwmpd",
  "etc/uci-defaults/61-cwmpd-dhcp",
  "etc/udhcpc.user.d/60-cwmpd",
  "etc/odhcp6c.user.d/60-cwmpd",
  "etc/hotplug.d/dhcp/60-cwmpd",
  "usr/lib/cwmpd/dhcp-options",
  "usr/libexec/rpcd/cwmpd",
];
/** The device's shell first: scripts are run by it where it is there. */
const shells = ["busybox", "dash"].filter((name) => spawnSync(name, ["-c", ":"]).error === undefined);
const shell = (name: string): string[] => (name === "busybox" ? ["busybox", "sh"] : [name]);

const hasShellcheck = spawnSync("shellcheck", ["--version"]).status === 0;

test.skipIf(!hasShellcheck)("shellcheck finds nothing in the scripts of the device", () => {
  // rc.common reads the variables (SC2034) and every shell of OpenWrt has local (SC3043).
  const args = ["-s", "sh", "-e", "SC2034,SC3043", ...scripts.map((name) => join(rootfs, name))];
  const { status, stdout } = spawnSync("shellcheck", args, { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ""]);
});

describe.skipIf(shells.length === 0)("scripts of the device", () => {
  test.each(scripts)("%s is a shell script to every shell here", (name) => {
    for (const one of shells.map(shell)) {
      const result = spawnSync(one[0]!, [...one.slice(1), "-n", join(rootfs, name)], { encoding: "utf8" });
      expect(result.stderr).toBe("");
      expect(result.status).toBe(0);
    }
  });

  /** Runs a script with functions of its own in place of the system's. */
  function run(prelude: string, script: string, after = ""): string {
    const [program = "", ...args] = shell(shells[0]!);
    const result = spawnSync(program, [...args, "-c", `${prelude}\n. "$0"\n${after}`, script], {
      encoding: "utf8",
    });
    expect(result.stderr).toBe("");
    return result.stdout;
  }

  /** What the init script calls: the system's functions, each telling what it was told. */
  const initPrelude = `
config_load() { package=$1; }
config_get_bool() {
  case "$2.$3" in
  cpe.enabled) eval "$1=\${ENABLED:-1}" ;;
  z?.enabled) eval "$1=\${ZONES:-1}" ;;
  *) eval "$1=\${PAGE:-0}" ;;
  esac
}
config_get() {
  case "$package.$2.$3" in
  cwmp.cpe.port) eval "$1=8081" ;;
  cwmp.cpe.interface) eval "$1=uplink" ;;
  cwmp.lan.port) eval "$1=7581" ;;
  cwmp.lan.interface) eval "$1=home" ;;
  firewall.z1.network) eval "$1='home'" ;;
  firewall.z1.name) eval "$1=household" ;;
  firewall.z2.network) eval "$1='\${UPLINKS-uplink uplink6}'" ;;
  firewall.z2.device) eval "$1='\${DEVICES:-}'" ;;
  network.uplink.proto) eval "$1='\${PROTO:-dhcp}'" ;;
  network.uplink.device) eval "$1='eth1.7'" ;;
  firewall.z2.name) eval "$1=internet" ;;
  *) eval "$1=" ;;
  esac
}
config_list_foreach() { for one in \${FROM:-}; do "$3" "$one"; done; }
config_foreach() { for one in z1 z2; do "$1" "$one" "$3"; done; }
for name in procd_open_instance procd_close_instance procd_set_param procd_open_data procd_close_data json_add_array \\
  json_add_object json_add_string json_close_object json_close_array; do
  eval "$name() { echo $name \\"\\$*\\"; }"
done`;

  test("the service is named by its command and opens its port in the zone of its interface", () => {
    const prelude = initPrelude;
    const said = run(prelude, join(rootfs, scripts[0]!), "start_service");
    // procd names the service in the log by the last part of the first word.
    expect(said).toContain("procd_set_param command /usr/libexec/cwmpd/cwmpd run --syslog");
    expect(said).toContain("procd_set_param respawn 3600 5 0");
    expect(said).toContain("procd_set_param reload_signal HUP");
    expect(said).toContain("procd_set_param term_timeout 15");
    expect(said).toContain("json_add_string dest_port 8081");
    expect(said).toContain("json_add_string src internet");
    expect(run(`ENABLED=0\n${prelude}`, join(rootfs, scripts[0]!), "start_service")).toBe("");
    // The rule would be of no use in a zone that is off.
    const off = run(`ZONES=0\n${prelude}`, join(rootfs, scripts[0]!), "start_service");
    expect(off).toContain("json_add_string src wan");
    expect(off).not.toContain("internet");
  });

  test.each([
    ["dhcp", "eth1.7", "internet"],
    ["dhcp", "lan1 eth1+", "internet"],
    ["dhcp", "eth1.*", "internet"],
    ["dhcp", "eth1", "wan"],
    ["pppoe", "eth1.7", "wan"],
    ["pppoe", "pppoe-uplink", "internet"],
  ])(
    "a zone may hold the interface by its device: with %s a zone of %s opens in %s",
    (proto, devices, zone) => {
      const prelude = `UPLINKS=\nPROTO=${proto}\nDEVICES='${devices}'\n${initPrelude}`;
      const said = run(prelude, join(rootfs, scripts[0]!), "start_service");
      expect(said.match(/(?<=json_add_string src ).*/g)).toEqual([zone, zone]);
      // A zone that names the interface counts before one that names its device.
      const both = run(
        `DEVICES=none\nPROTO=${proto}\n${initPrelude}`,
        join(rootfs, scripts[0]!),
        "start_service",
      );
      expect(both.match(/(?<=json_add_string src ).*/g)).toEqual(["internet", "internet"]);
    },
  );

  test("if UCI names addresses of the ACS, the firewall admits only these; a malformed address opens nothing", () => {
    const rules = (from: string) => {
      const said = run(`FROM='${from}'\n${initPrelude}`, join(rootfs, scripts[0]!), "start_service");
      return said.split("\n").filter((line) => /src_ip|json_add_string (""|255|\d|2001| )/.test(line));
    };
    expect(rules("")).toEqual([]);
    const one = ["json_add_array src_ip", "json_add_string  192.0.2.1", "json_add_string  2001:db8::/64"];
    expect(rules("192.0.2.1 2001:db8::/64")).toEqual([...one, ...one]);
    expect(rules("acs.example.com")).toContain("json_add_string  255.255.255.255");
  });

  test("rpcd offers one method, which returns the status of the agent, or that it does not run", () => {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-rpcd-"));
    const agent = join(directory, "agent");
    const script = readFileSync(join(rootfs, "usr/libexec/rpcd/cwmpd"), "utf8");
    writeFileSync(join(directory, "cwmpd"), script.replace("/usr/libexec/cwmpd/cwmpd", agent), {
      mode: 0o755,
    });
    const said = (...args: string[]) =>
      JSON.parse(spawnSync(join(directory, "cwmpd"), args, { encoding: "utf8", input: "{}" }).stdout);
    expect(said("list")).toEqual({ status: {} });
    expect(said("call", "status")).toEqual({ running: false });
    writeFileSync(agent, '#!/bin/sh\necho "{ \\"asked\\": \\"$*\\" }"\n', { mode: 0o755 });
    expect(said("call", "status")).toEqual({ asked: "status --json" });
    const acl = JSON.parse(readFileSync(join(rootfs, "usr/share/rpcd/acl.d/cwmpd.json"), "utf8"));
    expect(acl.cwmpd.read.ubus).toEqual({ cwmpd: ["status"] });
    expect(acl.cwmpd.write).toBeUndefined();
    rmSync(directory, { recursive: true });
  });

  test("the LAN page opens its port in its own zone, and redirects port 80, if the settings want it", () => {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-page-"));
    const redirect = join(directory, "run/kick.html");
    const script = readFileSync(join(rootfs, scripts[0]!), "utf8").replace(
      "/var/run/cwmpd/kick.html",
      redirect,
    );
    writeFileSync(join(directory, "script"), script);
    const start = (page: string, after = "") =>
      run(
        `PAGE=${page}\nprocd_set_config_changed() { :; }\n${initPrelude}`,
        join(directory, "script"),
        `start_service\n${after}`,
      );
    const rule = ["name cwmpd-lan-page", "src household", "proto tcp", "dest_port 7581"];
    expect(start("1")).toContain(rule.map((one) => `json_add_string ${one}`).join("\n"));
    expect(readFileSync(redirect, "utf8")).toContain('":7581/kick.html" + location.search');
    expect(start("0")).not.toContain("cwmpd-lan-page");
    expect(existsSync(redirect)).toBe(false);
    start("1", "service_stopped");
    expect(existsSync(redirect)).toBe(false);
    expect(readlinkSync(join(rootfs, "www/kick.html"))).toBe("/var/run/cwmpd/kick.html");
    rmSync(directory, { recursive: true });
  });

  test("first-boot defaults add missing options, keep existing ones, and may run again", () => {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-defaults-"));
    const script = readFileSync(join(rootfs, scripts[1]!), "utf8").replaceAll(
      "/etc/config/cwmp",
      join(directory, "cwmp"),
    );
    writeFileSync(join(directory, "script"), script);
    mkdirSync(join(directory, "values"));
    const uci = `
uci() {
  [ "$1" = -q ] && shift
  case "$1" in
  get) cat "${directory}/values/$2" 2> /dev/null ;;
  set) echo "\${2#*=}" > "${directory}/values/\${2%%=*}"; echo "set $2" ;;
  commit) echo "commit $2" ;;
  esac
}`;
    writeFileSync(join(directory, "values/cwmp.cpe.port"), "8081\n");
    const first = run(uci, join(directory, "script"));
    expect(first).toContain("set cwmp.acs=acs");
    expect(first).not.toContain("cwmp.cpe.port");
    expect(first).toContain("commit cwmp");
    expect(statSync(join(directory, "cwmp")).mode & 0o777).toBe(0o600);
    chmodSync(join(directory, "cwmp"), 0o644);
    expect(run(uci, join(directory, "script"))).toBe("commit cwmp\n");
    expect(statSync(join(directory, "cwmp")).mode & 0o777).toBe(0o600);
    rmSync(directory, { recursive: true });
  });

  test("each start removes the rights of other users on the configuration, which holds passwords", () => {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-mode-"));
    const config = join(directory, "cwmp");
    const script = readFileSync(join(rootfs, scripts[0]!), "utf8").replace("/etc/config/cwmp", config);
    writeFileSync(join(directory, "script"), script);
    run(initPrelude, join(directory, "script"), "start_service");
    writeFileSync(config, "", { mode: 0o644 });
    chmodSync(config, 0o644);
    run(initPrelude, join(directory, "script"), "start_service");
    expect(statSync(config).mode & 0o777).toBe(0o600);
    rmSync(directory, { recursive: true });
  });

  test("the agent gets a clean environment, and its arguments unchanged", () => {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-start-"));
    const agent = join(directory, "agent");
    writeFileSync(agent, '#!/bin/sh\nfor one in "$@"; do echo "<$one>"; done\nenv\n', { mode: 0o755 });
    const script = readFileSync(join(rootfs, scripts[4]!), "utf8").replace("/usr/sbin/cwmpd", agent);
    writeFileSync(join(directory, "cwmpd"), script, { mode: 0o755 });
    const env = { ...process.env, BUN_BE_BUN: "1", BUN_OPTIONS: "--inspect", http_proxy: "http://x" };
    const { stdout } = spawnSync(join(directory, "cwmpd"), ["run", "a  b", "*"], { env, encoding: "utf8" });
    const tiers = [
      "BUN_JSC_useDFGJIT",
      "BUN_JSC_useFTLJIT",
      "BUN_JSC_thresholdForJITAfterWarmUp",
      "BUN_JSC_thresholdForJITSoon",
      "BUN_JSC_useConcurrentJIT",
      "BUN_JSC_numberOfGCMarkers",
      "BUN_JSC_forceRAMSize",
      "BUN_JSC_useWarmUpMarkedBlocks",
      "BUN_JSC_largeHeapSize",
    ];
    expect(stdout.split("\n").slice(0, 3)).toEqual(["<run>", "<a  b>", "<*>"]);
    const names = stdout
      .split("\n")
      .slice(3, -1)
      .map((line) => line.split("=")[0]);
    expect(
      names.filter((name) => !["PATH", "HOME", "PWD", "SHLVL", "OLDPWD", "_", ...tiers].includes(name!)),
    ).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  /** ntpd tells of every poll (periodic), of a change of stratum, of a step; 16 is no time at all. */
  const told: [action: string, stratum: string | undefined, marked: boolean][] = [
    ["unsync", "16", false],
    ["stratum", "16", false],
    ["periodic", "16", false],
    ["step", "16", false],
    ["stratum", undefined, false],
    ["unsync", "3", false],
    ["stratum", "2", true],
    ["periodic", "2", true],
    ["periodic", "15", true],
    ["step", "10", true],
  ];
  test.each(told)("NTP's %s with stratum %s: the clock's mark is set: %s", (action, stratum, expected) => {
    const directory = mkdtempSync(join(tmpdir(), "cwmpd-clock-"));
    const script = readFileSync(join(rootfs, scripts[2]!), "utf8").replaceAll("/var/run", directory);
    writeFileSync(join(directory, "hook"), script);
    const variables = `ACTION=${action}${stratum === undefined ? "" : `\nstratum=${stratum}`}`;
    run(variables, join(directory, "hook"));
    const mark = statSync(join(directory, "cwmpd.clock"), { throwIfNoEntry: false });
    expect(mark !== undefined).toBe(expected);
    rmSync(directory, { recursive: true });
  });

  test("a new, changed or removed address makes the agent check for changes; other events of an interface do not", () => {
    const prelude = (action: string) =>
      `ACTION=${action}\nINTERFACE=wan\nubus() { echo "$*" >&3; }\nexec 3>&1`;
    const look = '-t 5 call service signal {"name":"cwmpd","signal":1}\n';
    const said = ["ifup", "ifupdate", "ifdown", "ifup-failed", "create", "free", "reload"].map((action) =>
      run(prelude(action), join(rootfs, scripts[3]!)),
    );
    expect(said).toEqual([look, look, look, "", "", "", ""]);
  });
});

test("the shipped configuration has the sections and options that the agent reads", () => {
  const cwmp = parsePackage("cwmp", readFileSync(join(rootfs, "etc/config/cwmp"), "utf8"));
  expect(cwmp.section("acs")?.type).toBe("acs");
  expect(cwmp.section("cpe")?.options.get("interface")).toBe("wan");
  expect(cwmp.section("acs")?.options.has("password")).toBe(false);
});

test("the defaults that a first boot adds are those of the shipped file", () => {
  const script = readFileSync(join(rootfs, scripts[1]!), "utf8");
  const filled = [...script.matchAll(/^fill (\w+)\.(\w+) (.*)$/gm)].map(([, ...found]) => found);
  const cwmp = parsePackage("cwmp", readFileSync(join(rootfs, "etc/config/cwmp"), "utf8"));
  const delivered = cwmp.sections.flatMap((section) =>
    [...section.options].map(([option, value]) => [section.name, option, value]),
  );
  expect(filled).toEqual(delivered);
});

test("docs/configuration.md describes every option that the agent reads, and no other", () => {
  const text = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
  const sources = ["src/settings.ts", "src/own.ts", "src/page/settings.ts", "platform/openwrt/board.ts"];
  const read = sources.flatMap((name) =>
    [
      ...text(name).matchAll(
        /\b(acs|cpe|lan|stun|transfer|echo)\.(?:text|flag|number|time|url|choice|list)\("(\w+)"/g,
      ),
    ].map((m) => `${m[1] === "echo" ? "udp_echo" : m[1]}.${m[2]}`),
  );
  const files = [...text("src/settings.ts").matchAll(/(acs|transfer)\.file\("\w+", "(\w+)"\)/g)].map(
    (m) => `${m[1]}.${m[2]}`,
  );
  // Read where the flash is chosen, and where vouchers are judged.
  const slots = ["a", "b", "environment"].map((option) => `slots.${option}`);
  const voucher = ["algorithms", "bytes_max", "trust"].map((option) => `voucher.${option}`);
  const told = text("docs/configuration.md")
    .split(/^## /m)
    .flatMap((chapter) => {
      const section = /^Section `(\w+) /.exec(chapter)?.[1];
      const heads = chapter.match(/^\*\*\w+\*\*.* \(.*\)$/gm) ?? [];
      const names = heads.flatMap((head) => [...head.matchAll(/\*\*(\w+)\*\*/g)].map((m) => m[1]));
      return section === undefined ? [] : names.map((name) => `${section}.${name}`);
    });
  expect(files.length).toBe(4);
  expect(new Set(told).size).toBe(told.length);
  // The identity is read by a table of its own, and some options through the data model.
  const modelled = ["provisioning_code", "device_notification_limit"];
  const identity = ["manufacturer", "product_class", "serial_number", ...modelled].map((o) => `cpe.${o}`);
  identity.push("stun.notification_limit");
  // Read by the init script.
  identity.push("cpe.request_from", "lan.www_redirect");
  expect([...told].sort()).toEqual(
    [...new Set([...read, ...files, ...slots, ...voucher, ...identity])].sort(),
  );
});

test("a firmware upgrade keeps the state of the agent", () => {
  expect(readFileSync(join(rootfs, "lib/upgrade/keep.d/cwmpd"), "utf8")).toBe("/etc/cwmp/\n");
});
