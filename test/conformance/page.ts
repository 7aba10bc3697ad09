/** docs/conformance.md and the table on the terminal, out of the register. */
import {
  binding,
  deviations,
  later,
  namedIds,
  type Requirement,
  requirements,
  type Standing,
  standing,
} from "./register.ts";

type Counts = Record<Standing, number>;

const named = namedIds();
const must = requirements.filter(binding);
const none = (): Counts => ({ proven: 0, deviated: 0, later: 0, open: 0 });

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
    `${name.padEnd(10)} ${[c.proven, c.deviated, c.later, c.open].map((n) => String(n).padStart(9)).join("")}`;
  return [
    "MUST rows of TR-069 Amendment 2",
    `section       proven deviated   later     open`,
    ...[...sections].map(([name, c]) => line(name, c)),
    line("all", total(sections.values())),
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
    "Written by `make conformance` from `test/conformance/`. A row counts as proven when the title of a test names it.",
    "",
    `Of ${must.length} MUST rows ${all.proven} are proven, ${all.deviated} deviated from, ${all.later} wait for what is not built yet, ${all.open} are open.`,
    `Of ${other.length} SHOULD and MAY rows ${other.filter((r) => standing(r, named) === "proven").length} are proven.`,
    "",
    "| section | proven | deviated | later | open |",
    "|---|---|---|---|---|",
    ...[...sections].map(([name, c]) => `| ${name} | ${c.proven} | ${c.deviated} | ${c.later} | ${c.open} |`),
    "",
    "## Deviations",
    "",
    ...header,
    ...list(
      requirements.filter((r) => standing(r, named) === "deviated"),
      (row) => deviations.get(row.id)!,
    ),
    "",
    "## Open",
    "",
    ...header,
    ...list(of("open"), () => ""),
    "",
    "## Waiting",
    "",
    ...header,
    ...list(of("later"), (row) => later.get(row.id) ?? later.get(row.section)!),
    "",
    "## Proven",
    "",
    ...header,
    ...list(
      requirements.filter((r) => standing(r, named) === "proven"),
      (row) => named.get(row.id)!.join(", "),
    ),
    "",
  ].join("\n");
}
