import type { RegistryRequest } from '../../demo/registry/exchange.ts';
import type { RegistryStore } from '../../demo/registry/store.ts';
import { createSampleRegistry } from '../../demo/registry-server.ts';
import type { RecordedRequest, SampleRegistryOptions } from '../../demo/registry-server.ts';
import { sendWithFaults } from './registry-faults.ts';
import type { Fault } from './registry-faults.ts';

export type { Fault } from './registry-faults.ts';

/** Says what goes wrong with a request, the nth since the start, counted from 1. `undefined`: nothing. */
export type FaultRule = (request: RegistryRequest, nth: number) => Fault | readonly Fault[] | undefined;

export interface FaultyRegistryOptions extends Omit<SampleRegistryOptions, 'intercept' | 'record'> {
  readonly faults?: FaultRule;
  /** How late every answer is. */
  readonly latencyMs?: number;
}

/** A registry on loopback that answers as it is told to, and remembers what it was asked. */
export interface FaultyRegistry {
  readonly url: string;
  /** Host and port, as references write them. */
  readonly host: string;
  readonly port: number;
  readonly store: RegistryStore;
  /** All requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Requests as `GET /v2/`, from the given index of `requests` on. */
  lines(from?: number): readonly string[];
  /** Replaces the rule from the next request on. */
  fail(faults: FaultRule | undefined): void;
  /** Resolves once so many requests, counted from the start, have come in. */
  received(count: number): Promise<void>;
  /** How many requests were being answered at once, at most. */
  mostInFlight(): number;
  close(): Promise<void>;
}

/** Starts a registry with faults on a free port of 127.0.0.1. */
export async function createFaultyRegistry(options: FaultyRegistryOptions = {}): Promise<FaultyRegistry> {
  const { faults, latencyMs = 0, ...rest } = options;
  let rule = faults;
  let inFlight = 0;
  let most = 0;
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();

  const registry = createSampleRegistry({
    ...rest,
    record: true,
    async intercept(exchange) {
      const nth = registry.requests.length;
      for (const waiter of waiting) if (nth >= waiter.count) waiter.resolve();
      most = Math.max(most, (inFlight += 1));
      exchange.response.once('close', () => {
        inFlight -= 1;
      });
      const found = rule?.(exchange.request, nth) ?? [];
      const chosen: readonly Fault[] = 'kind' in found ? [found] : found;
      await sendWithFaults(exchange, latencyMs > 0 ? [...chosen, { kind: 'delay', ms: latencyMs }] : chosen);
    },
  });
  const { url, port } = await registry.listen(0);

  return {
    url,
    host: new URL(url).host,
    port,
    store: registry.store,
    requests: registry.requests,
    lines: (from = 0) => registry.requests.slice(from).map(({ method, path }) => `${method} ${path}`),
    fail(next) {
      rule = next;
    },
    received(count) {
      if (registry.requests.length >= count) return Promise.resolve();
      return new Promise((resolve) => {
        const waiter = {
          count,
          resolve: () => {
            waiting.delete(waiter);
            resolve();
          },
        };
        waiting.add(waiter);
      });
    },
    mostInFlight: () => most,
    close: () => registry.close(),
  };
}
