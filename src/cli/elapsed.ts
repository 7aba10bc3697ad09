/** Rule: spans of time in words. */

const units = [
  { ms: 86_400_000, one: "day", many: "days" },
  { ms: 3_600_000, one: "h", many: "h" },
  { ms: 60_000, one: "min", many: "min" },
  { ms: 1000, one: "s", many: "s" },
] as const;

/** The two greatest units that say something: "2 days 3 h", "5 min", "1.2 s", "40 ms". */
export function during(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Math.floor(ms / 100) / 10} s`;
  const first = units.findIndex((unit) => ms >= unit.ms);
  let rest = ms;
  const parts: string[] = [];
  for (const unit of units.slice(first, first + 2)) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(`${count} ${count === 1 ? unit.one : unit.many}`);
  }
  return parts.join(" ");
}

/** "3 min ago"; less than a second is "just now". */
export function ago(now: number, then: number): string {
  if (then > now) return until(now, then);
  return now - then < 1000 ? "just now" : `${during(now - then)} ago`;
}

/** "in 57 min"; less than a second, or a time that has passed, is "now". */
export function until(now: number, then: number): string {
  return then - now < 1000 ? "now" : `in ${during(then - now)}`;
}

/** "2026-01-31 12:00:00 UTC" */
export function stamp(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}
