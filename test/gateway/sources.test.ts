/** Every parameter follows its source: each value is read again with every source that it has looked into changed under it,
 * and is another one under at least one change. Which sources these are, watching it read finds out. A value that follows
 * nothing is one that the tables say never changes. A value that is only lost with its row does not follow its source. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFacts } from "../../platform/openwrt/facts.ts";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import type { Form } from "../../platform/sim/form.ts";
import type { Env, ObjectDef, Own, TableDef } from "../../src/model/define.ts";
import type { Leaf } from "../../src/model/node.ts";
import { sourcesOf } from "../../src/model/source.ts";
import type { ConfigView, Edit } from "../../src/ports/config.ts";
import type { Sheet } from "../../src/ports/facts.ts";
import { declaredPath, type Gateway, type Grown, grown, sampleGateway } from "./grown.ts";

const forms: readonly Form[] = [{ wan: "dhcp", vlan: 7 }, { wan: "pppoe" }];

const gateways: Gateway[] = [];
beforeAll(async () => {
  for (const form of forms) gateways.push(await equipped(await sampleGateway(form)));
});
afterAll(() => {
  for (const one of gateways) one.remove();
});

/** The gateway with a row in each table that is empty on a plain one: options of the DHCP client, a parameter that Informs
 * carry, a hop of a route, an optical module. */
async function equipped(gateway: Gateway): Promise<Gateway> {
  const { directory, config } = gateway;
  const more: Readonly<Record<string, string>> = {
    network: "config interface 'wan'\n\toption reqopts '43'\n\toption sendopts '60:0a0b'\n",
    cwmp: "config inform_parameter 'seven'\n\toption parameter 'Device.DeviceInfo.UpTime'\n",
    cwmp_diagnostics: "config hop 'hop1'\n\toption host 'seven.example'\n",
  };
  for (const [name, text] of Object.entries(more))
    appendFileSync(join(directory, "etc/config", name), `\n${text}`);
  const chip = join(directory, "sys/class/hwmon/hwmon2");
  mkdirSync(chip, { recursive: true });
  const module = {
    power1_label: "TX_power",
    power1_input: "1000",
    power2_label: "RX_power",
    power2_input: "10",
  };
  for (const [name, text] of Object.entries({ name: "sfp_1", ...module }))
    writeFileSync(join(chip, name), `${text}\n`);
  const facts = openFacts(
    directory,
    simExec(directory, () => config.view()),
  );
  return { ...gateway, sheet: await facts.sheet("whole") };
}

/** Every parameter that the root declares. */
function declared(def: ObjectDef | TableDef, path = ""): readonly string[] {
  if (def.is === "table") return declared(def.instance, `${path}{i}.`);
  const below = Object.entries(def.objects).flatMap(([name, child]) => declared(child, `${path}${name}.`));
  return [...Object.keys(def.params).map((name) => path + name), ...below];
}

/** Texts that an option or a fact could have: between them every kind of value there is. */
const texts: readonly string[] = [
  "",
  "7 7",
  "7".repeat(64),
  ...`0 1 2 7 60 100 1400 true server disabled none no high auto dhcp pppoe static infinite allow deny
  sae psk psk2 psk+tkip wep wep+open wep-shared wep+shared wpa wpa2 wpa+tkip HE40 VHT80 HT20 11a 5g 6g ACCEPT DROP udp tcp qmi pptp
  Requested Complete Upload Failure 8021q 8021ad bridge lan wan guest lan2 lan7 radio1 phy1-ap0 phy7-ap7
  198.51.100.7 198.51.100.7/25 192.168.1.77 255.255.255.128 2001:db8:7::7 fd07:7::/48 00:00:5E:00:53:77
  00:00:5e:*:*:* 0a0b0c http://seven.example/ seven.example FR UTC0 EST5EDT,M3.2.0,M11.1.0 2026-02-02T02:02:02Z
  7000-7007 42,198.51.100.7 6,198.51.100.7 3,198.51.100.7 15,seven.example 43 43:0a0b /var/log/seven /etc/seven.log
  home-agent`.split(/\s+/),
];

