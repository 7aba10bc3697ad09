/** Port: Facts: one sheet is the system at one moment. Reads sysfs and procfs under a root directory; netifd is asked
 * once a sheet, and procfs answers where it is not there. */
import type { Facts, Interface, Netdev, Sheet } from "../../src/ports/facts.ts";
import { boardOf, serialNumber } from "./board.ts";
import { answer, type Exec } from "./exec.ts";
import { factsLimits } from "./limits.ts";
import { parseLeases, parseNeighbours } from "./neighbours.ts";
import { heardBehind, netdevOf } from "./netdev.ts";
import { fallbackInterface, parseDump, parseWireless } from "./netifd.ts";
import { asJson, asList, asText, type Files, filesUnder, lastLines } from "./read.ts";

/** @param root "/" on the device; any directory that looks like one elsewhere
 * @param exec how to run ubus, logread and fw_printenv there */
export function openFacts(root: string, exec: Exec): Facts {
  const files = filesUnder(root);
  const board = boardOf(files);
  const cpu = cpuMeter(files);
  let serial: string | undefined;
  // netifd mostly says what it said last time.
  const interfacesOf = last(parseDump);
  return {
    async sheet(extent = "whole") {
      const [dump, wireless, log] = await Promise.all([
        ask(exec, "network.interface", "dump"),
        ask(exec, "network.wireless", "status"),
        extent === "whole" ? readLog(files, exec) : () => "",
      ]);
      serial ??= await serialNumber(files, exec);
      const known = serial;
      return {
        ...readings(files, cpu),
        ...networks(files, interfacesOf(dump), wireless),
        board: (fact) => (fact === "serialNumber" ? known : board(fact)),
        logTail: log,
      };
    },
  };
}

const ask = (exec: Exec, object: string, method: string): Promise<string | undefined> =>
  answer(exec, ["ubus", "-S", "-t", "2", "call", object, method], factsLimits.askMsMax);

/** Answers the same question as before with the same answer. */
function last<A, T>(answer: (asked: A) => T): (asked: A) => T {
  let known: { readonly asked: A; readonly said: T } | undefined;
  return (asked) => {
    if (known === undefined || known.asked !== asked) known = { asked, said: answer(asked) };
    return known.said;
  };
}

/** Answers a question once. */
function once<T>(ask: () => T): () => T {
  let said: { readonly value: T } | undefined;
  return () => {
    said ??= { value: ask() };
    return said.value;
  };
}

function readings(
  files: Files,
  cpuUsage: () => number,
): Pick<Sheet, "uptime" | "memory" | "cpuUsage" | "leases" | "neighbours"> {
  const table = (path: string) => files.text(path, factsLimits.tableBytesMax);
  return {
    uptime: once(() => uptimeOf(files)),
    memory: once(() => memoryOf(files.text("proc/meminfo"))),
    cpuUsage: once(cpuUsage),
    leases: once(() => parseLeases(table("tmp/dhcp.leases"))),
    neighbours: once(() => parseNeighbours(table("proc/net/arp"))),
  };
}

function uptimeOf(files: Files): number {
  const seconds = Number.parseFloat(files.line("proc/uptime"));
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : 0;
}

function memoryOf(text: string | undefined): { readonly total: number; readonly free: number } {
  const of = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d{1,12}) kB`, "m").exec(text ?? "")?.[1] ?? 0);
  return { total: of("MemTotal"), free: of("MemFree") };
}

/** Percent busy between two looks at /proc/stat; the first look counts from boot. */
function cpuMeter(files: Files): () => number {
  let before = { busy: 0, total: 0 };
  let usage = 0;
  return () => {
    const row = /^cpu +([\d ]+)/m.exec(files.text("proc/stat") ?? "")?.[1];
    if (row === undefined) return 0;
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, ...irq] = row.split(" ").map(Number);
    const busy = user + nice + system + irq.slice(0, 3).reduce((sum, ticks) => sum + ticks, 0);
    const now = { busy, total: busy + idle + wait };
    const share = (now.busy - before.busy) / (now.total - before.total);
    // Two looks within one tick have nothing to tell apart: the last figure stands.
    if (Number.isFinite(share)) usage = Math.min(Math.max(share * 100, 0), 100);
    before = now;
    return usage;
  };
}

function networks(
  files: Files,
  interfaces: ReadonlyMap<string, Interface> | undefined,
  wireless: string | undefined,
): Pick<Sheet, "netdev" | "ports" | "bridgePort" | "interface" | "wifiDevice"> {
  const bridges = new Map<string, ReadonlyMap<string, string>>();
  const devices = new Map<string, Netdev | undefined>();
  const guessed = new Map<string, Interface | undefined>();
  const wifi = once(() => parseWireless(wireless));
  return {
    netdev: (name) => {
      if (!devices.has(name)) devices.set(name, netdevOf(files, name));
      return devices.get(name);
    },
    ports: (side) => portsOf(files, side),
    bridgePort: (bridge, mac) => {
      const heard = bridges.get(bridge) ?? heardBehind(files, bridge);
      bridges.set(bridge, heard);
      return heard.get(mac);
    },
    interface: (name) => {
      if (interfaces) return interfaces.get(name);
      if (!guessed.has(name)) guessed.set(name, fallbackInterface(files, name, Math.floor(uptimeOf(files))));
      return guessed.get(name);
    },
    wifiDevice: (section) => wifi().get(section),
  };
}

/** board.json tells how the board was made; without it the members of the bridge, or the way out. */
function portsOf(files: Files, side: "lan" | "wan"): readonly string[] {
  const made = asJson(asJson(files.json("etc/board.json").network)[side]);
  const ports = asList(made.ports).map(asText);
  if (ports.length > 0) return ports;
  if (asText(made.device) !== "") return [asText(made.device)];
  if (side === "lan") return files.names("sys/class/net/br-lan/brif");
  const out = fallbackInterface(files, "wan", 0)?.device;
  return out === undefined ? [] : [out];
}

const logFiles = ["tmp/log/messages", "var/log/messages"];

/** logd keeps its log in memory and gives it through logread; other systems have a file, read when it is asked for. */
async function readLog(files: Files, exec: Exec): Promise<(bytesMax: number) => string> {
  const path = logFiles.find((name) => files.bytes(name, 1) !== undefined);
  if (path !== undefined) return (bytesMax) => files.tail(path, bytesMax) ?? "";
  if (files.bytes("sbin/logread", 1) === undefined) return () => "";
  const lines = String(factsLimits.logLinesMax);
  const said = Buffer.from((await answer(exec, ["/sbin/logread", "-l", lines], factsLimits.askMsMax)) ?? "");
  return (bytesMax) => lastLines(said, bytesMax);
}
