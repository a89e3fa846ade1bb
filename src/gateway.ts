import type { Viewer } from './access/access.ts';
import { countDecisions } from './access/count-decisions.ts';
import type { Config } from './config.ts';
import { startFanOut } from './events/fan-out.ts';
import { createEventHistory } from './events/history.ts';
import { observeCommits } from './events/observe-commits.ts';
import { startRetention } from './events/retention.ts';
import { createAdmission } from './graphql/admit.ts';
import { createContextFactory, type GraphQLContext } from './graphql/context.ts';
import { createCursorCodec } from './graphql/cursor.ts';
import { createErrorFormatter } from './graphql/errors.ts';
import { defaultLimits } from './graphql/limits.ts';
import { observeAdmission, observeLimits } from './graphql/observe.ts';
import { createRequestIds } from './graphql/request-ids.ts';
import { resolvers } from './graphql/resolvers/index.ts';
import { createSchema } from './graphql/schema.ts';
import { createSubscriptions } from './graphql/subscriptions.ts';
import { createImageStreamsFor } from './image-streams/for-viewer.ts';
import { createRegistryTable } from './images/registry-table.ts';
import { systemClock } from './lib/clock.ts';
import { openAccess } from './open-access.ts';
import { openCallers } from './open-callers.ts';
import { openCatalogs } from './open-catalogs.ts';
import { openImageStreamSources } from './open-image-stream-sources.ts';
import { openRegistries, type Outside } from './open-registries.ts';
import { openTracing } from './open-tracing.ts';
import { openWatching } from './open-watching.ts';
import { createCors } from './server/cors.ts';
import { startGraphQLHttp } from './server/graphql-http.ts';
import { createGraphQLSse } from './server/graphql-sse.ts';
import { createGraphQLWs } from './server/graphql-ws.ts';
import { createHealth } from './server/health.ts';
import { startHttpServer } from './server/http.ts';
import { createMetricsDoor, type MetricsReaders } from './server/metrics-door.ts';
import { createMetrics } from './server/metrics.ts';
import { createOriginRule } from './server/origin.ts';
import { createOutlets } from './server/outlet.ts';
import { createSeats } from './server/seats.ts';
import { webhooksPath } from './server/webhooks.ts';
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

/** Requests that are under way when the gateway stops end by themselves, when the time of an operation is over; in milliseconds. */
const stopSlack = 1_000;

