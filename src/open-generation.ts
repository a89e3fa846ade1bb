import type { Viewer } from './access/access.ts';
import { countDecisions, type DecisionCounts } from './access/count-decisions.ts';
import type { Audit } from './audit/audit.ts';
import type { Config } from './config.ts';
import type { Hint } from './domain/hint.ts';
import type { RegistryName } from './domain/reference.ts';
import { onlyConfigured } from './events/configured.ts';
import { startFanOut, type FanOut } from './events/fan-out.ts';
import { createEventHistory } from './events/history.ts';
import { startRetention } from './events/retention.ts';
import { createContextFactory, type GraphQLContext } from './graphql/context.ts';
import { createCursorCodec } from './graphql/cursor.ts';
import { createErrorFormatter } from './graphql/errors.ts';
import { observeLimits } from './graphql/observe.ts';
import { createRequestIds } from './graphql/request-ids.ts';
import type { createSchema } from './graphql/schema.ts';
import { createSubscriptions } from './graphql/subscriptions.ts';
import { createImageStreamsFor } from './image-streams/for-viewer.ts';
import { createRegistryTable, type RegistryTable } from './images/registry-table.ts';
import type { Clock } from './lib/clock.ts';
import { openAccess } from './open-access.ts';
import { openAdmission } from './open-admission.ts';
import { openAudit } from './open-audit.ts';
import type { OpenCache } from './open-cache.ts';
import { openCallers } from './open-callers.ts';
import { openCatalogs } from './open-catalogs.ts';
import { openImageStreamSources, type OpenImageStreamSources } from './open-image-stream-sources.ts';
import { openRegistries, type OpenRegistries, type Outside } from './open-registries.ts';
import { openMetricsDoor } from './open-metrics-door.ts';
import { openTracing } from './open-tracing.ts';
import { openWatching } from './open-watching.ts';
import { createCors } from './server/cors.ts';
import type { Drain } from './server/drain.ts';
import { startGraphQLHttp } from './server/graphql-http.ts';
import { createGraphQLSse } from './server/graphql-sse.ts';
import { createGraphQLWs } from './server/graphql-ws.ts';
import type { Door, UpgradeDoor } from './server/http.ts';
import type { Metrics } from './server/metrics.ts';
import { createOriginRule } from './server/origin.ts';
import { createOutlets } from './server/outlet.ts';
import type { Seats } from './server/seats.ts';
import { createUnderWay } from './server/under-way.ts';
import type { Store } from './store/store.ts';

/** What lives as long as the process, whatever the configuration says meanwhile. */
export interface Lasting {
  readonly schema: ReturnType<typeof createSchema>;
  readonly store: Store;
  readonly cache: OpenCache;
  readonly seats: Seats;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly outside: Outside;
  /** Takes hints of webhooks to the generation that is in force when they have settled. */
  readonly takeHints: (registry: RegistryName, hints: readonly Hint[]) => void;
  readonly onFault: (error: unknown, requestId: string) => void;
}

/** All that is made of one configuration. A reload makes another beside it, and takes this one away. */
export interface Generation {
  readonly config: Config;
  readonly registries: RegistryTable;
  readonly clusters: OpenImageStreamSources['clusters'];
  /** The words that what is kept of its registries in memory begins with. */
  readonly owners: readonly string[];
  /** Each registry with whether it is left alone for a while. */
  readonly circuits: OpenRegistries['circuits'];
  /** What was decided so far, by who decides. */
  readonly decisions: Readonly<Record<string, DecisionCounts>>;
  /** How much there is to deliver. */
  readonly load: FanOut['load'];
  readonly audit: Audit;
  readonly graphql: Door;
  readonly stream: Door;
  readonly webhooks: Door;
  readonly metrics: Door;
  readonly upgrade: UpgradeDoor;
  readonly takeHints: Lasting['takeHints'];
  /** Begins what it does by itself: polls, watches, imports on schedule. */
  readonly start: () => void;
  /** Begins no more of that. Requests, and what is under way, go on. */
  readonly rest: () => void;
  /** Ends the connections of subscriptions, whose clients come again. */
  readonly drain: (how: Drain) => Promise<void>;
  /** Waits for what is under way, each part for so many milliseconds at most. */
  readonly settle: (graceMs: number) => Promise<void>;
  /** Ends everything. Nothing must come in any more. */
  readonly close: () => Promise<void>;
}

