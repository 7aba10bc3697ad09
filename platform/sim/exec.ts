/** Adapter: Exec of a directory that plays a device: ubus answers from its UCI and its /sys, nothing else is there. */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ConfigView, Section } from "../../src/ports/config.ts";
import { boardOf } from "../openwrt/board.ts";
import { type Exec, type ExecResult, systemExec } from "../openwrt/exec.ts";
import { members, single, truth } from "../openwrt/gateway/bind.ts";
import { deviceOf } from "../openwrt/gateway/network.ts";
import { netdevOf } from "../openwrt/netdev.ts";
import { type Files, filesUnder } from "../openwrt/read.ts";
import { airOf } from "./air.ts";

/** The lease of the provider's DHCP server. RFC 5737 addresses. */
const given = { address: "203.0.113.24", mask: 24, gateway: "203.0.113.1", dns: ["203.0.113.53"] } as const;

const done = (answer: unknown): ExecResult => ({
  is: "done",
  code: 0,
  stdout: `${JSON.stringify(answer)}\n`,
  stderr: "",
});
/** UBUS_STATUS_NOT_FOUND. */
const notFound: ExecResult = { is: "done", code: 4, stdout: "", stderr: "Command failed: Not found\n" };

export function simExec(directory: string, view: () => ConfigView): Exec {
  const files = filesUnder(directory);
  const objects: Readonly<Record<string, () => unknown>> = {
    "network.interface dump": () => ({ interface: interfaces(view(), files) }),
    "network.wireless status": () => wireless(view()),
    "system board": () => board(files),
  };
  return async (argv, msMax, kind, stopped) => {
    const [program = "", ...rest] = argv;
    // These say something of the network of this machine, which is all the network there is.
    if (program === "ping" || program === "traceroute") return systemExec(argv, msMax, kind, stopped);
    if (program.endsWith("reload_config")) {
      record(directory, "reload_config");
      return done({});
    }
    if (program !== "ubus") return { is: "failed", why: "missing" };
    const words = rest.slice(rest.indexOf("call") + 1, rest.indexOf("call") + 3).join(" ");
    const radio = words.startsWith("iwinfo ") ? airOf(words.slice(7), rest.at(-1) ?? "") : undefined;
    if (radio !== undefined) return done(radio);
    const object = Object.hasOwn(objects, words) ? objects[words] : undefined;
    return object ? done(object()) : notFound;
  };
}

/** Records a line for each order that a real system would have carried out. */
export function record(directory: string, what: string): void {
  const path = join(directory, "var/run/sim");
  mkdirSync(path, { recursive: true });
  appendFileSync(join(path, "orders"), `${what}\n`);
}

function interfaces(view: ConfigView, files: Files): readonly unknown[] {
  const uptime = Math.max(Math.floor(Number.parseFloat(files.line("proc/uptime")) || 0) - 30, 0);
  return (view.package("network")?.ofType("interface") ?? []).map((section) => {
    const device = deviceOf(section);
    const off = truth("network", section, "disabled", false);
    const carrying = deviceBelow(section, view) ?? device;
    const there = netdevOf(files, carrying);
    const up = !off && there?.carrier === true;
    return {
      interface: section.name,
      up,
      pending: !off && !up,
      available: true,
      autostart: !off,
      uptime: up ? uptime : 0,
      ...(up && { l3_device: carrying }),
      proto: single(section, "proto") ?? "none",
      device,
      ...(up ? addressing6(section) : {}),
      ...(up
        ? withRoutes6(section, addressing(section))
        : { "ipv4-address": [], route: [], "dns-server": [] }),
      ...(there ? {} : { errors: [{ subsystem: "interface", code: "NO_DEVICE" }] }),
    };
  });
}

/** The provider's router announces two routes: the one to everywhere, and one to a network of its own that it prefers
 * (RFC 4191). The metric is odhcp6c's. */
function withRoutes6(section: Section, said: { readonly route?: readonly object[] }): object {
  if (single(section, "proto") !== "dhcpv6") return said;
  const by = { nexthop: "fe80::5e00:53fe", valid: 1_800, source: "2001:db8:1::24/128" };
  const told = [
    { target: "::", mask: 0, metric: 512, ...by },
    { target: "2001:db8:200::", mask: 48, metric: 384, ...by },
  ];
  return { ...said, route: [...(said.route ?? []), ...told] };
}

