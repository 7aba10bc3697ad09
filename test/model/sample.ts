/** A small root with one of everything: own values, facts, UCI options, hidden and forced ones, tables of named and of
 * anonymous sections, of facts, within each other, and one that stays empty. */
import { Fault } from "../../src/errors.ts";
import {
  type At,
  type Binding,
  type Env,
  object,
  type ParameterFact,
  type Root,
  type Row,
  sectionRow,
  table,
} from "../../src/model/define.ts";
import { type Model, openModel } from "../../src/model/session.ts";
import type { Edit } from "../../src/ports/config.ts";
import type { Sheet } from "../../src/ports/facts.ts";
import type { XsdType } from "../../src/soap/names.ts";
import {
  Disk,
  type Fuse,
  fuse,
  type MemoryClock,
  type MemoryConfig,
  type MemoryFacts,
  type MemoryLog,
  type MemoryStore,
  memoryClock,
  memoryConfig,
  memoryFacts,
  memoryLog,
  memoryStore,
  type Packages,
} from "./world.ts";

type FactLine = readonly [
  type: XsdType,
  access: "R" | "W",
  constraints?: string,
  more?: Partial<ParameterFact>,
];

const forced = { forcedInform: true } as const;

/** Facts by path below the root. */
const facts: Readonly<Record<string, FactLine>> = {
  DeviceSummary: ["string", "R", "len=..1024", forced],
  "DeviceInfo.SerialNumber": ["string", "R", "len=..64"],
  "DeviceInfo.SoftwareVersion": ["string", "R", "len=..64", { ...forced, activeNotify: "forceEnabled" }],
  "DeviceInfo.ProvisioningCode": ["string", "W", "len=..64", { ...forced, activeNotify: "forceEnabled" }],
  "DeviceInfo.ModelName": ["string", "R"],
  "DeviceInfo.UpTime": ["unsignedInt", "R", "", { activeNotify: "canDeny" }],
  "DeviceInfo.Temperature": ["int", "W", "range=-274.."],
  "DeviceInfo.VendorConfigFile.{i}.Name": ["string", "R", "len=..64"],
  "ManagementServer.URL": ["string", "W", "len=..256"],
  "ManagementServer.Password": ["string", "W", "len=..256", { hidden: true }],
  "ManagementServer.PeriodicInformEnable": ["boolean", "W"],
  "ManagementServer.PeriodicInformInterval": ["unsignedInt", "W", "range=1.."],
  "ManagementServer.PeriodicInformTime": ["dateTime", "W"],
  "ManagementServer.ParameterKey": ["string", "R", "len=..32", { ...forced, activeNotify: "canDeny" }],
  "ManagementServer.ConnectionRequestURL": [
    "string",
    "R",
    "len=..256",
    { ...forced, activeNotify: "forceDefaultEnabled" },
  ],
  "LANDevice.{i}.LANHostConfigManagement.MinAddress": ["string", "W", "len=..45; dataType=IPAddress"],
  "LANDevice.{i}.LANHostConfigManagement.MaxAddress": ["string", "W", "len=..45; dataType=IPAddress"],
  "LANDevice.{i}.LANHostConfigManagement.DomainName": ["string", "W", "len=..64"],
  "LANDevice.{i}.LANHostConfigManagement.DNSServers": [
    "string",
    "W",
    "item=string; listLen=..64; dataType=IPAddress",
  ],
  "LANDevice.{i}.Hosts.HostNumberOfEntries": ["unsignedInt", "R"],
  "LANDevice.{i}.Hosts.Host.{i}.MACAddress": ["string", "R", "len=..17"],
  "LANDevice.{i}.Hosts.Host.{i}.HostName": ["string", "R", "len=..64"],
  "LANDevice.{i}.WLANConfiguration.{i}.Enable": ["boolean", "W"],
  "LANDevice.{i}.WLANConfiguration.{i}.SSID": ["string", "W", "len=..32"],
  "LANDevice.{i}.WLANConfiguration.{i}.BeaconType": ["string", "W", "enum=None|Basic{opt}|WPA|11i|Other{ro}"],
  "LANDevice.{i}.WLANConfiguration.{i}.Passphrase": ["string", "W", "len=..63", { hidden: true }],
  "WANDevice.{i}.ExternalIPAddress": [
    "string",
    "R",
    "len=..45; dataType=IPAddress",
    { ...forced, activeNotify: "forceDefaultEnabled" },
  ],
  "NAT.PortMappingNumberOfEntries": ["unsignedInt", "R"],
  "NAT.PortMapping.{i}.Enabled": ["boolean", "W", "", { default: "false" }],
  "NAT.PortMapping.{i}.ExternalPort": ["unsignedInt", "W", "range=0..65535", { default: "0" }],
  "NAT.PortMapping.{i}.Protocol": ["string", "W", "enum=TCP|UDP", { default: "TCP" }],
  "NAT.PortMapping.{i}.Description": ["string", "W", "len=..256", { default: "" }],
  "NAT.PortMapping.{i}.LastUsed": ["dateTime", "R"],
  "NAT.PortMapping.{i}.Rule.{i}.Source": [
    "string",
    "W",
    "len=..45; dataType=IPAddress",
    { default: "10.0.0.1" },
  ],
  "X_Absent.Thing": ["string", "R"],
};

