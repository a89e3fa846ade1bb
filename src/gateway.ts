import { changedGroups, configChanges, isUnchanged, mayShowLess, restartProblems } from './config.ts';
import type { Config, ConfigChanges, ConfigProblem, LoadedConfig } from './config.ts';
import { observeCommits } from './events/observe-commits.ts';
import { resolvers } from './graphql/resolvers/index.ts';
import { createSchema } from './graphql/schema.ts';
import { systemClock } from './lib/clock.ts';
import { openCache } from './open-cache.ts';
import { openGeneration, type Generation, type Lasting } from './open-generation.ts';
import type { Outside } from './open-registries.ts';
import { createHealth } from './server/health.ts';
import { startHttpServer } from './server/http.ts';
import { createMetrics } from './server/metrics.ts';
import { createSeats } from './server/seats.ts';
import { webhooksPath } from './server/webhooks.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';

/** A running gateway. */
export interface Gateway {
  /** Where it is reached: `http://host:port`. */
  readonly url: string;
  /**
   * Puts a configuration that was read anew in the place of the one before, whole or not at all, and says in the log what became of
   * it. `files` are those that it names, and that say something else by now. Resolves as soon as it is in force; what was before
   * ends by and by.
   */
  readonly reload: (loaded: LoadedConfig, files?: readonly string[]) => Promise<Reloaded>;
  /** Ends what is under way, and then everything. */
  readonly stop: () => Promise<void>;
}

/**
 * What became of a configuration that was read anew:
 * - `in-force`: it holds from now on
 * - `refused`: it is invalid, or asks for what takes a restart; the one before stays
 * - `failed`: it could not be put in force now; the one before stays
 */
export type Reloaded = 'in-force' | 'refused' | 'failed';

/** Requests that are under way when the gateway stops, or is configured anew, end by themselves when the time of an operation is over; in milliseconds. */
const stopSlack = 1_000;

/**
 * Opens the store, builds on it what the configuration says, and opens the port. Rejects with UNAVAILABLE where the store
 * cannot be opened.
 */
