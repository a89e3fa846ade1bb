/** When a fact was learnt from the registry, and whether that is recent enough. Times are milliseconds since the epoch. */
export interface Freshness {
  readonly state: 'FRESH' | 'STALE';
  readonly fetchedAt: number;
  /** Why it is stale, in words for people. */
  readonly reason?: string;
}