function factOf([type, access, constraints = "", more]: FactLine): ParameterFact {
  return {
    type,
    writable: access === "W",
    constraints,
    default: undefined,
    forcedInform: false,
    activeNotify: "normal",
    hidden: false,
    ...more,
  };
}

const fact = (read: (sheet: Sheet, at: At, env: Env) => string): Binding => ({
  packages: [],
  read: (at, env) => read(env.sheet, at, env),
});

/** An option of a fixed section, or of the section that the instance stands for. */
function uci(pkg: string, section: string | undefined, option: string, initial = ""): Binding {
  const name = (at: At): string => section ?? at[pkg] ?? "";
  return {
    packages: [pkg],
    read: (at, env) => String(env.config.package(pkg)?.section(name(at))?.options.get(option) ?? initial),
    write: (at, value): readonly Edit[] => [{ edit: "set", package: pkg, section: name(at), option, value }],
  };
}

function listed(pkg: string, option: string): Binding {
  return {
    packages: [pkg],
    read: (at, env) =>
      [
        env.config
          .package(pkg)
          ?.section(at[pkg] ?? "")
          ?.options.get(option) ?? [],
      ]
        .flat()
        .join(","),
    write: (at, value) => [
      { edit: "set", package: pkg, section: at[pkg] ?? "", option, value: value.split(",") },
    ],
  };
}

const sections = (pkg: string, type: string) => ({
  packages: [pkg],
  rows: (_at: At, env: Env): Row[] =>
    (env.config.package(pkg)?.ofType(type) ?? []).map((s) => sectionRow(s, { [pkg]: s.name })),
});

const readOnly = ({ packages, read }: Binding): Binding => ({ packages, read });

const rules = table({
  packages: ["firewall"],
  rows: (at, env) =>
    (env.config.package("firewall")?.ofType("rule") ?? [])
      .filter((s) => s.options.get("of") === at.firewall)
      .map((s) => ({ key: s.name, at: { firewall: s.name } })),
  instance: object({ Source: uci("firewall", undefined, "src_ip") }),
  add: (at, number) => {
    const name = `${at.firewall}_rule${number}`;
    return {
      row: { key: name, at: { firewall: name } },
      edits: [
        { edit: "add", package: "firewall", section: name, type: "rule" },
        { edit: "set", package: "firewall", section: name, option: "of", value: at.firewall ?? "" },
      ],
    };
  },
  remove: (at) => [{ edit: "remove", package: "firewall", section: at.firewall ?? "" }],
});

const externalPort: Binding = {
  ...uci("firewall", undefined, "src_dport", "0"),
  write: (at, value) => {
    if (value === "25") throw new Fault(9007, "Port 25 is not forwarded by this device");
    return [{ edit: "set", package: "firewall", section: at.firewall ?? "", option: "src_dport", value }];
  },
};

const mappings = table({
  ...sections("firewall", "redirect"),
  rowsMax: 6,
  instance: object(
    {
      Enabled: uci("firewall", undefined, "enabled", "1"),
      ExternalPort: externalPort,
      Protocol: uci("firewall", undefined, "proto", "TCP"),
      Description: uci("firewall", undefined, "name"),
      LastUsed: fact(() => "0001-01-01T00:00:00Z"),
    },
    { Rule: rules },
    {
      // Two enabled mappings of one port contradict each other.
      check: (at, env) => {
        const all = env.config.package("firewall")?.ofType("redirect") ?? [];
        const own = all.find((s) => s.name === at.firewall);
        const port = own?.options.get("src_dport") ?? "0";
        const twin = all.some((s) => s !== own && port !== "0" && s.options.get("src_dport") === port);
        return twin ? [{ about: externalPort, why: "Another mapping has the port" }] : [];
      },
    },
  ),
  add: (_at, number) => {
    const name = `pm_${number}`;
    return {
      row: { key: name, at: { firewall: name } },
      edits: [{ edit: "add", package: "firewall", section: name, type: "redirect" }],
    };
  },
  remove: (at, env) => {
    const pkg = env.config.package("firewall");
    if (pkg?.section(at.firewall ?? "")?.options.get("locked") === "1") return undefined;
    const below = pkg?.ofType("rule").filter((s) => s.options.get("of") === at.firewall) ?? [];
    return [...below.map((s) => s.name), at.firewall ?? ""].map((section) => ({
      edit: "remove",
      package: "firewall",
      section,
    }));
  },
});

