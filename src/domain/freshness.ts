/** When a fact was learnt from the registry, and whether that is recent enough. Times are milliseconds since the epoch. */
export interface Freshness {
  /** `LIVE`: it is watched, and would have been seen to change. */
  readonly state: 'FRESH' | 'STALE' | 'LIVE';
  readonly fetchedAt: number;
  /** Why it is stale, in words for people. */
  readonly reason?: string;
}
