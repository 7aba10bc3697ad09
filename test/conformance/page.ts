/** docs/conformance.md and the table on the terminal, out of the register. */
import {
  binding,
  deviations,
  inapplicable,
  namedIds,
  onMachineAlone,
  type Requirement,
  requirements,
  type Standing,
  standing,
  unproven,
} from "./register.ts";

const columns = ["proven", "deviated", "not applicable", "open"] as const;
type Counts = Record<Standing, number>;

const named = namedIds();
const must = requirements.filter(binding);
const none = (): Counts => ({ proven: 0, deviated: 0, "not applicable": 0, open: 0 });

function bySection(): Map<string, Counts> {
  const sections = new Map<string, Counts>();
  for (const row of must) {
    const counts = sections.get(row.section) ?? none();
    counts[standing(row, named)] += 1;
    sections.set(row.section, counts);
  }
  return sections;
}

function total(counts: Iterable<Counts>): Counts {
  const sum = none();
  for (const c of counts) for (const key of Object.keys(sum) as Standing[]) sum[key] += c[key];
  return sum;
}

export function summary(): string {
  const sections = bySection();
  const line = (name: string, c: Counts) =>
    `${name.padEnd(10)} ${columns.map((key) => String(c[key]).padStart(key.length + 2)).join("")}`;
  return [
    "MUST rows of TR-069 Amendment 2",
    `${"section".padEnd(10)} ${columns.map((key) => `  ${key}`).join("")}`,
    ...[...sections].map(([name, c]) => line(name, c)),
    line("all", total(sections.values())),
  ].join("\n");
}

const proof = (files: readonly string[]) =>
  files.join(", ") + (onMachineAlone(files) ? " (machine alone)" : "");

/** The rows that test titles name and that the results do not prove, for the terminal.
 * @param results what vitest's json reporter wrote */
export function unprovenRows(results: Parameters<typeof unproven>[1]): string {
  const rows = unproven(named.keys(), results);
  if (rows.length === 0)
    return `All ${named.size} rows that test titles name have tests that ran and passed.`;
  return [
    `${rows.length} of ${named.size} rows that test titles name are not proven by this run:`,
    ...rows.map(([id, ends]) => `  ${id}: ${ends}`),
  ].join("\n");
}

const cell = (text: string) => text.replaceAll("|", "\\|");
const list = (rows: readonly Requirement[], why: (row: Requirement) => string) =>
  rows.map((row) => `| ${row.id} | ${row.level} | ${cell(row.text)} | ${cell(why(row))} |`);

export function conformancePage(): string {
  const sections = bySection();
  const all = total(sections.values());
  const of = (which: Standing) => must.filter((row) => standing(row, named) === which);
  const other = requirements.filter((row) => !binding(row));
  const header = ["| id | level | requirement | |", "|---|---|---|---|"];
  return [
    "# Conformance to TR-069 Amendment 2",
    "",
    "Written by `make conformance` from `test/conformance/`. A row is proven when a test whose title names it ran and passed.",
    "This page goes by the titles. `make test` ends with the rows whose tests did not run and pass, and so does `make conformance` after it.",
    "",
    `Of ${must.length} MUST rows ${all.proven} are proven, ${all.deviated} deviated from, ${all["not applicable"]} not applicable, ${all.open} are open.`,
    `Of ${other.length} SHOULD and MAY rows ${other.filter((r) => standing(r, named) === "proven").length} are proven.`,
    "The note *machine alone* marks a row whose tests drive one machine with events made by hand, without an agent round it.",
    "",
    `| section | ${columns.join(" | ")} |`,
    "|---|---|---|---|---|",
    ...[...sections].map(([name, c]) => `| ${name} | ${columns.map((key) => c[key]).join(" | ")} |`),
    "",
    "## Deviations",
    "",
    ...header,
    ...list(
      requirements.filter((r) => standing(r, named) === "deviated"),
      (row) => deviations.get(row.id)!,
    ),
    "",
    "## Not applicable",
    "",
    ...header,
    ...list(
      requirements.filter((r) => standing(r, named) === "not applicable"),
      (row) => inapplicable.get(row.id)!,
    ),
    "",
    "## Open",
    "",
    ...header,
    ...list(of("open"), () => ""),
    "",
    "## Proven",
    "",
    ...header,
    ...list(
      requirements.filter((r) => standing(r, named) === "proven"),
      (row) => proof(named.get(row.id)!),
    ),
    "",
  ].join("\n");
}