const minAddress = uci("dhcp", undefined, "min");

const address = (text: string): number => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

const lan = object(
  {},
  {
    LANHostConfigManagement: object(
      {
        MinAddress: minAddress,
        MaxAddress: uci("dhcp", undefined, "max"),
        DomainName: uci("dhcp", undefined, "domain"),
        DNSServers: listed("dhcp", "dns"),
      },
      {},
      {
        check: (at, env) => {
          const pool = env.config.package("dhcp")?.section(at.dhcp ?? "")?.options;
          const low = address(String(pool?.get("min") ?? ""));
          return low <= address(String(pool?.get("max") ?? ""))
            ? []
            : [{ about: minAddress, why: "The pool ends before it begins" }];
        },
      },
    ),
    Hosts: object(
      { HostNumberOfEntries: fact((sheet) => String(sheet.leases([]).length)) },
      {
        Host: table({
          packages: [],
          rows: (_at, env) => env.sheet.leases([]).map((l) => ({ key: l.mac, at: { mac: l.mac } })),
          instance: object({
            MACAddress: fact((_sheet, at) => at.mac ?? ""),
            HostName: fact((sheet, at) => sheet.leases([]).find((l) => l.mac === at.mac)?.hostname ?? ""),
          }),
        }),
      },
    ),
    WLANConfiguration: table({
      ...sections("wireless", "wifi-iface"),
      instance: object({
        Enable: uci("wireless", undefined, "enabled", "1"),
        SSID: uci("wireless", undefined, "ssid"),
        // Without encryption the key goes; in one call with a new key, that one has the last word.
        BeaconType: {
          ...uci("wireless", undefined, "encryption", "None"),
          write: (at, value) => {
            const where = { package: "wireless", section: at.wireless ?? "" };
            const set: Edit = { edit: "set", ...where, option: "encryption", value };
            return value === "None" ? [set, { edit: "unset", ...where, option: "key" }] : [set];
          },
        },
        Passphrase: uci("wireless", undefined, "key"),
      }),
    }),
  },
);

export const sampleRoot: Root = {
  name: "InternetGatewayDevice",
  object: object(
    { DeviceSummary: fact(() => "InternetGatewayDevice:1.4[](Baseline:1)") },
    {
      DeviceInfo: object(
        {
          SerialNumber: fact((_sheet, _at, env) => env.own.read("serialNumber")),
          SoftwareVersion: fact((sheet) => sheet.board("softwareVersion")),
          ProvisioningCode: uci("cwmp", "cpe", "provisioning_code"),
          ModelName: fact((sheet) => sheet.board("modelName")),
          UpTime: fact((sheet) => String(sheet.uptime())),
          Temperature: uci("cwmp", "cpe", "temperature", "20"),
        },
        {
          VendorConfigFile: table({
            packages: ["cwmp"],
            rows: (_at, env) =>
              (env.config.package("cwmp")?.ofType("config_file") ?? []).map((s) => ({
                key: s.name,
                at: { cwmp: s.name },
              })),
            instance: object({ Name: readOnly(uci("cwmp", undefined, "name")) }),
            add: (_at, number) => ({
              row: { key: `file${number}`, at: { cwmp: `file${number}` } },
              edits: [{ edit: "add", package: "cwmp", section: `file${number}`, type: "config_file" }],
            }),
            remove: (at) => [{ edit: "remove", package: "cwmp", section: at.cwmp ?? "" }],
          }),
        },
      ),
      ManagementServer: object({
        URL: uci("cwmp", "acs", "url"),
        Password: uci("cwmp", "acs", "password"),
        PeriodicInformEnable: uci("cwmp", "acs", "periodic_inform_enable", "0"),
        PeriodicInformInterval: uci("cwmp", "acs", "periodic_inform_interval", "3600"),
        PeriodicInformTime: uci("cwmp", "acs", "periodic_inform_time", "0001-01-01T00:00:00Z"),
        ParameterKey: fact((_sheet, _at, env) => env.own.read("parameterKey")),
        ConnectionRequestURL: fact((_sheet, _at, env) => env.own.read("connectionRequestURL")),
      }),
      LANDevice: table({ ...sections("dhcp", "pool"), instance: lan }),
      WANDevice: table({
        packages: [],
        rows: (_at, env) => env.sheet.ports("wan").map((name) => ({ key: name, at: { wan: name } })),
        instance: object(
          {
            ExternalIPAddress: fact(
              (sheet, at) => sheet.interface(at.wan ?? "")?.addresses[0]?.address ?? "",
            ),
          },
          {},
          { informs: (at, env) => env.sheet.ports("wan")[0] === at.wan },
        ),
      }),
      NAT: object(
        {
          PortMappingNumberOfEntries: readOnly({
            packages: ["firewall"],
            read: (_at, env) => String(env.config.package("firewall")?.ofType("redirect").length ?? 0),
          }),
        },
        { PortMapping: mappings },
      ),
      X_Absent: object({ Thing: fact(() => "") }, {}, { present: () => false }),
    },
  ),
  schema: {
    version: "1.4",
    asked: () => new Map(),
    parameter(path) {
      const line = facts[path];
      return line === undefined ? undefined : factOf(line);
    },
    marked: () =>
      Object.entries(facts).flatMap(([path, [, , , flags]]) =>
        flags?.forcedInform || flags?.activeNotify?.startsWith("force") ? [path] : [],
      ),
  },
};

