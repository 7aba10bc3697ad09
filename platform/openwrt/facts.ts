/** Port: Facts: one sheet is the system at one moment. Reads sysfs and procfs under a root directory; netifd is asked
 * once a sheet, and procfs answers where there is none. The last answer of netifd is used while it does not answer. */
import {
  type Extent,
  type Facts,
  type Interface,
  type Netdev,
  type Process,
  type Sheet,
  Unread,
} from "../../src/ports/facts.ts";
import { boardOf, serialNumber } from "./board.ts";
import { answer, type Exec } from "./exec.ts";
import { lanTables } from "./lantables.ts";
import { factsLimits } from "./limits.ts";
import { bridgeStateOf, type Counters, heardBehind, netdevOf, parseCounters } from "./netdev.ts";
import { fallbackInterface, parseDump, parsePppoe, parseWireless, reachable6 } from "./netifd.ts";
import { opticsIn } from "./optics.ts";
import { accountsIn, processIds, processOf, sensorsIn } from "./processes.ts";
import { asJson, asList, asText, type Files, filesUnder, type Json, lastLines, once } from "./read.ts";
import { type Answer, openUbus, type Ubus } from "./ubus.ts";
import { airReader } from "./wireless.ts";
import { openWitness, type Witness } from "./witness.ts";

/** The interfaces that netifd reports; undefined: there is no netifd. */
type Interfaces = ReadonlyMap<string, Interface> | undefined;

/** @param root "/" on the device; any directory that looks like one elsewhere
 * @param exec how to run logread and fw_printenv there */
export function openFacts(root: string, exec: Exec, ubus: Ubus = openUbus(root, exec)): Facts {
  const files = filesUnder(root);
  const board = boardOf(files);
  const cpu = cpuMeter(files);
  const witness = openWitness();
  const tables = lanTables(files);
  let serial: string | undefined;
  const interfaces = lastSaid(ubus, "network.interface", "dump", parseDump);
  const wireless = lastSaid(ubus, "network.wireless", "status", parseWireless);
  const readAir = airReader(ubus);
  const made = asWritten(files, "etc/board.json");
  let witnessed = false;
  return {
    async sheet(extent: Extent = "brief") {
      serial ??= await serialNumber(files, exec);
      const known = serial;
      const base = { ...readings(files, cpu, witness), ...tables(), board: boardWith(board, known) };
      const links = networks(files, { uptime: base.uptime, witness, made });
      if (extent === "files") return { ...base, ...links, ...unread };
      if (!witnessed) lookAtLinks(files, links);
      witnessed = true;
      if (extent === "wired")
        return { ...base, ...links, ...withoutRadios, ...logical(files, await interfaces.ask()) };
      const [dump, radios, log] = await Promise.all([
        interfaces.ask(),
        wireless.ask(),
        extent === "whole" ? readLog(files, exec) : undefined,
      ]);
      const devices = [...(radios?.values() ?? [])];
      const air = await readAir(devices, `${files.written("etc/config/wireless")} ${devices.join(" ")}`);
      return {
        ...base,
        ...links,
        ...logical(files, dump),
        wifiDevice: (section) => radios?.get(section),
        stations: (device) => air.stations.get(device) ?? [],
        radio: (device) => air.radios.get(device),
        logTail: log ?? (extent === "brief" ? () => "" : unread.logTail),
      };
    },
    troubles: () => [...interfaces.troubles(), ...wireless.troubles(), ...files.troubles()],
  };
}

const boardWith =
  (board: ReturnType<typeof boardOf>, serial: string): Sheet["board"] =>
  (fact) =>
    fact === "serialNumber" ? serial : board(fact);

const takes = (extent: Extent) => (): never => {
  throw new Unread(extent);
};

const unread = {
  interface: takes("live"),
  wifiDevice: takes("live"),
  stations: takes("live"),
  radio: takes("live"),
  logTail: takes("whole"),
} as const;

const withoutRadios = {
  wifiDevice: takes("brief"),
  stations: takes("brief"),
  radio: takes("brief"),
  logTail: () => "",
} as const;

/** Asks one question of ubus and holds the last good answer to it.
 * @param parse returns undefined for a reply that does not answer the question */
function lastSaid<T>(ubus: Ubus, object: string, method: string, parse: (said: Json) => T | undefined) {
  let last: T | undefined;
  let asked: Answer | undefined;
  let trouble: string | undefined;
  return {
    async ask(): Promise<T | undefined> {
      const answer = await ubus.call(object, method);
      if (answer === asked && trouble === undefined) return last;
      asked = answer;
      const said = answer.is === "said" ? parse(answer.value) : undefined;
      if (said !== undefined || answer.is === "absent") {
        trouble = undefined;
        last = said;
      } else trouble = answer.is === "failed" ? answer.why : "its answer is not understood";
      return last;
    },
    troubles: (): readonly string[] =>
      trouble === undefined
        ? []
        : [`ubus ${object} ${method} fails: ${trouble}; what it said last holds until it answers.`],
  };
}

