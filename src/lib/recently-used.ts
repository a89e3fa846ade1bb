export interface RecentlyUsedOptions {
  /** How many things are kept. */
  readonly most: number;
  /** How long one is kept that is not used, in milliseconds. */
  readonly idleMs: number;
  /** The time, in milliseconds. */
  readonly now: () => number;
}

/** The thing of a key, made where there is none. */
export type RecentlyUsed<Thing> = (key: string, make: () => Thing) => Thing;

/**
 * Keeps things while they are used. Those that were not for too long go when anything is asked for, and of too many those that
 * were not used longest. Whoever holds one may go on with it.
 */
export function createRecentlyUsed<Thing>({ most, idleMs, now }: RecentlyUsedOptions): RecentlyUsed<Thing> {
  /** Those used last stand last. */
  const kept = new Map<string, { readonly thing: Thing; readonly usedAt: number }>();

  return function get(key, make) {
    const at = now();
    const found = kept.get(key);
    const isIdle = found !== undefined && at - found.usedAt >= idleMs;
    const thing = found === undefined || isIdle ? make() : found.thing;
    kept.delete(key);
    kept.set(key, { thing, usedAt: at });
    for (const [oldest, { usedAt }] of kept) {
      if (kept.size <= most && at - usedAt < idleMs) break;
      kept.delete(oldest);
    }
    return thing;
  };
}
