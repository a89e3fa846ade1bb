import { Counter, Histogram, type Registry } from 'prom-client';
import type { TagEventCause } from '../../domain/tag-event.ts';
import type { ResyncReason } from '../../events/delivery.ts';
import type { WebhookOutcome } from '../webhooks.ts';

/** What is counted of events. */
export interface EventMetrics {
  /** An event was committed, by this gateway. */
  readonly committed: (cause: TagEventCause) => void;
  /** An event was sent to those who ask the same, so many milliseconds after it was committed. */
  readonly delivered: (lagMs: number) => void;
  /** So many subscriptions were told to read again. */
  readonly resynced: (reason: ResyncReason, subscriptions: number) => void;
  readonly webhook: (outcome: Pick<WebhookOutcome, 'registry' | 'kind'>) => void;
}

export function createEventMetrics(registers: Registry[]): EventMetrics {
  const committed = new Counter({
    name: 'tributary_events_committed_total',
    help: 'Tag events that this gateway committed, by what let it see the change',
    labelNames: ['cause'],
    registers,
  });
  const lag = new Histogram({
    name: 'tributary_event_delivery_lag_seconds',
    help: 'Time from the commit of an event to its being sent, once for all subscriptions that ask the same',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const resyncs = new Counter({
    name: 'tributary_event_resyncs_total',
    help: 'Subscriptions that were told to read again, by reason',
    labelNames: ['reason'],
    registers,
  });
  const webhooks = new Counter({
    name: 'tributary_webhooks_total',
    help: 'Webhooks by registry and what became of them',
    labelNames: ['registry', 'outcome'],
    registers,
  });
  return {
    committed: (cause) => {
      committed.inc({ cause });
    },
    delivered: (lagMs) => {
      // With PostgreSQL the commit was timed by another clock.
      lag.observe(Math.max(0, lagMs) / 1000);
    },
    resynced: (reason, subscriptions) => {
      resyncs.inc({ reason }, subscriptions);
    },
    webhook: ({ registry, kind }) => {
      webhooks.inc({ registry, outcome: kind });
    },
  };
}
