/** What every bench gives, and how it is taken. */

export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly reference: number;
  /** Ours against the reference, of the same run. */
  readonly ratio: number;
  readonly limit: number;
  readonly unit: string;
}

export function row(name: string, ours: number, reference: number, limit: number, unit: string): Row {
  return { name, ours, reference, ratio: ours / reference, limit, unit };
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