/** Those that a fact has inside of something. */
const inner = [
  "",
  "198.51.100.7",
  "192.168.1.77",
  "fd07:7::7",
  "00:00:5E:00:53:77",
  "static",
  "01:02:03",
  "T",
  "7",
];

/** Like values with something in them changed, the nearest ones first. */
function variants(value: unknown, depth = 0): readonly unknown[] {
  if (typeof value === "number") return [value + 7, 0, value * 1000 + 1_000_007, undefined];
  if (typeof value === "bigint") return [value + 7n];
  if (typeof value === "boolean") return [!value];
  const words = depth === 0 ? texts : inner;
  if (typeof value === "string") return [...words, `${value}7`, undefined];
  if (value === undefined) return [7, true, ...words];
  if (typeof value === "function") {
    const asked = value as (...words: unknown[]) => unknown;
    const answers = variants(asked("tx_bytes"), depth + 1).length;
    return Array.from(
      { length: answers },
      (_, at) =>
        (...words: unknown[]) =>
          variants(asked(...words), depth + 1)[at],
    );
  }
  if (Array.isArray(value))
    return [
      value.length > 0 ? [] : ["NO_DEVICE"],
      ...value.flatMap((one, at) => variants(one, depth + 1).map((other) => value.with(at, other))),
    ];
  if (value === null || typeof value !== "object" || depth > 3) return [];
  const names = new Set([...Object.keys(value), ...(depths[depth] ?? [])]);
  return [...names].flatMap((name) =>
    variants((value as Record<string, unknown>)[name], depth + 1).map((other) => ({
      ...value,
      [name]: other,
    })),
  );
}

/** Members that may be absent. */
const depths: Readonly<Record<number, readonly string[]>> = { 0: ["changed", "peer"] };

/** What these are asked with is no word. */
const ask: Readonly<Record<string, readonly unknown[]>> = {
  leases: [[{ path: "tmp/dhcp.leases", by: "dnsmasq" }]],
  process: [1411],
  logTail: [1000],
};

/** The sheet with each other answer to the question. */
function* sheetsFrom(sheet: Sheet, source: string): Generator<Sheet> {
  const [name = "", ...words] = source.slice("device: ".length).split(" ");
  const asked = sheet[name as keyof Sheet] as (...words: unknown[]) => unknown;
  const isAsked = (more: readonly unknown[]): boolean =>
    ask[name] !== undefined || more.join() === words.join();
  for (const other of variants(asked(...(ask[name] ?? words))))
    yield { ...sheet, [name]: (...more: unknown[]) => (isAsked(more) ? other : asked(...more)) };
}

function* viewsFrom(config: ConfigView, source: string): Generator<ConfigView> {
  const [pkg = "", section = "", option = ""] = source.split(".");
  const where = { package: pkg, section };
  const there = config.package(pkg)?.section(section)?.options.get(option);
  const edits: Edit[] = texts.map((value) => ({ edit: "set", ...where, option, value }));
  if (there !== undefined) edits.push({ edit: "unset", ...where, option });
  if (Array.isArray(there)) edits.push({ edit: "set", ...where, option, value: [...there].reverse() });
  for (const value of texts) edits.push({ edit: "set", ...where, option, value: [value, "lan7"] });
  for (const edit of edits) yield config.with([edit]);
}

/** Each section of the package gone, and one more of each type that tables are made of. */
function* packagesFrom(config: ConfigView, name: string): Generator<ConfigView> {
  for (const { name: section } of config.package(name)?.sections ?? [])
    yield config.with([{ edit: "remove", package: name, section }]);
  for (const type of ["inform_parameter", "hop", "route6", "redirect", "host"])
    yield config.with([{ edit: "add", package: name, section: "seven", type }]);
}

