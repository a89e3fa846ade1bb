import type { Clock } from '../../lib/clock.ts';
import { createTokenBucket, type TokenBucket } from '../../lib/token-bucket.ts';

export interface BudgetOptions {
  readonly perMinute: number;
  readonly clock: Clock;
}

/** How many imports each registry may still be asked for by the schedule of this gateway. */
export interface Budget {
  /**
   * Takes what is needed of each registry, by name. Answers 0, or, where nothing was taken since one of them has nothing
   * left, the milliseconds until it has. Whoever finds something left gets all, be it more than that: streams with more tags than
   * are ever left at once have their turn too, and those behind them wait the longer.
   */
  readonly take: (needed: ReadonlyMap<string, number>) => number;
}

/** What is saved up while nothing is asked: so much of a minute's budget may go at once. */
const savedMinutes = 1 / 6;

export function createBudget({ perMinute, clock }: BudgetOptions): Budget {
  const perSecond = perMinute / 60;
  const burst = Math.max(1, perMinute * savedMinutes);
  const buckets = new Map<string, TokenBucket>();

  function bucketOf(registry: string): TokenBucket {
    const bucket = buckets.get(registry) ?? createTokenBucket({ burst, perSecond, clock });
    buckets.set(registry, bucket);
    return bucket;
  }

  return {
    take(needed) {
      const wait = Math.max(0, ...[...needed.keys()].map((registry) => bucketOf(registry).wait()));
      if (wait > 0) return wait;
      for (const [registry, count] of needed) bucketOf(registry).take(count);
      return 0;
    },
  };
}
