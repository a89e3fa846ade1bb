import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ErrorCode } from '../domain/errors.ts';
import type { Door } from './http.ts';

/** What the gateway counts, in Prometheus's form. Labels are few, and never name a repository, a tag or a caller. */
export interface Metrics {
  readonly door: Door;
  readonly operation: (type: string, outcome: 'ok' | 'partial' | 'failed' | 'refused', seconds: number) => void;
  readonly upstream: (registry: string, outcome: ErrorCode | 'OK', seconds: number) => void;
  /** The configuration was read anew; whether it is in force. */
  readonly reload: (isGood: boolean) => void;
}

export interface MetricsOptions {
  /** Bytes that the cache holds in memory now. */
  readonly cacheBytes: () => number;
  /** Bytes that it holds on disk. */
  readonly cacheDiskBytes: () => number;
  /** Clients that are connected for subscriptions now. */
  readonly connections: () => number;
  /** Each registry with whether it answers. */
  readonly registries: () => Iterable<{ readonly name: string; readonly isUp: boolean }>;
  /** Each cluster with what its watches came to so far. */
  readonly clusters: () => Iterable<ClusterCounts & { readonly name: string }>;
}

/** What was counted of the watches of one cluster. */
interface ClusterCounts {
  readonly following: number;
  readonly lists: number;
  readonly failures: number;
}

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

export function createMetrics(options: MetricsOptions): Metrics {
  const { cacheBytes, cacheDiskBytes, registries, connections } = options;
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const operations = new Counter({
    name: 'tributary_graphql_operations_total',
    help: 'GraphQL operations by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const operationSeconds = new Histogram({
    name: 'tributary_graphql_operation_duration_seconds',
    help: 'Time from the request to its answer',
    labelNames: ['type'],
    buckets,
    registers,
  });
  const upstreams = new Counter({
    name: 'tributary_upstream_requests_total',
    help: 'Requests sent to registries, token servers included, by outcome: OK or the code of the failure',
    labelNames: ['registry', 'outcome'],
    registers,
  });
  const upstreamSeconds = new Histogram({
    name: 'tributary_upstream_request_duration_seconds',
    help: 'Time from sending a request to the end of its answer',
    labelNames: ['registry'],
    buckets,
    registers,
  });
  new Gauge({
    name: 'tributary_cache_bytes',
    help: 'Bytes that the cache holds in memory',
    registers,
    collect() {
      this.set(cacheBytes());
    },
  });
  new Gauge({
    name: 'tributary_cache_disk_bytes',
    help: 'Bytes that the cache holds on disk',
    registers,
    collect() {
      this.set(cacheDiskBytes());
    },
  });
  new Gauge({
    name: 'tributary_subscription_connections',
    help: 'Clients that are connected for subscriptions, by WebSocket and by stream',
    registers,
    collect() {
      this.set(connections());
    },
  });
  new Gauge({
    name: 'tributary_registry_up',
    help: 'Whether a registry has been answering: 1 or 0',
    labelNames: ['registry'],
    registers,
    collect() {
      this.reset();
      for (const { name, isUp } of registries()) this.set({ registry: name }, isUp ? 1 : 0);
    },
  });
  addClusters(registers, options.clusters);
  return {
    door: async (_, response) => {
      const text = await register.metrics();
      response.writeHead(200, { 'content-type': register.contentType });
      response.end(text);
    },
    operation: (type, outcome, seconds) => {
      operations.inc({ type, outcome });
      operationSeconds.observe({ type }, seconds);
    },
    upstream: (registry, outcome, seconds) => {
      upstreams.inc({ registry, outcome });
      upstreamSeconds.observe({ registry }, seconds);
    },
    reload: addReloads(registers),
  };
}

function addReloads(registers: Registry[]): Metrics['reload'] {
  const reloads = new Counter({
    name: 'tributary_config_reloads_total',
    help: 'Configurations that replaced another while the gateway ran',
    registers,
  });
  const failures = new Counter({
    name: 'tributary_config_reload_failures_total',
    help: 'Configurations that could not, so that the one before stayed in force',
    registers,
  });
  const isCurrent = new Gauge({
    name: 'tributary_config_current',
    help: 'Whether the configuration that was read last is in force: 1 or 0',
    registers,
  });
  isCurrent.set(1);
  return (isGood) => {
    (isGood ? reloads : failures).inc();
    isCurrent.set(isGood ? 1 : 0);
  };
}

function addClusters(registers: Registry[], clusters: MetricsOptions['clusters']): void {
  new Gauge({
    name: 'tributary_cluster_watches',
    help: 'Watches that a cluster has taken on now: 1 for all namespaces together, else one for each',
    labelNames: ['source'],
    registers,
    collect() {
      this.reset();
      for (const { name, following } of clusters()) this.set({ source: name }, following);
    },
  });
  const counters: readonly (readonly [name: string, help: string, count: keyof ClusterCounts])[] = [
    ['tributary_cluster_lists_total', 'Whole lists of image streams that were asked of a cluster', 'lists'],
    ['tributary_cluster_failures_total', 'Lists and watches of a cluster that failed', 'failures'],
  ];
  for (const [name, help, count] of counters) {
    new Counter({
      name,
      help,
      labelNames: ['source'],
      registers,
      collect() {
        // They are counted where they happen, and only shown here.
        this.reset();
        for (const cluster of clusters()) this.inc({ source: cluster.name }, cluster[count]);
      },
    });
  }
}