function* ownsFrom(own: Own): Generator<Own> {
  for (const other of ["1", "true", "2026-02-02T02:02:02Z", "7"]) yield { ...own, read: () => other };
}

function* changedBy(env: Env, source: string): Generator<Env> {
  if (source.startsWith("agent: ")) for (const own of ownsFrom(env.own)) yield { ...env, own };
  else if (source.startsWith("device: "))
    for (const sheet of sheetsFrom(env.sheet, source)) yield { ...env, sheet };
  else for (const config of viewsFrom(env.config, source)) yield { ...env, config };
}

function* regrouped(env: Env, packages: readonly string[]): Generator<Env> {
  yield { ...env, now: { ...env.now, wall: env.now.wall + 86_400_000 * 400 } };
  yield { ...env, now: { ...env.now, known: false } };
  yield { ...env, zone: 120 };
  for (const name of packages) for (const config of packagesFrom(env.config, name)) yield { ...env, config };
}

/** Environments in which one source of the value is another one, of each source in turn. */
function* changed(env: Env, sources: readonly string[], packages: readonly string[]): Generator<Env> {
  let going = [...sources.map((source) => changedBy(env, source)), regrouped(env, packages)];
  for (let tries = 0; going.length > 0 && tries < triesMax; ) {
    const next = going.map((one) => ({ one, step: one.next() })).filter(({ step }) => step.done !== true);
    for (const { step } of next) yield step.value as Env;
    tries += next.length;
    going = next.map(({ one }) => one);
  }
}

/** Changes after which a value that is the same is taken to follow nothing. */
const triesMax = 1500;

let moments = 1;

/** The value in another environment; undefined where there is none. */
function valueIn({ tree }: Grown, leaf: Leaf, env: Env): string | undefined {
  try {
    tree.at(env, ++moments);
    return leaf.shape.binding.read(leaf.parent.at, env);
  } catch {
    return undefined;
  }
}

/** Sections that a plain gateway does without. */
const optional: readonly (readonly [pkg: string, section: string, type: string, ...options: string[]])[] = [
  ["cwmp", "stun", "stun"],
  ["cwmp", "udp_echo", "udp_echo"],
  ["cwmp", "transfer", "transfer"],
  ["cwmp_diagnostics", "ping", "ping"],
  ["cwmp_diagnostics", "traceroute", "traceroute"],
  ["cwmp_diagnostics", "download", "download"],
  ["cwmp_diagnostics", "upload", "upload"],
  ["network", "seven_port", "device", "name", "lan1"],
  ["network", "seven_vlan", "device", "name", "wan.7", "type", "8021q", "vid", "7", "ifname", "wan"],
  ["dhcp", "seven_relay", "relay", "interface", "guest"],
  ["dhcp", "tv_users", "userclass", "networkid", "tv", "userclass", "SampleTV"],
  ["dhcp", "tv_macs", "mac", "networkid", "tv", "mac", "00:00:5e:00:53:*"],
];

const completed = (env: Env): Env => ({
  ...env,
  config: env.config.with(
    optional.flatMap(([pkg, section, type, ...options]): Edit[] => [
      ...(env.config.package(pkg)?.section(section) === undefined
        ? [{ edit: "add" as const, package: pkg, section, type }]
        : []),
      ...options.flatMap((option, at): Edit[] =>
        at % 2 === 0 ? [{ edit: "set", package: pkg, section, option, value: options[at + 1] ?? "" }] : [],
      ),
    ]),
  ),
});

/** The values of the parameter where its row represents nothing. A parameter with few values, or one that refers to a row,
 * may have them for another reason. */
function lostValues(leaf: Leaf, env: Env): readonly string[] {
  const { shape, parent } = leaf;
  const { values, refersTo } = shape.rule();
  if (hasOneValue.test(declaredPath(leaf))) return [];
  if (shape.fact.type === "boolean" || values.size > 0 || refersTo !== undefined) return [];
  const nothing = Object.fromEntries(Object.keys(parent.at).map((thing) => [thing, "nowhere"]));
  return ["", shape.binding.read(nothing, env)];
}