/**
 * Builds the gateway floor by floor and opens its port. The one place that sees all floors. Rejects with UNAVAILABLE where
 * the store cannot be opened.
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
  const { access, counts: decisions } = countDecisions(openAccess(config.access));
  const callers = openCallers(config, outside);

  const metrics = createMetrics({
    cacheBytes: () => opened.memory.size(),
    cacheDiskBytes: () => opened.disk?.size() ?? 0,
    connections: () => seats.taken(),
    subscriptions: () => fanOut.load(),
    registries: () => registries.all.map(({ name, state }) => ({ name, isUp: state().status !== 'DOWN' })),
    circuits: () => opened.circuits(),
    clusters: () => sources.clusters.map(({ name, counts }) => ({ name, ...counts() })),
    deciders: { [config.access.mode]: decisions },
  });
  const tracing = await openTracing(config, outside);
  const store = observeCommits(kept, metrics.committed);
  const seats = createSeats(limits.sockets, () => {
    metrics.limit('sockets');
  });
  const watching = openWatching(config, {
    store,
    clock,
    log,
    find: (name) => registries.find(name),
    hinted: (tag, cause) => {
      sources.hinted(tag, cause);
    },
    onWebhook: metrics.webhook,
  });
  const opened = openRegistries(config, outside, {
    onExchange: ({ registry, code, durationMs }) => {
      metrics.upstream(registry, code ?? 'OK', durationMs / 1000);
    },
    onRetry: metrics.retry,
    trace: tracing?.exchange,
    onAsked: metrics.cacheAsked,
    wrap: watching.wrap,
    imageStreamsOf: openCatalogs(config.streams, store.imageStreams),
  });
  const registries = createRegistryTable(opened.entries);
  const sources = openImageStreamSources(config.streams, {
    store,
    registries,
    outside,
    onGap: (gap) => void fanOut.announce(gap),
  });
  const fanOut = await startFanOut({
    store,
    access,
    clock,
    report: log,
    apply: watching.apply,
    forget: watching.reset,
    patienceMs: limits.slowTimeout,
    meter: metrics,
  });

  const schema = createSchema(resolvers);
  const admission = observeAdmission(
    createAdmission({ schema, limits: { ...defaultLimits, ...limits }, introspection: server.introspection }),
    ({ requests }) => {
      metrics.cost(requests);
    },
  );
  const requestIds = createRequestIds<GraphQLContext>();
  const showError = createErrorFormatter({
    requestId: requestIds.of,
    log: (fault) => {
      log.error({ ...fault }, 'a fault of ours was masked');
    },
    suggestions: server.introspection,
    operationSeconds: limits.operation / 1000,
  });
  const formatError = observeLimits(showError, metrics.limit);
  const cursors = createCursorCodec(store.cursorKey);
  const contexts = {
    registries,
    imageStreams: createImageStreamsFor({
      sources: sources.all,
      store: store.imageStreams,
      registries,
      access,
      writes: config.writes,
    }),
    access,
    isWatched: watching.isWatched,
    cursors,
    history: (viewer: Viewer) =>
      createEventHistory({ store, asOf: { epoch: fanOut.epoch(), sequence: fanOut.position() }, access, viewer }),
    mostRequests: slack * limits.cost,
  };
  const cors = createCors(server.allowedOrigins);
  const graphql = await startGraphQLHttp({
    schema,
    admission,
    formatError,
    plugins: [requestIds.plugin],
    callers,
    begin: createContextFactory({ ...contexts, operationMs: limits.operation }),
    cors,
    metrics,
    tracing,
    bodyBytes: limits.bodyBytes,
    responseBytes: limits.responseBytes,
  });

  const subscriptions = createSubscriptions({
    schema,
    admission,
    access,
    cursors,
    fanOut,
    findRegistry: registries.find,
    couldMatch: watching.couldMatch,
    begin: createContextFactory({ ...contexts, operationMs: limits.payloadTimeout }),
    formatError,
    noteRequest: requestIds.note,
  });
  const connections = {
    callers,
    subscriptions,
    isAllowedOrigin: createOriginRule(server.allowedOrigins),
    seats,
    outlet: createOutlets(limits.socketBuffer),
    clock,
    onFault,
  };
  const webSockets = createGraphQLWs({ ...connections, schema, limits, onClosed: metrics.socketClosed });
  const streams = createGraphQLSse({
    ...connections,
    cors,
    bodyBytes: limits.bodyBytes,
    pingInterval: limits.pingInterval,
  });

  const health = createHealth();
  const http = await startHttpServer({
    host: server.host,
    port: server.port,
    doors: new Map([
      ['/graphql', graphql.door],
      ['/graphql/stream', streams.door],
      [webhooksPath, watching.webhooks],
      ['/livez', health.livez],
      ['/readyz', health.readyz],
      ['/metrics', createMetricsDoor(metrics.read, metricsReaders(config), clock)],
    ]),
    upgrades: new Map([['/graphql', webSockets.upgrade]]),
    headerBytes: limits.headerBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    onFault,
  });

  function onFault(error: unknown, requestId: string): void {
    log.error({ error, requestId }, 'a request failed by a fault of ours');
  }

  watching.start(registries.all);
  sources.start();
  const retention = startRetention({ events: store.log, keep: config.store.retention, clock, log });

  /** From the door down: what stands above must not ask for what is closed already. */
  async function stop(): Promise<void> {
    health.drain();
    // Whoever balances goes on sending until it has looked.
    await new Promise<void>((resolve) => clock.setTimeout(resolve, limits.drainDelay));
    seats.close();
    await Promise.all([webSockets.drain(limits.drain), streams.drain(limits.drain)]);
    await http.stop(limits.operation + stopSlack);
    await graphql.stop();
    retention.stop();
    fanOut.stop();
    await watching.stop();
    await sources.stop();
    await callers.close();
    await opened.close();
    await store.close();
    await tracing?.close();
  }

  let stopping: Promise<void> | undefined;
  return { url: http.url, stop: () => (stopping ??= stop()) };
}

/** Where rules hide things, what names them is shown to nobody without a token. */
function metricsReaders({ server: { metrics }, access }: Config): MetricsReaders {
  if (metrics.tokenFile !== undefined) return { kind: 'token', tokenFile: metrics.tokenFile };
  return access.mode === 'open' ? { kind: 'everyone' } : { kind: 'nobody' };
}
