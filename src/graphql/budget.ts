import { LRUCache } from 'lru-cache';
import type { Viewer } from '../access/access.ts';
import type { Clock } from '../lib/clock.ts';
import { createTokenBucket, type TokenBucket } from '../lib/token-bucket.ts';
import { budgetExceeded } from './limits.ts';

export interface BudgetOptions {
  /** What a caller may spend at once after a pause: not less than one operation may cost. */
  readonly points: number;
  /** What comes back each second. */
  readonly perSecond: number;
  readonly clock: Clock;
}

/** What each caller may spend. A point is a request to a registry. */
export interface Budget {
  /**
   * Takes what an operation may cost at most, or throws LIMIT_EXCEEDED and takes nothing; what costs nothing is always paid. What it
   * answers is to be called once, with what the operation did cost: the difference is given back, or taken as well.
   */
  readonly take: (viewer: Viewer, points: number) => (used: number) => void;
}

/**
 * The callers that are remembered: the one who asked for nothing for the longest time is forgotten first. That gives it what it has
 * spent, of which most has come back by then.
 */
const mostCallers = 50_000;

/** A budget for each viewer, by name. All who show no credential are `anonymous`, and have one between them. */
export function createBudget({ points: burst, perSecond, clock }: BudgetOptions): Budget {
  const buckets = new LRUCache<string, TokenBucket>({ max: mostCallers });

  function bucketOf(id: string): TokenBucket {
    const bucket = buckets.get(id) ?? createTokenBucket({ burst, perSecond, clock });
    buckets.set(id, bucket);
    return bucket;
  }

  return {
    take: ({ id }, points) => {
      const bucket = bucketOf(id);
      const waitMs = points === 0 ? 0 : bucket.wait(points);
      if (waitMs > 0) throw budgetExceeded(points, Math.max(0, Math.floor(bucket.left())), Math.ceil(waitMs / 1000));
      bucket.take(points);
      return (used) => {
        bucket.give(points);
        bucket.take(used);
      };
    },
  };
}
