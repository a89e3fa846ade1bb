import { Counter, Histogram, type Registry } from 'prom-client';
import type { ErrorCode } from '../../domain/errors.ts';
import { readGauge, secondsBuckets } from './read.ts';

/** What is counted of requests to registries. */
export interface UpstreamMetrics {
  readonly upstream: (registry: string, outcome: ErrorCode | 'OK', seconds: number) => void;
  /** A request is sent once more. */
  readonly retry: (registry: string) => void;
}

export interface UpstreamMetricsOptions {
  /** Each registry with whether it answers. */
  readonly registries: () => Iterable<{ readonly name: string; readonly isUp: boolean }>;
  /** Each registry with whether it is left alone for having failed too often. */
  readonly circuits: () => Iterable<{ readonly name: string; readonly isOpen: boolean }>;
}

export function createUpstreamMetrics(registers: Registry[], options: UpstreamMetricsOptions): UpstreamMetrics {
  const requests = new Counter({
    name: 'tributary_upstream_requests_total',
    help: 'Requests sent to registries, token servers included, by outcome: OK or the code of the failure',
    labelNames: ['registry', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'tributary_upstream_request_duration_seconds',
    help: 'Time from sending a request to the end of its answer',
    labelNames: ['registry'],
    buckets: secondsBuckets,
    registers,
  });
  const retries = new Counter({
    name: 'tributary_upstream_retries_total',
    help: 'Requests that were sent once more, since the registry was busy or the connection failed',
    labelNames: ['registry'],
    registers,
  });
  readGauge(
    registers,
    {
      name: 'tributary_registry_up',
      help: 'Whether a registry has been answering: 1 or 0',
      labelNames: ['registry'],
    },
    () => [...options.registries()].map(({ name, isUp }) => ({ labels: { registry: name }, value: isUp ? 1 : 0 })),
  );
  readGauge(
    registers,
    {
      name: 'tributary_upstream_circuit_open',
      help: 'Whether a registry is left alone for a while, since it failed too often: 1 or 0',
      labelNames: ['registry'],
    },
    () => [...options.circuits()].map(({ name, isOpen }) => ({ labels: { registry: name }, value: isOpen ? 1 : 0 })),
  );
  return {
    upstream: (registry, outcome, took) => {
      requests.inc({ registry, outcome });
      seconds.observe({ registry }, took);
    },
    retry: (registry) => {
      retries.inc({ registry });
    },
  };
}