/** @returns undefined for a value that has no source beside the row that it is of: a name, a reference */
function follows(here: Grown, leaf: Leaf): boolean | undefined {
  const { tree } = here;
  const env = completed(here.env);
  tree.at(env, ++moments);
  const before = leaf.shape.binding.read(leaf.parent.at, env);
  const sources = sourcesOf(env, (watched) => {
    tree.at(watched, ++moments);
    return leaf.shape.binding.read(leaf.parent.at, watched);
  });
  const lost = lostValues(leaf, env);
  for (const other of changed(env, sources, leaf.shape.binding.packages)) {
    const value = valueIn(here, leaf, other);
    if (value !== undefined && value !== before && !lost.includes(value)) return true;
  }
  return sources.length === 0 ? undefined : false;
}

/** What the tables say never changes, in the words of docs/data-model.md: neither a package nor a fact is looked into. */
const isFixed = ({ shape: { binding } }: Leaf): boolean =>
  binding.packages.length === 0 && binding.fresh !== true;

/** By these a row is known, whatever else its source says: with another one it is another row. */
const isName =
  /Host\.\{i\}\.(?:Phys|MAC)Address$|Client\.\{i\}\.Chaddr$|\.Alias$|IPv6Prefix\.\{i\}\.Prefix$|InterfaceSetting\.\{i\}\.(?:Prefix|SourceRouter)$/;

/** On this gateway these have one value beside that of a row which is not there: a reference, a place among few, one address
 * or none. The extremes of a sensor are made of readings of several moments. */
const hasOneValue =
  /DefaultConnectionService$|PoolOrder$|ReqOption\.\{i\}\.Order$|Host\.\{i\}\.IPv[46]AddressNumberOfEntries$|Sensor\.\{i\}\.M\w+Value$/;

/** The answer to an option that the DHCP client asks for is shown where it is used, and is empty here. */
const isEmpty = /Req(?:DHCP)?Option\.\{i\}\.Value$/;

/** These say nothing but which row it is. The number of associated devices is the agent's own. */
const isOfRow =
  /\.(?:Name|Alias|Username|PID|Interface|SSIDReference)$|AssociatedDevice\.\{i\}\.\w*MACAddress$|IPv6Address\.\{i\}\.IPAddress$|ManageableDeviceNumberOfEntries$/;

describe.each([igdRoot, deviceRoot])("$name", (root) => {
  test("A.3.2.2 every parameter that is not fixed follows its source", () => {
    const grownOnes = gateways.map((one) => grown(root, one));
    const stiff = new Set<string>();
    const followed = new Set<string>();
    const sourceless = new Set<string>();
    const tries = new Map<string, number>();
    for (const here of grownOnes)
      for (const leaf of here.leaves) {
        const path = declaredPath(leaf);
        const tried = (tries.get(path) ?? 0) + 1;
        if (isFixed(leaf) || followed.has(path) || tried > 8) continue;
        tries.set(path, tried);
        const found = follows(here, leaf);
        if (found === true) followed.add(path);
        if (found === false) stiff.add(path);
        if (found === undefined) sourceless.add(path);
      }
    const met = new Set(grownOnes.flatMap(({ leaves }) => leaves.map(declaredPath)));
    // The agent keeps the devices that have named themselves: association.test.ts.
    expect(declared(root.object).filter((path) => !met.has(path) && !/ManageableDevice/.test(path))).toEqual(
      [],
    );
    expect([...sourceless].filter((path) => !followed.has(path) && !isOfRow.test(path)).toSorted()).toEqual(
      [],
    );
    expect(followed.size).toBeGreaterThan(250);
    expect(
      [...stiff]
        .filter((path) => !followed.has(path) && !isName.test(path) && !isEmpty.test(path))
        .toSorted(),
    ).toEqual([]);
  });
});
