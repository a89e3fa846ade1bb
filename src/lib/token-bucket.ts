import type { Clock } from './clock.ts';

export interface TokenBucketOptions {
  /** How many may go at once after a pause. */
  readonly burst: number;
  /** How many more may go with each second. */
  readonly perSecond: number;
  readonly clock: Clock;
}

/** Lets so much through and no more. */
export interface TokenBucket {
  /** Takes one; 0 where there was one, else the milliseconds until there will be. */
  readonly take: () => number;
}

/** A bucket that begins full. A clock that is set back fills nothing, and breaks nothing. */
export function createTokenBucket({ burst, perSecond, clock }: TokenBucketOptions): TokenBucket {
  let tokens = burst;
  let filledAt = clock.now();
  return {
    take() {
      const now = clock.now();
      tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1000) * perSecond);
      filledAt = now;
      if (tokens < 1) return Math.ceil(((1 - tokens) / perSecond) * 1000);
      tokens -= 1;
      return 0;
    },
  };
}
