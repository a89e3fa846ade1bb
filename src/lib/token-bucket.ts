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
  /** Milliseconds until there are so many, which the burst must not be less than; 0 where there are. */
  readonly wait: (count?: number) => number;
  /** Takes so many, be there fewer: then those that come later wait the longer. */
  readonly take: (count?: number) => void;
  /** Puts so many back; what does not fit is lost. */
  readonly give: (count: number) => void;
  /** How many there are now; below 0 where more was taken than there was. */
  readonly left: () => number;
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
    wait: (count = 1) => {
      fill();
      return tokens < count ? Math.ceil(((count - tokens) / perSecond) * 1000) : 0;
    },
    take: (count = 1) => {
      fill();
      tokens -= count;
    },
    give: (count) => {
      fill();
      tokens = Math.min(burst, tokens + count);
    },
    left: () => {
      fill();
      return tokens;
    },
  };
}