/** Tokens, challenges and retries come on top of what an operation was admitted for, and must not fail it. */
const slack = 3;

/**
 * Builds all that a configuration says, floor by floor, over a store and a cache that others may use too. Does nothing by itself
 * until it is started. Rejects with UNAVAILABLE where the store cannot be reached now; then nothing of it is left.
 */
export async function openGeneration(config: Config, lasting: Lasting): Promise<Generation> {
  const { schema, store, cache, seats, metrics, clock, outside, onFault } = lasting;
  const { server, limits } = config;
  const { log } = outside;
  const { admission, documents } = await openAdmission(config, { schema, clock, log, onCost: metrics.cost });
  const tracing = await openTracing(config, outside);
  const decider = openAccess(config, { outside, store: store.imageStreams });
  const { access, counts: decisions } = countDecisions(decider);
  const callers = openCallers(config, outside);
  const { audit, close: closeAudit } = openAudit(config, { clock, log });

  const watching = openWatching(config, {
    store,
    clock,
    log,
    takeHints: lasting.takeHints,
    hinted: (tag, cause) => {
      sources.hinted(tag, cause);
    },
    onWebhook: metrics.webhook,
  });
  const opened = openRegistries(config, outside, cache, {
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
  const rightsOnEvents = onlyConfigured(access, {
    registries: config.registries.map(({ name }) => name),
    sources: config.streams.map(({ name }) => name),
  });
  const fanOut = await startFanOut({
    store,
    access: rightsOnEvents,
    clock,
    report: log,
    apply: watching.apply,
    forget: watching.reset,
    patienceMs: limits.slowTimeout,
    meter: metrics,
  }).catch(async (error: unknown) => {
    await closeUpstreams();
    throw error;
  });

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
      access,
      writes: config.writes,
    }),
    access,
    audit,
    isWatched: watching.isWatched,
    cursors,
    history: (viewer: Viewer) =>
      createEventHistory({
        store,
        asOf: { epoch: fanOut.epoch(), sequence: fanOut.position() },
        access: rightsOnEvents,
        viewer,
      }),
    mostRequests: slack * limits.cost,
  };
  const cors = createCors(server.allowedOrigins);
  const graphql = await startGraphQLHttp({
    schema,
    admission,
    documents,
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
    documents,
    access,
    cursors,
    fanOut,
    clock,
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

  const underWay = createUnderWay();
  let retention: ReturnType<typeof startRetention> | undefined;
  let resting = Promise.resolve();

  async function closeUpstreams(): Promise<void> {
    await watching.stop();
    await sources.stop();
    await closeAudit();
    await callers.close();
    await decider.close();
    await opened.close();
    await tracing?.close();
  }

  return {
    config,
    registries,
    clusters: sources.clusters,
    owners: opened.owners,
    circuits: opened.circuits,
    decisions: { [config.access.mode]: decisions },
    load: fanOut.load,
    audit,
    graphql: underWay.door(graphql.door),
    stream: underWay.door(streams.door),
    webhooks: underWay.door(watching.webhooks),
    metrics: openMetricsDoor(config, metrics, clock),
    upgrade: underWay.upgrade(webSockets.upgrade),
    takeHints: (name, hints) => {
      const registry = registries.find(name);
      if (registry === undefined) return;
      for (const { repository, tag } of hints) watching.hint(registry, repository, tag, 'WEBHOOK');
    },
    start: () => {
      watching.start(registries.all);
      sources.start();
      retention = startRetention({ events: store.log, keep: config.store.retention, clock, log });
    },
    rest: () => {
      retention?.stop();
      resting = Promise.all([watching.rest(), sources.rest()]).then(() => undefined);
    },
    drain: async (how) => {
      await Promise.all([webSockets.drain(how), streams.drain(how)]);
    },
    settle: async (graceMs) => {
      await within(underWay.ended(), graceMs, clock);
      await within(resting, graceMs, clock);
    },
    // From the door down: what stands above must not ask for what is closed already.
    close: async () => {
      retention?.stop();
      await graphql.stop();
      fanOut.stop();
      await closeUpstreams();
    },
  };
}

/** Waits for something, but no longer than so many milliseconds. */
async function within(work: Promise<unknown>, ms: number, clock: Clock): Promise<void> {
  let cancel = (): void => undefined;
  const late = new Promise<void>((resolve) => {
    cancel = clock.setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  cancel();
}
