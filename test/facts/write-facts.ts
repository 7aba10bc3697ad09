/** Writes src/model/schema/{igd,device}-facts.ts from the tables of test/fixtures/datamodel: names, types and ranges of
 * TR-098 1.8 (InternetGatewayDevice:1.14) and TR-181 2.14 (Device:2.14) out of the Broadband Forum's XML, with the
 * profiles that ask for each. Usage: `make facts`. The test beside it compares. */
import { readFileSync, writeFileSync } from "node:fs";

const tables = new URL("../fixtures/datamodel/", import.meta.url);

interface Model {
  /** The root's name, and the name of the standard in the tables. */
  readonly root: "InternetGatewayDevice" | "Device";
  readonly table: "tr098" | "tr181";
  readonly version: string;
  readonly constant: string;
  readonly file: URL;
  /** Whether a row of a later tier is taken as well. */
  readonly also: (path: string) => boolean;
}

/** Parts of TR-098 that were bound before there were tiers. */
const slice = /^(?:DeviceInfo|ManagementServer|Time|LANDevice|WANDevice)\.|^[A-Za-z]+$/;
/** Lines, standards and voice that no such gateway has, or that nobody asks for. */
const left =
  /DSL|ATM|PTM|USB(?!InterfaceNumber)|POTS|WPS|WMM|UPnP|XMPP|Jabber|StandbyPolicy|Lightweight|EmbeddedDevice|VirtualDevice/;

/** Parts of later tiers of TR-181 that odhcpd and odhcp6c have. */
const ipv6 = /^(?:DHCPv6|RouterAdvertisement)\./;
/** What they do not tell: options as they go over the line, servers and clients one by one. */
const notTold =
  /Option\.\{i\}|OptionNumber|\.(?:Server|Client)\.\{i\}\.(?:Server|Client)|SupportedOptions|IAPDAddLength/;

const schema = (name: string): URL => new URL(`../../src/model/schema/${name}`, import.meta.url);

export const models: readonly Model[] = [
  {
    root: "InternetGatewayDevice",
    table: "tr098",
    version: "InternetGatewayDevice:1.14",
    constant: "igdFacts",
    file: schema("igd-facts.ts"),
    also: (path) => slice.test(path) && !/WANPPP|DHCPConditional|DHCPOption/.test(path),
  },
  {
    root: "Device",
    table: "tr181",
    version: "Device:2.14",
    constant: "deviceFacts",
    file: schema("device-facts.ts"),
    also: (path) => ipv6.test(path) && !notTold.test(path),
  },
];

/** Lengths that the data model leaves out and that follow from what the value is made of (A.2.1): a MAC address has
 * 17 characters, and 16 is what a string without a length may have. */
const composed: Readonly<Record<string, string>> = {
  "LANDevice.{i}.WLANConfiguration.{i}.BSSID": "len=..17",
};

type Row = Readonly<Record<string, string>>;

/** Rows of a TSV as records. */
export function rows(name: string): readonly Row[] {
  const [head = "", ...lines] = readFileSync(new URL(name, tables), "utf8").trimEnd().split("\n");
  const columns = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ""]));
  });
}

/** Every row of the standard that this agent may be asked for, each path once, below the root. */
function rowsOf(model: Model): readonly Row[] {
  const prefix = `${model.root}.`;
  const all = [
    ...rows(`${model.table}-chosen.tsv`),
    ...rows("beyond-profiles.tsv"),
    ...rows("managementserver.tsv").filter((row) => row.root === model.table),
  ];
  const seen = new Set<string>();
  return all.flatMap((row) => {
    const full = row.path ?? "";
    const path = full.slice(prefix.length);
    const wanted = row.tier?.startsWith("1") || row.root !== undefined || model.also(path);
    const first = full.startsWith(prefix) && !seen.has(path);
    if (!first || !wanted || (!row.tier?.startsWith("1") && left.test(path))) return [];
    seen.add(path);
    return [{ ...row, path }];
  });
}

/** The profiles of tier 1 that ask for the row, behind what they ask for. */
function profilesOf(row: Row, model: Model, tier1: ReadonlySet<string>): string {
  const profiles = (row.profiles ?? "").split(",").filter((one) => tier1.has(`${model.table} ${one}`));
  return profiles.length === 0 ? "" : `${row.requirement === "readWrite" ? "!" : ""}${profiles.join(",")}`;
}

/** The whole text of the data module. */
export function factsOf(model: Model): string {
  const tier1 = new Set(rows("tier1-profiles.tsv").map((row) => `${row.root} ${row.profile}`));
  const forced = new Set(
    rows("forced-inform.tsv").flatMap((row) => (row.root === model.table ? [row.path ?? ""] : [])),
  );
  const byObject = new Map<string, string[]>();
  const grown = new Map<string, string>();
  for (const row of rowsOf(model)) {
    const path = row.path ?? "";
    const profiles = profilesOf(row, model, tier1);
    if (row.kind === "object" && row.requirement === "createDelete" && profiles !== "")
      grown.set(path, `${"\t".repeat(6)}!${profiles}`);
    if (row.kind !== "parameter") continue;
    const cut = path.lastIndexOf(".") + 1;
    const flags = row.flags ?? "";
    const isForced = forced.has(`${model.root}.${path}`) && !flags.includes("forcedInform");
    const cells = [
      path.slice(cut),
      row.type,
      row.access === "readWrite" ? "W" : "R",
      row.constraints || composed[path],
      row.default,
      isForced ? `forcedInform,${flags}` : flags,
      profiles,
    ];
    const object = path.slice(0, cut);
    byObject.set(object, [...(byObject.get(object) ?? []), cells.join("\t").trimEnd()]);
  }
  const text = [...byObject]
    .map(([object, lines]) => `>${object}${grown.get(object) ?? ""}\n${lines.join("\n")}`)
    .join("\n");
  if (/`|\$\{/.test(text)) throw new Error("Cannot write the facts: they hold a back quote or ${");
  const raw = text.includes("\\") ? "String.raw" : "";
  return `/** Table: facts of ${model.version}, as data; written by test/facts/write-facts.ts.
 * ">object" and the profiles that ask for creating its rows, then its parameters: name, type, W or R, constraints, default, flags, and the profiles that ask for it
 * (with "!" for being able to write it), with tabs between. */
export const ${model.constant} = ${raw}\`${text}
\`;
`;
}

if (import.meta.url === new URL(process.argv[1] ?? "", "file:").href)
  for (const model of models) writeFileSync(model.file, factsOf(model));
