/** The same fact in both roots is the same value, by the map of both; what is written through one root reads back through
 * the other. Twins are found by the map, their rows by the things that they stand for. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviceRoot } from "../../platform/openwrt/gateway/device2/root.ts";
import { igdRoot } from "../../platform/openwrt/gateway/igd/root.ts";
import { simExec } from "../../platform/sim/exec.ts";
import { type Form, plainForm } from "../../platform/sim/form.ts";
import type { At } from "../../src/model/define.ts";
import type { Leaf } from "../../src/model/node.ts";
import { rows } from "../facts/write-facts.ts";
import { openTree } from "../sandbox/model.ts";
import { declaredPath, type Gateway, type Grown, grown, sampleGateway } from "./grown.ts";

/** Pairs of the map that are no twins: the one follows from the other, or each is switched by itself. */
const unlike: Readonly<Record<string, string>> = {
  "WLANConfiguration.{i}.Enable > WiFi.Radio.{i}.Enable": "the radio's own twin is RadioEnabled",
  "WLANConfiguration.{i}.Status > WiFi.Radio.{i}.Status": "a radio is up for another network as well",
  "WLANConfiguration.{i}.Name > WiFi.Radio.{i}.Name": "network and radio have names of their own",
  "WANIPConnection.{i}.Enable > Ethernet.Link.{i}.Enable": "a link is always on",
  "WANIPConnection.{i}.Enable > NAT.InterfaceSetting.{i}.Enable": "its twin is NATEnabled",
  "WANIPConnection.{i}.Enable > DNS.Client.Server.{i}.Enable": "a server that is told is asked",
  "WANCommonInterfaceConfig.EnabledForInternet > Ethernet.Interface.{i}.Enable":
    "an interface is enabled, not its port",
  "WANEthernetInterfaceConfig.MaxBitRate > Ethernet.Interface.{i}.MaxBitRate":
    "TR-098 has no word for a rate that both ends agree on: it tells the agreed one",
  "WANPPPConnection.{i}.Enable > Ethernet.Link.{i}.Enable": "a link is always on",
  "WANPPPConnection.{i}.Name > Ethernet.Link.{i}.Name": "a link has the name of its device",
  "WANPPPConnection.{i}.MACAddress > Ethernet.Link.{i}.MACAddress":
    "a session and a link stand for different things: between them there may be a VLAN",
  "WANIPConnection.{i}.Name > Ethernet.Link.{i}.Name": "a link has the name of its device",
  "Hosts.Host.{i}.InterfaceType > Hosts.Host.{i}.Layer1Interface": "a kind, not a reference",
};

/** What a radio can do, or counts of all its networks, is no twin of what one network does; each model is described by
 * itself. */
const unlikeAll = /ModesSupported$|SupportedDataModel|> WiFi\.Radio\.\{i\}\.Stats/;

const status: Readonly<Record<string, readonly string[]>> = {
  NoLink: ["Down", "LowerLayerDown"],
  Disabled: ["Down", "Disabled", "LowerLayerDown"],
  Error: ["NotPresent", "Error", "Down"],
  Unavailable: ["NotPresent"],
  Up: ["Enabled"],
};

/** One fact in two spellings. */
const spelled: readonly (readonly [RegExp, (a: string, b: string) => boolean])[] = [
  [/Status > /, (a, b) => a === b || (status[a] ?? []).includes(b)],
  [/LastDataTransmitRate > /, (a, b) => Number(a) === Math.round(Number(b) / 1000)],
  [/UserClassID > /, (a, b) => Buffer.from(a).equals(Buffer.from(b, "hex"))],
  [/DHCPOption.*Value > /, (a, b) => Buffer.from(a, "base64").equals(Buffer.from(b, "hex"))],
  [/MaxBitRate > /, (a, b) => a.replace("Auto", "-1") === b],
  [/DNSServers > DNS.Client/, (a, b) => a.split(",").includes(b)],
  [/DNSEnabled > /, (a, b) => a === b],
  [/Standard > /, (a, b) => b.split(",").includes(a)],
  [/BeaconType > .*ModeEnabled/, (a, b) => ({ None: "None", Basic: "None" })[a] === b || /WPA/.test(b)],
  [/(Bytes|Packets|Errors|Discard)\w* > /, (a, b) => BigInt(a) === BigInt(b) % 2n ** 32n],
];

