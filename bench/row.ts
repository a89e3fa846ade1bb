/** One line of the report: what was measured, against what, and whether it is within its target. */
export interface Row {
  readonly name: string;
  /** The figures as people read them. */
  readonly value: string;
  /** What was measured divided by its peer or limit of the same run. */
  readonly ratio: number;
  /** The largest ratio that is good; `undefined` where the run was too short to judge. */
  readonly target: number | undefined;
}

/** The row as text: `name  value  ratio  target  PASS|MISS`, or `not judged`. */
export function formatRow({ name, value, ratio, target }: Row): string {
  const figures = `${name.padEnd(26)}  ${value}  ratio ${ratio.toFixed(2)}`;
  if (target === undefined) return `${figures}  not judged: too short a run`;
  return `${figures}  target <= ${target.toFixed(2)}  ${ratio <= target ? 'PASS' : 'MISS'}`;
}

/** Whether it was judged, and is beyond its target. */
export function isMissed({ ratio, target }: Row): boolean {
  return target !== undefined && !(ratio <= target);
}

/** The figure below which so many of all are, as a share; NaN for none. */
export function quantile(figures: readonly number[], share: number): number {
  return Float64Array.from(figures).sort()[Math.ceil(figures.length * share) - 1] ?? Number.NaN;
}

/** The middle one of some figures; of an even number the mean of the two in the middle. Throws for none. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing');
  return (low + high) / 2;
}

/** The least and the largest of some figures, as `0.98–1.10`. */
export function range(figures: readonly number[], digits: number): string {
  return `${Math.min(...figures).toFixed(digits)}–${Math.max(...figures).toFixed(digits)}`;
}
