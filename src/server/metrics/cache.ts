import type { Registry } from 'prom-client';
import { readCounter, readGauge } from './read.ts';

/** What is counted of what is remembered. */
export interface CacheMetrics {
  /** So many facts were asked for: remembered ones, ones whose time had passed, and ones that had to be fetched. */
  readonly cacheAsked: (hits: number, stale: number, misses: number) => void;
}

export interface CacheMetricsOptions {
  /** Bytes that the cache holds in memory now. */
  readonly cacheBytes: () => number;
  /** Bytes that it holds on disk. */
  readonly cacheDiskBytes: () => number;
}

export function createCacheMetrics(
  registers: Registry[],
  { cacheBytes, cacheDiskBytes }: CacheMetricsOptions,
): CacheMetrics {
  const asked = { hit: 0, stale: 0, miss: 0 };
  readGauge(registers, { name: 'tributary_cache_bytes', help: 'Bytes that the cache holds in memory' }, () => [
    { value: cacheBytes() },
  ]);
  readGauge(registers, { name: 'tributary_cache_disk_bytes', help: 'Bytes that the cache holds on disk' }, () => [
    { value: cacheDiskBytes() },
  ]);
  readCounter(
    registers,
    {
      name: 'tributary_cache_requests_total',
      help: 'Facts that were asked for, by outcome: remembered (hit), remembered too long and read again meanwhile (stale), fetched (miss)',
      labelNames: ['outcome'],
    },
    () => Object.entries(asked).map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
  return {
    cacheAsked: (hits, stale, misses) => {
      asked.hit += hits;
      asked.stale += stale;
      asked.miss += misses;
    },
  };
}
