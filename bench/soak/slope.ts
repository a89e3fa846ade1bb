import { median } from '../row.ts';

/** A figure at a time, in milliseconds. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

const hourMs = 3_600_000;

/**
 * By how much figures grow in an hour: the median of the slopes between all pairs of them (Theil 1950, Sen 1968), which a few
 * figures that are far off do not move. Throws for fewer than two.
 */
export function growthPerHour(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((one, index) =>
    samples.slice(index + 1).map((other) => ((other.value - one.value) / (other.at - one.at)) * hourMs),
  );
  return median(slopes);
}
