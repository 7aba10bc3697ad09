/** Composition: looks at the whole board for `cwmpd doctor`. Changes nothing, and sends the ACS nothing. */
import { join } from "node:path";
import tls from "node:tls";
import type { Status } from "../../src/control/status.ts";
import type { Observed, Port } from "../../src/doctor/observed.ts";
import { Refused } from "../../src/errors.ts";
import type { ConfigView } from "../../src/ports/config.ts";
import type { Sheet } from "../../src/ports/facts.ts";
import { readSettings, type Settings } from "../../src/settings.ts";
import { controlClient } from "../bun/control.ts";
import { clockKnown } from "../openwrt/clock.ts";
import { noExec, systemExec } from "../openwrt/exec.ts";
import { exposedFiles } from "../openwrt/exposed.ts";
import { openFacts } from "../openwrt/facts.ts";
import { filesUnder } from "../openwrt/read.ts";
import { Cache } from "../openwrt/uci/cache.ts";
import { systemFiles } from "../openwrt/uci/files.ts";
import { placesUnder } from "../openwrt/uci/places.ts";
import { View } from "../openwrt/uci/view.ts";
import { machineAt } from "./machine.ts";
import { ownerOf } from "./ports.ts";
import { certificatesIn, hooksAt, keptInMemory, leftoversAt, roomFor, uncommittedAt } from "./traces.ts";
import { tryAcs } from "./trial.ts";

export async function observe(root: string, offline: boolean): Promise<Observed> {
  const now = Date.now();
  const view = new View(new Cache(systemFiles, placesUnder(root), () => {}).moment());
  const settings = readSettings(view, "configuration");
  const status = await statusOf(root);
  const url = status?.acs.url || settings.url;
  const known = status?.time.known ?? clockKnown(root)();
  const sheet = await openFacts(root, root === "/" ? systemExec : noExec).sheet();
  const policy = {
    ca: undefined,
    clientCert: undefined,
    clientKey: undefined,
    ...settings.tls,
    checkDates: known,
  };
  return {
    now,
    clockKnown: known,
    agent: status && agentOf(status),
    config: configOf(root, view, settings),
    identity: identityOf(view, sheet, status),
    interface: interfaceOf(view, sheet, settings.connectionRequest.interface),
    ...waysOut(root),
    acs: {
      url,
      source: status?.acs.source ?? "configuration",
      discovery: settings.dhcp.discovery,
      trial: url === "" || offline ? undefined : await tryAcs(url, policy),
    },
    ...hooksAt(root),
    stun: stunOf(settings, status),
    stateFree: roomFor(join(root, "etc/cwmp"), join(root, "etc")),
    stateVolatile: keptInMemory(root, "/etc"),
    trust: trustOf(settings),
    builtInRoots: tls.rootCertificates.length,
    leftovers: leftoversAt(root, now),
    uncommitted: uncommittedAt(root),
    machine: root === "/" ? { ...machineAt(root), ports: portsOf(root, sheet, settings, status) } : undefined,
  };
}

