import type { Clock } from '../lib/clock.ts';

/** What was taken already. */
export interface Replays {
  readonly has: (once: string) => boolean;
  readonly add: (once: string) => void;
}

/** Remembers the last so many for so many milliseconds. Forgetting one costs a hint too much, and nothing else. */
export function createReplays(most: number, ms: number, clock: Clock): Replays {
  /** Until when each is known, the oldest first. */
  const known = new Map<string, number>();
  return {
    has: (once) => (known.get(once) ?? 0) > clock.now(),
    add(once) {
      known.delete(once);
      known.set(once, clock.now() + ms);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
    },
  };
}