const pairs = rows("map-098-to-181.tsv").map(({ tr098 = "", tr181 = "" }) => ({
  a: tr098.replace("InternetGatewayDevice.", ""),
  b: tr181.replace("Device.", ""),
}));

const short = (path: string): string =>
  path.replace(/^(?:LANDevice|WANDevice)\.\{i\}\.(?:WANConnectionDevice\.\{i\}\.)?/, "");

/** Whether both rows stand for the same things. The two halves of a redirect differ by one that only one of them has, the
 * pools of a LAN by the clients that they serve. */
const same = (a: At, b: At): boolean => {
  const shared = Object.keys(a).filter((thing) => b[thing] !== undefined);
  const single = Object.keys(a).length === 0 || Object.keys(b).length === 0;
  return (
    a.half === b.half &&
    a.conditionalPool === b.conditionalPool &&
    (single || shared.length > 0) &&
    shared.every((thing) => a[thing] === b[thing])
  );
};

/** The plain gateway comes first: what is written is written to that. */
const forms: readonly Form[] = [plainForm, { wan: "pppoe", vlan: 7 }, { wan: "static" }];

interface Both {
  readonly gateway: Gateway;
  readonly igd: Grown;
  readonly device: Grown;
}

const all: Both[] = [];
let gateway: Gateway;
let igd: Grown;
let device: Grown;
beforeAll(async () => {
  for (const form of forms) {
    const one = await sampleGateway(form);
    all.push({ gateway: one, igd: grown(igdRoot, one), device: grown(deviceRoot, one) });
  }
  ({ gateway, igd, device } = all[0]!);
});
afterAll(() => {
  for (const one of all) one.gateway.remove();
});

const byPath = (leaves: readonly Leaf[]): ReadonlyMap<string, readonly Leaf[]> => {
  const found = new Map<string, Leaf[]>();
  for (const leaf of leaves) found.set(declaredPath(leaf), [...(found.get(declaredPath(leaf)) ?? []), leaf]);
  return found;
};

interface Twins {
  readonly name: string;
  readonly a: Leaf;
  readonly b: Leaf;
}

/** Every pair of parameters that are there in both and stand for the same. */
function twins(both: Pick<Both, "igd" | "device"> = { igd, device }): readonly Twins[] {
  const [ofA, ofB] = [byPath(both.igd.leaves), byPath(both.device.leaves)];
  return pairs.flatMap(({ a, b }) => {
    const name = `${short(a)} > ${b}`;
    if (unlike[name] !== undefined || unlikeAll.test(name)) return [];
    return (ofA.get(a) ?? []).flatMap((left) =>
      (ofB.get(b) ?? [])
        .filter((right) => same(left.parent.at, right.parent.at))
        .map((right) => ({ name, a: left, b: right })),
    );
  });
}