const samplePackages: Packages = {
  cwmp: [
    { type: "acs", name: "acs", options: { url: "http://acs.example/", password: "secret" } },
    { type: "cpe", name: "cpe", options: { provisioning_code: "p1" } },
  ],
  dhcp: [
    {
      type: "pool",
      name: "lan",
      options: { min: "192.168.1.10", max: "192.168.1.99", domain: "home", dns: ["9.9.9.9"] },
    },
  ],
  wireless: [
    { type: "wifi-device", name: "radio0", options: { channel: "1" } },
    { type: "wifi-iface", options: { device: "radio0", ssid: "first", encryption: "WPA", key: "firstkey" } },
    {
      type: "wifi-iface",
      options: { device: "radio0", ssid: "second", encryption: "WPA", key: "secondkey" },
    },
    { type: "wifi-iface", options: { device: "radio0", ssid: "third", encryption: "None" } },
  ],
  firewall: [
    { type: "redirect", options: { name: "web", src_dport: "80", proto: "TCP" } },
    { type: "redirect", options: { name: "ssh", src_dport: "22", proto: "TCP", locked: "1" } },
  ],
};

/** A device: its disk outlives `boot`, which gives a new process. */
export interface Device {
  readonly disk: Disk;
  readonly facts: MemoryFacts;
  readonly clock: MemoryClock;
  readonly own: Record<string, string>;
  boot(wire?: Fuse, root?: Root): Process;
}

export interface Process {
  readonly model: Model;
  readonly config: MemoryConfig;
  readonly store: MemoryStore;
  readonly log: MemoryLog;
}

export function device(packages: Packages = samplePackages): Device {
  const disk = new Disk(packages);
  const facts = memoryFacts({
    board: { softwareVersion: "1.0", modelName: "box" },
    uptime: 10,
    wan: ["wan", "wan2"],
    interfaces: [
      {
        name: "wan",
        up: true,
        pending: false,
        device: "eth1",
        uptime: 1,
        addresses: [{ address: "192.0.2.1", mask: 24 }],
        gateway: undefined,
        dns: [],
        errors: [],
      },
    ],
    leases: [{ expires: 0, mac: "02:00:00:00:00:01", address: "192.168.1.20", hostname: "tv", clientId: "" }],
  });
  const clock = memoryClock();
  const own: Record<string, string> = { serialNumber: "S1", connectionRequestURL: "http://192.0.2.1:7547/x" };
  return {
    disk,
    facts,
    clock,
    own,
    boot(wire = fuse(), root = sampleRoot) {
      const config = memoryConfig(disk, wire);
      const store = memoryStore(disk, wire);
      const log = memoryLog();
      const read = (name: string): string =>
        name === "parameterKey" ? String(store.get("change", "parameterKey") ?? "") : (own[name] ?? "");
      const model = openModel(root, { config, facts, store, clock, log }, { read });
      return { model, config, store, log };
    },
  };
}

export const top = "InternetGatewayDevice.";

/** The value of one parameter. */
export async function read(model: Model, name: string): Promise<string> {
  return (await model.values([name]))[0]?.Value ?? "";
}

export const text = (Name: string, Value: string, type = "string") => ({ Name, Value, type });
