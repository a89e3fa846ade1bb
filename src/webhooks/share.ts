import type { Hint } from '../domain/hint.ts';
import type { Clock } from '../lib/clock.ts';
import { createTokenBucket } from '../lib/token-bucket.ts';

export interface ShareOptions {
  /** Deliveries that lead to a look at something at once, and per second after that. */
  readonly burst: number;
  readonly perSecond: number;
  readonly clock: Clock;
}

/** How much one registry may have looked at. */
export interface Share {
  /** Takes a delivery with these hints: 0 where it is within the share, else the milliseconds until there is room for it. */
  readonly take: (hints: readonly Hint[]) => number;
}

/** How often one place is looked at at most, however often it is hinted at, in milliseconds. */
const pauseMs = 1_000;

/**
 * A delivery of which every place was hinted at a moment ago is taken for nothing, since it leads to no look of its own: a tag that moves
 * all the time leaves the share of its registry to the other tags.
 */
export function createShare({ burst, perSecond, clock }: ShareOptions): Share {
  const bucket = createTokenBucket({ burst, perSecond, clock });
  /** When places were hinted at by deliveries that were counted, oldest first. */
  const places = new Map<string, number>();

  function forgetBefore(time: number): void {
    for (const [place, at] of places) {
      if (at > time) return;
      places.delete(place);
    }
  }

  return {
    take: (hints) => {
      const now = clock.now();
      forgetBefore(now - pauseMs);
      const fresh = hints.map(placeOf).filter((place) => !places.has(place));
      if (fresh.length === 0) return 0;
      const wait = bucket.wait();
      if (wait > 0) return wait;
      bucket.take();
      for (const place of fresh) places.set(place, now);
      return 0;
    },
  };
}

function placeOf({ repository, tag }: Hint): string {
  return tag === undefined ? repository : `${repository}:${tag}`;
}