/** A file that is written once, at boot, and asked for in every moment: read again when it has another time. Of a time
 * that is too young another write may follow within the same tick. */
function asWritten(files: Files, path: string): () => Json {
  let last: { readonly at: number; readonly said: Json } | undefined;
  return () => {
    const at = files.written(path);
    if (at !== undefined && at === last?.at) return last.said;
    const said = files.json(path);
    const settled = at !== undefined && Math.abs(Date.now() - at) > factsLimits.racyMs;
    last = settled ? { at, said } : undefined;
    return said;
  };
}

type Reading =
  | "uptime"
  | "memory"
  | "cpuUsage"
  | "pppoeSession"
  | "hasIpv6"
  | "processes"
  | "process"
  | "sensors"
  | "optics"
  | "accounts"
  | "written"
  | "startsAtBoot";

function readings(files: Files, cpuUsage: () => number, witness: Witness): Pick<Sheet, Reading> {
  const uptime = once(() => uptimeOf(files));
  return {
    uptime,
    memory: once(() => memoryOf(files.text("proc/meminfo"))),
    cpuUsage: once(cpuUsage),
    ...system(files),
    sensors: once(() => sensorsIn(files, witness, uptime)),
    // A kernel without IPv6 has no such file; one with it turned off has an empty one.
    hasIpv6: once(() => (files.text("proc/net/if_inet6") ?? "") !== ""),
    pppoeSession: (device) => parsePppoe(files.text("proc/net/pppoe")).get(device),
  };
}

/** Each process is looked at once a moment. */
function system(
  files: Files,
): Pick<Sheet, "processes" | "process" | "optics" | "accounts" | "written" | "startsAtBoot"> {
  const looked = new Map<number, Process | undefined>();
  const services = once(() => files.names("etc/rc.d"));
  return {
    processes: once(() => processIds(files)),
    process: (pid) => {
      if (!looked.has(pid)) looked.set(pid, processOf(files, pid));
      return looked.get(pid);
    },
    optics: once(() => opticsIn(files)),
    accounts: once(() => accountsIn(files)),
    written: (name) => (/^\w+$/.test(name) ? files.written(`etc/config/${name}`) : undefined),
    startsAtBoot: (service) => services().some((name) => /^S\d\d/.test(name) && name.slice(3) === service),
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
    // Two looks within one tick have no difference: the last figure is kept.
    if (Number.isFinite(share)) usage = Math.min(Math.max(share * 100, 0), 100);
    before = now;
    return usage;
  };
}

/** Notes the state of every link, so that a later change is seen as one. */
function lookAtLinks(files: Files, { netdev }: Pick<Sheet, "netdev">): void {
  for (const name of files.names("sys/class/net")) void netdev(name)?.changed;
}

interface Surroundings {
  readonly uptime: () => number;
  readonly witness: Witness;
  /** The text of board.json. */
  readonly made: () => Json;
}

function networks(
  files: Files,
  { uptime, witness, made }: Surroundings,
): Pick<Sheet, "netdev" | "ports" | "bridgePort" | "bridgeState"> {
  const bridges = new Map<string, ReadonlyMap<string, string>>();
  const devices = new Map<string, Netdev | undefined>();
  const counters = once((): Counters | undefined => parseCounters(files.text("proc/net/dev")));
  const lan = once(() => portsOf(files, made(), "lan"));
  const wan = once(() => portsOf(files, made(), "wan"));
  return {
    netdev: (name) => {
      if (!devices.has(name)) {
        const since = (state: string): number => witness.since(name, state, uptime());
        devices.set(name, netdevOf(files, name, counters(), since));
      }
      return devices.get(name);
    },
    bridgeState: (bridge, port) => bridgeStateOf(files, bridge, port),
    ports: (side) => (side === "lan" ? lan() : wan()),
    bridgePort: (bridge, mac) => {
      const heard = bridges.get(bridge) ?? heardBehind(files, bridge);
      bridges.set(bridge, heard);
      return heard.get(mac);
    },
  };
}

function logical(files: Files, interfaces: Interfaces): Pick<Sheet, "interface" | "address6"> {
  const guessed = new Map<string, Interface | undefined>();
  const named = (name: string): Interface | undefined => {
    if (interfaces) return interfaces.get(name);
    if (!guessed.has(name)) guessed.set(name, fallbackInterface(files, name));
    return guessed.get(name);
  };
  return {
    interface: named,
    address6: (name) => reachable6(interfaces ?? new Map(), named(name)),
  };
}

/** board.json describes the board; without it the members of the bridge, or the way out. */
function portsOf(files: Files, board: Json, side: "lan" | "wan"): readonly string[] {
  const made = asJson(asJson(board.network)[side]);
  const ports = asList(made.ports).map(asText);
  if (ports.length > 0) return ports;
  if (asText(made.device) !== "") return [asText(made.device)];
  if (side === "lan") return files.names("sys/class/net/br-lan/brif");
  const out = fallbackInterface(files, "wan")?.device;
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
