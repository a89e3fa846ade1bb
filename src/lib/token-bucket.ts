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
  /** Milliseconds until there is one; 0 where there is. */
  readonly wait: () => number;
  /** Takes so many, be there fewer: then those that come later wait the longer. */
  readonly take: (count?: number) => void;
}

/** A bucket that begins full. A clock that is set back fills nothing, and breaks nothing. */
export function createTokenBucket({ burst, perSecond, clock }: TokenBucketOptions): TokenBucket {
  let tokens = burst;
  let filledAt = clock.now();

  function fill(): void {
    const now = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1000) * perSecond);
    filledAt = now;
  }

  return {
    wait: () => {
      fill();
      return tokens < 1 ? Math.ceil(((1 - tokens) / perSecond) * 1000) : 0;
    },
    take: (count = 1) => {
      fill();
      tokens -= count;
    },
  };
}