describe("twins by the map of both roots", () => {
  test("the same fact has the same value in both roots, in every form of the gateway", () => {
    expect(new Set(twins().map(({ name }) => name)).size).toBeGreaterThan(100);
    expect(all.flatMap(differing)).toEqual([]);
  });

  const differing = ({ igd, device }: Both): readonly string[] =>
    twins({ igd, device }).flatMap(({ name, a, b }) => {
      const [left, right] = [igd.tree.value(a).Value, device.tree.value(b).Value];
      const alike = spelled.find(([names]) => names.test(name))?.[1] ?? ((x, y) => x === y);
      const reference = a.shape.rule().refersTo !== undefined || /Layer2Interface/.test(name);
      if (reference)
        return rowOf(igd, left) === rowOf(device, right) ? [] : [`${a.name} = ${left}, ${b.name} = ${right}`];
      return alike(left, right) ? [] : [`${a.name} = ${left}, ${b.name} = ${right}`];
    });

  test("every pair of the map occurs in both roots in some form of the gateway", () => {
    const shown = (which: "igd" | "device") =>
      new Set(all.flatMap((both) => both[which].leaves.map(declaredPath)));
    const [ofA, ofB] = [shown("igd"), shown("device")];
    const met = new Set(all.flatMap((both) => twins(both).map(({ name }) => name)));
    const lost = pairs
      .filter(({ a, b }) => ofA.has(a) && ofB.has(b))
      .map(({ a, b }) => `${short(a)} > ${b}`)
      .filter((name) => unlike[name] === undefined && !unlikeAll.test(name) && !met.has(name));
    expect(lost).toEqual([]);
  });

  /** What a reference stands for: the port, or the radio. */
  function rowOf({ tree }: Grown, path: string): string {
    const row = path === "" ? undefined : tree.find(`${path}.`);
    return row?.is === "object" ? (row.at.radio ?? row.at.port ?? "") : "";
  }

  test("every exception of the map is still needed", () => {
    const every = all.flatMap((both) => [...both.igd.leaves, ...both.device.leaves]);
    const declared = new Set(every.map(declaredPath));
    const idle = Object.keys(unlike).filter(
      (name) =>
        !pairs.some(({ a, b }) => `${short(a)} > ${b}` === name && declared.has(a) && declared.has(b)),
    );
    expect(idle).toEqual([]);
  });

  const open = (root: typeof igdRoot) =>
    openTree(gateway.directory, (view) => simExec(gateway.directory, view), root).model;

  test("A.3.2.1 a value written through one root reads back through the other, and is restored through the other", async () => {
    const [left, right] = [open(igdRoot), open(deviceRoot)];
    const read = async (model: typeof left, name: string) => (await model.values([name]))[0]!.Value;
    const firsts = new Map(twins().map((pair) => [pair.name, pair] as const));
    const refused: string[] = [];
    const wrong: string[] = [];
    let through = 0;
    const before0 = (leaf: Leaf) => igd.tree.value(leaf).Value;
    for (const { name, a, b } of firsts.values()) {
      // A channel that the driver chose has no number to be set back to.
      const unset = /\.Channel$/.test(a.name) && before0(a) === "0";
      // An order has no value to be set back to; a reference is a path of its own root.
      const other = a.shape.binding.orders === true || a.shape.rule().refersTo !== undefined;
      if (!a.shape.writable || !b.shape.writable || a.shape.fact.hidden || unset || other) continue;
      const before = [await read(left, a.name), await read(right, b.name)] as const;
      const value = another(a, before[0]);
      const set = { Name: a.name, Value: value, type: "" };
      const done = await left.set([set], "acs").then(
        () => true,
        (error) => void refused.push(`${name}: ${error.parameters?.[0]?.text}`),
      );
      if (!done) continue;
      const alike = spelled.find(([names]) => names.test(name))?.[1] ?? ((x, y) => x === y);
      const after = await read(right, b.name);
      if (!alike(value, after)) wrong.push(`${name}: ${value} reads ${after}`);
      await right.set([{ Name: b.name, Value: before[1], type: "" }], "acs");
      if ((await read(left, a.name)) !== before[0]) wrong.push(`${name}: ${before[0]} does not come back`);
      through += 1;
    }
    expect(wrong).toEqual([]);
    expect(refused.toSorted()).toEqual(expectedRefusals.toSorted());
    expect(through).toBeGreaterThan(20);
  });
});