export async function startGateway(config: Config, outside: Outside): Promise<Gateway> {
  const store = await (outside.openStore ?? openStore)({ url: config.store.url });
  try {
    return await startOver(store, config, outside);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOver(kept: Store, config: Config, outside: Outside): Promise<Gateway> {
  const { server, limits } = config;
  const { log } = outside;
  const clock = systemClock;
  const cache = openCache(config.cache, log);
  const metrics = createMetrics({
    cacheBytes: () => cache.memory.size(),
    cacheDiskBytes: () => cache.disk?.size() ?? 0,
    connections: () => seats.taken(),
    subscriptions: () => current.load(),
    registries: () => current.registries.all.map(({ name, state }) => ({ name, isUp: state().status !== 'DOWN' })),
    circuits: () => current.circuits(),
    clusters: () => current.clusters.map(({ name, counts }) => ({ name, ...counts() })),
    deciders: () => current.decisions,
  });
  const store = observeCommits(kept, metrics.committed);
  const seats = createSeats({
    all: () => current.config.limits.sockets,
    perCaller: () => current.config.limits.callerSockets,
    onFull: metrics.limit,
  });
  const lasting: Lasting = {
    schema: createSchema(resolvers),
    store,
    cache,
    seats,
    metrics,
    clock,
    outside,
    takeHints: (registry, hints) => {
      current.takeHints(registry, hints);
    },
    onFault,
  };
  /** What is in force. */
  let current = await openGeneration(config, lasting);

  const health = createHealth();
  const http = await startHttpServer({
    host: server.host,
    port: server.port,
    doors: new Map([
      ['/graphql', (...request) => current.graphql(...request)],
      ['/graphql/stream', (...request) => current.stream(...request)],
      [webhooksPath, (...request) => current.webhooks(...request)],
      ['/livez', health.livez],
      ['/readyz', health.readyz],
      ['/metrics', (...request) => current.metrics(...request)],
    ]),
    upgrades: new Map([
      [
        '/graphql',
        (...request) => {
          current.upgrade(...request);
        },
      ],
    ]),
    headerBytes: limits.headerBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    onFault,
  });

  function onFault(error: unknown, requestId: string): void {
    log.error({ error, requestId }, 'a request failed by a fault of ours');
  }

  current.start();

  let stopping: Promise<void> | undefined;
  let reloading: Promise<unknown> = Promise.resolve();
  /** Those that were in force before, until they have ended. */
  const retiring = new Set<Promise<void>>();

  async function reload(loaded: LoadedConfig, files: readonly string[]): Promise<Reloaded> {
    if (stopping !== undefined) return 'failed';
    if (loaded.kind === 'invalid') return refuse(loaded.problems, []);
    const changes = configChanges(current.config, loaded.config);
    const problems = restartProblems(changes);
    if (problems.length > 0) return refuse(problems, changedGroups(changes));
    for (const { path, message } of loaded.warnings) log.warn({ path }, message);
    if (!isUnchanged(changes) || files.length > 0) {
      try {
        const next = await openGeneration(loaded.config, lasting);
        await tellAudit(next, changes);
        replace(next, mayShowLess(changes));
      } catch (error) {
        metrics.reload(false);
        log.error({ error }, 'the configuration could not be put in force: the one before stays');
        return 'failed';
      }
    }
    onReloaded(changes, files);
    return 'in-force';
  }

  /** By the audit of what is to come: that of what is in force may be what the configuration mends. */
  async function tellAudit(next: Generation, changes: ConfigChanges): Promise<void> {
    try {
      await next.audit.record({ kind: 'reload', outcome: 'done', changed: changedGroups(changes), problems: [] });
    } catch (error) {
      await next.close();
      throw error;
    }
  }

  async function refuse(problems: readonly ConfigProblem[], changed: readonly string[]): Promise<'refused'> {
    metrics.reload(false);
    const told = problems.map(({ path, message }) => `${path}: ${message}`);
    // Nothing is changed, so nothing has to wait for its row; that it cannot be kept is in the log.
    await current.audit.record({ kind: 'reload', outcome: 'refused', changed, problems: told }).catch(() => undefined);
    for (const { path, message, line, column } of problems) log.error({ path, line, column }, message);
    log.error({ problems: problems.length }, 'the configuration is not taken over: the one before stays in force');
    return 'refused';
  }

  function onReloaded(changes: ConfigChanges, files: readonly string[]): void {
    metrics.reload(true);
    log.info({ ...changes, files }, 'configuration reloaded');
  }

  /** In one turn of the event loop: who comes from here on is the new one's, and nothing is done by both. */
  function replace(next: Generation, isSilent: boolean): void {
    const old = current;
    current = next;
    old.rest();
    next.start();
    const retired = retire(old, isSilent)
      .catch((error: unknown) => {
        log.error({ error }, 'what was configured before could not be ended');
      })
      .finally(() => retiring.delete(retired));
    retiring.add(retired);
  }

  async function retire(old: Generation, isSilent: boolean): Promise<void> {
    await old.drain({ windowMs: old.config.limits.drain, isSilent });
    await old.settle(old.config.limits.operation + stopSlack);
    await old.close();
    const kept = new Set(current.owners);
    for (const owner of old.owners) if (!kept.has(owner)) cache.memory.forget(owner);
    log.info({}, 'what was configured before has ended');
  }

  /** From the door down: what stands above must not ask for what is closed already. */
  async function stop(): Promise<void> {
    health.drain();
    await reloading;
    const { drain, drainDelay, operation } = current.config.limits;
    // Whoever balances goes on sending until it has looked.
    if (drainDelay > 0) await new Promise<void>((resolve) => clock.setTimeout(resolve, drainDelay));
    seats.close();
    await current.drain({ windowMs: drain, isSilent: false });
    await http.stop(operation + stopSlack);
    await Promise.all([current.close(), ...retiring]);
    cache.disk?.close();
    await store.close();
  }

  return {
    url: http.url,
    reload: (loaded, files = []) => {
      const reloaded = reloading.then(() => reload(loaded, files));
      reloading = reloaded.catch(() => undefined);
      return reloaded;
    },
    stop: () => (stopping ??= stop()),
  };
}
