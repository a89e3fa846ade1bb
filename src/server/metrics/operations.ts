import { Counter, Histogram, type Registry } from 'prom-client';
import { secondsBuckets } from './read.ts';

/** What is counted of operations. */
export interface OperationMetrics {
  readonly operation: (type: string, outcome: OperationOutcome, seconds: number) => void;
  /** An operation was admitted that may come to so many requests. */
  readonly cost: (points: number) => void;
  /** Something was refused for being over a limit: the name of the limit, as the configuration has it. */
  readonly limit: (name: string) => void;
  /** An answer rested on facts that were not fresh. */
  readonly staleAnswer: () => void;
}

/** Refused operations were not executed; failed ones have no data. */
export type OperationOutcome = 'ok' | 'partial' | 'failed' | 'refused';

export function createOperationMetrics(registers: Registry[]): OperationMetrics {
  const operations = new Counter({
    name: 'tributary_graphql_operations_total',
    help: 'GraphQL operations by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'tributary_graphql_operation_duration_seconds',
    help: 'Time from the request to its answer',
    labelNames: ['type'],
    buckets: secondsBuckets,
    registers,
  });
  const cost = new Histogram({
    name: 'tributary_graphql_cost_points',
    help: 'Requests that an admitted operation could need with nothing cached',
    buckets: [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500],
    registers,
  });
  const limits = new Counter({
    name: 'tributary_limit_rejections_total',
    help: 'What was refused for being over a limit, by the name of the limit',
    labelNames: ['limit'],
    registers,
  });
  const stale = new Counter({
    name: 'tributary_stale_answers_total',
    help: 'Answers that rest on facts that were not fresh',
    registers,
  });
  return {
    operation: (type, outcome, took) => {
      operations.inc({ type, outcome });
      seconds.observe({ type }, took);
    },
    cost: (points) => {
      cost.observe(points);
    },
    limit: (limit) => {
      limits.inc({ limit });
    },
    staleAnswer: () => {
      stale.inc();
    },
  };
}