/** What the check or the place of a twin does not let be another alone. */
const expectedRefusals: readonly string[] = [
  "LANHostConfigManagement.DHCPConditionalServingPool.{i}.DHCPOption.{i}.Enable > DHCPv4.Server.Pool.{i}.Option.{i}.Enable: Others have written this option: it is not changed",
  "LANHostConfigManagement.DHCPConditionalServingPool.{i}.DHCPOption.{i}.Tag > DHCPv4.Server.Pool.{i}.Option.{i}.Tag: Others have written this option: it is not changed",
  "LANHostConfigManagement.DHCPConditionalServingPool.{i}.DHCPOption.{i}.Value > DHCPv4.Server.Pool.{i}.Option.{i}.Value: The text is not of type base64",
  "LANHostConfigManagement.DHCPOption.{i}.Enable > DHCPv4.Server.Pool.{i}.Option.{i}.Enable: Others have written this option: it is not changed",
  "LANHostConfigManagement.DHCPOption.{i}.Tag > DHCPv4.Server.Pool.{i}.Option.{i}.Tag: Others have written this option: it is not changed",
  "LANHostConfigManagement.DHCPOption.{i}.Value > DHCPv4.Server.Pool.{i}.Option.{i}.Value: The text is not of type base64",
  "WANEthernetInterfaceConfig.Enable > Ethernet.Interface.{i}.Enable: The connection to the ACS uses this port",
  "WANIPConnection.{i}.Enable > IP.Interface.{i}.Enable: The connection to the ACS uses this interface",
  "WANIPConnection.{i}.Enable > IP.Interface.{i}.IPv4Address.{i}.Enable: The connection to the ACS uses this interface",
  "WANIPConnection.{i}.ExternalIPAddress > IP.Interface.{i}.IPv4Address.{i}.IPAddress: Set by DHCP while AddressingType is DHCP",
  "WANIPConnection.{i}.SubnetMask > IP.Interface.{i}.IPv4Address.{i}.SubnetMask: Set by DHCP while AddressingType is DHCP",
  "IPPingDiagnostics.DSCP > IP.Diagnostics.IPPing.DSCP: This device cannot mark the packets of this test",
  "DownloadDiagnostics.DSCP > IP.Diagnostics.DownloadDiagnostics.DSCP: This device cannot mark the packets of this test",
  "DownloadDiagnostics.EthernetPriority > IP.Diagnostics.DownloadDiagnostics.EthernetPriority: This device cannot mark the packets of this test",
  "UploadDiagnostics.DSCP > IP.Diagnostics.UploadDiagnostics.DSCP: This device cannot mark the packets of this test",
  "UploadDiagnostics.EthernetPriority > IP.Diagnostics.UploadDiagnostics.EthernetPriority: This device cannot mark the packets of this test",
];

/** Another lawful value. */
function another(leaf: Leaf, value: string): string {
  const { fact, rule, name } = leaf.shape;
  const listed = [...rule().values].filter(([, settable]) => settable).map(([word]) => word);
  const other = listed.find((word) => word !== value && !/WEP|EAP|Basic|and/i.test(word));
  if (fact.type === "boolean") return value === "1" ? "0" : "1";
  if (other !== undefined) return other;
  const known = Object.entries(samples).find(([ending]) => name.endsWith(ending))?.[1];
  if (known !== undefined) return known;
  if (fact.type === "unsignedInt" || fact.type === "int")
    return String(Number(value) + (name === "NumberOfTries" ? -1 : 1));
  if (/Port$|Interval$|AlivePeriod$|Channel$/.test(name)) return String(Number(value) + 1);
  if (/^-?\d+$/.test(value) && /int/i.test(fact.type)) return String(Number(value) + 1);
  return rule().dataType === undefined ? `${value}x` : value.replace(/\d+$/, "77");
}

const samples: Readonly<Record<string, string>> = {
  SubnetMask: "255.255.255.128",
  DNSServers: "9.9.9.9",
  IPRouters: "192.168.1.77",
  PeriodicInformTime: "2026-01-01T00:00:00Z",
  URL: "http://acs.example/",
  LocalTimeZoneName: "UTC0",
  DomainName: "home.example",
  MinAddress: "192.168.1.77",
  RemoteHost: "192.0.2.7",
  InternalClient: "192.168.1.77",
  MaxMTUSize: "1400",
  FileTypeFilter: "2 Web Content,X 00ABCD a b",
  TransmitPower: "79",
  RegulatoryDomain: "FR ",
  DestIPAddress: "192.168.41.0",
};
