import { GatewayError, isGatewayError } from '../domain/errors.ts';
import type { RegistryName, RepositoryName } from '../domain/reference.ts';
import type { Registry } from '../domain/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/store.ts';
import type { Checks } from './checks.ts';
import type { Observer } from './observe.ts';
import { createRegistryPoller } from './poll-registry.ts';
import type { WatchedRepositories } from './watched-repositories.ts';

export interface PollerOptions {
  readonly registries: readonly Registry[];
  readonly watched: WatchedRepositories;
  readonly store: Pick<Store, 'tags' | 'leases'>;
  readonly observer: Observer;
  readonly checks: Checks;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn' | 'info'>;
  /** A number from 0 to 1, by chance. Default: Math.random. */
  readonly random?: () => number;
}

/** Looks at all watched repositories, again and again. */
export interface Poller {
  /** Has a watched repository polled as soon as may be. Rejects with UNAVAILABLE of the store. */
  readonly hurry: (registry: RegistryName, repository: RepositoryName) => Promise<void>;
  /** Begins nothing more, and resolves when what is under way has ended: sooner where the observer was stopped before. */
  readonly stop: () => Promise<void>;
}

/** Starts polling. What fails is logged, and tried again. */
export function startPoller(options: PollerOptions): Poller {
  const { registries, watched, clock, log, random = Math.random } = options;
  const underWay = new Set<Promise<void>>();
  const timers = new Set<() => void>();
  /** What was said of registries that cannot be polled: said once, however often it is tried. */
  const told = new Map<RegistryName, string>();
  let isStopped = false;
  // What is given back by a poll that was stopped is due at once, and another gateway's to take.
  const mayBegin = (): boolean => !isStopped && !options.observer.isStopped();

  const pollers = new Map(
    watched.registries.flatMap((patterns) => {
      const registry = registries.find(({ name }) => name === patterns.registry);
      return registry === undefined
        ? []
        : [[registry.name, createRegistryPoller({ ...options, registry, patterns, random, mayBegin })] as const];
    }),
  );

  /** Keeps a piece of work in sight until it has ended, however that is. */
  async function mind(registry: RegistryName, work: () => Promise<void>): Promise<void> {
    const ending = work().then(
      () => {
        told.delete(registry);
      },
      (error: unknown) => {
        const code = isGatewayError(error) ? error.code : 'INTERNAL';
        if (isStopped || told.get(registry) === code) return;
        told.set(registry, code);
        log.warn({ registry, code, error }, 'looking for changes failed; it goes on');
      },
    );
    underWay.add(ending);
    await ending;
    underWay.delete(ending);
  }

  function every(ms: number, work: () => void): void {
    const cancel = clock.setTimeout(() => {
      timers.delete(cancel);
      if (isStopped) return;
      work();
      every(ms, work);
    }, ms);
    timers.add(cancel);
  }

  for (const [registry, poller] of pollers) {
    void mind(registry, async () => {
      await poller.refresh();
      await poller.turn();
    });
    every(poller.refreshEvery, () => void mind(registry, poller.refresh));
    every(poller.turnEvery, () => void mind(registry, poller.turn));
  }

  return {
    hurry: async (registry, repository) => {
      const poller = pollers.get(registry);
      if (poller === undefined) throw new GatewayError('REGISTRY_UNKNOWN', `nothing of ${registry} is watched`, {});
      await poller.hurry(repository);
    },
    stop: async () => {
      isStopped = true;
      for (const cancel of timers) cancel();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
