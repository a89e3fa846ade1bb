import type { Registry } from 'prom-client';
import { readCounter, readGauge } from './read.ts';

/** What was counted of the watches of one cluster. */
export interface ClusterCounts {
  readonly name: string;
  readonly following: number;
  readonly lists: number;
  readonly failures: number;
  /** When the watch that is furthest back was last as the cluster has it, milliseconds since the epoch; 0 for never. */
  readonly progressAt: number;
}

/** Shows how the watches of clusters are doing. */
export function showClusters(registers: Registry[], clusters: () => Iterable<ClusterCounts>): void {
  const labelNames = ['source'];
  const samples = (read: (counts: ClusterCounts) => number) => () =>
    [...clusters()].map((counts) => ({ labels: { source: counts.name }, value: read(counts) }));
  readGauge(
    registers,
    {
      name: 'tributary_cluster_watches',
      help: 'Watches that a cluster has taken on now: 1 for all namespaces together, else one for each',
      labelNames,
    },
    samples(({ following }) => following),
  );
  readGauge(
    registers,
    {
      name: 'tributary_cluster_last_progress_timestamp_seconds',
      help: 'When a cluster last told anything, of several watches the one furthest back; 0: never',
      labelNames,
    },
    samples(({ progressAt }) => progressAt / 1000),
  );
  readCounter(
    registers,
    {
      name: 'tributary_cluster_lists_total',
      help: 'Whole lists of image streams that were asked of a cluster',
      labelNames,
    },
    samples(({ lists }) => lists),
  );
  readCounter(
    registers,
    { name: 'tributary_cluster_failures_total', help: 'Lists and watches of a cluster that failed', labelNames },
    samples(({ failures }) => failures),
  );
}
