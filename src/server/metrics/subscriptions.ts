import { Counter, type Registry } from 'prom-client';
import type { SubscriptionLoad } from '../../events/fan-out.ts';
import { readGauge } from './read.ts';

/** What is counted of connections for subscriptions. */
export interface SubscriptionMetrics {
  /** A WebSocket was closed with a code. */
  readonly socketClosed: (code: number) => void;
}

export interface SubscriptionMetricsOptions {
  /** Clients that are connected for subscriptions now. */
  readonly connections: () => number;
  readonly subscriptions: () => SubscriptionLoad;
}

/**
 * Codes that the protocols have (RFC 6455 §7.4.1, graphql-transport-ws). A client may close with any of thousands, which must
 * not become as many series.
 */
const knownCodes: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 4400, 4401, 4403, 4406, 4408, 4409,
  4429, 4500,
]);

export function createSubscriptionMetrics(
  registers: Registry[],
  { connections, subscriptions }: SubscriptionMetricsOptions,
): SubscriptionMetrics {
  const closes = new Counter({
    name: 'tributary_ws_closes_total',
    help: 'WebSockets that were closed, by code; codes of no protocol are other',
    labelNames: ['code'],
    registers,
  });
  const gauges: readonly (readonly [name: string, help: string, read: () => number])[] = [
    [
      'tributary_subscription_connections',
      'Clients that are connected for subscriptions, by WebSocket and by stream',
      connections,
    ],
    ['tributary_subscriptions_active', 'Subscriptions', () => subscriptions().active],
    [
      'tributary_subscribers_behind',
      'Subscriptions that still read the log, since they resumed or are slow',
      () => subscriptions().behind,
    ],
    [
      'tributary_subscriber_queue_depth',
      'Positions of the log that the subscription furthest behind has before it',
      () => subscriptions().furthest,
    ],
  ];
  for (const [name, help, read] of gauges) readGauge(registers, { name, help }, () => [{ value: read() }]);
  return {
    socketClosed: (code) => {
      closes.inc({ code: knownCodes.has(code) ? String(code) : 'other' });
    },
  };
}