/** The status of the running agent; undefined: no agent runs. */
async function statusOf(root: string): Promise<Status | undefined> {
  try {
    return await controlClient(root).status();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

const agentOf = ({ lastSession, warnings }: Status): Observed["agent"] => ({
  lastFailure: lastSession?.failure ?? null,
  sessions: lastSession !== null,
  warnings,
});

function configOf(root: string, view: ConfigView, settings: Settings): Observed["config"] {
  const file = view.package("cwmp");
  return {
    damaged: file === undefined ? undefined : (file.damaged ?? null),
    enabled: settings.enabled,
    problems: settings.problems,
    exposed: exposedFiles(root, settings.tls.clientKey),
  };
}

const names = [
  { name: "Manufacturer", option: "manufacturer", fact: "manufacturer" },
  { name: "OUI", option: "oui", fact: "oui" },
  { name: "ProductClass", option: "product_class", fact: "productClass" },
  { name: "SerialNumber", option: "serial_number", fact: "serialNumber" },
] as const;

function identityOf(view: ConfigView, sheet: Sheet, status: Status | undefined): Observed["identity"] {
  const section = view.package("cwmp")?.section("cpe");
  return names.map(({ name, option, fact }) => {
    const configured = textIn(section, option);
    if (configured !== "") return { name, option, value: configured, from: "configuration" };
    if (status) return { name, option, value: status.device[name], from: "agent" };
    return { name, option, value: sheet.board(fact), from: "board" };
  });
}

type Section = ReturnType<NonNullable<ReturnType<ConfigView["package"]>>["section"]>;

function textIn(section: Section, option: string): string {
  const value = section?.options.get(option) ?? "";
  return typeof value === "string" ? value : value.join(" ");
}

function interfaceOf(view: ConfigView, sheet: Sheet, name: string): Observed["interface"] {
  const seen = sheet.interface(name);
  const section = view.package("network")?.section(name);
  const asked = textIn(section, "reqopts").split(/\s+/);
  const vendor = `${textIn(section, "vendorid")} ${textIn(section, "sendopts")}`;
  return {
    name,
    up: seen?.up === true,
    address: seen?.addresses[0]?.address ?? "",
    dhcp: textIn(section, "proto") === "dhcp" ? { vendor, asked } : undefined,
  };
}

function waysOut(root: string): Pick<Observed, "defaultRoute" | "nameServers"> {
  const files = filesUnder(root);
  const resolvers = ["tmp/resolv.conf.d/resolv.conf.auto", "etc/resolv.conf"].map(
    (path) => files.text(path) ?? "",
  );
  const servers = resolvers.flatMap((text) =>
    [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, address = ""]) => address),
  );
  // proc_net(5): the destination and the mask of the default route are zeros. Over IPv6 the kernel has one of
  // its own on lo.
  const route = /^\S+\t0{8}\t\S+\t\S+\t\S+\t\S+\t\S+\t0{8}\t/m.test(files.text("proc/net/route") ?? "");
  const route6 = /^0{32} 00 0{32} 00 .* (?!lo$)\S+$/m.test(files.text("proc/net/ipv6_route") ?? "");
  return { defaultRoute: route || route6, nameServers: [...new Set(servers)] };
}

/** Every port that the configuration has the agent listen on. UDP Connection Requests are received on
 * the port of TCP. */
export function portsOf(
  root: string,
  sheet: Sheet,
  { connectionRequest, lan, udpEcho }: Settings,
  status: Status | undefined,
): readonly Port[] {
  const port = connectionRequest.port || (status?.connectionRequest.port ?? 0);
  const of = (name: string) => sheet.interface(name)?.addresses.map(({ address }) => address) ?? [];
  const ports: Port[] = [
    { use: "requests", port, owner: ownerOf(root, "tcp", port) },
    { use: "udp requests", port, owner: ownerOf(root, "udp", port) },
  ];
  if (lan.enabled)
    ports.push({ use: "page", port: lan.port, owner: ownerOf(root, "tcp", lan.port, of(lan.interface)) });
  if (udpEcho.enable) {
    const at = udpEcho.interface === "" ? undefined : of(udpEcho.interface);
    ports.push({ use: "echo", port: udpEcho.port, owner: ownerOf(root, "udp", udpEcho.port, at) });
  }
  return ports;
}

function stunOf({ stun, url }: Settings, status: Status | undefined): Observed["stun"] {
  const { nat } = status ?? {};
  const binding = nat && {
    found: nat.stun?.bound === true,
    address: nat.address ?? "",
    nat: nat.natDetected,
    why: nat.stun?.why ?? "it has just been switched on",
  };
  return { enabled: stun.enable, server: stun.host || (url === "" ? "" : new URL(url).hostname), binding };
}

/** Trust stores are read by the paths in the configuration, also where the root is a directory: the agent
 * reads them so. */
function trustOf({ tls: acs, transfer, vouchers }: Settings): Observed["trust"] {
  const paths = [acs.ca, acs.clientCert, transfer.tls.ca, ...vouchers.trust];
  const named = [...new Set(paths.filter((path) => path !== undefined))];
  return named.map((path) => ({ path, certificates: certificatesIn(path) }));
}
