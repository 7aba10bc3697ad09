/** The register of requirements and what the tests make of it. TR-069 Amendment 2, every statement that binds a CPE.
 *
 * requirements.tsv  id, section, level, area, requirement, how to observe it
 * deviations.tsv    id, reason: the product does otherwise, on purpose
 * not-applicable.tsv  id, reason: the product has nothing that the row could bind
 * A row is proven when a test whose title names its id ran and passed. The page in docs goes by titles alone;
 * `make test` and `make conformance` hold the titles against the results in dist/tests.json. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Requirement {
  readonly id: string;
  readonly section: string;
  readonly level: string;
  readonly area: string;
  readonly text: string;
}

export type Standing = "proven" | "deviated" | "not applicable" | "open";

const here = import.meta.dirname;
const rows = (name: string): string[][] =>
  readFileSync(join(here, name), "utf8")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));

export const requirements: readonly Requirement[] = rows("requirements.tsv").map(
  ([id, section, level, area, text]) => ({
    id: id!,
    section: section!,
    level: level!,
    area: area!,
    text: text!,
  }),
);

export const deviations: ReadonlyMap<string, string> = new Map(
  rows("deviations.tsv").map(([id, reason]) => [id!, reason!]),
);

export const inapplicable: ReadonlyMap<string, string> = new Map(
  rows("not-applicable.tsv").map(([id, reason]) => [id!, reason!]),
);

export const binding = (row: Requirement): boolean => row.level.startsWith("MUST");

/** Ids that test titles name, with the files that do. Comments do not count. */
export function namedIds(root = join(here, "..")): Map<string, string[]> {
  const named = new Map<string, string[]>();
  for (const file of testFiles(root)) {
    const code = readFileSync(join(root, file), "utf8").replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
    for (const id of new Set(code.match(/R-[A-Z0-9.]+-\d{2}\b/g) ?? [])) {
      named.set(id, [...(named.get(id) ?? []), file]);
    }
  }
  return named;
}

function testFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !name.startsWith("conformance/"))
    .sort();
}

export function standing(row: Requirement, named: ReadonlyMap<string, unknown>): Standing {
  if (named.has(row.id)) return "proven";
  if (deviations.has(row.id)) return "deviated";
  if (inapplicable.has(row.id)) return "not applicable";
  return "open";
}

/** Rooms of tests that drive one machine with events made by hand: no agent, no wire, no store beside it. */
const machineRooms = /^(session|life|nat|dhcp)\//;

/** @returns whether every test that names the row drives a bare machine */
export const onMachineAlone = (files: readonly string[]): boolean =>
  files.every((file) => machineRooms.test(file));

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** @param results what vitest's json reporter wrote
 * @returns named rows without a test that passed, or with one that failed: [id, how its tests ended] */
export function unproven(named: Iterable<string>, results: Results): [id: string, ends: string][] {
  const ends = new Map<string, Set<string>>();
  for (const { fullName, status } of results.testResults.flatMap((file) => file.assertionResults)) {
    for (const id of fullName.match(/R-[A-Z0-9.]+-\d{2}\b/g) ?? []) {
      ends.set(id, (ends.get(id) ?? new Set()).add(status));
    }
  }
  return [...named]
    .map((id): [string, ReadonlySet<string>] => [id, ends.get(id) ?? new Set(["not run"])])
    .filter(([, how]) => !how.has("passed") || how.has("failed"))
    .map(([id, how]) => [id, [...how].sort().join(", ")]);
}