/** The device that carries the addresses, where it is not the one that is configured. */
function deviceBelow(section: Section, view: ConfigView): string | undefined {
  const proto = single(section, "proto");
  if (proto === "pppoe") return `pppoe-${section.name}`;
  if (proto === "qmi") return "wwan0";
  const config = view.package("wireless");
  const station = config
    ?.ofType("wifi-iface")
    .find((one) => single(one, "mode") === "sta" && members(one, "network").includes(section.name));
  const radio =
    config?.ofType("wifi-device").findIndex(({ name }) => name === single(station, "device")) ?? 0;
  return station === undefined ? undefined : `phy${radio}-sta0`;
}

function addressing(section: Section): object {
  const proto = single(section, "proto");
  if (proto === "dhcp")
    return {
      "ipv4-address": [{ address: given.address, mask: given.mask }],
      route: [{ target: "0.0.0.0", mask: 0, nexthop: given.gateway, source: `${given.address}/32` }],
      "dns-server": given.dns,
      data: { dhcpserver: given.gateway, leasetime: 7_200 },
    };
  if (proto === "pppoe" || proto === "qmi") {
    const address = { address: given.address, mask: 32 };
    return {
      "ipv4-address": [proto === "pppoe" ? { ...address, ptpaddress: given.gateway } : address],
      route: [{ target: "0.0.0.0", mask: 0, nexthop: given.gateway, source: "0.0.0.0/0" }],
      "dns-server": given.dns,
    };
  }
  if (proto !== "static") return { "ipv4-address": [], route: [], "dns-server": [] };
  const gateway = single(section, "gateway");
  return {
    "ipv4-address": members(section, "ipaddr").map((word) => {
      const [address = "", bits] = word.split("/");
      return { address, mask: bits === undefined ? bitsOf(single(section, "netmask")) : Number(bits) };
    }),
    route:
      gateway === undefined ? [] : [{ target: "0.0.0.0", mask: 0, nexthop: gateway, source: "0.0.0.0/0" }],
    "dns-server": members(section, "dns"),
  };
}

/** Prefixes that the provider delegates (RFC 3849), and those that the LAN gets of them and of the ULA prefix. */
function addressing6(section: Section): object {
  if (single(section, "proto") === "dhcpv6")
    return {
      "ipv6-address": [{ address: "2001:db8:1::24", mask: 128, preferred: 3_600, valid: 7_200 }],
      "ipv6-prefix": [
        { address: "2001:db8:100::", mask: 56, preferred: 3_600, valid: 7_200, class: section.name },
      ],
    };
  if (single(section, "ip6assign") === undefined) return {};
  const given6 = (address: string, lives: object) => ({
    address: `${address}::`,
    mask: 60,
    ...lives,
    "local-address": { address: `${address}::1`, mask: 60 },
  });
  return {
    "ipv6-prefix-assignment": [
      given6("2001:db8:100", { preferred: 3_600, valid: 7_200 }),
      given6("fd5e:1c2a:77b4", {}),
    ],
  };
}

const bitsOf = (mask: string | undefined): number =>
  (mask ?? "255.255.255.255").split(".").reduce((sum, octet) => sum + bitCount(Number(octet)), 0);

const bitCount = (octet: number): number => octet.toString(2).replaceAll("0", "").length;

/** Names as hostapd's scripts give them: phyN-apM, counted for each radio. */
function wireless(view: ConfigView): object {
  const config = view.package("wireless");
  const radios = config?.ofType("wifi-device") ?? [];
  const entries = radios.map((radio, phy) => {
    const disabled = truth("wireless", radio, "disabled", false);
    const on = (config?.ofType("wifi-iface") ?? []).filter(
      (section) => single(section, "device") === radio.name && !truth("wireless", section, "disabled", false),
    );
    const named = on.map((section, index) => ({
      section: section.name,
      ifname: single(section, "mode") === "sta" ? `phy${phy}-sta0` : `phy${phy}-ap${index}`,
      config: {},
    }));
    return [radio.name, { up: !disabled, pending: false, disabled, interfaces: disabled ? [] : named }];
  });
  return Object.fromEntries(entries);
}

function board(files: Files): object {
  const of = boardOf(files);
  return {
    kernel: of("kernelVersion"),
    hostname: files.line("proc/sys/kernel/hostname"),
    model: of("modelName"),
    board_name: of("productClass"),
    release: { description: of("description") },
  };
}
