/** Table: trials on their shelf. A row for each trial by its number, and one for each of its changes:
 * `2`, `2 0`, `2 1`. */
import type { MadeChange } from "../model/guard.ts";
import type { Write } from "../ports/store.ts";
import type { Trial } from "./state.ts";

export const trialKey = (number: number): string => `${number}`;
export const changeKey = (number: number, index: number): string => `${number} ${index}`;

/** A change is on disk before its trial is, if the process died in between: then its session was under way. */
export function changesOf(rows: ReadonlyMap<string, unknown>): readonly Trial[] {
  const trials = new Map<number, { head: Pick<Trial, "inEffect" | "boot">; changes: MadeChange[] }>();
  for (const [key, value] of rows) {
    const [, digits, index] = /^(\d+)(?: (\d+))?$/.exec(key) ?? [];
    if (digits === undefined) continue;
    const number = Number(digits);
    const trial = trials.get(number) ?? { head: { inEffect: null, boot: "" }, changes: [] };
    trials.set(number, trial);
    if (index === undefined) trial.head = value as Pick<Trial, "inEffect" | "boot">;
    else trial.changes[Number(index)] = value as MadeChange;
  }
  return [...trials]
    .map(([number, { head, changes }]) => ({ number, ...head, changes: changes.flat() }))
    .sort((a, b) => a.number - b.number);
}

/** The rows by which the trials differ. */
export function trialRows(before: readonly Trial[], after: readonly Trial[]): readonly Write<"src/trial">[] {
  if (before === after) return [];
  const known = new Map(before.map((trial) => [trial.number, trial]));
  const there = new Set(after.map(({ number }) => number));
  const gone = before.filter(({ number }) => !there.has(number));
  return [
    ...gone.flatMap(({ number, changes }) => [
      row(trialKey(number), null),
      ...changes.map((_, i) => row(changeKey(number, i), null)),
    ]),
    ...after.flatMap((trial) => fresh(trial, known.get(trial.number))),
  ];
}

function fresh(trial: Trial, before: Trial | undefined): readonly Write<"src/trial">[] {
  const { number, inEffect, boot, changes } = trial;
  const same = before !== undefined && before.inEffect === inEffect && before.boot === boot;
  const from = before?.changes.length ?? 0;
  return [
    ...(same ? [] : [row(trialKey(number), { inEffect, boot })]),
    ...changes.slice(from).map((change, i) => row(changeKey(number, from + i), change)),
  ];
}

const row = (key: string, value: unknown): Write<"src/trial"> => ({ shelf: "trial", key, value });
