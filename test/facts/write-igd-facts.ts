/** Writes src/model/schema/igd-facts.ts from the tables of test/fixtures/datamodel: names, types and ranges of TR-098 1.8
 * (InternetGatewayDevice:1.14) out of the Broadband Forum's XML.
 * Usage: `node_modules/.bin/bun test/facts/write-igd-facts.ts`. The test beside it compares. */
import { readFileSync, writeFileSync } from "node:fs";

const tables = new URL("../fixtures/datamodel/", import.meta.url);
export const target = new URL("../../src/model/schema/igd-facts.ts", import.meta.url);

/** Objects of this slice, below the root. */
const taken = /^(?:DeviceInfo|ManagementServer|Time|LANDevice|WANDevice)\.|^[A-Za-z]+$/;
/** Parts of them that have no source on this platform yet. */
const left =
  /DSL|ATM|PTM|USB(?!InterfaceNumber)|POTS|WANPPP(?!ConnectionNumber)|DHCPConditional|DHCPOption|WPS|WMM|UPnP|XMPP|Jabber|ComplPolicy|StandbyPolicy|Lightweight|EmbeddedDevice|VirtualDevice/;
const wanted = new Set(["path", "type", "access", "constraints", "default", "flags", "kind"]);

/** Lengths that the data model leaves out and that follow from what the value is made of (A.2.1): a MAC address has
 * 17 characters, and 16 is what a string without a length may have. */
const composed: Readonly<Record<string, string>> = {
  "LANDevice.{i}.WLANConfiguration.{i}.BSSID": "len=..17",
};

/** Rows of a TSV as records of the wanted columns. */
function rows(name: string): Record<string, string>[] {
  const [head = "", ...lines] = readFileSync(new URL(name, tables), "utf8").trimEnd().split("\n");
  const columns = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(
      columns.flatMap((name, at) => (wanted.has(name) || name === "root" ? [[name, cells[at] ?? ""]] : [])),
    );
  });
}

/** The whole text of the data module. */
export function igdFacts(): string {
  const byObject = new Map<string, string[]>();
  const seen = new Set<string>();
  const forced = new Set(
    rows("forced-inform.tsv").flatMap((row) => (row.root === "tr098" ? [row.path ?? ""] : [])),
  );
  const all = [
    ...rows("tr098-chosen.tsv"),
    ...rows("managementserver.tsv").filter((row) => row.root === "tr098"),
  ];
  for (const row of all) {
    const path = (row.path ?? "").replace("InternetGatewayDevice.", "");
    if (row.kind !== "parameter" || seen.has(path) || !taken.test(path) || left.test(path)) continue;
    seen.add(path);
    const cut = path.lastIndexOf(".") + 1;
    const flags = row.flags ?? "";
    const full =
      forced.has(row.path ?? "") && !flags.includes("forcedInform") ? `forcedInform,${flags}` : flags;
    const cells = [
      path.slice(cut),
      row.type,
      row.access === "readWrite" ? "W" : "R",
      row.constraints || composed[path],
      row.default,
      full,
    ];
    const object = path.slice(0, cut);
    byObject.set(object, [...(byObject.get(object) ?? []), cells.join("\t").trimEnd()]);
  }
  const text = [...byObject].map(([object, lines]) => `>${object}\n${lines.join("\n")}`).join("\n");
  if (/`|\$\{/.test(text)) throw new Error("Cannot write the facts: they hold a back quote or ${");
  const raw = text.includes("\\") ? "String.raw" : "";
  return `/** Table: facts of InternetGatewayDevice:1.14, as data; written by test/facts/write-igd-facts.ts.
 * ">object", then its parameters: name, type, W or R, constraints, default, flags, with tabs between. */
export const igdFacts = ${raw}\`${text}
\`;
`;
}

if (import.meta.url === new URL(process.argv[1] ?? "", "file:").href) writeFileSync(target, igdFacts());
