import { collectDefaultMetrics, Registry } from 'prom-client';
import type { DecisionCounts } from '../access/count-decisions.ts';
import { showDecisions } from './metrics/access.ts';
import { createCacheMetrics, type CacheMetrics, type CacheMetricsOptions } from './metrics/cache.ts';
import { showClusters, type ClusterCounts } from './metrics/clusters.ts';
import { createEventMetrics, type EventMetrics } from './metrics/events.ts';
import { createOperationMetrics, type OperationMetrics } from './metrics/operations.ts';
import { createReloadMetrics, type ReloadMetrics } from './metrics/reloads.ts';
import {
  createSubscriptionMetrics,
  type SubscriptionMetrics,
  type SubscriptionMetricsOptions,
} from './metrics/subscriptions.ts';
import { createUpstreamMetrics, type UpstreamMetrics, type UpstreamMetricsOptions } from './metrics/upstream.ts';

/**
 * What the gateway counts, in Prometheus's form. Labels are few: registries, sources, and words of closed sets; never a
 * repository, a tag, a caller or the name of an operation.
 */
export interface Metrics
  extends OperationMetrics, UpstreamMetrics, CacheMetrics, SubscriptionMetrics, EventMetrics, ReloadMetrics {
  /** All of it, as text. */
  readonly read: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

export interface MetricsOptions extends UpstreamMetricsOptions, CacheMetricsOptions, SubscriptionMetricsOptions {
  /** Each cluster with what its watches came to so far. */
  readonly clusters: () => Iterable<ClusterCounts>;
  /** What was decided so far, by who decides. */
  readonly deciders: () => Readonly<Record<string, DecisionCounts>>;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  showDecisions(registers, options.deciders);
  showClusters(registers, options.clusters);
  return {
    ...createOperationMetrics(registers),
    ...createUpstreamMetrics(registers, options),
    ...createCacheMetrics(registers, options),
    ...createSubscriptionMetrics(registers, options),
    ...createEventMetrics(registers),
    ...createReloadMetrics(registers),
    read: async () => ({ text: await register.metrics(), contentType: register.contentType }),
  };
}
