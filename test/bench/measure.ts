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

/** Milliseconds of processor time of one call. On a busy machine the longer of two calls is interrupted more often, which
 * this does not see. */
export async function cpuMsOf(work: () => unknown, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < calls; n++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}
