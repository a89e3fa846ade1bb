import { openAccess } from './access/access.ts';
import type { Config } from './config.ts';
import { startRetention } from './events/retention.ts';
import { createAdmission } from './graphql/admit.ts';
import { createContextFactory, type GraphQLContext } from './graphql/context.ts';
import { createCursorCodec } from './graphql/cursor.ts';
import { createErrorFormatter } from './graphql/errors.ts';
import { defaultLimits } from './graphql/limits.ts';
import { createRequestIds } from './graphql/request-ids.ts';
import { resolvers } from './graphql/resolvers/index.ts';
import { createSchema } from './graphql/schema.ts';
import { createImageStreamsFor } from './image-streams/for-viewer.ts';
import { createRegistryTable } from './images/registry-table.ts';
import { openImageStreamSources } from './open-image-stream-sources.ts';
import { systemClock } from './lib/clock.ts';
import { openRegistries, type Outside } from './open-registries.ts';
import { createCors } from './server/cors.ts';
import { startGraphQLHttp } from './server/graphql-http.ts';
import { createHealth } from './server/health.ts';
import { startHttpServer } from './server/http.ts';
import { createMetrics } from './server/metrics.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';

/** A running gateway. */
export interface Gateway {
  /** Where it is reached: `http://host:port`. */
  readonly url: string;
  /** Ends what is under way, and then everything. */
  readonly stop: () => Promise<void>;
}

/** Tokens, challenges and retries come on top of what an operation was admitted for, and must not fail it. */
const slack = 3;

/** How long requests that are under way may take when the gateway stops, in milliseconds. */
const stopGrace = 20_000;

/**
 * Builds the gateway floor by floor and opens its port. The one place that sees all floors. Rejects with UNAVAILABLE where
 * the store cannot be opened.
 */
export async function startGateway(config: Config, outside: Outside): Promise<Gateway> {
  const store = await openStore({ url: config.store.url });
  try {
    return await startOver(store, config, outside);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOver(store: Store, config: Config, outside: Outside): Promise<Gateway> {
  const { server, limits } = config;
  const { log } = outside;

  const metrics = createMetrics({
    cacheBytes: () => opened.memory.size(),
    cacheDiskBytes: () => opened.disk?.size() ?? 0,
    registries: () => registries.all.map(({ name, state }) => ({ name, isUp: state().status !== 'DOWN' })),
  });
  const opened = openRegistries(config, outside, ({ registry, code, durationMs }) => {
    metrics.upstream(registry, code ?? 'OK', durationMs / 1000);
  });
  const registries = createRegistryTable(opened.entries);
  const streams = openImageStreamSources(config.streams, store, registries, log);

  const schema = createSchema(resolvers);
  const admission = createAdmission({
    schema,
    limits: { ...defaultLimits, ...limits },
    introspection: server.introspection,
  });
  const requestIds = createRequestIds<GraphQLContext>();
  const formatError = createErrorFormatter({
    requestId: requestIds.of,
    log: (fault) => {
      log.error({ ...fault }, 'a fault of ours was masked');
    },
    suggestions: server.introspection,
    operationSeconds: limits.operation / 1000,
  });
  const begin = createContextFactory({
    registries,
    imageStreams: createImageStreamsFor({
      sources: streams.sources,
      store: store.imageStreams,
      registries,
      access: openAccess,
      writes: config.writes,
    }),
    access: openAccess,
    cursors: createCursorCodec(store.cursorKey),
    operationMs: limits.operation,
    mostRequests: slack * limits.cost,
  });
  const graphql = await startGraphQLHttp({
    schema,
    admission,
    formatError,
    plugins: [requestIds.plugin],
    begin,
    cors: createCors(server.allowedOrigins),
    metrics,
    bodyBytes: limits.bodyBytes,
    responseBytes: limits.responseBytes,
  });

  const health = createHealth();
  const http = await startHttpServer({
    host: server.host,
    port: server.port,
    doors: new Map([
      ['/graphql', graphql.door],
      ['/livez', health.livez],
      ['/readyz', health.readyz],
      ['/metrics', metrics.door],
    ]),
    headerBytes: limits.headerBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    onFault: (error, requestId) => {
      log.error({ error, requestId }, 'a request failed by a fault of ours');
    },
  });

  streams.start();
  const retention = startRetention({ events: store.log, keep: config.store.retention, clock: systemClock, log });

  /** From the door down: what stands above must not ask for what is closed already. */
  async function stop(): Promise<void> {
    health.drain();
    await http.stop(stopGrace);
    await graphql.stop();
    retention.stop();
    await streams.stop();
    await opened.close();
    await store.close();
  }

  let stopping: Promise<void> | undefined;
  return { url: http.url, stop: () => (stopping ??= stop()) };
}
